"""The embedded engine: one lane for each stage and partition, woken in process; effects and position commit together."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import cast

import sqlalchemy as sa
import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Topic
from pushsvc.storage.changes import Changes
from pushsvc.storage.database import Database
from pushsvc.storage.rows import insert_new
from pushsvc.storage.sole import sole
from pushsvc.storage.tables.flow import positions
from pushsvc.streams.embedded.lane import Lane
from pushsvc.streams.embedded.log import EmbeddedLog, Place
from pushsvc.streams.embedded.trimming import trim
from pushsvc.streams.faults import kind_of, reason_of
from pushsvc.streams.listeners import Listeners, OnBatch, OnDead, OnRetry
from pushsvc.streams.stage import Stage
from pushsvc.streams.waiting import end, wait_for

logger = structlog.get_logger(__name__)

LOOK_SECONDS = 0.25
"""How often the database is asked whether another process has written."""
LOCK_SECONDS = 5.0
"""How often the engine makes sure that it still is the only one."""
STOP_SECONDS = 5.0
"""How long a batch in hand may take to end at a stop; then it is abandoned, uncommitted."""
MOST_BEHIND = 1_000
"""A stage reads no further while a stage after it has more records than this to do."""
KEEP = timedelta(days=7)


class EmbeddedEngine:
    """Runs `stages` on the log in `database`: only one such engine runs on a database at a time.

    `on_dead(letter)` runs beside the lanes after a dead letter is written; `on_batch(stage, records, seconds)` after each
    commit; `on_retry(stage, reason)` before each pause for a passing fault. What they raise is logged and harms nothing.
    """

    def __init__(
        self,
        database: Database,
        log: EmbeddedLog,
        stages: Sequence[Stage],
        clock: Clock,
        *,
        on_dead: OnDead | None = None,
        on_batch: OnBatch | None = None,
        on_retry: OnRetry | None = None,
        most_behind: int = MOST_BEHIND,
    ) -> None:
        self.database = database
        self.log = log
        self.clock = clock
        self.stopping = asyncio.Event()
        self.stages = tuple(stages)
        self.listeners = Listeners(on_dead, on_batch, on_retry)
        self._most_behind = most_behind
        self._progress = asyncio.Event()
        self._lanes: list[Lane] = []
        self._readers: dict[Place, list[Lane]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._sole = sole(database, "engine")
        self._changes = Changes(database)
        self._is_sole = False
        self._quiet: Callable[[], None] | None = None

    async def start(self) -> None:
        """Begin where the last engine stopped. Raises BadSetting when another process runs one on this database."""
        await self._sole.take()
        self._is_sole = True
        self.stopping.clear()
        try:
            self._lanes = await self._open_lanes()
        except BaseException:
            await self._let_go()
            raise
        self._readers = {}
        for lane in self._lanes:
            self._readers.setdefault(lane.place, []).append(lane)
        self._quiet = self.log.on_ring(self._wake)
        self._tasks = [asyncio.create_task(lane.run(), name=f"lane {lane.stage.name} {lane.place}") for lane in self._lanes]
        self._tasks.append(asyncio.create_task(self._watch(), name="embedded engine's watch"))

    async def stop(self) -> None:
        """The batches in hand get 5 s to commit; what takes longer is abandoned and read again at the next start."""
        self.stopping.set()
        for lane in self._lanes:
            lane.wake.set()
        await end(self._tasks, STOP_SECONDS)
        await end(self.listeners.running, 1.0)
        self._tasks = []
        await self._let_go()

    @property
    def healthy(self) -> bool:
        """Running, and the only one on its database. A stage that waits out a fault is healthy: see `lag`."""
        return self._is_sole and bool(self._tasks) and not any(task.done() for task in self._tasks)

    def lag(self) -> dict[tuple[str, Topic, int], int]:
        """How many records wait, by stage, topic and partition, as far as this process knows (at most 250 ms old)."""
        return {(lane.stage.name, *lane.place): lane.behind for lane in self._lanes}

    async def idle(self) -> bool:
        """Whether nothing waits and nothing is in hand, by the database's own word."""
        before = [(lane.place, lane.position) for lane in self._lanes]
        async with self.database.read() as tx:
            # Read after the positions: what a lane commits in between counts as not done, never the other way round.
            heads = await self.log.look(tx)
        self._wake()
        return all(position >= heads.get(place, 0) for place, position in before)

    async def drained(self, timeout: float = 30.0) -> None:
        """Wait until nothing is left to do. Raises TimeoutError that names the lanes that still are behind."""
        try:
            async with asyncio.timeout(timeout):
                while not await self._idle_as_far_as_known():
                    self._progress.clear()
                    await wait_for(self._progress, 0.05)
        except TimeoutError:
            behind = {place: count for place, count in self.lag().items() if count}
            raise TimeoutError(f"after {timeout:g} s these still have records to do: {behind}") from None

    async def _idle_as_far_as_known(self) -> bool:
        try:
            return await self.idle()
        except Exception as error:
            if kind_of(error) != "passing":
                raise
            return False

    async def trim(self, keep: timedelta = KEEP) -> int:
        """Remove records older than `keep` that every stage has read, in pieces. Called by the timer; answers how many."""
        return await trim(self.database, self.stages, self.clock.now() - keep)

    # What the lanes call:

    def has_room(self, lane: Lane) -> bool:
        return all(
            reader.behind <= self._most_behind
            for sink in lane.sinks
            for reader in self._readers.get(sink, ())
            if reader is not lane
        )

    def moved(self) -> None:
        self._progress.set()
        self._wake()  # whoever waits for room

    # The engine's own:

    def _wake(self) -> None:
        for lane in self._lanes:
            if lane.behind:
                lane.wake.set()

    async def _open_lanes(self) -> list[Lane]:
        """A lane for each stage and partition, also those partitions that hold records of a time with more of them."""
        async with self.database.read() as tx:
            await self.log.look(tx)
        parts = range(max([self.log.partitions, *(part + 1 for _, part in self.log.heads)]))
        wanted = [(stage, (topic, part)) for stage in self.stages for topic, part in itertools.product(stage.sources, parts)]
        async with self.database.write() as tx:
            rows = [{"stage": stage.name, "topic": place[0], "part": place[1], "next_offset": 0} for stage, place in wanted]
            await insert_new(tx, positions, rows)
            known = {
                (row.stage, cast(Topic, row.topic), row.part): int(row.next_offset)
                for row in await tx.execute(sa.select(positions))
            }
        return [Lane(stage, place, known[stage.name, *place], self) for stage, place in wanted]

    async def _watch(self) -> None:
        """Notice what other processes wrote, and that no other engine has taken over."""
        looks = 0
        while not self.stopping.is_set():
            try:
                if await self._changes.seen():
                    async with self.database.read() as tx:
                        await self.log.look(tx)
                    self._wake()
                looks += 1
                if looks % int(LOCK_SECONDS / LOOK_SECONDS) == 0:
                    self._is_sole = await self._sole.held()
            except Exception as error:  # the database is away: the lanes wait by their own rule
                logger.warning("log_not_readable", reason=reason_of(error))
            await wait_for(self.stopping, LOOK_SECONDS)

    async def _let_go(self) -> None:
        if self._quiet is not None:
            self._quiet()
            self._quiet = None
        self._is_sole = False
        await self._changes.close()
        await self._sole.release()
