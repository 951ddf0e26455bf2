"""The publisher's console: from a pasted text to people who were told, with the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.operations import audit
from pushsvc.storage.tables.sites import events
from tests.integration.clerks import NOTICE, Clerk, an_account, another, at_the_console

URL = "https://www.5101040001.example/lift.html"


@pytest.fixture
async def clerk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    async with at_the_console(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture
async def patient(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    """A house with an undo period of ten minutes."""
    async with at_the_console(sqlite_template, tmp_path, hold_seconds=600) as made:
        yield made


async def test_a_pasted_text_is_previewed_and_two_clicks_later_people_are_told(clerk: Clerk) -> None:
    await clerk.town.a_citizen("mei")
    preview = await clerk.previews(url=URL, text=NOTICE)
    await clerk.town.settle()
    assert "15万元" in preview.words
    assert not await clerk.town.mailbox()

    draft = preview.path
    after = await clerk.sends(f"{draft}/publish", draft)
    await clerk.town.settle()

    assert re.fullmatch(r"/p/events/evt_[0-9a-f]+", after.path)
    assert [mail.to for mail in await clerk.town.mailbox()] == ["mei@mail.example"]
    assert "已告诉 1 人：邮件 1 人。" in (await clerk.opens("/p/")).words
