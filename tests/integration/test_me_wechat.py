"""WeChat on `/me/addresses`: a code joins a person's WeChat, and what became of it is said. A fake takes the calls."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest

from pushsvc.demo.fakes.wechat import FakeWeChat
from pushsvc.profiles import wechat
from pushsvc.web.citizen.my_wechat import CODES_AN_HOUR
from tests.integration.at_home import Home, at_home, cookie_of
from tests.integration.forms import Answer, a_browser, mark_of
from tests.integration.pages_town import served
from tests.journeys.house import a_house

LIST, CODE, SCANNED = "/me/addresses", "/me/addresses/wechat", "/me/addresses/wechat/scanned"
LI = "openid-li-" + "0" * 15


@dataclass
class Phone:
    """Mei's browser, and WeChat."""

    home: Home
    fake: FakeWeChat

    async def a_code(self) -> Answer:
        return await self.home.post(CODE, at=LIST)

    async def says(self, page: Answer) -> Answer:
        """Press "I have scanned it" on this page."""
        found = re.search(r'name="code" value="([^"]+)"', page.text)
        assert found, page.text
        return await self.home.post(SCANNED, ("code", found[1]), at=LIST)

    async def scans(self, openid: str) -> None:
        """Somebody scans the newest code."""
        query, body = self.fake.scan(list(self.fake.scenes)[-1], openid)
        status, _ = await self.home.town.request("POST", f"/api/v1/receipts/wechat?{urlencode(query)}", body)
        assert status == 200
        await self.home.town.settle()


@asynccontextmanager
async def with_wechat(
    kind: Literal["official", "mini"], template: Path, folder: Path, *, hers: Sequence[str] = ()
) -> AsyncIterator[Phone]:
    path, fake = folder / "pushsvc.sqlite3", FakeWeChat(kind=kind)
    shutil.copyfile(template, path)
    await fake.start()
    try:
        async with a_house(f"sqlite+aiosqlite:///{path}", folder, wechat_url=fake.url) as town:
            fake.clock = lambda: town.clock.now().timestamp()
            await town.a_site()
            await town.a_citizen("mei", channels=hers or (["email", "wechat"] if kind == "mini" else ["email"]))
            await town.a_citizen("li", channels=["wechat"])
            async with served(town) as base, a_browser(base) as client:
                client.cookie_jar.update_cookies({"me": await cookie_of(town, "mei")})
                yield Phone(Home(town, base, client), fake)
    finally:
        await fake.stop()


@pytest.fixture
async def phone(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Phone]:
    async with with_wechat("official", sqlite_template, tmp_path) as made:
        yield made


async def test_a_scanned_code_adds_her_wechat_and_the_page_says_so(phone: Phone) -> None:
    assert "用微信收消息" in (await phone.home.get(LIST)).text
    shown = await phone.a_code()
    assert (shown.status, "data:image/png" in shown.text, "10 分钟内有效" in shown.text) == (200, True, True)
    not_yet = await phone.says(shown)
    assert "还没收到" in not_yet.text
    assert "data:image/png" in not_yet.text
    await phone.scans("oMei")
    joined = await phone.says(not_yet)
    assert joined.location == f"{LIST}?done=wechat"
    assert "微信加好了" in (await phone.home.get(joined.location)).text
    assert [each.channel for each in (await phone.home.me()).addresses] == ["email", "wechat"]


async def test_the_words_of_a_code_stand_nowhere_on_its_page(phone: Phone) -> None:
    shown = await phone.a_code()
    (scene,) = phone.fake.scenes.values()
    assert scene not in shown.text


async def test_a_wechat_of_somebody_else_is_refused_with_a_way_on(phone: Phone) -> None:
    shown = await phone.a_code()
    await phone.scans(LI)
    refused = await phone.says(shown)
    assert "这个微信已经在替别人收消息" in refused.text
    assert "换一个新码" in refused.text
    assert [each.channel for each in (await phone.home.me()).addresses] == ["email"]


