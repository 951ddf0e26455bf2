from __future__ import annotations

from dataclasses import replace

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from pushsvc.clock import SystemClock
from pushsvc.domain.records import Output
from pushsvc.settings import Brokers
from pushsvc.streams.faults import kind_of
from pushsvc.streams.kafka.connection import ask
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.topics import TOPICS, BadTopics, check_topics, make_topics
from tests.integration.kafka_reading import admin, drop_topic, grow_topic, make_topic, own_brokers, records_on
from tests.services.kafka import Kafka
from tests.services.kafka import kafka as started_kafka


async def config_of(brokers: Brokers, topic: str) -> dict[str, str]:
    async with admin(brokers) as client:
        while True:  # of three brokers one may not have heard of it yet
            (answer,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, brokers.prefix + topic)])
            if entries := answer.resources[0][4]:
                return {entry[0]: entry[1] for entry in entries}


async def copies_of(brokers: Brokers, topic: str) -> list[int]:
    said = await ask(brokers, [brokers.prefix + topic])
    return [len(part["replicas"]) for part in said["topics"][0]["partitions"]]


async def test_topics_are_made_once_as_the_table_says(kafka: Kafka) -> None:
    brokers = own_brokers(kafka, partitions=3)

    made = await make_topics(brokers)

    assert sorted(made) == sorted(brokers.prefix + spec.name for spec in TOPICS)
    assert await make_topics(brokers) == [], "a second time there is nothing to make"
    await check_topics(brokers)
    assert await copies_of(brokers, "versions") == [1, 1, 1]
    assert await copies_of(brokers, "versions.dlq") == [1]
    config = await config_of(brokers, "versions.dlq")
    assert (config["cleanup.policy"], config["retention.ms"], config["min.insync.replicas"]) == ("delete", "2592000000", "1")


async def test_a_missing_topic_is_named_with_its_mend_and_made_without_touching_the_others(kafka: Kafka) -> None:
    brokers = own_brokers(kafka)
    await make_topics(brokers)
    await drop_topic(brokers, "outcomes")

    with pytest.raises(BadTopics, match=rf"^topic {brokers.prefix}outcomes is missing; make it with") as caught:
        await check_topics(brokers)

    assert kind_of(caught.value) == "passing"
    assert await make_topics(brokers) == [brokers.prefix + "outcomes"]
    await check_topics(brokers)


async def test_fewer_partitions_are_an_error_and_more_are_fine(kafka: Kafka) -> None:
    brokers = own_brokers(kafka, partitions=4)
    await make_topic(brokers, "versions", 2)
    await make_topics(brokers)

    with pytest.raises(BadTopics, match=rf"{brokers.prefix}versions has 2 partitions; at least 4 are needed.*partitions=2"):
        await check_topics(brokers)

    await grow_topic(brokers, "versions", 5)
    await check_topics(brokers)


async def test_more_copies_than_brokers_cannot_be_made_and_the_error_says_why(kafka: Kafka) -> None:
    with pytest.raises(BadTopics, match=r"cannot be made: there are fewer than 3 brokers.*replicas="):
        await make_topics(own_brokers(kafka, replicas=3))


@pytest.mark.timeout(60)
async def test_three_brokers_keep_three_copies_and_one_may_vanish() -> None:
    with started_kafka(3) as cluster:
        brokers = own_brokers(cluster, partitions=3)
        await make_topics(brokers)
        assert await copies_of(brokers, "versions") == [3, 3, 3]
        assert (await config_of(brokers, "versions"))["min.insync.replicas"] == "2"

        single = replace(brokers, prefix="single.", replicas=1)
        await make_topics(single)
        assert await copies_of(single, "versions") == [1, 1, 1], "ENGINE_URL decides when it says so"

        outlet = Outlet(brokers, SystemClock())
        await outlet.start()
        cluster.kill(2)
        await outlet.send([Output("versions", f"k{number}", {"n": number}) for number in range(30)])
        await outlet.stop()

        assert sorted(record.value["n"] for record in await records_on(brokers, "versions")) == list(range(30))
