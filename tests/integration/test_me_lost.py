"""A lost address: who proves the new one and knows a fact gets their messages back; who only knows the fact is stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc.channels.service import ServiceMessage, render
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.operations import paused_channels as pauses
from pushsvc.profiles.replacing import WAITS
from pushsvc.storage.tables.operations import service_messages, sessions
from tests.integration.at_home import Home, at_home, path_in
from tests.integration.forms import Answer, a_browser, get, post

OLD, NEW = "mei@mail.example", "mei.new@mail.example"


@pytest.fixture
async def home(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Home]:
    async with at_home(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture
async def stranger(home: Home) -> AsyncIterator[aiohttp.ClientSession]:
    async with a_browser(home.base) as client:
        yield client


async def asks(home: Home, client: aiohttp.ClientSession, *, old: str = OLD, new: str = NEW, **fact: str) -> Answer:
    sent = await post(client, "/me/lost", {"old": old, "new": new, **(fact or {"birth_year": "1956"})})
    assert sent.location == "/me/lost/code", sent.text
    return await post(client, "/me/lost/code", {"code": await home.code(new)})


async def after_the_wait(home: Home) -> None:
    home.town.clock.advance(WAITS + timedelta(minutes=1))


async def test_the_new_address_takes_the_place_of_the_old_after_three_days_without_an_objection(
    home: Home, stranger: aiohttp.ClientSession
) -> None:
    assert "收到了" in (await asks(home, stranger)).text
    # Every open address hears of it at once; the new one has no link yet.
    assert await home.service_mail(OLD, with_="/me/lost/keep/")
    assert await home.service_mail("+8613800000000", with_="/me/lost/keep/")
    assert [each.address for each in (await home.me()).addresses] == [OLD, "+8613800000000"]
    await after_the_wait(home)
    link = path_in((await home.service_mail(NEW, with_="/me/lost/move/"))[0], "/me/lost/move/")
    assert "换成新地址？" in (await get(stranger, link)).text
    assert [each.address for each in (await home.me()).addresses] == [OLD, "+8613800000000"]
    assert "换好了" in (await post(stranger, link)).text
    assert [each.address for each in (await home.me()).open_addresses] == [NEW, "+8613800000000"]
    async with home.town.house.database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(sessions)) == 0
    assert (await post(stranger, link, at="/me/lost")).status == 404


async def test_who_still_reads_the_old_address_ends_it_in_one_step(home: Home, stranger: aiohttp.ClientSession) -> None:
    await asks(home, stranger, new="thief@mail.example")
    keep = path_in((await home.service_mail("+8613800000000", with_="/me/lost/keep/"))[0], "/me/lost/keep/")
    await get(stranger, keep)
    await get(stranger, keep)
    assert "没有改" in (await post(stranger, keep)).text
    await after_the_wait(home)
    link = path_in((await home.service_mail("thief@mail.example", with_="/me/lost/move/"))[0], "/me/lost/move/")
    assert (await post(stranger, link)).status == 404
    assert [each.address for each in (await home.me()).addresses] == [OLD, "+8613800000000"]


async def test_where_an_address_could_not_be_asked_nothing_moves(home: Home, stranger: aiohttp.ClientSession) -> None:
    await pauses.pause(home.town.house.database, home.town.clock, "sms", why="the gateway is down")
    await asks(home, stranger)
    await home.service_mail(OLD, with_="/me/lost/keep/")
    await after_the_wait(home)
    link = path_in((await home.service_mail(NEW, with_="/me/lost/move/"))[0], "/me/lost/move/")
    assert (await post(stranger, link)).status == 404
    assert (await home.me()).addresses[0].address == OLD


async def test_opening_the_link_of_an_objection_is_none(home: Home, stranger: aiohttp.ClientSession) -> None:
    """A mail scanner opens every link."""
    await asks(home, stranger)
    keep = path_in((await home.service_mail(OLD, with_="/me/lost/keep/"))[0], "/me/lost/keep/")
    await get(stranger, keep)
    await after_the_wait(home)
    link = path_in((await home.service_mail(NEW, with_="/me/lost/move/"))[0], "/me/lost/move/")
    assert "换好了" in (await post(stranger, link)).text


@pytest.mark.parametrize(
    "said",
    [
        {"old": "nobody@mail.example"},
        {"birth_year": "1957"},
        {"place": "成都锦江区"},  # Mei gave a year of birth, which fewer know
    ],
)
async def test_the_answer_is_the_same_where_nothing_fits_and_nobody_hears_of_it(
    home: Home, stranger: aiohttp.ClientSession, said: dict[str, str]
) -> None:
    async with a_browser(home.base) as another:
        right = await asks(home, another, new="right@mail.example")
    wrong = await asks(home, stranger, **said)
    assert (wrong.status, wrong.text) == (right.status, right.text)
    async with home.town.house.database.read() as tx:
        kinds = (await tx.execute(sa.select(service_messages.c.kind))).scalars().all()
    # Of the right one: two addresses hear of it, and one link waits.
    assert Counter(kinds) == {"code": 2, "moving": 2, "moved": 1}


async def test_without_the_code_nothing_is_looked_up(home: Home, stranger: aiohttp.ClientSession) -> None:
    await post(stranger, "/me/lost", {"old": OLD, "new": NEW, "birth_year": "1956"})
    code = await home.code(NEW)
    wrong = await post(stranger, "/me/lost/code", {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status == 422
    async with home.town.house.database.read() as tx:
        kinds = (await tx.execute(sa.select(service_messages.c.kind))).scalars().all()
    assert kinds == ["code"]


async def test_a_year_of_birth_cannot_be_guessed_by_trying(home: Home) -> None:
    for number in range(4):
        async with a_browser(home.base) as client:
            year = "1956" if number == 3 else str(1950 + number)
            assert (await asks(home, client, new=f"thief{number}@mail.example", birth_year=year)).status == 200
    async with home.town.house.database.read() as tx:
        kinds = (await tx.execute(sa.select(service_messages.c.kind))).scalars().all()
    assert set(kinds) == {"code"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"old": "", "new": NEW, "birth_year": "1956"}, "请检查一遍"),
        ({"old": OLD, "new": '"><script>alert(1)</script>', "birth_year": "1956"}, "请检查一遍"),
        ({"old": OLD, "new": OLD, "birth_year": "1956"}, "一样"),
        ({"old": OLD, "new": NEW}, "至少写一样"),
        ({"old": OLD, "new": NEW, "birth_year": "56"}, "四位数"),
        ({"old": OLD, "new": NEW, "place": "鼓楼区"}, "请写清楚"),
    ],
)
async def test_what_cannot_be_read_is_named_at_its_field(
    home: Home, stranger: aiohttp.ClientSession, said: dict[str, str], words: str
) -> None:
    answer = await post(stranger, "/me/lost", said)
    assert answer.status == 422
    assert words in answer.text
    assert "<script>alert" not in answer.text


async def test_a_link_that_nobody_made_is_not_there(home: Home, stranger: aiohttp.ClientSession) -> None:
    for what in ("keep", "move"):
        assert (await get(stranger, f"/me/lost/{what}/AAAA")).status == 404
        assert (await post(stranger, f"/me/lost/{what}/AAAA", at="/me/lost")).status == 404


@pytest.mark.parametrize("kind", ["moving", "moved"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["email", "sms", "wechat"])
def test_each_message_has_its_link_and_no_blank_left(kind: str, language: Language, channel: Channel) -> None:
    words = {"link": "https://push.example/me/lost/x", "days": "3"}
    until = datetime(2026, 3, 9, tzinfo=UTC)
    message = render(ServiceMessage("srv_1", kind, channel, "mei@mail.example", language, words, until))
    assert words["link"] in message.text
    assert "{" not in message.subject + message.text
