"""A clerk at the publisher's console: a served town, an account of its site, and a browser without scripts."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp

from pushsvc.operations.accounts import add_account, set_password
from tests.integration.pages_town import served
from tests.journeys.house import SITE, Town, a_house

PASSWORD = "a good long password"
NOTICE = """关于申领老旧电梯更新补贴的通知

凡在本区居住的业主均可申领补贴。每台电梯补贴15万元，最高不超过20万元。
请于2026年4月30日前到区住建局申请。咨询电话：028-61880001。"""


@dataclass(frozen=True)
class Shown:
    """A page that came back, and where it stands in the end."""

    status: int
    text: str
    path: str

    @property
    def words(self) -> str:
        """What a reader sees of it, on one line."""
        body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", self.text)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@dataclass
class Clerk:
    """Opens pages and sends their forms, as a browser without scripts does."""

    town: Town
    base: str
    browser: aiohttp.ClientSession

    async def opens(self, path: str) -> Shown:
        async with self.browser.get(path) as answer:
            return Shown(answer.status, await answer.text(), str(answer.url.relative()))

    async def sends(self, path: str, page: str | None = None, **fields: str) -> Shown:
        """Fill in the form of `page` (the address itself unless said) that posts to `path`; where that leads is followed."""
        shown = await self.opens(page or path)
        mark = re.search(r'name="mark" value="([^"]+)"', shown.text)
        assert mark, f"{page or path} has no form: {shown.status}"
        async with self.browser.post(path, data={"mark": mark[1], **fields}) as answer:
            return Shown(answer.status, await answer.text(), str(answer.url.relative()))

    async def previews(self, **fields: str) -> Shown:
        return await self.sends("/p/new", **fields)

    async def signs_in(self, name: str) -> None:
        answer = await self.sends("/sign-in", name=name, password=PASSWORD)
        assert answer.status == 200, answer.words


async def an_account(town: Town, name: str, role: str = "publisher", site: str | None = SITE) -> None:
    await add_account(town.house.database, town.clock, name, role, site)
    await set_password(town.house.database, town.clock, name, PASSWORD)


@asynccontextmanager
async def another(town: Town, base: str, name: str) -> AsyncIterator[Clerk]:
    """Somebody else at a browser of their own."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(base, headers={"Accept-Language": "zh"}, cookie_jar=jar) as browser:
        clerk = Clerk(town, base, browser)
        await clerk.signs_in(name)
        yield clerk


@asynccontextmanager
async def at_the_console(sqlite_template: Path, tmp_path: Path, **settings: Any) -> AsyncIterator[Clerk]:
    """A town with one site, whose clerk `lina` is signed in."""
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path, **settings) as town:
        await town.a_site()
        await an_account(town, "lina")
        async with served(town) as base, another(town, base, "lina") as clerk:
            yield clerk
