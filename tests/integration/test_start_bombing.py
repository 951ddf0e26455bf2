"""Nobody can use our sign-up to fill other people's mailboxes: 1,000 addresses from one network, one address 1,000 times."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc.storage.tables.operations import service_messages
from pushsvc.web.citizen import codes
from tests.integration.forms import a_browser, mark_of, post
from tests.integration.pages_town import served
from tests.journeys.house import Town, a_house

TRIES = 1_000


class Bomber:
    def __init__(self, town: Town, client: aiohttp.ClientSession) -> None:
        self.town, self.client = town, client
        self.mark = ""

    async def asks(self, address: str) -> tuple[int, str]:
        self.mark = self.mark or await mark_of(self.client, "/start/how")
        form = {"mark": self.mark, "address": address}
        async with self.client.post("/start/how", data=form, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "")

    async def queued(self) -> int:
        async with self.town.house.database.read() as tx:
            return int((await tx.execute(sa.select(sa.func.count()).select_from(service_messages))).scalar_one())


@pytest.fixture
async def bomber(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bomber]:
    monkeypatch.setattr(codes, "ANSWERS_AFTER_SECONDS", 0.0)
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town, served(town) as base, a_browser(base) as client:
        await post(client, "/start", {"place": "成都", "do": "next"})
        yield Bomber(town, client)


@pytest.mark.timeout(120)
async def test_a_thousand_addresses_from_one_network_get_thirty_mails_an_hour(bomber: Bomber) -> None:
    answers = [await bomber.asks(f"victim{number}@mail.example") for number in range(TRIES)]
    most, _within = codes.OF_A_NETWORK
    assert await bomber.queued() == most
    assert [status for status, _ in answers] == [303] * most + [429] * (TRIES - most)


@pytest.mark.timeout(120)
async def test_one_address_a_thousand_times_gets_three_mails_and_hears_the_same_answer(
    bomber: Bomber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "OF_A_NETWORK", (TRIES, 3_600.0))  # from a thousand networks
    answers = {await bomber.asks("victim@mail.example") for _ in range(TRIES)}
    assert answers == {(303, "/start/code")}
    assert await bomber.queued() == 3
    await bomber.town.advance(hours=23)
    assert await bomber.asks("victim@mail.example") == (303, "/start/code")
    assert await bomber.queued() <= 6


async def test_the_code_that_came_stays_good_while_no_new_one_is_sent(bomber: Bomber) -> None:
    for number in range(10):
        await bomber.asks("victim@mail.example")
        while len(mails := await bomber.town.mailbox("victim@mail.example")) < min(number + 1, 3):
            await asyncio.sleep(0.02)
        bomber.town.clock.advance(timedelta(seconds=1))
    newest = max(mails, key=lambda mail: mail.at)
    found = re.search(r"\d{6}", newest.subject)
    assert found
    assert (await post(bomber.client, "/start/code", {"code": found[0]})).location == "/start/done"


async def test_from_however_many_networks_text_messages_are_bounded_and_email_goes_on(
    bomber: Bomber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "OF_A_NETWORK", (TRIES, 3_600.0))
    monkeypatch.setattr(codes, "OF_ALL_TEXT_MESSAGES", (5, 3_600.0))
    answers = [await bomber.asks(f"138{number:08}") for number in range(20)]
    assert [status for status, _ in answers] == [303] * 5 + [422] * 15
    assert await bomber.queued() == 5
    assert await bomber.asks("mei@mail.example") == (303, "/start/code")


def test_an_ipv6_household_is_one_network() -> None:
    class Visitor:
        def __init__(self, host: str) -> None:
            self.client = type("Client", (), {"host": host})()

    def network(host: str) -> str:
        return codes.network_of(Visitor(host))  # type: ignore[arg-type]

    assert network("2001:db8::1") == network("2001:db8::ffff:1")
    assert network("192.0.2.1") != network("192.0.2.2")
