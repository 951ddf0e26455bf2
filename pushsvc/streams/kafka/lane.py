"""One lane: one stage on one partition of one topic, one batch at a time. So the order per key holds."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Collection, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Record, Topic
from pushsvc.errors import InvalidRecord
from pushsvc.storage.database import Database
from pushsvc.streams.carrying import NotOurs, carry
from pushsvc.streams.dead_letters import UNREADABLE, bury, dead_letter
from pushsvc.streams.faults import pause_before, reason_of
from pushsvc.streams.kafka.connection import BrokersAway
from pushsvc.streams.kafka.envelope import MAX_KEY_CHARACTERS, pack, unpack
from pushsvc.streams.kafka.outlet import Outlet, Packed
from pushsvc.streams.kafka.producer import Unacknowledged
from pushsvc.streams.listeners import Listeners
from pushsvc.streams.stage import Stage
from pushsvc.streams.waiting import wait_for

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

logger = structlog.get_logger(__name__)

Place = tuple[Topic, int]
"""A topic, by our name for it, and one of its partitions."""

AHEAD_RECORDS, AHEAD_BYTES = 500, 4 * 1024 * 1024
"""A lane that has so much in memory reads no more until half of it is done."""
ROOM_SECONDS = 0.25
"""How often a lane looks whether the stages after it have caught up."""
BROKER_PAUSE_SECONDS = 2.0
"""The most between two tries to send: when the brokers are back, all goes on soon."""
SHOWN_CHARACTERS = 200
"""Of a record that cannot be read, a dead letter shows so much; the whole record is in the dead-letter topic."""


class Surroundings(Protocol):
    """What a lane needs of its engine and of its stage's membership."""

    database: Database
    clock: Clock
    outlet: Outlet
    listeners: Listeners

    async def has_room(self, lane: Lane) -> bool:
        """Whether the stages after this one keep up."""
        ...

    async def still_ours(self) -> None:
        """Raises NotOurs when the process stood still for so long that its partitions may be somebody else's."""
        ...

    def sent(self, places: Collection[Place]) -> None:
        """Called after the broker has acknowledged outputs: where each of them went."""
        ...

    def finished(self, lane: Lane, following: int) -> None:
        """Everything below this offset is done and may be committed."""
        ...

    def resume(self, lane: Lane) -> None:
        """The lane can take records again."""
        ...


