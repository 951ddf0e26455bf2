"""The processes of a cluster: serve, worker, schedule. They share PostgreSQL, Kafka, Redis and SECRET_KEY, nothing else.

Each stands on a ground of its own; given one, several stand on it together, in one process: so the journeys run them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial

from pushsvc.bootstrap.carriers import carriers, close, open_sessions
from pushsvc.bootstrap.duties import duties
from pushsvc.bootstrap.feeds import feed_poller, measure_feeds
from pushsvc.bootstrap.fetching import fetcher, measure_fetches
from pushsvc.bootstrap.ground import Ground
from pushsvc.bootstrap.hearing import Hearing
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.sending import callbacks, deliverer, links, measure_deliveries, service_post
from pushsvc.bootstrap.sms import polling, sms_lines
from pushsvc.bootstrap.stages import Matcher, handlers, measure_lag
from pushsvc.bootstrap.waiting import ended
from pushsvc.domain.records import Topic
from pushsvc.errors import PushsvcError
from pushsvc.storage.leases import Lease
from pushsvc.streams.kafka.adoption import adopt_offsets
from pushsvc.streams.kafka.backlog import readers_of
from pushsvc.streams.kafka.engine import SESSION_SECONDS, EngineFailed, KafkaEngine
from pushsvc.streams.lately import LatelyIndex
from pushsvc.streams.pipeline import pipeline
from pushsvc.streams.stage import Stage
from pushsvc.streams.timekeeper import Timekeeper
from pushsvc.telemetry import gauge, log

DELIVER = "deliver"
STAGES = ("normalise", "summarise", "match", "plan", DELIVER, "record")
LEASE_SECONDS = 6.0
RENEW_SECONDS = 2.0
"""After a kill -9 of the active scheduler another is active within their sum, and so within 10 s on a busy machine too."""


class Serve:
    """The API and the pages: it accepts events, and runs no stage."""

    def __init__(self, house: House, ground: Ground | None = None) -> None:
        self.house = house
        self.links, self.lately = links(house), LatelyIndex(house.database, house.clock)
        self._ground = ground or Ground(house)
        self.callbacks = callbacks(house, self.posted)
        self.sms_lines = sms_lines(house)

    async def start(self) -> None:
        await self._ground.start()
        self.lately.start()

    async def stop(self) -> None:
        await self.lately.stop()
        await self._ground.stop()

    def posted(self) -> None:
        """A service message was queued: a worker sends it."""
        self._ground.bells.ring("service")

    async def failed(self) -> None:
        """Never by itself."""
        await asyncio.Event().wait()

    async def readiness(self) -> Mapping[str, str]:
        return await self._ground.readiness()

    async def measure(self) -> None:
        await self._ground.measure()


class Worker:
    """Some stages, or all. `normalise` also fetches the pages of events that came without content, and visits feeds."""

    def __init__(
        self,
        house: House,
        stages: Collection[str],
        shard: int = 0,
        of: int = 1,
        *,
        ground: Ground | None = None,
        session_seconds: float = SESSION_SECONDS,
    ) -> None:
        self.house, self._shard, self._of = house, shard, of
        self._ground = ground or Ground(house)
        alerts, bells = self._ground.alerts, self._ground.bells
        hearing = Hearing(alerts, lambda: bells.ring("deliveries"))
        self.matcher = Matcher(house, shard, of)
        self._matches = "match" in stages
        table = pipeline(handlers(house, self.matcher, hearing), shard, of)
        self.engine = KafkaEngine(
            house.database, self._ground.brokers, [stage for stage in table if stage.name in stages], house.clock,
            self._ground.outlet, on_dead=hearing.dead, on_batch=hearing.handled, on_retry=hearing.retried,
            session_seconds=session_seconds, readers=_readers(table, stages),
        )  # fmt: skip
        said = callbacks(house, lambda: bells.ring("service"))
        self._carriers = carriers(house, alerts, partial(said.take, "sms")) if DELIVER in stages else ()
        self.deliverer = deliverer(house, alerts, self._carriers, alone=False) if DELIVER in stages else None
        self._post = service_post(house, alerts, self._carriers) if DELIVER in stages else None
        self._fetcher = fetcher(house, hearing) if "normalise" in stages else None
        self._feeds = feed_poller(house) if "normalise" in stages else None

    async def start(self) -> None:
        await self._ground.start()
        if self._matches:
            await self.matcher.start()
            await adopt_offsets(self._ground.brokers, self._shard, self._of)
        try:
            await self.engine.start()
        except EngineFailed as error:
            raise PushsvcError(str(error)) from error
        if self.deliverer:
            await self.deliverer.start()
            open_sessions(self._carriers)
            self._ground.bells.on("deliveries", self.deliverer.ring)
        if self._post:
            await self._post.start()
            self._ground.bells.on("service", self._post.ring)
        if self._fetcher:
            await self._fetcher.start()
        if self._feeds:
            await self._feeds.start()

    async def stop(self) -> None:
        """Finish or give back what is in hand, losing nothing. Each part stops, also when one before it failed to."""
        async with AsyncExitStack() as last_first:
            last_first.push_async_callback(self._ground.stop)
            last_first.push_async_callback(close, self._carriers)
            if self.deliverer:
                last_first.push_async_callback(self.deliverer.stop)
            if self._post:
                last_first.push_async_callback(self._post.stop)
            last_first.push_async_callback(self.matcher.stop)
            last_first.push_async_callback(self.engine.stop)
            if self._fetcher:
                last_first.push_async_callback(self._fetcher.stop)
            if self._feeds:
                last_first.push_async_callback(self._feeds.stop)

    async def failed(self) -> None:
        """Returns when the engine, or what keeps the matcher's profiles, cannot go on: the process ends, and whoever supervises
        it starts it anew."""
        failing = [asyncio.ensure_future(each) for each in (self.engine.failed(), self.matcher.failed())]
        try:
            await asyncio.wait(failing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in failing:
                each.cancel()

    async def readiness(self) -> Mapping[str, str]:
        return {"engine": "ok" if self.engine.healthy else "not joined", **await self._ground.readiness()}

    async def measure(self) -> None:
        measure_lag(self.engine.lag())
        await self._ground.measure()
        if self._matches:
            await self.matcher.measure()
        if self.deliverer:
            await measure_deliveries(self.house)
        if self._fetcher:
            await measure_fetches(self.house)
        if self._feeds:
            await measure_feeds(self.house)


def _readers(table: Sequence[Stage], ours: Collection[str]) -> Mapping[Topic, Sequence[str]]:
    """Which groups read each topic, wherever they run. How many shards other processes have, nobody here knows."""
    return readers_of([stage for stage in table if stage.name != "match" or stage.name in ours])


class Schedule:
    """The timekeeper. Several may run: one has the lease and rings, the others stand by."""

    def __init__(self, house: House, holder: str, ground: Ground | None = None) -> None:
        self.house = house
        self._ground = ground or Ground(house)
        self._lease = Lease(house.database, "schedule", holder, LEASE_SECONDS, house.clock)
        bells = self._ground.bells
        said = callbacks(house, lambda: bells.ring("service"))
        self._asked = sms_lines(house)
        self.timekeeper = Timekeeper(
            [
                *duties(house, self._ground.alerts, lambda: bells.ring("deliveries")),
                *said.duties(),
                polling(self._asked, partial(said.take, "sms")),
            ]
        )
        self._holding: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._ground.start()
        self._holding = asyncio.create_task(self._hold(), name="lease of the scheduler")

    async def stop(self) -> None:
        if self._holding:
            self._holding.cancel()
            await asyncio.gather(self._holding, return_exceptions=True)
        await self.timekeeper.stop()
        for line in self._asked:
            await line.provider.close()
        await self._lease.release()
        await self._ground.stop()

    async def failed(self) -> None:
        """Returns when nobody renews the lease any more: the process ends, and whoever supervises it starts it anew."""
        await ended(self._holding)

    async def readiness(self) -> Mapping[str, str]:
        return await self._ground.readiness()

    async def measure(self) -> None:
        gauge("scheduler_active", int(self._lease.ours))
        await self._ground.measure()

    async def _hold(self) -> None:
        active = False
        while True:
            was, active = active, await self._lease.hold()
            if active and not was:
                log.info("this scheduler is active")
                self.timekeeper.start()
            elif was and not active:
                log.warning("another scheduler is active now")
                await self.timekeeper.stop()
            await asyncio.sleep(RENEW_SECONDS)
