"""The Kafka engine under the contract suite: topics of its own for each test, fed through the outbox as in production."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, TopicPartition

from pushsvc.clock import SystemClock
from pushsvc.domain.records import part_of
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import outbox
from pushsvc.streams.dead_letters import DeadLetter
from pushsvc.streams.kafka.connection import client_options
from pushsvc.streams.kafka.engine import KafkaEngine
from pushsvc.streams.kafka.outbox import KafkaOutbox
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.relay import Relay
from pushsvc.streams.kafka.topics import make_topics, topic_name
from pushsvc.streams.stage import Engine, Stage

#: Where the brokers are, the prefix of this test's topics, and the session: what a child inherits from its test.
BROKERS, PREFIX, SESSION = "CONTRACT_BROKERS", "CONTRACT_PREFIX", "CONTRACT_SESSION"
PARTITIONS = 4
SESSION_SECONDS = 2.0


class OwnOutlet(KafkaEngine):
    """The engine with an outlet of its own, as a worker process has it."""

    async def start(self) -> None:
        await self.outlet.start()
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        await self.outlet.stop()


class OnKafka:
    """`brokers` are named "host:port,host:port"; what is not given comes from the environment."""

    kind = "kafka"
    exactly_once = False
    life_seconds = 1.0

    def __init__(
        self, database: Database, brokers: str | None = None, prefix: str | None = None, session_seconds: float | None = None
    ) -> None:
        self.database = database
        self.publisher = KafkaOutbox()
        servers = brokers or os.environ[BROKERS]
        prefix = prefix or os.environ.get(PREFIX) or f"t{uuid.uuid4().hex[:12]}."
        self.brokers = Brokers(tuple(servers.split(",")), prefix=prefix, partitions=PARTITIONS)
        self.session_seconds = session_seconds or float(os.environ.get(SESSION, SESSION_SECONDS))
        self.outlet = Outlet(self.brokers, SystemClock())
        self._relay = Relay(database, self.outlet, self.publisher)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            BROKERS: ",".join(self.brokers.servers), PREFIX: self.brokers.prefix, SESSION: str(self.session_seconds),
        }  # fmt: skip

    async def open(self) -> None:
        await make_topics(self.brokers)
        await self.outlet.start()
        await self._relay.start()

    async def close(self) -> None:
        await self._relay.stop()
        await self.outlet.stop()

    def part_of(self, key: str) -> int:
        return part_of(key.encode(), PARTITIONS)

    def build(
        self,
        stages: Sequence[Stage],
        *,
        on_dead: Callable[[DeadLetter], Awaitable[None]] | None = None,
        most_behind: int = 1_000,
    ) -> KafkaEngine:
        clock = SystemClock()
        return OwnOutlet(
            self.database, self.brokers, stages, clock, Outlet(self.brokers, clock),
            on_dead=on_dead, most_behind=most_behind, session_seconds=self.session_seconds,
        )  # fmt: skip

    async def settled(self, engine: Engine, timeout: float = 30.0) -> None:
        assert isinstance(engine, KafkaEngine)
        reader = AIOKafkaConsumer(**client_options(self.brokers), enable_auto_commit=False)
        await reader.start()
        try:
            async with asyncio.timeout(timeout):
                while not (engine.healthy and await self.outbox_is_empty()):
                    await asyncio.sleep(0.02)
                for stage in engine.stages:  # in their order: what one has done lies before the next by then
                    while not await self._has_done_all(stage, engine, reader):
                        await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"after {timeout:g} s: healthy {engine.healthy}, lag {engine.lag()}") from None
        finally:
            await reader.stop()

    async def outbox_is_empty(self) -> bool:
        async with self.database.read() as tx:
            return (await tx.scalar(sa.select(sa.func.count()).select_from(outbox))) == 0

    async def _has_done_all(self, stage: Stage, engine: KafkaEngine, reader: AIOKafkaConsumer) -> bool:
        places = {
            TopicPartition(topic_name(self.brokers, topic), part): (stage.name, topic, part)
            for topic in stage.sources
            for part in range(PARTITIONS)
        }
        ends = await reader.end_offsets(list(places))
        done = engine.progress()
        return all(done.get(place, -1) >= ends[partition] for partition, place in places.items())
