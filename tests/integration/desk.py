"""An operator at the pages that put things right: a served house in which something waits, and browsers that are signed in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import aiohttp
import sqlalchemy as sa

from pushsvc.operations.accounts import add_account, set_password
from pushsvc.operations.audit import Deed, latest_deeds
from pushsvc.operations.audit_check import verify
from pushsvc.operations.reports import file_report
from pushsvc.storage.tables.ledger import notices
from pushsvc.streams.dead_letters import DeadLetter, bury
from tests.integration.forms import Answer, a_browser, get, post
from tests.integration.pages_town import served
from tests.journeys.house import Town

PASSWORD = "correct horse battery"


def words(text: str) -> str:
    """What a reader sees of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>", " ", text))).split())


@dataclass(frozen=True)
class Desk:
    """`town` with its pages at `base`, and one account of each role whose name is its role."""

    town: Town
    base: str

    @asynccontextmanager
    async def signed_in(self, name: str = "operator", language: str = "zh") -> AsyncIterator[aiohttp.ClientSession]:
        async with a_browser(self.base, language=language) as client:
            done = await post(client, "/sign-in", {"name": name, "password": PASSWORD})
            assert done.status == 303, done.text
            yield client

    async def deeds(self) -> Sequence[Deed]:
        """What stands in the trail, newest first, without the signing in; the trail is whole."""
        async with self.town.house.database.read() as tx:
            assert (await verify(tx)).whole
            return [
                deed for deed in await latest_deeds(tx) if deed.action not in ("signed in", "account added", "password set")
            ]

    async def die(self, many: int, *, stage: str = "match", reason: str = "", **value: Any) -> None:
        """So many records of one cause are in the dead letters."""
        async with self.town.house.database.write() as tx:
            for number in range(many):
                version = f"ver_{number:032x}"
                said = reason or f"version {version} has no summary in the store: replay the event that brought it"
                record = value or {"event_id": f"evt_{number:032x}", "version_id": version, "n": number}
                letter = DeadLetter(
                    stage, "summaries", 0, 9_000 + number + len(said) * 100, f"pub_{number:032x}", record, said, None,
                    self.town.clock.now(),
                )  # fmt: skip
                await bury(tx, letter)

    async def a_report(self, sentence: str = "请于2026年4月30日前申请。", said: str = "窗口说是5月20日") -> int:
        async with self.town.house.database.write() as tx:
            row = (await tx.execute(sa.select(notices).limit(1))).one()
            return await file_report(
                tx, self.town.house.vault, self.town.clock.now(), delivery_id=row.delivery_id,
                publication_id=row.publication_id, version_id=row.version_id, sentence=sentence, words=said,
            )  # fmt: skip


@asynccontextmanager
async def a_desk(town: Town) -> AsyncIterator[Desk]:
    database, clock = town.house.database, town.clock
    for role in ("viewer", "publisher", "operator", "approver", "admin"):
        await add_account(database, clock, role, role, "5101040001" if role == "publisher" else None)
        await set_password(database, clock, role, PASSWORD)
    async with served(town) as base:
        yield Desk(town, base)


__all__ = ["Answer", "Desk", "a_desk", "get", "post", "words"]
