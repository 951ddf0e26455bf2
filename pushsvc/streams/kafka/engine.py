"""The Kafka engine: each stage is a member of its own consumer group, in one event loop. At least once, in order per key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Topic
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.streams.kafka.backlog import Backlog, readers_of
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.topics import check_topics
from pushsvc.streams.listeners import Listeners, OnBatch, OnDead, OnRetry
from pushsvc.streams.stage import Stage
from pushsvc.streams.waiting import end, wait_for

if TYPE_CHECKING:
    from pushsvc.streams.kafka.member import Member

logger = structlog.get_logger(__name__)

MOST_BEHIND = 1_000
"""A stage reads no further while a stage after it has more records than this to do in the partition that it writes to."""
SESSION_SECONDS = 8.0
"""A worker that is silent for so long loses its partitions to the others. The broker's limits: 6 s to 30 min by default."""
START_SECONDS = 10.0
"""How long `start` waits for the groups; joining goes on after it (a member that was killed must first be missed)."""
BEATS_A_SESSION = 8


class EngineFailed(Exception):
    """Faust or a lane has ended though nobody stopped it. The process ends, and its supervisor starts it anew."""


class KafkaEngine:
    """Runs `stages`, each in the group of its name: as many processes as wanted may run the same stage, up to its partitions.

    A batch: `prepare`, the commit of `apply`, its outputs acknowledged through `outlet`, and only then its offsets are
    committed (every 0.5 s). So a repeat is normal after a crash and a plain stop repeats nothing.

    The topics are made before (`make_topics`), and `outlet` is started and stopped by whoever
    made it. `readers` names the groups that read each topic, also of stages in other processes; by default those of
    `stages`. The listeners are those of the embedded engine.

    An engine that failed does not come back: wait for `failed()` beside the stop signal, then stop it and end the process
    with an error, so that its supervisor starts it anew.
    """

    def __init__(
        self,
        database: Database,
        brokers: Brokers,
        stages: Sequence[Stage],
        clock: Clock,
        outlet: Outlet,
        *,
        on_dead: OnDead | None = None,
        on_batch: OnBatch | None = None,
        on_retry: OnRetry | None = None,
        most_behind: int = MOST_BEHIND,
        session_seconds: float = SESSION_SECONDS,
        readers: Mapping[Topic, Sequence[str]] | None = None,
    ) -> None:
        self.database = database
        self.brokers = brokers
        self.clock = clock
        self.outlet = outlet
        self.listeners = Listeners(on_dead, on_batch, on_retry)
        self.most_behind = most_behind
        self.session_seconds = session_seconds
        self.stages = tuple(stages)
        self.backlog = Backlog(brokers, readers if readers is not None else readers_of(stages))
        self._members: list[Member] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._broken = asyncio.Event()
        self._reason: BaseException | None = None

    async def start(self) -> None:
        """Join the groups; returns when all are joined, or after 10 s while joining goes on: see `healthy`.

        Raises BrokersAway or BadTopics (both TryLater) before anything is started, and EngineFailed when Faust fails while it
        starts; then nothing is left running.
        """
        await check_topics(self.brokers)
        from pushsvc.streams.kafka.member import Member  # Faust is imported only where it is used

        self._stopping.clear()
        self._broken.clear()
        self._reason = None
        self._members = [Member(stage, self) for stage in self.stages]
        joining = [asyncio.create_task(self._join(member), name=f"join {member.stage.group}") for member in self._members]
        self._tasks = [
            *joining,
            *(asyncio.create_task(self._watch(member), name=f"watch {member.stage.name}") for member in self._members),
            asyncio.create_task(self._beat(), name="heartbeat"),
        ]
        try:
            if joining:  # a worker that only delivers has no stage that reads a topic
                await asyncio.wait(joining, timeout=START_SECONDS)
            if self._broken.is_set():
                raise await self.failed()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """The batches in hand get 4.5 s to end; what takes longer is abandoned and read again later. Leaves the groups."""
        self._stopping.set()
        await asyncio.gather(*(member.stop() for member in self._members))
        await end(self._tasks, 0.1)
        await end(self.listeners.running, 1.0)
        await self.backlog.close()
        self._tasks, self._members = [], []

    @property
    def healthy(self) -> bool:
        """Running, every stage in its group, none failed. A stage that waits out a fault is healthy: see `lag`."""
        return bool(self._tasks) and not self._broken.is_set() and all(member.healthy for member in self._members)

    async def failed(self) -> EngineFailed:
        """Returns, with the reason, when the engine has failed; until then it waits."""
        await self._broken.wait()
        return EngineFailed(f"the Kafka engine has ended: {self._reason!r}")

    def lag(self) -> dict[tuple[str, Topic, int], int]:
        """How many records wait, by stage, topic and partition, in the partitions that are this process's at the moment."""
        return {place: behind for member in self._members for place, behind in member.lag().items()}

    def progress(self) -> dict[tuple[str, Topic, int], int]:
        """The offset below which each stage has done everything, in the partitions that are this process's at the moment."""
        return {place: offset for member in self._members for place, offset in member.progress().items()}

    def moved(self) -> None:
        """Called after each batch: whoever waits for room looks again."""
        for member in self._members:
            member.look()

    async def _join(self, member: Member) -> None:
        try:
            await member.start()
        except Exception as error:
            self._fail(error)

    async def _watch(self, member: Member) -> None:
        reason = await member.crashed()
        if not self._stopping.is_set():
            self._fail(reason or RuntimeError(f"Faust ended the stage {member.stage.name}"))

    async def _beat(self) -> None:
        """Notice that this process stood still, and lanes that have ended."""
        while not self._stopping.is_set():
            for member in self._members:
                member.beat()
                if (error := member.dead_lane()) is not None:
                    self._fail(error)
            await wait_for(self._stopping, self.session_seconds / BEATS_A_SESSION)

    def _fail(self, reason: BaseException) -> None:
        if not self._broken.is_set():
            logger.error("engine_failed", reason=repr(reason))
            self._reason = reason
            self._broken.set()
