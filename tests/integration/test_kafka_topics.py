from __future__ import annotations

import pytest

from pushsvc.streams.faults import kind_of
from pushsvc.streams.kafka.topics import TOPICS, BadTopics, check_topics, make_topics
from tests.integration.kafka_reading import config_of, copies_of, drop_topic, grow_topic, make_topic, own_brokers
from tests.services.kafka import Kafka


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
