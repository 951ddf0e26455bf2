"""A process of its own that runs a relay until it is killed: `kafka_relay_child DATABASE_URL SERVERS PREFIX STILL_SECONDS`."""

from __future__ import annotations

import asyncio
import sys

from pushsvc.clock import SystemClock
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.streams.kafka.outbox import KafkaOutbox
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.relay import Relay


async def main(url: str, servers: str, prefix: str, still_seconds: float) -> None:
    brokers = Brokers(tuple(servers.split(",")), prefix=prefix, partitions=2)
    relay = Relay(
        Database(url, pool_size=2), Outlet(brokers, SystemClock()), KafkaOutbox(), batch=20, still_seconds=still_seconds
    )
    await relay.start()
    print("started", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
