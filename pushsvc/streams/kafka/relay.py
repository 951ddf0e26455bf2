"""The relay moves the outbox to the topics: in its order, one relay at a time over all processes, at least once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import sqlalchemy as sa
import structlog

from pushsvc.clock import Clock, SystemClock
from pushsvc.domain.records import Record
from pushsvc.domain.time import to_micros
from pushsvc.errors import BadSetting, InvalidRecord, NotDurable
from pushsvc.storage.advisory import only_one
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.sole import sole
from pushsvc.storage.tables.flow import outbox
from pushsvc.streams.dead_letters import bury, dead_letter
from pushsvc.streams.faults import pause_before, reason_of
from pushsvc.streams.kafka.envelope import packed_text
from pushsvc.streams.kafka.outbox import KafkaOutbox
from pushsvc.streams.kafka.outlet import SEND_SECONDS, Outlet, Packed
from pushsvc.streams.stage import Retry
from pushsvc.streams.waiting import wait_for
from pushsvc.telemetry.metrics import gauge

logger = structlog.get_logger(__name__)

BATCH = 500
LOOK_SECONDS = 0.5
"""How often the outbox is looked at when nobody rings: what a command line or a crashed process left there."""
STILL_SECONDS = SEND_SECONDS + 10
"""A relay that stands still for longer in its transaction is frozen: the server ends it, and another takes over."""
STOP_SECONDS = 5.0
SAY_AGAIN_SECONDS = 30.0
_RETRY = Retry(first=0.1, most=3.0)
#: While another relay works. Short at first: it may have looked a moment before our row was there.
_BUSY = Retry(first=0.005, most=LOOK_SECONDS)

_NEXT = sa.select(outbox).order_by(outbox.c.outbox_id).limit(sa.bindparam("most"))
_GONE = outbox.delete().where(outbox.c.outbox_id.in_(sa.bindparam("ids", expanding=True)))
_ANYTHING = sa.select(sa.exists(sa.select(outbox.c.outbox_id)))
_WAITING = sa.select(sa.func.count(), sa.func.min(outbox.c.at)).select_from(outbox)

Moved = int | Literal["busy"]


class Relay:
    """Runs in every process that has an outbox; which of them works is decided anew for each batch.

    PostgreSQL: a batch is one transaction that begins with an advisory lock: read, send, wait for the acknowledgement, delete.
    A relay that dies loses the lock with its connection, one that freezes after 25 s; what it had sent is sent again.
    SQLite: an open transaction would hold up every writer while the brokers answer. So rows are read, sent and then deleted,
    under the lock of a file that one process holds until it ends; a frozen one must be ended by hand.
    """

    def __init__(
        self,
        database: Database,
        outlet: Outlet,
        outbox: KafkaOutbox,
        *,
        clock: Clock | None = None,
        batch: int = BATCH,
        still_seconds: float = STILL_SECONDS,
    ) -> None:
        self._database = database
        self._outlet = outlet
        self._outbox = outbox
        self._clock = clock or SystemClock()
        self._batch = batch
        self._still_seconds = still_seconds
        self._file = sole(database, "relay") if database.dialect == "sqlite" else None
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._no_ring: Callable[[], None] = lambda: None
        self._said: tuple[str, float] = ("", 0.0)

    async def start(self) -> None:
        """Returns at once; rows that lie there go first. A broker or database that is away is waited for."""
        self._stopping.clear()
        self._no_ring = self._outbox.on_ring(self.wake)
        self._task = asyncio.create_task(self._run(), name="relay")

    async def stop(self) -> None:
        """End after the batch in hand, within 5 s; rows that are left wait for the next relay."""
        task, self._task = self._task, None
        if task is None:
            return
        self._no_ring()
        self._stopping.set()
        self._wake.set()
        await asyncio.wait([task], timeout=STOP_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if self._file is not None:
            await self._file.release()

    def wake(self) -> None:
        """Look now: there is something in the outbox."""
        self._wake.set()

    async def measure(self) -> None:
        """Set the gauges: how many records wait, and for how long the oldest has. The same in every process."""
        async with self._database.read() as tx:
            count, oldest = (await tx.execute(_WAITING)).one()
        waits = 0.0 if oldest is None else (to_micros(self._clock.now()) - to_micros(oldest)) / 1e6
        gauge("outbox_waiting", count)
        gauge("outbox_oldest_seconds", max(0.0, waits))

    async def _run(self) -> None:
        faults = busy = 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                moved = await self._move()
            except Exception as error:  # whatever it is: the rows wait, and so do we
                faults, busy = faults + 1, 0
                pause = pause_before(_RETRY, faults, error)
                self._say(error, pause)
                await wait_for(self._stopping, pause)
                continue
            faults, busy = 0, busy + 1 if moved == "busy" else 0
            if moved == "busy":
                await wait_for(self._wake, pause_before(_BUSY, busy, TimeoutError()))
            elif moved < self._batch:
                await self._until_something()
            if moved != "busy" and moved and self._said[0]:
                logger.info("relay_goes_on", records=moved)
                self._said = ("", 0.0)

    async def _until_something(self) -> None:
        """Until a ring, or a row that nobody rang for. A look that finds nothing takes no turn: every process looks twice a
        second, and the transaction of a turn is six trips to the database in place of one question."""
        while not self._wake.is_set():
            await wait_for(self._wake, LOOK_SECONDS)
            if self._wake.is_set() or await self._anything():
                return

    async def _anything(self) -> bool:
        try:
            async with self._database.read() as tx:
                return bool(await tx.scalar(_ANYTHING))
        except NotDurable:
            return True  # the move says what is wrong

    async def _move(self) -> Moved:
        """Move the next batch; gives how many records it had."""
        return await (self._move_alone() if self._file is not None else self._move_in_turn())

    async def _move_in_turn(self) -> Moved:
        async with self._database.write() as tx:
            if not await only_one(tx, "relay", still_seconds=self._still_seconds):
                return "busy"
            rows = (await tx.execute(_NEXT, {"most": self._batch})).all()
            if rows:
                await self._gone(tx, rows, await self._send(rows))
            return len(rows)

    async def _move_alone(self) -> Moved:
        assert self._file is not None
        try:
            if not await self._file.held():
                await self._file.take()
        except BadSetting:
            return "busy"
        async with self._database.read() as tx:
            rows = (await tx.execute(_NEXT, {"most": self._batch})).all()
        if rows:
            refused = await self._send(rows)
            async with self._database.write() as tx:
                await self._gone(tx, rows, refused)
        return len(rows)

    async def _send(self, rows: Sequence[Any]) -> Sequence[tuple[Any, str]]:
        """Send them in their order; gives the rows that no topic takes, each with the reason."""
        try:
            await self._outlet.send_packed(
                [Packed(row.topic, *packed_text(row.topic, row.key, row.value, row.at)) for row in rows]
            )
        except InvalidRecord as error:
            if len(rows) == 1:
                return [(rows[0], reason_of(error))]
            middle = len(rows) // 2
            return [*await self._send(rows[:middle]), *await self._send(rows[middle:])]
        return []

    async def _gone(self, tx: Transaction, rows: Sequence[Any], refused: Sequence[tuple[Any, str]]) -> None:
        for row, reason in refused:
            logger.error("dead_letter", stage="relay", topic=row.topic, offset=row.outbox_id, reason=reason)
            record = Record(row.topic, 0, row.outbox_id, row.key, json.loads(row.value), row.at)
            await bury(tx, dead_letter("relay", record, reason, self._clock.now()))
        await tx.execute(_GONE, {"ids": [row.outbox_id for row in rows]})

    def _say(self, error: Exception, pause: float) -> None:
        """A new reason at once, the same one every 30 s."""
        reason, now = reason_of(error), time.monotonic()
        if reason != self._said[0] or now - self._said[1] >= SAY_AGAIN_SECONDS:
            self._said = (reason, now)
            logger.warning("relay_waits", seconds=pause, reason=reason)
