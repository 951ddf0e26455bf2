"""Everything in one process on the embedded engine: what `pushsvc dev` and, without ENGINE_URL, `pushsvc serve` run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from pushsvc.bootstrap.carriers import carriers, close, lines_of, open_sessions
from pushsvc.bootstrap.duties import duties, refreshing_keys
from pushsvc.bootstrap.feeds import feed_poller, measure_feeds
from pushsvc.bootstrap.fetching import fetcher, measure_fetches
from pushsvc.bootstrap.hearing import Hearing
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.readiness import database_state
from pushsvc.bootstrap.sending import alerter, callbacks, deliverer, links, measure_deliveries, service_post
from pushsvc.bootstrap.sms import polling
from pushsvc.bootstrap.stages import Matcher, handlers, measure_lag
from pushsvc.operations.disk import DiskWatch
from pushsvc.streams.embedded import EmbeddedEngine, EmbeddedLog
from pushsvc.streams.lately import LatelyIndex
from pushsvc.streams.pipeline import pipeline
from pushsvc.streams.timekeeper import Duty, Timekeeper


class Service:
    """The stages, the senders, the fetcher, the timekeeper: started and stopped together, in this order and its reverse."""

    def __init__(self, house: House) -> None:
        assert isinstance(house.publisher, EmbeddedLog), "a service on Kafka is several processes: see cluster.py"
        self.house = house
        settings, database, clock = house.settings, house.database, house.clock
        self.alerts = alerter(house)
        self.links = links(house)
        self.matcher = Matcher(house)
        self.callbacks = callbacks(house, self.posted)
        self.carriers = carriers(house, self.alerts, partial(self.callbacks.take, "sms"))
        self.sms_lines = lines_of(self.carriers)
        self.deliverer = deliverer(house, self.alerts, self.carriers, alone=True)
        hearing = Hearing(self.alerts, self.deliverer.ring)
        self.engine = EmbeddedEngine(
            database, house.publisher, pipeline(handlers(house, self.matcher, hearing)), clock,
            on_dead=hearing.dead, on_batch=hearing.handled, on_retry=hearing.retried,
        )  # fmt: skip
        self.fetcher = fetcher(house, hearing)
        self.feeds = feed_poller(house)
        self.post = service_post(house, self.alerts, self.carriers)
        self.lately = LatelyIndex(database, clock)
        self.disk = DiskWatch(settings.home, self.alerts)
        self.timekeeper = Timekeeper(
            [
                *duties(house, self.alerts, self.deliverer.ring),
                *self.callbacks.duties(),
                polling(self.sms_lines, partial(self.callbacks.take, "sms")),
                Duty("trim the log", 600.0, self.engine.trim),
                refreshing_keys(house),
            ]
        )
        self._looking: asyncio.Task[None] | None = None
        self._quiet: Callable[[], None] | None = None

    async def start(self) -> None:
        """Ready when it returns: profiles are loaded, what was left unfinished is being worked on."""
        self.house.settings.home.mkdir(parents=True, exist_ok=True)
        await self.matcher.start()
        await self.engine.start()
        await self.deliverer.start()
        open_sessions(self.carriers)
        await self.fetcher.start(alone=True)
        await self.feeds.start(alone=True)
        await self.post.start()
        self.lately.start()
        self._quiet = self.house.publisher.on_ring(self.fetcher.ring)
        self._looking = asyncio.create_task(self.disk.run(), name="disk watch")
        self.timekeeper.start()

    async def stop(self) -> None:
        """Finish or give back what is in hand, losing nothing."""
        await self.timekeeper.stop()
        if self._quiet:
            self._quiet()
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self.lately.stop()
        await self.matcher.stop()
        await self.post.stop()
        await self.feeds.stop()
        await self.fetcher.stop()
        await self.engine.stop()
        await self.deliverer.stop()
        await close(self.carriers)
        await self.alerts.close()

    def posted(self) -> None:
        """A service message was queued."""
        self.post.ring()

    async def failed(self) -> None:
        """Never by itself: what goes wrong in a part is tried again there."""
        await asyncio.Event().wait()

    async def readiness(self) -> Mapping[str, str]:
        """Each part that is needed to work, "ok" or what is wrong with it."""
        return {
            "engine": "ok" if self.engine.healthy else "stopped",
            "database": await database_state(self.house.database),
            "redis": await self.house.shared.look(),
        }

    async def measure(self) -> None:
        """Bring the gauges up to date: asked for by /metrics."""
        measure_lag(self.engine.lag())
        await self.matcher.measure()
        await measure_deliveries(self.house)
        await measure_fetches(self.house)
        await measure_feeds(self.house)
        with suppress(OSError):
            await self.disk.look()