async def test_a_code_that_is_over_or_that_she_was_never_shown_leads_to_a_new_one(phone: Phone) -> None:
    shown = await phone.a_code()
    await phone.home.town.advance(minutes=11)
    assert "这个码不能用了" in (await phone.says(shown)).text
    for written in ("", "nonsense", phone.home.town.house.vault.token("stop", "1")):
        assert "这个码不能用了" in (await phone.home.post(SCANNED, ("code", written), at=LIST)).text


async def test_when_wechat_gives_no_code_the_page_says_to_try_later(phone: Phone) -> None:
    await phone.fake.stop()
    later = await phone.a_code()
    assert (later.status, "现在拿不到二维码" in later.text) == (503, True)


async def test_nobody_makes_codes_without_end(phone: Phone) -> None:
    for _ in range(CODES_AN_HOUR):
        assert (await phone.a_code()).status == 200
    assert (await phone.a_code()).status == 503
    assert len(phone.fake.scenes) == CODES_AN_HOUR


async def test_who_is_not_signed_in_gets_no_code(phone: Phone) -> None:
    async with a_browser(phone.home.base) as stranger:
        form = {"mark": await mark_of(stranger, "/enter")}
        for path in (CODE, SCANNED):
            async with stranger.post(path, data=form, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"].split("?")[0]) == (303, "/enter")
    assert phone.fake.scenes == {}


async def test_where_wechat_is_not_set_up_there_is_no_button_and_no_code(sqlite_template: Path, tmp_path: Path) -> None:
    async with at_home(sqlite_template, tmp_path) as home:
        assert "用微信收消息" not in (await home.get(LIST)).text
        assert (await home.post(CODE, at=LIST)).status == 404


async def test_of_a_mini_program_she_sees_how_many_messages_she_has_agreed_to(sqlite_template: Path, tmp_path: Path) -> None:
    async with with_wechat("mini", sqlite_template, tmp_path) as phone:
        home = phone.home
        openid = next(each.address for each in (await home.me()).addresses if each.channel == "wechat")
        house = home.town.house
        async with house.database.write() as tx:
            await wechat.add(tx, house.vault, openid, "once", 3, house.clock.now())
        assert "您还同意收 3 条" in (await home.get(LIST)).text
        async with house.database.write() as tx:
            await wechat.empty(tx, house.vault, openid, "once", house.clock.now())
        assert "您同意的条数用完了" in (await home.get(LIST)).text


async def test_a_mini_programs_code_is_shown_and_joins_whoever_scans_it(sqlite_template: Path, tmp_path: Path) -> None:
    async with with_wechat("mini", sqlite_template, tmp_path, hers=["email"]) as phone:
        assert "用微信收消息" in (await phone.home.get(LIST)).text
        shown = await phone.a_code()
        assert (shown.status, "data:image/png" in shown.text, "再点“确认”" in shown.text) == (200, True, True)
        not_yet = await phone.says(shown)
        assert ("小程序里点“确认”" in not_yet.text, "data:image/png" in not_yet.text) == (True, True)
        scene, again = phone.fake.mini.drawn
        assert scene == again
        assert scene not in shown.text + not_yet.text
        asked = {"scene": scene, "code": phone.fake.mini.login("oMei")}
        async with phone.home.client.post("/api/v1/wechat/join", json=asked) as answer:
            assert await answer.json() == {"state": "joined"}
        joined = await phone.says(not_yet)
        assert joined.location == f"{LIST}?done=wechat"
        assert [each.channel for each in (await phone.home.me()).addresses] == ["email", "wechat"]


async def test_when_wechat_draws_no_second_picture_the_page_says_to_try_later(sqlite_template: Path, tmp_path: Path) -> None:
    async with with_wechat("mini", sqlite_template, tmp_path, hers=["email"]) as phone:
        shown = await phone.a_code()
        phone.fake.faults.append(-1)
        later = await phone.says(shown)
        assert (later.status, "现在拿不到二维码" in later.text) == (503, True)
