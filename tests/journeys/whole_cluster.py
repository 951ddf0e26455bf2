"""All processes of a cluster in the event loop of a test: on a real broker, with topics and groups of its own."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, TopicPartition

from pushsvc.bootstrap.cluster import STAGES, Schedule, Serve, Worker
from pushsvc.bootstrap.ground import Ground
from pushsvc.bootstrap.house import House
from pushsvc.storage.tables.flow import outbox
from pushsvc.streams.kafka.connection import client_options
from pushsvc.streams.kafka.names import group_name
from pushsvc.streams.kafka.topics import topic_name
from tests.journeys.engines import DRAINED_WITHIN_SECONDS, Staged

#: Enough for two lanes of a stage at the same time; each more costs the broker a file and the start a moment.
PARTITIONS = 2
SESSION_SECONDS = 2.0
LOOK_SECONDS = 0.01

_numbers = itertools.count(1)


class WholeCluster:
    """`serve`, `worker` with all stages and `schedule`, on one ground; of several `shards` each further one is a `worker
    match`."""

    def __init__(self, house: House, shards: int = 1) -> None:
        self.house = house
        self._ground = ground = Ground(house)
        self._brokers = ground.brokers
        self._serve = Serve(house, ground)
        self._worker = Worker(house, STAGES, 0, shards, ground=ground, session_seconds=SESSION_SECONDS)
        self._shards = [
            Worker(house, ["match"], shard, shards, ground=ground, session_seconds=SESSION_SECONDS)
            for shard in range(1, shards)
        ]
        self._schedule = Schedule(house, "a journey", ground)
        assert self._worker.deliverer is not None
        self.engine = self._worker.engine
        self.deliverer = self._worker.deliverer
        self.matcher = self._worker.matcher
        self.timekeeper = self._schedule.timekeeper
        self.links, self.lately, self.callbacks = self._serve.links, self._serve.lately, self._serve.callbacks
        self.sms_lines, self.alerts = self._serve.sms_lines, ground.alerts
        self._places: Mapping[TopicPartition, tuple[Any, int]] = {
            TopicPartition(topic_name(ground.brokers, topic), part): (topic, part)
            for topic in {topic for stage in self.engine.stages for topic in stage.sources}
            for part in range(ground.brokers.partitions)
        }
        self._reader: AIOKafkaConsumer | None = None

    @property
    def stages_of(self) -> Staged:
        return self.engine

    async def start(self) -> None:
        for process in (self._serve, self._worker, *self._shards, self._schedule):
            await process.start()
        self._reader = AIOKafkaConsumer(**client_options(self._brokers), enable_auto_commit=False)
        await self._reader.start()

    async def stop(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.stop()
        for process in (self._schedule, *self._shards, self._worker, self._serve):
            await process.stop()

    def posted(self) -> None:
        self._serve.posted()

    async def readiness(self) -> Mapping[str, str]:
        return await self._worker.readiness()

    async def measure(self) -> None:
        await self._worker.measure()

    async def idle(self) -> bool:
        # In this order: what moves on in between counts as not done, never the other way round.
        engines = [self.engine, *(shard.engine for shard in self._shards)]
        done = [engine.progress() for engine in engines]
        if not all(engine.healthy for engine in engines) or not await self._outbox_is_empty():
            return False
        assert self._reader is not None
        ends = await self._reader.end_offsets(list(self._places))
        return all(
            progress.get((stage.name, topic, part), -1) >= ends[place]
            for engine, progress in zip(engines, done, strict=True)
            for stage in engine.stages
            for place, (topic, part) in self._places.items()
            if topic in stage.sources
        )

    async def drained(self) -> None:
        try:
            async with asyncio.timeout(DRAINED_WITHIN_SECONDS):
                while not await self.idle():
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            behind = {place: count for place, count in self.engine.lag().items() if count}
            raise TimeoutError(
                f"after {DRAINED_WITHIN_SECONDS:g} s these still have records to do: {behind}; "
                f"outbox empty: {await self._outbox_is_empty()}, engine healthy: {self.engine.healthy}"
            ) from None

    async def read_all_again(self) -> None:
        """Somebody who is no member may say where a group stands, while it has none."""
        for stage in self.engine.stages:
            group = group_name(self._brokers, stage.group)
            places = [place for place, (topic, _part) in self._places.items() if topic in stage.sources]
            setter = AIOKafkaConsumer(**client_options(self._brokers), group_id=group, enable_auto_commit=False)
            await setter.start()
            try:
                setter.assign(places)
                await setter.commit(dict.fromkeys(places, 0))
            finally:
                await setter.stop()

    async def _outbox_is_empty(self) -> bool:
        async with self.house.database.read() as tx:
            return (await tx.execute(sa.select(outbox.c.outbox_id).limit(1))).first() is None


class OnKafka:
    """Journeys on these brokers: each house has topics and groups of its own."""

    def __init__(self, servers: Sequence[str], shards: int = 1) -> None:
        self._servers, self._shards = ",".join(servers), shards

    def settings(self) -> Mapping[str, Any]:
        prefix = f"journey-{os.getpid()}-{next(_numbers)}."
        return {"engine_url": f"kafka://{self._servers}?prefix={prefix}&partitions={PARTITIONS}"}

    def service(self, house: House) -> WholeCluster:
        return WholeCluster(house, self._shards)
