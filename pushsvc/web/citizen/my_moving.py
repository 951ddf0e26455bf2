"""The messages and links of a lost address: the ones who hear of it, the one who may object, and the change itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

import sqlalchemy as sa

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.clock import Clock
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles.replacing import WAITS, Fact, Lost, losers, replace_address
from pushsvc.profiles.self_service import Stale
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.vault import Vault

HERE = "/me/lost"
#: The link that makes the change works so long after the wait.
LINK_LASTS = timedelta(days=14)
_FINISH, _KEEP = "lost finish", "lost keep"


@dataclass(frozen=True)
class Move:
    """What the link in the message to the new address carries, sealed."""

    subscriber_no: int
    endpoint_id: int
    consent_at: Instant
    new: tuple[Channel, str]
    not_before: Instant


@dataclass(frozen=True)
class Moving:
    """`posted` wakes whoever sends service messages."""

    database: Database
    vault: Vault
    clock: Clock
    base_url: str
    random_bytes: Callable[[int], bytes]
    posted: Callable[[], None]

    async def begin(self, old: tuple[Channel, str], new: tuple[Channel, str], fact: Fact, reader: Language) -> None:
        """Tell whoever the fact fits that somebody asks; nothing where it fits nobody. `new` is proved."""
        now = self.clock.now()
        async with self.database.write(first=True) as tx:
            for lost in await losers(tx, self.vault, *old, fact):
                await self._tell(tx, lost, new, reader, now)
        self.posted()

    async def finish(self, asked: Move) -> None:
        """Make the change. Raises Stale when anything happened meanwhile, and when somebody could not be asked: a message
        to one of the addresses never left, because its channel was paused, or we or its provider were down."""
        now = self.clock.now()
        columns = service_messages.c
        untold = sa.select(columns.message_id).where(
            columns.subscriber_no == asked.subscriber_no, columns.kind == "moving", columns.state != "sent",
            sa.or_(columns.tries == 0, columns.code == "too_late"),
            columns.created_at >= asked.not_before - WAITS, columns.created_at < asked.not_before,
        )  # fmt: skip
        async with self.database.write(first=True) as tx:
            if (await tx.execute(untold)).first() is not None:
                raise Stale("an address could not be asked")
            await replace_address(
                tx, self.vault, asked.subscriber_no, asked.endpoint_id, asked.consent_at, asked.new, now
            )  # fmt: skip
            # Whoever is signed in by the old address is out.
            await end_sessions_of(tx, "citizen", str(asked.subscriber_no))

    def kept(self, token: str) -> tuple[int, Instant] | None:
        """The endpoint that somebody says is still read, and the state of it that they heard of."""
        said = self.vault.read_token(_KEEP, token)
        if said is None:
            return None
        endpoint_id, consent_at = said.split(" ")
        return int(endpoint_id), from_micros(int(consent_at))

    def move(self, token: str) -> Move | None:
        """The change that a link makes, when it is time for it."""
        said = self.vault.read_token(_FINISH, token)
        if said is None:
            return None
        number, endpoint_id, consent_at, channel, address, not_before = json.loads(said)
        move = Move(number, endpoint_id, from_micros(consent_at), (cast(Channel, channel), address), from_micros(not_before))
        return move if move.not_before <= self.clock.now() <= move.not_before + LINK_LASTS else None

    async def _tell(self, tx: Transaction, lost: Lost, new: tuple[Channel, str], reader: Language, now: Instant) -> None:
        """Every open address hears of it now, the new one after the wait."""
        mark = f"{lost.old.endpoint_id} {to_micros(lost.consent_at)}"
        keep = f"{self.base_url}{HERE}/keep/{self.vault.token(_KEEP, mark)}"
        theirs = lost.me.language or reader
        number, words = lost.me.subscriber_no, {"link": keep, "days": str(WAITS.days)}
        for each in lost.me.open_addresses:
            told = self._message("moving", each.channel, each.address, theirs, words, now + WAITS)
            await put(tx, self.vault, told, now, subscriber_no=number)
        move = [number, lost.old.endpoint_id, to_micros(lost.consent_at), *new, to_micros(now + WAITS)]
        link = f"{self.base_url}{HERE}/move/{self.vault.token(_FINISH, json.dumps(move))}"
        later = self._message("moved", *new, reader, {"link": link}, now + WAITS + LINK_LASTS)
        await put(tx, self.vault, later, now + WAITS, subscriber_no=number)

    def _message(
        self, kind: Literal["moving", "moved"], channel: Channel, address: str, reader: Language, words: dict[str, str],
        until: Instant,
    ) -> ServiceMessage:  # fmt: skip
        named = derived_id("srv", kind, self.random_bytes(16).hex())
        return ServiceMessage(named, kind, channel, address, reader, words, until)
