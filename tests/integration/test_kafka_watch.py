from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from structlog.testing import capture_logs

from pushsvc.settings import Brokers
from pushsvc.streams.kafka.topics import make_topics
from pushsvc.streams.kafka.watch import BrokerWatch
from tests.integration.kafka_reading import drop_topic, own_brokers
from tests.services.kafka import Kafka
from tests.services.kafka import kafka as started_kafka
from tests.services.postgres import free_port


async def until(holds: Callable[[], bool], seconds: float) -> float:
    """Gives the seconds that it took; fails after `seconds`."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, f"waited {seconds} s"
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def test_brokers_with_all_topics_are_healthy_from_the_start(kafka: Kafka) -> None:
    brokers = own_brokers(kafka)
    await make_topics(brokers)
    watch = BrokerWatch(brokers)
    assert not watch.healthy, "nobody has asked yet"

    await watch.start()

    assert watch.healthy
    assert watch.trouble() is None
    await watch.stop()


async def test_a_killed_broker_is_named_within_10_seconds_and_its_return_is_noticed() -> None:
    with started_kafka() as kafka:
        brokers = own_brokers(kafka)
        await make_topics(brokers)
        watch = BrokerWatch(brokers)
        await watch.start()
        assert watch.healthy

        kafka.kill()
        await until(lambda: not watch.healthy, 10)
        assert kafka.servers[0] in str(watch.trouble())

        kafka.revive()
        await kafka.ready()
        await until(lambda: watch.healthy, 10)
        await watch.stop()


async def test_a_frozen_broker_is_named_within_10_seconds_and_its_return_is_noticed(kafka: Kafka) -> None:
    brokers = own_brokers(kafka)
    await make_topics(brokers)
    watch = BrokerWatch(brokers)
    await watch.start()

    kafka.freeze()
    try:
        await until(lambda: not watch.healthy, 10)
        assert "no answer in time" in str(watch.trouble())
    finally:
        kafka.thaw()
    await until(lambda: watch.healthy, 10)
    await watch.stop()


async def test_a_missing_topic_is_named_and_one_that_is_made_again_ends_the_trouble(kafka: Kafka) -> None:
    brokers = own_brokers(kafka)
    await make_topics(brokers)
    watch = BrokerWatch(brokers, look_seconds=0.1)
    await watch.start()

    await drop_topic(brokers, "matches")
    await until(lambda: f"{brokers.prefix}matches is missing" in str(watch.trouble()), 5)

    await make_topics(brokers)
    await until(lambda: watch.healthy, 5)
    await watch.stop()


async def test_a_process_starts_while_the_brokers_are_away_and_says_so() -> None:
    watch = BrokerWatch(Brokers((f"127.0.0.1:{free_port()}",)), look_seconds=0.05)

    with capture_logs() as said:
        await watch.start()
        await asyncio.sleep(0.5)

    assert "nothing listens there" in str(watch.trouble())
    assert [line["event"] for line in said].count("brokers_in_trouble") == 1, "once, not at every look"
    await watch.stop()
