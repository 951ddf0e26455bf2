"""What lies on an engine's topics, read beside the engine."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, TopicPartition

from pushsvc.storage.tables.flow import log
from pushsvc.streams.kafka.connection import client_options
from pushsvc.streams.kafka.envelope import unpack
from pushsvc.streams.kafka.topics import topic_name
from tests.contract.copying import TOPICS
from tests.contract.on_kafka import PARTITIONS, OnKafka
from tests.contract.port import EngineUnderTest

Recorded = Mapping[str, list[tuple[str, int]]]
"""For each topic every record, (key, number), in the order of each partition; a repeat as often as it is there."""


async def recorded(under: EngineUnderTest) -> Recorded:
    return await READERS[under.kind](under)


async def _in_the_database(under: EngineUnderTest) -> Recorded:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    async with under.database.read() as tx:
        for row in await tx.execute(sa.select(log).order_by(log.c.topic, log.c.part, log.c.offset)):
            found[row.topic].append((row.key, json.loads(row.value)["number"]))
    return found


async def _on_the_brokers(under: EngineUnderTest) -> Recorded:
    assert isinstance(under, OnKafka)
    names = {topic_name(under.brokers, topic): topic for topic in TOPICS}
    places = [TopicPartition(name, part) for name in names for part in range(PARTITIONS)]
    reader = AIOKafkaConsumer(**client_options(under.brokers), enable_auto_commit=False, auto_offset_reset="earliest")
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    await reader.start()
    try:
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        ends = await reader.end_offsets(places)
        while any([await reader.position(place) < end for place, end in ends.items()]):
            for place, raws in (await reader.getmany(*places, timeout_ms=200)).items():
                topic = names[place.topic]
                records = [unpack(topic, place.partition, raw.offset, raw.key, raw.value) for raw in raws]
                found[topic] += [(record.key, record.value["number"]) for record in records]
    finally:
        await reader.stop()
    return found


READERS: Mapping[str, Callable[[EngineUnderTest], Awaitable[Recorded]]] = {
    "embedded": _in_the_database,
    "kafka": _on_the_brokers,
}
