"""What only several brokers show: copies, and how many may vanish. The last test ends with one broker of three."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from pushsvc.clock import SystemClock
from pushsvc.domain.records import Output
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.topics import make_topics
from pushsvc.streams.kafka.watch import BrokerWatch
from tests.integration.kafka_reading import config_of, copies_of, own_brokers, records_on
from tests.services.kafka import Kafka
from tests.services.kafka import kafka as started_kafka


@pytest.fixture(scope="module")
def three() -> Iterator[Kafka]:
    with started_kafka(3) as cluster:
        yield cluster


async def until(holds: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if holds():
                return
            await asyncio.sleep(0.05)


async def test_three_brokers_keep_three_copies_unless_the_setting_says_how_many(three: Kafka) -> None:
    brokers = own_brokers(three, partitions=3)
    await make_topics(brokers)
    assert await copies_of(brokers, "versions") == [3, 3, 3]
    assert (await config_of(brokers, "versions"))["min.insync.replicas"] == "2"

    single = replace(brokers, prefix="single.", replicas=1)
    await make_topics(single)
    assert await copies_of(single, "versions") == [1, 1, 1]
    assert (await config_of(single, "versions"))["min.insync.replicas"] == "1"


async def test_one_broker_may_vanish_and_two_are_trouble_within_10_seconds(three: Kafka) -> None:
    brokers = own_brokers(three, partitions=3)
    await make_topics(brokers)
    watch, outlet = BrokerWatch(brokers), Outlet(brokers, SystemClock())
    await watch.start()
    await outlet.start()
    await until(lambda: watch.healthy, 10)

    three.kill(2)
    await outlet.send([Output("versions", f"k{number}", {"n": number}) for number in range(30)])
    assert sorted(record.value["n"] for record in await records_on(brokers, "versions")) == list(range(30))
    await asyncio.sleep(6)  # so long a broker may be silent; by then another one leads
    await until(lambda: watch.healthy, 20)

    three.kill(3)
    await until(lambda: not watch.healthy, 10)
    assert three.servers[2] in str(watch.trouble())
    await watch.stop()
    await outlet.stop()
