"""The queue of what the service itself says: who waits at the door goes first, and one bad message holds nobody up."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.channels.service import ServiceMessage, claim_due, put
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.subscribers import Channel
from pushsvc.profiles.checking import check
from pushsvc.profiles.consent import stop_everything
from pushsvc.profiles.importing import apply
from pushsvc.storage.database import Database
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.vault import Vault
from pushsvc.streams import service_post
from pushsvc.streams.service_post import ServicePost

SILENT = {"names": "甲", "list": "甲：3月1日", "link": "http://push.example/me"}


class Provider:
    """A carrier of one channel that keeps what it took; `before` may raise."""

    channel: Channel = "email"
    name, connections = "provider", 1

    def __init__(self, before: Callable[[Message], None] = lambda _message: None) -> None:
        self.taken: list[str] = []
        self._before = before

    async def connect(self) -> Provider:
        return self

    async def send(self, message: Message) -> SendResult:
        self._before(message)
        self.taken.append(message.to)
        return SendResult("accepted", "250")

    async def close(self) -> None:
        """Nothing is held open."""


async def queued(
    database: Database, vault: Vault, clock: FixedClock, kind: str, address: str, subscriber_no: int | None = None
) -> None:
    words = {"code": "123456"} if kind == "code" else SILENT
    until = clock.now() + (timedelta(minutes=10) if kind == "code" else timedelta(days=2))
    message = ServiceMessage(f"srv_{kind}_{address}", kind, "email", address, "zh", words, until)
    async with database.write() as tx:
        await put(tx, vault, message, clock.now(), subscriber_no=subscriber_no)


async def states(database: Database) -> dict[str, tuple[str, int]]:
    async with database.read() as tx:
        rows = await tx.execute(sa.select(service_messages))
        return {row.message_id.rpartition("_")[2]: (row.state, row.tries) for row in rows}


async def test_a_code_leaves_before_the_notes_that_were_queued_earlier(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    for number in range(12):
        await queued(database, vault, clock, "silent", f"follower{number}@mail.example")
    clock.advance(timedelta(minutes=1))
    await queued(database, vault, clock, "code", "mei@mail.example")
    provider = Provider()
    assert await ServicePost(database, vault, [provider], clock).once()
    assert provider.taken[0] == "mei@mail.example"


async def test_a_message_that_no_provider_can_be_handed_holds_up_none_behind_it(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    def fails(message: Message) -> None:
        if message.to == "bad@mail.example":
            raise UnicodeEncodeError("ascii", "…", 0, 1, "cannot be written")

    for name in ("bad", "good"):
        await queued(database, vault, clock, "code", f"{name}@mail.example")
        clock.advance(timedelta(seconds=1))
    provider = Provider(fails)
    await ServicePost(database, vault, [provider], clock).once()
    assert provider.taken == ["good@mail.example"]
    assert await states(database) == {"bad@mail.example": ("waiting", 1), "good@mail.example": ("sent", 1)}


async def test_a_row_that_cannot_be_read_holds_up_none_behind_it(database: Database, vault: Vault, clock: FixedClock) -> None:
    for name in ("lost", "good"):
        await queued(database, vault, clock, "code", f"{name}@mail.example")
    async with database.write() as tx:
        lost = service_messages.c.message_id == "srv_code_lost@mail.example"
        await tx.execute(sa.update(service_messages).where(lost).values(address=b"no key opens this"))
        claimed = await claim_due(tx, vault, clock.now(), 5)
    assert [each.address for each in claimed] == ["good@mail.example"]


async def test_what_a_slow_provider_leaves_no_time_for_is_given_back_untried(
    database: Database, vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease would end while it is sent, and another process would send it too."""
    monkeypatch.setattr(service_post, "SEND_SECONDS", 40.0)
    for name in ("one", "two"):
        await queued(database, vault, clock, "code", f"{name}@mail.example")
    provider = Provider()
    await ServicePost(database, vault, [provider], clock).once()
    assert provider.taken == []
    assert set((await states(database)).values()) == {("waiting", 0)}


async def test_what_could_not_leave_in_time_ends_and_keeps_no_address(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    await queued(database, vault, clock, "code", "mei@mail.example")
    clock.advance(timedelta(minutes=11))
    provider = Provider()
    assert await ServicePost(database, vault, [provider], clock).once() == 0
    assert provider.taken == []
    async with database.read() as tx:
        row = (await tx.execute(sa.select(service_messages))).one()
    assert (row.state, row.code, row.address, row.words) == ("dead", "too_late", None, None)


async def test_whoever_says_stop_hears_no_note_that_was_queued_before(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    for number, name in enumerate(("mei", "wang"), start=1):
        consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
        line = {"id": name, "endpoints": [{"channel": "email", "address": f"{name}@mail.example", "consent": consent}]}
        await apply(database, vault, clock, check([json.dumps({**line, "places": ["510104"]}).encode()], clock))
        await queued(database, vault, clock, "silent", f"{name}@mail.example", number)
    async with database.write() as tx:
        await stop_everything(tx, 1, clock.now(), "page /u")
    provider = Provider()
    await ServicePost(database, vault, [provider], clock).once()
    assert provider.taken == ["wang@mail.example"]
    assert (await states(database))["mei@mail.example"][0] == "dead"


class PricedProvider(Provider):
    """One whose price of a message may be a fault."""

    async def estimate(self, message: Message) -> None:
        self._before(message)


async def test_one_message_whose_price_cannot_be_told_holds_nobody_up(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    def trips(message: Message) -> None:
        if message.to == "first@x.example":
            raise ValueError("a fault of ours")

    for name in ("first", "second"):
        await queued(database, vault, clock, "code", f"{name}@x.example")
    provider = PricedProvider(trips)
    assert await ServicePost(database, vault, [provider], clock).once() == 2
    assert provider.taken == ["second@x.example"]
    assert await states(database) == {"first@x.example": ("waiting", 1), "second@x.example": ("sent", 1)}
