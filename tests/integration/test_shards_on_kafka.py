"""The number of matcher shards changes while events flow, on a real broker: each event is answered whole, few are again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from pushsvc.clock import SystemClock
from pushsvc.domain.records import Output, Record
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database, Transaction
from pushsvc.streams.kafka.adoption import adopt_offsets
from pushsvc.streams.kafka.connection import client_options
from pushsvc.streams.kafka.engine import KafkaEngine
from pushsvc.streams.kafka.envelope import unpack
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.topics import make_topics, topic_name
from pushsvc.streams.pipeline import match_group
from pushsvc.streams.stage import Stage
from tests.services.kafka import Kafka

Said = tuple[int, int, int]
"""An event, the shard that answered it, and of how many."""


class Cluster:
    def __init__(self, database: Database, brokers: Brokers) -> None:
        self.database, self.brokers, self.outlet = database, brokers, Outlet(brokers, SystemClock())
        self.answered: list[Said] = []
        self.sent = 0

    async def send(self, events: int) -> None:
        numbers = range(self.sent, self.sent + events)
        await self.outlet.send([Output("summaries", f"pub_{number % 7}", {"event": number}) for number in numbers])
        self.sent += events

    @asynccontextmanager
    async def shards(self, of: int) -> AsyncIterator[None]:
        engines = [self._engine(shard, of) for shard in range(of)]
        for shard in range(of):
            await adopt_offsets(self.brokers, shard, of)
        await asyncio.gather(*(engine.start() for engine in engines))
        try:
            yield
        finally:
            await asyncio.gather(*(engine.stop() for engine in engines))

    async def until(self, answers: int) -> None:
        """So many more answers were given, by whichever shards run."""
        wanted = len(self.answered) + answers
        async with asyncio.timeout(30):
            while len(self.answered) < wanted:
                await asyncio.sleep(0.01)

    async def answered_by_all(self, of: int) -> None:
        async with asyncio.timeout(30):
            while any((self.sent - 1, shard, of) not in self.answered for shard in range(of)):
                await asyncio.sleep(0.02)

    async def on_the_topic(self) -> list[Said]:
        """What the planner will read."""
        topic = topic_name(self.brokers, "matches")
        reader = AIOKafkaConsumer(topic, **client_options(self.brokers), auto_offset_reset="earliest")
        await reader.start()
        found: list[Said] = []
        try:
            while batches := await reader.getmany(timeout_ms=1000):
                for place, messages in batches.items():
                    for one in messages:
                        said = unpack("matches", place.partition, one.offset, one.key, one.value).value
                        found.append((said["event"], said["shard"], said["of"]))
        finally:
            await reader.stop()
        return found

    def _engine(self, shard: int, of: int) -> KafkaEngine:
        async def prepare(records: Sequence[Record]) -> Sequence[Record]:
            await asyncio.sleep(0.01 * (1 + shard))  # the second shard is slower than the first
            return records

        async def apply(_tx: Transaction, records: Sequence[Record]) -> Sequence[Output]:
            said = [{"event": record.value["event"], "shard": shard, "of": of} for record in records]
            self.answered += [(one["event"], shard, of) for one in said]
            return [Output("matches", record.key, one) for record, one in zip(records, said, strict=True)]

        stage = Stage("match", ("summaries",), ("matches",), prepare, apply, batch=5, group=match_group(shard, of))
        clock = SystemClock()
        return KafkaEngine(self.database, self.brokers, [stage], clock, self.outlet, session_seconds=2.0)


async def test_two_shards_become_three_then_one_then_two_while_events_flow(postgres_database: Database, kafka: Kafka) -> None:
    brokers = Brokers(kafka.servers, prefix="shards.", partitions=2)
    await make_topics(brokers)
    cluster = Cluster(postgres_database, brokers)
    await cluster.outlet.start()
    await cluster.send(200)
    for of, answers, more in [(2, 150, 100), (3, 240, 50), (1, 60, 50)]:
        async with cluster.shards(of):
            await cluster.until(answers)  # stopped in the middle, one shard further than the other
        await cluster.send(more)
    async with cluster.shards(2):
        await cluster.answered_by_all(2)
    await cluster.outlet.stop()

    shards_of: dict[tuple[int, int], set[int]] = defaultdict(set)
    said = await cluster.on_the_topic()
    for event, shard, of in said:
        shards_of[event, of].add(shard)
    whole = {event for (event, of), shards in shards_of.items() if len(shards) == of}
    assert whole == set(range(cluster.sent))
    assert len(said) == len(set(said)), "plain stops repeat nothing within one number of shards"
    # Nobody began anew: three shards left out what both of the two had answered, and so on.
    twice = {event for event in whole if sum(len(shards_of[event, of]) == of for of in (1, 2, 3)) > 1}
    assert len(twice) < cluster.sent / 10
