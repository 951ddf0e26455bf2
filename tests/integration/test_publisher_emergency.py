"""A clerk publishes an emergency: the console says who hears at once, and what the others wait for at night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.clerks import NOTICE, Clerk, at_the_console


@pytest.fixture
async def clerk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    async with at_the_console(sqlite_template, tmp_path) as made:
        yield made


async def test_the_form_and_the_preview_say_that_an_emergency_waits_for_two_approvals_at_night(clerk: Clerk) -> None:
    url = f"https://{clerk.town.domains['5101040001']}/flood"
    assert "两位值班人员同意才叫醒" in (await clerk.opens("/p/new")).words
    shown = await clerk.previews(url=url, text=NOTICE, urgency="emergency")
    assert "这是紧急信息" in shown.words
    assert "两位值班人员同意才叫醒" in shown.words
    again = await clerk.opens(f"/p/new?draft={shown.path.rpartition('/')[2]}")
    assert 'value="emergency" checked' in again.text
    plain = await clerk.previews(url=url, text=NOTICE, urgency="")
    assert "这是紧急信息" not in plain.words


async def test_another_urgency_is_refused_at_its_field(clerk: Clerk) -> None:
    url = f"https://{clerk.town.domains['5101040001']}/flood"
    assert (await clerk.previews(url=url, text=NOTICE, urgency="very")).status == 422


async def test_what_was_sent_says_whom_quiet_hours_hold_and_what_it_waits_for(clerk: Clerk) -> None:
    town = clerk.town
    await town.a_citizen("asleep", channels=["sms"], quiet_hours=["06:00", "14:00"])
    url = f"https://{town.domains['5101040001']}/flood"
    draft = await clerk.previews(url=url, text=NOTICE, urgency="emergency")
    sent = await clerk.sends(f"{draft.path}/publish", draft.path)
    await town.settle()
    await town.service.timekeeper.once()
    await town.settle()
    events = await clerk.opens("/p/")
    assert sent.status == 200
    path = next(part for part in events.text.split('"') if part.startswith("/p/events/evt_"))
    assert "要两位值班人员同意才会马上收到" in (await clerk.opens(path)).words
