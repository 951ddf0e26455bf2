"""Somebody comes back: with a session, on another device, after many presses of a button, after they were erased."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.operations import service_messages
from pushsvc.web.citizen import codes
from tests.integration.forms import a_browser, get, post
from tests.integration.pages_town import served
from tests.journeys.house import Town, a_house

HAN = "han@mail.example"


@dataclass
class Hall:
    """A served town, and one browser."""

    town: Town
    base: str
    client: aiohttp.ClientSession

    async def codes(self, address: str = HAN) -> list[str]:
        """The codes that arrived there, the newest last, when all have left."""
        for _ in range(100):
            async with self.town.house.database.read() as tx:
                waiting = sa.select(sa.func.count()).select_from(service_messages).where(service_messages.c.state == "waiting")
                if not (await tx.execute(waiting)).scalar():
                    break
            await asyncio.sleep(0.05)
        subjects = [mail.subject for mail in await self.town.mailbox(address) if mail.kind == "service"]
        return [found[0] for subject in subjects if (found := re.search(r"\d{6}", subject))]

    async def signs_in(self, client: aiohttp.ClientSession | None = None) -> None:
        client = client or self.client
        assert (await post(client, "/enter", {"address": HAN})).location == "/enter/code"
        assert (await post(client, "/enter/code", {"code": (await self.codes())[-1]})).location == "/me"


@pytest.fixture
async def hall(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hall]:
    monkeypatch.setattr(codes, "ANSWERS_AFTER_SECONDS", 0.0)
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with (
        a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town,
        served(town) as base,
        a_browser(base) as client,
    ):
        await town.a_site()
        await town.a_citizen("han")
        yield Hall(town, base, client)


async def test_who_presses_again_and_again_gets_a_new_code_ten_minutes_later(hall: Hall) -> None:
    await post(hall.client, "/enter", {"address": HAN})
    for _ in range(8):
        assert (await post(hall.client, "/enter/again", at="/enter/code")).location == "/enter/code?again=1"
    assert len(await hall.codes()) == 3
    await hall.town.advance(minutes=11)
    await post(hall.client, "/enter/again", at="/enter/code")
    assert len(await hall.codes()) == 4


async def test_who_is_signed_in_is_led_to_their_page_and_asked_for_no_code(hall: Hall) -> None:
    assert 'href="/enter"' in (await get(hall.client, "/")).text
    await hall.signs_in()
    front = (await get(hall.client, "/")).text
    assert 'href="/me"' in front
    assert 'href="/enter"' not in front
    assert 'href="/me/history"' in (await get(hall.client, "/enter?next=/me/history")).text


async def test_another_device_takes_over_the_language_and_the_print_that_were_set(hall: Hall) -> None:
    await hall.signs_in()
    page = (await get(hall.client, "/me/settings")).text
    made_from = re.search(r'name="made_from" value="([^"]*)"', page)
    assert made_from
    said = {"made_from": made_from[1], "language": "en", "large": "yes", "frequency": "immediate", "reminders": "yes",
            "quiet": "usual", "timezone": "Asia/Shanghai"}  # fmt: skip
    answer = await post(hall.client, "/me/settings", said)
    assert answer.status == 303, answer.text
    async with a_browser(hall.base) as other:
        await hall.town.advance(minutes=11)
        await hall.signs_in(other)
        me = (await get(other, "/me")).text
    assert 'lang="en"' in me
    assert 'class="large"' in me


async def test_who_signed_up_in_large_print_finds_it_on_the_next_device(hall: Hall) -> None:
    await get(hall.client, "/?large=1")
    await post(hall.client, "/start", {"place": "成都", "do": "next"})
    await post(hall.client, "/start/how", {"address": "zhou@mail.example"})
    code = (await hall.codes("zhou@mail.example"))[-1]
    assert (await post(hall.client, "/start/code", {"code": code})).location == "/start/done"
    async with a_browser(hall.base) as other:
        await post(other, "/enter", {"address": "zhou@mail.example"})
        await post(other, "/enter/code", {"code": (await hall.codes("zhou@mail.example"))[-1]})
        assert 'class="large"' in (await get(other, "/me")).text


async def test_a_session_of_somebody_who_was_erased_shows_nothing_of_them(hall: Hall) -> None:
    await hall.signs_in()
    await hall.town.erases("han")
    for path in ("/me", "/me/history", "/me/open"):
        assert (await get(hall.client, path)).location.startswith("/enter"), path