class Lane:
    """Lives from one assignment of its partition to the next rebalance.

    `following` is the offset from which on nothing is done yet (None: nothing was read so far); `sinks` are the partitions
    that its outputs went to.
    """

    def __init__(self, stage: Stage, place: Place, around: Surroundings) -> None:
        self.stage = stage
        self.place = place
        self.following: int | None = None
        self.sinks: set[Place] = {(sink, place[1]) for sink in stage.sinks}
        self._around = around
        self._wake = asyncio.Event()
        self._closed = asyncio.Event()
        self._abandoned = False
        self._waiting: deque[ConsumerRecord[bytes, bytes]] = deque()
        self._waiting_bytes = 0
        self._read_up_to = 0
        self._full = False
        self._unsent: tuple[tuple[int, int], Sequence[Packed]] | None = None
        """Of a batch, from offset to offset, whose effects are committed: what is still to be acknowledged."""

    @property
    def closing(self) -> bool:
        return self._closed.is_set()

    def offer(self, polled: Sequence[ConsumerRecord[bytes, bytes]]) -> bool:
        """Take records; those that it has had before are dropped. False: it has enough for now."""
        for raw in polled:
            if raw.offset >= self._read_up_to:
                self._waiting.append(raw)
                self._waiting_bytes += len(raw.value or b"")
                self._read_up_to = raw.offset + 1
        if self._waiting:
            if self.following is None:
                self.following = self._waiting[0].offset
            self._wake.set()
        self._full = len(self._waiting) >= AHEAD_RECORDS or self._waiting_bytes >= AHEAD_BYTES
        return not self._full

    def look(self) -> None:
        """The stages after this one have moved on: is there room now?"""
        if self._waiting:
            self._wake.set()

    def close(self) -> None:
        """Begin no batch any more. The one in hand may end."""
        self._closed.set()
        self._wake.set()

    def abandon(self) -> None:
        """The batch in hand counts for nothing, even if it should end."""
        self._abandoned = True

    async def run(self) -> None:
        """Work until it is closed. Whatever goes wrong in here, the lane pauses and goes on."""
        tries = 0
        while not self.closing:
            self._wake.clear()
            try:
                if not self._waiting:
                    await self._wake.wait()
                elif not await self._around.has_room(self):
                    await wait_for(self._wake, ROOM_SECONDS)
                else:
                    await self._work()
                tries = 0
            except Exception as error:  # not the stage's: a record of the future, a lost membership, the database is away
                tries += 1
                await self.wait_out(error, tries)

    async def _work(self) -> None:
        """One batch: what can be read, up to the first record that cannot. That one is alone in its turn."""
        batch: list[Record] = []
        for raw in islice(self._waiting, self.stage.batch):
            try:
                batch.append(unpack(self.place[0], self.place[1], raw.offset, raw.key, raw.value))
            except Exception as error:
                if batch:
                    break
                if not isinstance(error, InvalidRecord):
                    raise
                await self.bury(self._unreadable(raw), error)
                return
        await carry(batch, self)

    async def attempt(self, records: Sequence[Record]) -> None:
        """Effects in SQL, then the outputs on their topics, and only then the records are done: at least once.

        When only the sending failed, the next try begins there: what was committed is not done a second time.
        """
        started = time.perf_counter()
        span = (records[0].offset, records[-1].offset + 1)
        held = 0.0
        if self._unsent is None or self._unsent[0] != span:
            packed, held = await self._commit(records)
            self._unsent = (span, packed)
        packed = self._unsent[1]
        if packed:
            await self._around.still_ours()
            places = [(cast(Topic, topic), part) for topic, part in await self._around.outlet.send_packed(packed)]
            self.sinks.update(places)
            self._around.sent(places)
        self._done(span[1])
        self._around.listeners.done(self.stage.name, len(records), time.perf_counter() - started)
        await self._around.database.give_way(held)

    async def _commit(self, records: Sequence[Record]) -> tuple[Sequence[Packed], float]:
        """The outputs as they go out, and the seconds for which the transaction was open."""
        await self._around.still_ours()
        prepared = await self.stage.prepare(records)
        async with self._around.database.write() as tx:
            begun = time.perf_counter()
            outputs = await self.stage.apply(tx, prepared)
            now = self._around.clock.now()
            # What no topic can take must fail here, where the effects go with it.
            packed = [Packed(output.topic, *pack(output, now)) for output in outputs]
        return packed, time.perf_counter() - begun

    async def bury(self, record: Record, error: Exception) -> None:
        """`record` is the first that waits: all before it are done."""
        raw = self._waiting[0]
        letter = dead_letter(self.stage.name, record, reason_of(error), self._around.clock.now())
        async with self._around.database.write() as tx:
            await bury(tx, letter)
        headers = {
            "reason": letter.reason.encode(), "stage": self.stage.name.encode(),
            "partition": str(record.part).encode(), "offset": str(record.offset).encode(),
        }  # fmt: skip
        await self._around.outlet.bury(record.topic, raw.key, raw.value or b"", headers)
        self._done(record.offset + 1)
        logger.error("dead_letter", stage=letter.stage, topic=letter.topic, part=letter.part, offset=letter.offset)
        self._around.listeners.buried(letter)

    async def wait_out(self, error: Exception, tries: int) -> None:
        pause = pause_before(self.stage.retry, tries, error)
        if isinstance(error, BrokersAway | Unacknowledged):
            pause = min(pause, BROKER_PAUSE_SECONDS)
        reason = reason_of(error)
        logger.warning("lane_waits", stage=self.stage.name, place=self.place, seconds=pause, reason=reason)
        self._around.listeners.waits(self.stage.name, reason)
        await wait_for(self._closed, pause)

    def _done(self, following: int) -> None:
        if self._abandoned:
            raise NotOurs(f"{self.stage.name} has given up partition {self.place[1]} of {self.place[0]}")
        self.following = following
        self._unsent = None
        while self._waiting and self._waiting[0].offset < following:
            self._waiting_bytes -= len(self._waiting.popleft().value or b"")
        self._around.finished(self, following)
        if self._full and len(self._waiting) <= AHEAD_RECORDS // 2 and self._waiting_bytes <= AHEAD_BYTES // 2:
            self._full = False
            self._around.resume(self)

    def _unreadable(self, raw: ConsumerRecord[bytes, bytes]) -> Record:
        """A record for the dead letters: what can be shown of it."""
        key = (raw.key or b"").decode(errors="replace")[:MAX_KEY_CHARACTERS]
        value = {UNREADABLE: (raw.value or b"").decode(errors="replace").replace("\x00", "\ufffd")[:SHOWN_CHARACTERS]}
        return Record(self.place[0], self.place[1], raw.offset, key.replace("\x00", "\ufffd"), value, self._around.clock.now())
