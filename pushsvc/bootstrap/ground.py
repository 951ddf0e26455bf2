"""What every process of a cluster stands on: bells, the way to the broker, rates that are shared, and a watch over each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from pushsvc.bootstrap.duties import refreshing_keys
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.readiness import database_state
from pushsvc.bootstrap.sending import alerter
from pushsvc.bootstrap.waiting import topics_are_there, wait_for
from pushsvc.storage.bells import Bells
from pushsvc.streams.kafka.outbox import KafkaOutbox
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.relay import Relay
from pushsvc.streams.kafka.watch import BrokerWatch
from pushsvc.streams.timekeeper import Timekeeper
from pushsvc.telemetry import gauge, log


class Ground:
    """The relay runs in every process, so that a record waits for none in particular; one of them works at a time.

    Where several stand on one ground, the first start starts it and the last stop stops it.
    """

    def __init__(self, house: House) -> None:
        settings = house.settings
        assert settings.engine_url is not None
        assert isinstance(house.publisher, KafkaOutbox)
        self.house = house
        self.brokers = settings.engine_url
        self.alerts = alerter(house)
        self.bells = Bells(house.database)
        self.outlet = Outlet(self.brokers, house.clock)
        self.relay = Relay(house.database, self.outlet, house.publisher)
        self.watch = BrokerWatch(self.brokers)
        self._own = Timekeeper([refreshing_keys(house)])
        self._making: asyncio.Task[None] | None = None
        self._standing = 0

    async def start(self) -> None:
        self._standing += 1
        if self._standing > 1:
            return
        self.house.settings.home.mkdir(parents=True, exist_ok=True)
        await self.bells.start()
        await self.outlet.start()
        await self.relay.start()
        await self.watch.start()
        self._own.start()
        self._making = asyncio.create_task(self._make_topics(), name="make topics")

    async def stop(self) -> None:
        self._standing = max(0, self._standing - 1)
        if self._standing > 0:
            return
        await self._own.stop()
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)
        await self.watch.stop()
        await self.relay.stop()
        await self.outlet.stop()
        await self.bells.stop()
        await self.alerts.close()

    async def readiness(self) -> Mapping[str, str]:
        """The parts that a process of a cluster needs, "ok" or what is wrong."""
        return {
            "database": await database_state(self.house.database),
            "broker": self.watch.trouble() or "ok",
            "redis": await self.house.shared.look(),
        }

    async def measure(self) -> None:
        """Bring the gauges of these parts up to date. Raises NotDurable when the database is away, after all others."""
        gauge("broker_up", int(self.watch.healthy))
        await self.house.shared.look()
        await self.relay.measure()

    async def _make_topics(self) -> None:
        """A process that can do without the broker for a while has not waited for it: accepted events lie in the outbox."""
        await wait_for("the broker", partial(topics_are_there, self.brokers), log.info)
