"""What providers call us for, made durable in one transaction before they hear that we have it: receipts, and people's answers.

Whoever answers an SMS with one of the stop words is heard at once, as by the page `/u`. Anything else is answered with one
line of help, once a day. Nothing of what a person wrote is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.receipts import Event, Heard, Incoming
from pushsvc.domain.records import Output, Publisher
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.ledger import receipts
from pushsvc.ledger.stopping import cancel_for_endpoints
from pushsvc.ledger.traces import named
from pushsvc.profiles import consent
from pushsvc.profiles.changes import hold_the_pen
from pushsvc.profiles.holders import AtTheMailbox, endpoints_at
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.providers import incoming
from pushsvc.storage.vault import Vault
from pushsvc.streams.timekeeper import Duty
from pushsvc.telemetry import count, log

SOURCE = "answered an SMS"
#: What the operators' own rules name, and what people write in its place.
_STOP_WORDS = frozenset({"r", "t", "td", "n", "tt", "退订", "取消", "拒收", "stop", "unsubscribe", "quit"})
_ASKS_TO_STOP = re.compile(r"退订|拒收|(不要|别|勿)再?发")
_ASKS_HOW = re.compile(r"怎么|如何|怎样|吗|[?？]|不退订|不想退订|没有?退订")
_LONGEST_REQUEST = 16
_HELP_IS_OF_USE_FOR, _HELP_ONCE_IN = timedelta(hours=2), timedelta(days=1)
#: Young receipts are looked at often: their message has mostly just been sent.
_YOUNG, _YOUNG_EVERY_SECONDS, _ALL_EVERY_SECONDS = timedelta(minutes=15), 5.0, 600.0

Meaning = Literal["stop", "other"]
OnEvents = Callable[[Transaction, str, Sequence[Event], Instant], Awaitable[None]]
"""Whoever understands what people do in WeChat: (transaction, provider, events, now)."""


def meaning(words: str) -> Meaning:
    """Whether an answer says stop. Width, case, blanks and punctuation do not matter."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", words).casefold() if sign.isalnum() or sign in "?")
    if plain in _STOP_WORDS:
        return "stop"
    asks = len(plain) <= _LONGEST_REQUEST and _ASKS_TO_STOP.search(plain) and not _ASKS_HOW.search(plain)
    return "stop" if asks else "other"


class Callbacks:
    """Takes what was heard. `settings_page`: the address that the help names. `posted`: a service message was queued."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        publisher: Publisher,
        clock: Clock,
        settings_page: str,
        language: Language,
        posted: Callable[[], None],
        on_events: OnEvents | None = None,
    ) -> None:
        self._database, self._vault, self._publisher, self._clock = database, vault, publisher, clock
        self._settings_page, self._language, self._posted, self._on_events = settings_page, language, posted, on_events

    async def take(self, channel: Channel, provider: str, heard: Heard) -> None:
        """Returns when all of it is durable. A repeat changes nothing."""
        if not (heard.said or heard.incoming or heard.events):
            return
        now = self._clock.now()
        async with self._database.write(first=True) as tx:
            outputs: list[Output] = []
            if any(meaning(one.words) == "stop" for one in heard.incoming):
                await hold_the_pen(tx)  # before anything else is locked: two calls with the same answers would deadlock
            for one in heard.incoming:
                await self._answer(tx, channel, provider, one, now)
            if heard.events and self._on_events:
                await self._on_events(tx, provider, heard.events, now)
            if heard.said:
                said = await named(tx, self._vault, provider, heard.said, now)
                outputs = await receipts.keep(tx, provider, said, now)
                await self._publisher.publish(tx, outputs)
        if outputs:
            self._publisher.ring()
        if heard.incoming or heard.events:
            self._posted()

    def duties(self) -> list[Duty]:
        """Looking again at receipts that came before their message."""

        async def young() -> None:
            await self._look_again(_YOUNG)

        async def old() -> None:
            await self._look_again(receipts.OPEN_FOR)
            async with self._database.write() as tx:
                await receipts.close_strangers(tx, self._clock.now())

        return [
            Duty("receipts that came early", _YOUNG_EVERY_SECONDS, young),
            Duty("receipts that nobody sent a message for", _ALL_EVERY_SECONDS, old),
        ]

    async def _look_again(self, younger: timedelta) -> None:
        async with self._database.read() as tx:
            outputs = await receipts.that_can_be_applied(tx, self._clock.now(), younger=younger)
        if outputs:
            async with self._database.write() as tx:
                await self._publisher.publish(tx, outputs)
            self._publisher.ring()

    async def _answer(self, tx: Transaction, channel: Channel, provider: str, one: Incoming, now: Instant) -> None:
        try:
            address = normalise_address(channel, one.address)
        except BadInput:
            log.warning("an answer from no number", channel=channel, provider=provider)
            return
        said, mailbox = meaning(one.words), self._vault.find(channel, address)
        row = {
            "channel": channel, "provider": provider, "address_hash": mailbox, "meant": said, "at": now, "helped_at": None,
            "said_hash": hashlib.sha256(f"{provider}\n{one.said_id}\n{mailbox.hex()}".encode()).digest(),
        }  # fmt: skip
        if not await insert_one(tx, incoming, row):
            return
        count("answers", what=said, channel=channel)
        there = await endpoints_at(tx, channel, mailbox)
        if said == "stop":
            for endpoint in there[:1]:  # the stop of one is the stop of all who share the number
                stop = await consent.stop_endpoint(tx, endpoint.endpoint_id, now, SOURCE)
                await cancel_for_endpoints(tx, stop.endpoint_ids, now)
                count("unsubscribes", what="endpoint")
        elif there and not await _helped_lately(tx, mailbox, now):
            await self._help(tx, channel, address, mailbox, there[0], now)

    async def _help(
        self, tx: Transaction, channel: Channel, address: str, mailbox: bytes, whose: AtTheMailbox, now: Instant
    ) -> None:
        message = ServiceMessage(
            derived_id("srv", "help", channel, mailbox.hex(), now.isoformat()), "help", channel, address,
            whose.language or self._language, {"link": self._settings_page}, now + _HELP_IS_OF_USE_FOR,
        )  # fmt: skip
        await put(tx, self._vault, message, now, subscriber_no=whose.subscriber_no)
        asked = (incoming.c.address_hash == mailbox, incoming.c.at == now)
        await tx.execute(sa.update(incoming).where(*asked).values(helped_at=now))


async def _helped_lately(tx: Transaction, mailbox: bytes, now: Instant) -> bool:
    helped = sa.select(incoming.c.incoming_id).where(
        incoming.c.address_hash == mailbox, incoming.c.at > now - _HELP_ONCE_IN, incoming.c.helped_at.is_not(None)
    )
    return (await tx.execute(helped.limit(1))).first() is not None
