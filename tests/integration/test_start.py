"""Signing up and signing in over HTTP, without a script: each step, each way to get it wrong, each way back."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa

from pushsvc import taxonomy
from pushsvc.channels.service import ServiceMessage, render
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.profiles.bundles import bundles
from pushsvc.profiles.reading import profiles_of
from pushsvc.profiles.recipients import recipients
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.tables.profiles import subscribers
from pushsvc.taxonomy.finding import find_industries, find_places
from tests.integration.forms import Answer, a_browser, get, post
from tests.integration.pages_town import served
from tests.journeys.house import Mail, Town, a_house

MEI = "mei@mail.example"


@dataclass
class Hall:
    """A served town, and one browser."""

    town: Town
    base: str
    client: aiohttp.ClientSession

    async def choose(self, place: str = "成都锦江", *, what: str = "older") -> None:
        assert (await post(self.client, "/start", {"place": place, "do": "next"})).location == "/start/what"
        assert (await post(self.client, "/start/what", {"bundles": what})).location == "/start/how"

    async def asks_for_a_code(self, address: str = MEI, at: str = "/start/how") -> Answer:
        return await post(self.client, at, {"address": address, "frequency": "daily"})

    async def code(self, address: str = MEI) -> str:
        """The newest code that arrived there."""
        found = re.search(r"\d{6}", (await self.mails(address))[-1].subject)
        assert found
        return found[0]

    async def mails(self, address: str = MEI) -> list[Mail]:
        """What the service itself sent there, when all of it has left."""
        for _ in range(100):
            async with self.town.house.database.read() as tx:
                waiting = sa.select(sa.func.count()).select_from(service_messages).where(service_messages.c.state == "waiting")
                if not (await tx.execute(waiting)).scalar():
                    break
            await asyncio.sleep(0.05)
        return [mail for mail in await self.town.mailbox(address) if mail.kind == "service"]

    async def signs_up(self, address: str = MEI) -> Answer:
        await self.choose()
        assert (await self.asks_for_a_code(address)).location == "/start/code"
        return await post(self.client, "/start/code", {"code": await self.code(address)})

    async def people(self) -> int:
        async with self.town.house.database.read() as tx:
            return int((await tx.execute(sa.select(sa.func.count()).select_from(subscribers))).scalar_one())


@pytest.fixture
async def hall(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Hall]:
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with (
        a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town,
        served(town) as base,
        a_browser(base) as client,
    ):
        yield Hall(town, base, client)


async def test_three_steps_and_a_code_make_a_subscriber_who_is_signed_in_and_welcomed(hall: Hall) -> None:
    assert (await hall.signs_up()).location == "/start/done"
    done = await get(hall.client, "/start/done")
    assert (done.status, done.location) == (200, "/start/done")
    assert "退休养老" in done.text
    async with hall.town.house.database.read() as tx:
        profile = (await profiles_of(tx, [1]))[0]
        person = (await recipients(tx, [1]))[1]
    assert profile.places == ("510104",)
    assert (person.preferences.frequency, len(person.endpoints), person.language) == ("daily", 1, "zh")
    welcome = (await hall.mails())[-1]
    assert "每天早上 8 点半" in welcome.text
    assert "/me" in welcome.text


async def test_the_way_out_in_the_welcome_needs_no_login_and_changes_nothing_by_being_looked_at(hall: Hall) -> None:
    await hall.signs_up()
    path = re.findall(r"/u/[\w-]+", (await hall.mails())[-1].text)[0]
    async with a_browser(hall.base) as stranger:
        for _ in range(3):
            assert (await get(stranger, path)).status == 200
        async with hall.town.house.database.read() as tx:
            assert (await recipients(tx, [1]))[1].endpoints
        async with stranger.post(path, data="List-Unsubscribe=One-Click") as answer:
            assert answer.status == 200
            assert "已经停止" in await answer.text()
            assert "只停这个主题" not in await answer.text()
    async with hall.town.house.database.read() as tx:
        assert not (await recipients(tx, [1]))[1].endpoints
    hall.town.clock.advance(timedelta(days=4_000))
    assert (await get(hall.client, path)).status == 200


async def test_who_is_known_becomes_no_second_person(hall: Hall) -> None:
    await hall.town.a_citizen("mei", in_="510104")
    await hall.signs_up()
    assert await hall.people() == 1
    assert "您以前订过" in (await get(hall.client, "/start/done")).text


async def test_a_mailbox_that_several_share_asks_who_it_is(hall: Hall) -> None:
    await hall.town.a_citizen("mei")
    await hall.town.a_citizen("wang", address={"email": MEI})
    asked = await hall.signs_up()
    assert asked.location == "/start/who"
    page = await get(hall.client, "/start/who")
    assert page.text.count('name="who"') == 3
    assert (await post(hall.client, "/start/who", {"who": "77"})).status == 422
    assert (await post(hall.client, "/start/who", {"who": "2"})).location == "/start/done"
    assert await hall.people() == 2
    # The proof is used up.
    assert (await get(hall.client, "/start/who")).location == "/start"


async def test_several_at_one_mailbox_sign_in_as_the_one_that_they_choose(hall: Hall) -> None:
    await hall.town.a_citizen("mei")
    await hall.town.a_citizen("wang", address={"email": MEI})
    await post(hall.client, "/enter", {"address": MEI, "next": "/me/history"}, at="/enter?next=/me/history")
    asked = await post(hall.client, "/enter/code", {"code": await hall.code()})
    assert asked.location == "/enter/who"
    assert (await post(hall.client, "/enter/who", {"who": "0"})).status == 422
    assert (await post(hall.client, "/enter/who", {"who": "1"})).location == "/me/history"


async def test_imported_people_sign_in_by_a_code_and_out_again(hall: Hall) -> None:
    await hall.town.a_citizen("mei")
    assert (await hall.asks_for_a_code(at="/enter")).location == "/enter/code"
    assert (await post(hall.client, "/enter/code", {"code": await hall.code()})).location == "/me"
    assert (await post(hall.client, "/enter/out")).location == "/"
    assert (await get(hall.client, "/start/done")).location.startswith("/enter")


async def test_signing_in_opens_no_address_that_was_stopped(hall: Hall) -> None:
    await hall.signs_up()
    path = re.findall(r"/u/[\w-]+", (await hall.mails())[-1].text)[0]
    async with hall.client.post(path, data="List-Unsubscribe=One-Click"):
        pass
    async with a_browser(hall.base) as later:
        again = Hall(hall.town, hall.base, later)
        await again.asks_for_a_code(at="/enter")
        assert (await post(later, "/enter/code", {"code": await again.code()})).location == "/me"
    async with hall.town.house.database.read() as tx:
        assert not (await recipients(tx, [1]))[1].endpoints


async def test_an_unknown_address_hears_the_same_as_a_known_one_and_gets_nothing(hall: Hall) -> None:
    await hall.town.a_citizen("mei")
    answers = []
    for address in (MEI, "nobody@mail.example"):
        async with a_browser(hall.base) as client:
            sent = await post(client, "/enter", {"address": address})
            page = await get(client, "/enter/code")
            wrong = await post(client, "/enter/code", {"code": "000000"})
            answers.append([
                (each.status, each.location, re.sub(r'value="[^"]*"', "", each.text.replace(address, "")))
                for each in (sent, page, wrong)
            ])  # fmt: skip
    assert answers[0] == answers[1]
    assert await hall.mails("nobody@mail.example") == []
    assert len(await hall.mails()) == 1


async def test_an_answer_takes_as_long_for_an_unknown_address_as_for_a_known_one(hall: Hall) -> None:
    await hall.town.a_citizen("mei")
    seconds = asyncio.get_running_loop().time
    for address in (MEI, "nobody@mail.example"):
        begun = seconds()
        await hall.asks_for_a_code(address, at="/enter")
        assert seconds() - begun >= 0.25


async def test_a_wrong_and_an_old_code_are_told_kindly_and_a_new_one_works(hall: Hall) -> None:
    await hall.choose()
    await hall.asks_for_a_code()
    code = await hall.code()
    wrong = await post(hall.client, "/start/code", {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert wrong.status == 422
    assert "再发一个" in wrong.text
    assert (await post(hall.client, "/start/code", {"code": "12"})).status == 422
    hall.town.clock.advance(timedelta(minutes=11))
    assert (await post(hall.client, "/start/code", {"code": code})).status == 422
    assert (await post(hall.client, "/start/again", at="/start/code")).location == "/start/code?again=1"
    spaced = " ".join(await hall.code())
    assert (await post(hall.client, "/start/code", {"code": spaced})).location == "/start/done"


async def test_five_wrong_tries_use_a_code_up(hall: Hall) -> None:
    await hall.choose()
    await hall.asks_for_a_code()
    code = await hall.code()
    for number in range(1, 6):
        await post(hall.client, "/start/code", {"code": f"{(int(code) + number) % 10**6:06}"})
    assert (await post(hall.client, "/start/code", {"code": code})).status == 422
    assert await hall.people() == 0


async def test_a_form_sent_twice_and_a_second_tab_do_no_harm(hall: Hall) -> None:
    await hall.choose("成都")
    await hall.choose("绵阳", what="health")  # another tab went another way: both places are there, the later choice counts
    await hall.asks_for_a_code()
    code = await hall.code()
    assert (await post(hall.client, "/start/code", {"code": code})).location == "/start/done"
    mark = {"code": code}
    assert (await post(hall.client, "/start/code", mark, at="/start")).location == "/start/done"
    assert await hall.people() == 1
    async with hall.town.house.database.read() as tx:
        assert (await profiles_of(tx, [1]))[0].places == ("510100", "510700")


async def test_back_shows_what_was_chosen(hall: Hall) -> None:
    await post(hall.client, "/start", {"place": "成都", "kind": "business", "do": "next"})
    said = {"bundles": "shop", "industry": "餐饮业", "headcount": "3", "words": "夜市, 外摆"}
    assert (await post(hall.client, "/start/what", said)).location == "/start/how"
    page = await get(hall.client, "/start/what")
    assert re.search(r'value="shop" checked', page.text)
    assert "夜市、外摆" in page.text
    assert 'value="H62" checked' in page.text
    assert (await post(hall.client, "/start/what", {**said, "industry": ""})).location == "/start/how"


async def test_places_are_added_taken_away_and_asked_back(hall: Hall) -> None:
    asked = await post(hall.client, "/start", {"place": "鼓楼区", "do": "next"})
    assert (asked.status, asked.text.count('name="pick"')) == (422, 4)
    both = [("pick", "320106"), ("pick", "320302"), ("asked", "鼓楼区"), ("place", "鼓楼区"), ("do", "more")]
    assert (await post(hall.client, "/start", both)).location == "/start"
    assert "江苏省徐州市鼓楼区" in (await get(hall.client, "/start")).text
    assert (await post(hall.client, "/start", {"remove": "320302"})).location == "/start"
    assert "江苏省徐州市鼓楼区" not in (await get(hall.client, "/start")).text
    assert (await post(hall.client, "/start", {"place": "火星", "do": "next"})).status == 422


@pytest.mark.parametrize(
    ("written", "headcount"), [("12", 12), ("about 12", 12), ("12人左右", 12), ("1,200", 1200), ("", None)]
)
async def test_how_many_people_may_be_said_in_words(hall: Hall, written: str, headcount: int | None) -> None:
    await post(hall.client, "/start", {"place": "成都", "kind": "business", "do": "next"})
    assert (await post(hall.client, "/start/what", {"headcount": written})).location == "/start/how"
    assert f'value="{headcount or ""}"' in (await get(hall.client, "/start/what")).text


@pytest.mark.parametrize("written", ["12-20", "many", "1.5", "0"])
async def test_what_is_no_number_of_people_is_told(hall: Hall, written: str) -> None:
    await post(hall.client, "/start", {"place": "成都", "kind": "business", "do": "next"})
    assert (await post(hall.client, "/start/what", {"headcount": written})).status == 422


async def test_somebody_else_is_looked_out_for_without_a_place_of_ones_own(hall: Hall) -> None:
    assert (await get(hall.client, "/start/what")).location == "/start"
    mother = {"place": "mianyang", "born": "80", "bundles": "older"}
    assert (await post(hall.client, "/start/other", mother)).location == "/start"
    # Topics of one's own would be those of no place: the second step is left out.
    assert (await post(hall.client, "/start", {"do": "next"})).location == "/start/how"
    assert 'class="button quiet" href="/start"' in (await get(hall.client, "/start/how")).text
    await hall.asks_for_a_code()
    await post(hall.client, "/start/code", {"code": await hall.code()})
    async with hall.town.house.database.read() as tx:
        profile = (await profiles_of(tx, [1]))[0]
    assert {interest.places for _, interest, _ in profile.interests} == {("510700",)}
    assert profile.places == ()


async def test_a_phone_number_gets_its_code_by_text_message(hall: Hall) -> None:
    await hall.choose()
    assert (await hall.asks_for_a_code("138 0000 0000")).location == "/start/code"
    text = next(mail for mail in await hall.mails("+8613800000000"))
    assert text.channel == "sms"
    found = re.search(r"\d{6}", text.text)
    assert found
    assert (await post(hall.client, "/start/code", {"code": found[0]})).location == "/start/done"
    assert "/u/" in (await hall.mails("+8613800000000"))[-1].text


@pytest.mark.parametrize(
    "address", ["", "nonsense", "a@b", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: c@d.cn", "12345", "x" * 10_000, "😀@😀"]
)
async def test_what_is_no_address_is_told_at_its_field_and_sends_nothing(hall: Hall, address: str) -> None:
    await hall.choose()
    answer = await hall.asks_for_a_code(address)
    assert answer.status == 422
    assert 'href="#address"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await hall.town.mailbox() == []


HOSTILE = (
    "<script>alert(1)</script>",
    "'; DROP TABLE subscribers; --",
    "{{7*7}}{0}{name}",
    "😀" * 50,
    "长" * 10_000,
    "\u202e\x00\x01",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_in_any_field_is_refused_or_shown_as_text(hall: Hall, text: str) -> None:
    await post(hall.client, "/start", {"place": "成都", "kind": "business", "do": "next"})
    for path, names in {
        "/start": ("place", "pick", "remove", "remove_other", "kind", "asked", "do"),
        "/start/other": ("place", "pick", "born", "bundles", "asked"),
        "/start/what": ("words", "born", "bundles", "topics", "industry", "industries", "asked_industry", "headcount"),
        "/start/how": ("address", "frequency"),
        "/enter": ("address", "next"),
    }.items():
        for name in names:
            answer = await post(hall.client, path, {name: text})
            assert answer.status in (200, 303, 422), (path, name, answer.status)
            assert "<script>alert" not in answer.text
            assert "49" not in re.sub(r"[A-Za-z0-9_=?-]{12,}", "", answer.text) or "{{7*7}}" not in text
    for path in ("/start", "/start/what", "/start/how", "/start/other", "/enter", f"/enter?next={'x' * 400}"):
        assert (await get(hall.client, path)).status == 200


async def test_the_most_that_can_be_chosen_fits_the_cookie_and_more_is_told(hall: Hall) -> None:
    everything = [("bundles", bundle.bundle_id) for bundle in bundles()]
    places = [("pick", code) for code in find_places("朝阳", 8)]
    await post(hall.client, "/start", [*places, ("kind", "business"), ("do", "next")])
    for _ in range(3):
        assert (await post(hall.client, "/start/other", [*places, *everything, ("born", "1959")])).location == "/start"
    assert (await post(hall.client, "/start/other", {"place": "成都"})).status == 422
    topics = [("topics", entry.code) for entry in taxonomy.topics().life()]
    industries = [("industries", code) for code in find_industries("制造", 5)]
    most = [*everything, *sorted(topics, key=lambda topic: -len(topic[1]))[:12], *industries, ("headcount", "9999999")]
    too_much = [("words", ",".join(f"{number}{'😀' * 28}" for number in range(8)))]
    assert (await post(hall.client, "/start/what", [*most, *too_much])).status == 422
    words = [("words", ",".join(f"{number}{'字' * 19}" for number in range(8)))]
    assert (await post(hall.client, "/start/what", [*most, *words])).location == "/start/how"
    address = f"{'m' * 64}@{'.'.join(['d' * 60] * 3)}.cn"
    assert (await hall.asks_for_a_code(address)).location == "/start/code"
    assert address in (await get(hall.client, "/start/code")).text


async def test_what_would_have_come_is_said_anew_for_what_is_ticked_just_now(hall: Hall) -> None:
    await post(hall.client, "/start", {"place": "成都", "do": "next"})
    piece = await post(hall.client, "/start/taste", {"bundles": "older"}, at="/start/what")
    assert piece.status == 200
    assert "过去 30 天" in piece.text
    assert "<html" not in piece.text


async def test_a_form_of_another_site_and_one_without_its_mark_are_refused(hall: Hall) -> None:
    for path in ("/start", "/start/what", "/start/how", "/start/code", "/start/who", "/start/again", "/start/other",
                 "/start/taste", "/enter", "/enter/code", "/enter/who", "/enter/again", "/enter/out"):  # fmt: skip
        async with hall.client.post(path, data={"place": "成都"}) as answer:
            assert answer.status == 403, path


async def test_looking_changes_nothing_and_keeps_no_cookie_of_choices(hall: Hall) -> None:
    for path in ("/", "/start", "/start/other", "/enter", "/enter/out"):
        assert (await get(hall.client, path)).status == 200
    names = {cookie.key for cookie in hall.client.cookie_jar}
    assert names <= {"reader"}
    assert await hall.people() == 0


async def test_words_that_a_search_brought_along_are_said_on_the_first_step(hall: Hall) -> None:
    await post(hall.client, "/start", {"place": "成都", "do": "next"})
    await post(hall.client, "/start/what", {"words": "加装电梯"})
    assert "有“加装电梯”的新消息就告诉您" in (await get(hall.client, "/start")).text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_welcome_says_what_comes_how_often_and_how_to_leave(language: Language, channel: Channel) -> None:
    words = {
        "what": "- 退休养老",
        "often": "每天一次。",
        "link": "https://push.example/me",
        "leave": "https://push.example/u/x",
    }
    until = datetime(2026, 3, 2, tzinfo=UTC)
    message = render(ServiceMessage("srv_1", "welcome", channel, MEI, language, words, until))
    assert "每天一次" in message.text
    assert "https://push.example/u/x" in message.text
    assert "{" not in message.text
    assert message.headers["List-Unsubscribe"] == "<https://push.example/u/x>"
    if channel == "email":
        # Plain text has no button: each link stands under the words that the message speaks of.
        button, leave = ("看看我的订阅", "退订，一步就好") if language == "zh" else ("See my page", "Leave, in one step")
        assert f"{button}\nhttps://push.example/me" in message.text
        assert f"{leave}\nhttps://push.example/u/x" in message.text
        assert "退休养老" in message.html
        assert 'href="https://push.example/u/x"' in message.html
