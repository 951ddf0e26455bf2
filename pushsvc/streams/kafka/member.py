"""One stage as a member of its consumer group: a Faust app, and a lane for each partition that is ours at the moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Topic
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.streams.carrying import NotOurs
from pushsvc.streams.kafka.backlog import Backlog
from pushsvc.streams.kafka.connection import faust_options
from pushsvc.streams.kafka.lane import Lane, Place
from pushsvc.streams.kafka.names import group_name as group_name
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.seams import Group
from pushsvc.streams.listeners import Listeners
from pushsvc.streams.stage import Stage

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

logger = structlog.get_logger(__name__)

GIVE_UP_SECONDS = 4.5
"""How long the batches in hand may take to end when the partitions go elsewhere, or at a stop."""
LEAVE_SECONDS = 10.0
"""How long Faust may take to leave the group and to close its connections."""
_CANCEL_SECONDS = 0.5


class Engine(Protocol):
    """What a member needs of its engine."""

    database: Database
    brokers: Brokers
    clock: Clock
    outlet: Outlet
    listeners: Listeners
    backlog: Backlog
    most_behind: int
    session_seconds: float

    def moved(self) -> None: ...


class Member:
    """Made anew for each start: a Faust app runs once."""

    def __init__(self, stage: Stage, engine: Engine) -> None:
        self.stage = stage
        self.joined = False
        self.lanes: dict[Place, Lane] = {}
        self._engine = engine
        self.database, self.clock, self.outlet, self.listeners = (
            engine.database, engine.clock, engine.outlet, engine.listeners,
        )  # fmt: skip
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._prefix = engine.brokers.prefix
        self._heartbeat = time.monotonic()
        self._doubtful = False
        self._app = Group(
            group_name(engine.brokers, stage.group),
            [self._prefix + topic for topic in stage.sources],
            self,
            **faust_options(engine.brokers),
            broker_session_timeout=engine.session_seconds,
            broker_heartbeat_interval=engine.session_seconds / 3,
        )

    @property
    def healthy(self) -> bool:
        """In its group, and each lane at work."""
        return self.joined and not self._app.crashed and not any(task.done() for task in self._tasks.values())

    async def start(self) -> None:
        """Returns when the group was joined. Raises what Faust raises when it cannot connect."""
        self._app.finalize()
        await self._app.start()

    async def crashed(self) -> BaseException | None:
        """Return when Faust has crashed (the reason) or was stopped (None)."""
        return await self._app.crash_reason_when_crashed()

    async def stop(self) -> None:
        """Finish or abandon the batches in hand, commit what is done, leave the group."""
        await self.give_up()
        if self.joined and not self._app.crashed:
            await self._app.commit_now()
        self.joined = False
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._app.stop()
        except TimeoutError:
            logger.warning("group_not_left", stage=self.stage.name, seconds=LEAVE_SECONDS)

    def beat(self) -> None:
        """Called a few times a session. A long gap means that the whole process stood still."""
        now = time.monotonic()
        if now - self._heartbeat > self._engine.session_seconds:
            self._doubtful = True
        self._heartbeat = now

    def look(self) -> None:
        """The stages after this one have moved on."""
        for lane in self.lanes.values():
            lane.look()

    def dead_lane(self) -> BaseException | None:
        """Why a lane has ended though nobody closed it; None: all are at work."""
        ended = [task for task in self._tasks.values() if task.done()]
        return (None if ended[0].cancelled() else ended[0].exception()) or RuntimeError("a lane ended") if ended else None

    def lag(self) -> dict[tuple[str, Topic, int], int]:
        """How many records wait in the partitions that are ours."""
        return {
            (self.stage.name, *place): self._app.ahead((self._prefix + place[0], place[1]), lane.following)
            for place, lane in self.lanes.items()
        }

    def progress(self) -> dict[tuple[str, Topic, int], int]:
        """The offset below which everything is done, for each partition that is ours."""
        return {
            (self.stage.name, *place): self._app.committed((self._prefix + place[0], place[1]))
            if lane.following is None
            else lane.following
            for place, lane in self.lanes.items()
        }

    # What Faust calls, through seams.py:

    def assigned(self, places: Collection[tuple[str, int]]) -> None:
        ours = [(cast(Topic, topic.removeprefix(self._prefix)), part) for topic, part in places]
        self.lanes = {place: Lane(self.stage, place, self) for place in ours}
        self._tasks = {
            lane: asyncio.create_task(lane.run(), name=f"lane {self.stage.name} {lane.place}") for lane in self.lanes.values()
        }
        self.joined, self._doubtful = True, False
        self._engine.backlog.expect({sink for lane in self.lanes.values() for sink in self._emptied_by_others(lane)})

    def offer(self, place: tuple[str, int], polled: Sequence[ConsumerRecord[bytes, bytes]]) -> bool:
        lane = self.lanes.get((cast(Topic, place[0].removeprefix(self._prefix)), place[1]))
        return lane is None or lane.offer(polled)

    async def give_up(self) -> None:
        tasks, self._tasks = self._tasks, {}
        for lane in tasks:
            lane.close()
        if tasks:
            await asyncio.wait(tasks.values(), timeout=GIVE_UP_SECONDS)
        late = {lane: task for lane, task in tasks.items() if not task.done()}
        for lane, task in late.items():
            logger.warning("batch_abandoned", stage=self.stage.name, place=lane.place)
            lane.abandon()
            task.cancel()
        if late:
            await asyncio.wait(late.values(), timeout=_CANCEL_SECONDS)
        self.lanes = {}

    # What the lanes call:

    async def has_room(self, lane: Lane) -> bool:
        sinks = self._emptied_by_others(lane)
        return await self._engine.backlog.within(self._engine.most_behind, sinks) if sinks else True

    async def still_ours(self) -> None:
        self.beat()
        if self._doubtful:
            if not await self._app.is_member():
                raise NotOurs(f"{self.stage.name} stood still for longer than its session; it waits to join its group again")
            self._doubtful = False

    def sent(self, places: Collection[Place]) -> None:
        self._engine.backlog.sent(places)

    def finished(self, lane: Lane, following: int) -> None:
        self._app.finished((self._prefix + lane.place[0], lane.place[1]), following)
        self._engine.backlog.read(self.stage.group, lane.place, following)
        self._engine.moved()

    def _emptied_by_others(self, lane: Lane) -> list[Place]:
        """A stage that writes to its own topic must not wait for itself."""
        return [sink for sink in lane.sinks if sink[0] not in self.stage.sources]

    def resume(self, lane: Lane) -> None:
        self._app.resume((self._prefix + lane.place[0], lane.place[1]))
