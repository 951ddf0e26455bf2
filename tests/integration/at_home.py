"""A signed-in citizen's browser, for the tests of /me."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import sqlalchemy as sa

from pushsvc.operations.sessions import open_session
from pushsvc.profiles.self_service import Myself, myself
from pushsvc.storage.tables.profiles import subscribers
from tests.integration.forms import Answer, a_browser, get, post
from tests.integration.pages_town import served
from tests.journeys.house import BASE_URL, Mail, Town, a_house

CODE = re.compile(r"\b[0-9]{6}\b")


@dataclass
class Home:
    """Mei's browser in a served town. Every other person of the town has none."""

    town: Town
    base: str
    client: aiohttp.ClientSession

    async def get(self, path: str) -> Answer:
        return await get(self.client, path)

    async def post(self, path: str, *fields: tuple[str, str], at: str | None = None) -> Answer:
        return await post(self.client, path, fields, at)

    async def shown(self, path: str, *names: str) -> list[tuple[str, str]]:
        """The hidden fields of those names in the first form that has them, as this page was made."""
        page = await self.get(path)
        return [(name, found[1]) for name in names if (found := re.search(f'name="{name}" value="([^"]*)"', page.text))]

    async def me(self, name: str = "mei") -> Myself:
        async with self.town.house.database.read() as tx:
            number = await tx.scalar(sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == name))
            assert number is not None
            return await myself(tx, self.town.house.vault, number)

    async def service_mail(self, address: str, *, with_: str = "", least: int = 1) -> list[Mail]:
        """What the service itself said to an address that holds these words, the newest first; waits for them."""
        for _ in range(200):
            self.town.service.posted()
            mails = [mail for mail in await self.town.mailbox(address) if mail.kind == "service" and with_ in mail.text]
            if len(mails) >= least:
                return mails[::-1]
            await asyncio.sleep(0.02)
        raise AssertionError(f"{len(mails)} service messages for {address} with {with_!r}")

    async def code(self, address: str) -> str:
        """The last code that was sent there."""
        for mail in await self.service_mail(address):
            if found := CODE.search(f"{mail.subject} {mail.text}"):
                return found[0]
        raise AssertionError(f"no code for {address}")


async def cookie_of(town: Town, name: str) -> str:
    """The cookie of a session of this person."""
    async with town.house.database.write() as tx:
        number = await tx.scalar(sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == name))
        session = await open_session(tx, "citizen", str(number), town.clock.now(), os.urandom)
    return town.house.vault.token("session citizen", session.token)


@asynccontextmanager
async def at_home(sqlite_template: Path, tmp_path: Path, **mei: object) -> AsyncIterator[Home]:
    """A town where mei (born 1956, email and phone, asks for 补贴) is signed in, and li lives."""
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        given = {"channels": ("email", "sms"), "attributes": {"birth_year": 1956}} | mei
        await town.a_citizen("mei", **given)  # type: ignore[arg-type]
        await town.a_citizen("li")
        async with served(town) as base, a_browser(base) as client:
            client.cookie_jar.update_cookies({"me": await cookie_of(town, "mei")})
            yield Home(town, base, client)


def path_in(mail: Mail, begins: str) -> str:
    """The path of the link that begins like this."""
    found = re.search(rf"{re.escape(BASE_URL)}({re.escape(begins)}[\w-]+)", mail.text)
    assert found, mail.text
    return found[1]
