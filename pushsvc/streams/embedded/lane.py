"""One lane: one stage on one partition of one topic, one batch at a time. So the order per key holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa
import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Record
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.flow import positions
from pushsvc.streams.carrying import NotOurs, carry
from pushsvc.streams.dead_letters import bury, dead_letter
from pushsvc.streams.embedded.log import EmbeddedLog, Place
from pushsvc.streams.faults import pause_before, reason_of
from pushsvc.streams.listeners import Listeners
from pushsvc.streams.stage import Stage
from pushsvc.streams.waiting import wait_for

logger = structlog.get_logger(__name__)


_HERE = sa.and_(
    positions.c.stage == sa.bindparam("of_stage"),
    positions.c.topic == sa.bindparam("of_topic"),
    positions.c.part == sa.bindparam("of_part"),
)
_FIND = sa.select(positions.c.next_offset).where(_HERE)
_MOVE = (
    positions.update()
    .where(_HERE, positions.c.next_offset == sa.bindparam("known"))
    .values(next_offset=sa.bindparam("following"))
)


class PositionMoved(NotOurs):
    """Another process has moved this lane's position, so nothing was committed: read again from where it stands."""


class Surroundings(Protocol):
    """What a lane needs of its engine."""

    database: Database
    log: EmbeddedLog
    clock: Clock
    stopping: asyncio.Event
    listeners: Listeners

    def has_room(self, lane: Lane) -> bool:
        """Whether the stages after this one keep up."""
        ...

    def moved(self) -> None:
        """Called after each commit."""
        ...


class Lane:
    """`position` is the offset that is read next; `sinks` are the partitions that its outputs went to so far."""

    def __init__(self, stage: Stage, place: Place, position: int, around: Surroundings) -> None:
        self.stage = stage
        self.place = place
        self.position = position
        self.sinks: set[Place] = {(sink, place[1]) for sink in stage.sinks}
        self.wake = asyncio.Event()
        self._around = around
        self._names = {"of_stage": stage.name, "of_topic": place[0], "of_part": place[1]}

    @property
    def behind(self) -> int:
        """How many records wait for this lane."""
        return max(0, self._around.log.heads.get(self.place, 0) - self.position)

    @property
    def closing(self) -> bool:
        return self._around.stopping.is_set()

    async def run(self) -> None:
        """Work until the engine stops. Whatever goes wrong in here, the lane pauses and goes on."""
        tries, lost = 0, False
        while not self.closing:
            self.wake.clear()
            try:
                if lost:
                    await self._find_position()
                if self.behind and self._around.has_room(self) and (records := await self._read()):
                    await carry(records, self)
                else:
                    await self.wake.wait()
                tries, lost = 0, False
            except Exception as error:  # not the stage's: the database is away, or a fault of the engine's own
                tries, lost = tries + 1, isinstance(error, PositionMoved)
                await self.wait_out(error, tries)

    async def _read(self) -> list[Record]:
        async with self._around.database.read() as tx:
            return await self._around.log.read(tx, self.place, self.position, self.stage.batch)

    async def attempt(self, records: Sequence[Record]) -> None:
        """Effects, outputs and the new position in one transaction; then wake whoever reads the outputs."""
        started = time.perf_counter()
        prepared = await self.stage.prepare(records)
        log = self._around.log
        async with self._around.database.write() as tx:
            begun = time.perf_counter()
            outputs = await self.stage.apply(tx, prepared)
            await log.publish(tx, outputs)
            await self._move(tx, records[-1].offset + 1)
        held = time.perf_counter() - begun
        self.position = records[-1].offset + 1
        self.sinks.update((output.topic, log.part_of(output.key)) for output in outputs)
        if outputs:
            log.ring()
        self._around.moved()
        self._around.listeners.done(self.stage.name, len(records), time.perf_counter() - started)
        await self._around.database.give_way(held)

    async def bury(self, record: Record, error: Exception) -> None:
        letter = dead_letter(self.stage.name, record, reason_of(error), self._around.clock.now())
        async with self._around.database.write() as tx:
            await bury(tx, letter)
            await self._move(tx, record.offset + 1)
        self.position = record.offset + 1
        logger.error("dead_letter", stage=letter.stage, topic=letter.topic, part=letter.part, offset=letter.offset)
        self._around.moved()
        self._around.listeners.buried(letter)

    async def _move(self, tx: Transaction, following: int) -> None:
        """Move the position from where we know it: if it stands elsewhere, another process did this work."""
        done = await tx.execute(_MOVE, {**self._names, "known": self.position, "following": following})
        if done.rowcount != 1:
            raise PositionMoved(f"the position of {self.stage.name} is not {self.position} any more")

    async def _find_position(self) -> None:
        async with self._around.database.read() as tx:
            at = await tx.scalar(_FIND, self._names)
        self.position = self.position if at is None else int(at)

    async def wait_out(self, error: Exception, tries: int) -> None:
        pause = pause_before(self.stage.retry, tries, error)
        reason = reason_of(error)
        logger.warning("lane_waits", stage=self.stage.name, place=self.place, seconds=pause, reason=reason)
        self._around.listeners.waits(self.stage.name, reason)
        await wait_for(self._around.stopping, pause)
