"""Topics of a test's own on the shared broker, and everything that lies on one."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import UnknownTopicOrPartitionError

from pushsvc.domain.records import Record, Topic
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import ask, client_options
from pushsvc.streams.kafka.envelope import unpack
from pushsvc.streams.kafka.topics import ask_the_controller, topic_name
from tests.services.kafka import Kafka

_numbers = itertools.count(1)


def own_brokers(kafka: Kafka, partitions: int = 2, **more: Any) -> Brokers:
    """The shared broker under a prefix that no other test has: nothing is there."""
    return Brokers(kafka.servers, prefix=f"t{os.getpid()}-{next(_numbers)}.", partitions=partitions, **more)


async def raw_on(brokers: Brokers, topic: str) -> Sequence[Any]:
    """aiokafka's records of a topic (without the prefix), partition after partition."""
    name = topic_name(brokers, topic)
    consumer = AIOKafkaConsumer(**client_options(brokers), enable_auto_commit=False)
    await consumer.start()
    try:
        parts = await consumer._client._wait_on_metadata(name)
        places = [TopicPartition(name, part) for part in sorted(parts)]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        found: list[Any] = []
        for place in places:
            consumer.seek(place, 0)
        while len(found) < sum(ends.values()):
            found += [one for many in (await consumer.getmany(timeout_ms=200)).values() for one in many]
        return sorted(found, key=lambda one: (one.partition, one.offset))
    finally:
        await consumer.stop()


async def records_on(brokers: Brokers, topic: Topic) -> Sequence[Record]:
    """Every record of a topic, partition after partition."""
    return [unpack(topic, raw.partition, raw.offset, raw.key, raw.value) for raw in await raw_on(brokers, topic)]


async def make_topic(brokers: Brokers, topic: str, partitions: int, **config: str) -> None:
    """One topic of a shape that `make_topics` would not give it."""
    async with admin(brokers) as client:
        await ask_the_controller(client, [NewTopic(topic_name(brokers, topic), partitions, 1, topic_configs=config)])


async def grow_topic(brokers: Brokers, topic: str, partitions: int) -> None:
    """Returns when the broker tells everyone of it."""
    async with admin(brokers) as client:
        await client.create_partitions({topic_name(brokers, topic): NewPartitions(partitions)})
    while len((await _told(brokers, topic))["partitions"]) != partitions:
        await asyncio.sleep(0.02)


async def drop_topic(brokers: Brokers, topic: str) -> None:
    """Returns when the broker tells everyone of it."""
    async with admin(brokers) as client:
        await client.delete_topics([topic_name(brokers, topic)])
    while (await _told(brokers, topic))["error_code"] != UnknownTopicOrPartitionError.errno:
        await asyncio.sleep(0.02)


async def _told(brokers: Brokers, topic: str) -> Any:
    return (await ask(brokers, [topic_name(brokers, topic)]))["topics"][0]


async def config_of(brokers: Brokers, topic: str) -> dict[str, str]:
    async with admin(brokers) as client:
        while True:  # of three brokers one may not have heard of it yet
            (answer,) = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, brokers.prefix + topic)])
            if entries := answer.resources[0][4]:
                return {entry[0]: entry[1] for entry in entries}


async def copies_of(brokers: Brokers, topic: str) -> list[int]:
    said = await ask(brokers, [brokers.prefix + topic])
    return [len(part["replicas"]) for part in said["topics"][0]["partitions"]]


class admin:  # noqa: N801
    """`async with admin(brokers) as client`."""

    def __init__(self, brokers: Brokers) -> None:
        self._client = AIOKafkaAdminClient(**client_options(brokers))

    async def __aenter__(self) -> AIOKafkaAdminClient:
        await self._client.start()
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()
