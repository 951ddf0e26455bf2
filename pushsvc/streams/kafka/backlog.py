"""How much the stages after one have to do, wherever they run: so that none runs far ahead of those that follow.

Measured is: the end of each partition minus what its readers' groups have committed. A measurement is one question to the
broker for all of them, at most every 0.25 s, and only when a stage could have gone beyond the limit since the last one.
Between two of them counts what this process has sent, and what its own stages have read. Before the first one nothing else
is known: it is made beside the work, as soon as partitions are ours, because the first event of a partition would wait for
it once for each stage.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from pushsvc.domain.records import Topic
from pushsvc.settings import Brokers
from pushsvc.streams.faults import reason_of
from pushsvc.streams.kafka.connection import client_options
from pushsvc.streams.kafka.lane import Place
from pushsvc.streams.kafka.names import group_name
from pushsvc.streams.kafka.topics import topic_name
from pushsvc.streams.stage import Stage

logger = structlog.get_logger(__name__)

ASK_EVERY_SECONDS = 0.25
ANSWER_SECONDS = 3.0


def readers_of(stages: Sequence[Stage]) -> dict[Topic, tuple[str, ...]]:
    """The groups (as in `Stage.group`) that read each topic."""
    return {
        topic: tuple(sorted({stage.group for stage in stages if topic in stage.sources}))
        for topic in {topic for stage in stages for topic in stage.sources}
    }


class Backlog:
    """`readers`: the groups that read each topic, as in `Stage.group`, also those that run elsewhere."""

    def __init__(self, brokers: Brokers, readers: Mapping[Topic, Sequence[str]]) -> None:
        self._brokers = brokers
        self._readers = readers
        self._ends: dict[Place, int] = {}
        self._read: dict[tuple[str, Place], int] = {}
        self._sent: Counter[Place] = Counter()
        self._wanted: set[Place] = set()
        self._asking = asyncio.Lock()
        self._asked_at = -ASK_EVERY_SECONDS
        self._admin: AIOKafkaAdminClient | None = None
        self._client: AIOKafkaConsumer | None = None
        self._learning: asyncio.Task[None] | None = None

    def expect(self, places: Collection[Place]) -> None:
        """Measure these soon: a stage is about to write there."""
        self._wanted.update(place for place in places if self._readers.get(place[0]))
        if not self._wanted <= self._ends.keys() and (self._learning is None or self._learning.done()):
            self._learning = asyncio.create_task(self._learn(), name="backlog")

    async def within(self, most: int, places: Collection[Place]) -> bool:
        """Whether every reader of each of `places` has at most `most` records to do there.

        A partition that was never measured counts as if it held only what this process has sent there. A broker that does
        not say counts as room: it takes no records then either, and this is a courtesy, not a promise.
        """
        read = [place for place in places if self._readers.get(place[0])]
        self.expect(read)
        if all(self._behind(place) <= most for place in read):
            return True
        return not await self._asked() or all(self._behind(place) <= most for place in read)

    def sent(self, places: Collection[Place]) -> None:
        """One more record lies in each of these, as often as they are named."""
        self._sent.update(places)

    def read(self, group: str, place: Place, following: int) -> None:
        """A stage of this process has done everything in `place` below `following`."""
        if following > self._read.get((group, place), -1):
            self._read[group, place] = following

    async def close(self) -> None:
        learning, self._learning = self._learning, None
        if learning is not None:
            learning.cancel()
            await asyncio.wait([learning])
        await self._disconnect()

    async def _learn(self) -> None:
        """Until everything that is wanted was measured once, or the broker does not say."""
        while not self._wanted <= self._ends.keys():
            await asyncio.sleep(max(0.0, self._asked_at + ASK_EVERY_SECONDS - time.monotonic()))
            if not await self._asked():
                return

    async def _asked(self) -> bool:
        """Measure, unless that was done a moment ago. False: the broker does not say."""
        async with self._asking:  # who waited for another's question finds its answer
            if time.monotonic() - self._asked_at < ASK_EVERY_SECONDS:
                return True
            self._asked_at = time.monotonic()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._ask()
            except (KafkaError, OSError) as error:
                logger.warning("backlog_unknown", reason=reason_of(error))
                await self._disconnect()
                return False
            return True

    async def _disconnect(self) -> None:
        admin, client, self._admin, self._client = self._admin, self._client, None, None
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                if admin is not None:
                    await admin.close()
                if client is not None:
                    await client.stop()

    def _behind(self, place: Place) -> int:
        if place not in self._ends:
            return self._sent[place]
        end = self._ends[place] + self._sent[place]
        return max(end - self._read.get((group, place), 0) for group in self._readers[place[0]])

    async def _ask(self) -> None:
        admin, client = await self._clients()
        wanted = frozenset(self._wanted)
        places = {TopicPartition(topic_name(self._brokers, topic), part): (topic, part) for topic, part in wanted}
        before = Counter({place: self._sent[place] for place in wanted})
        # First what was read, then the ends: what happens in between counts as not done, never the other way round.
        starts = await client.beginning_offsets(list(places))
        for group in {group for topic, _ in wanted for group in self._readers[topic]}:
            committed = await admin.list_consumer_group_offsets(group_name(self._brokers, group))
            for partition, place in places.items():
                if group in self._readers[place[0]]:
                    at = committed[partition].offset if partition in committed else -1
                    self.read(group, place, max(at, starts[partition]))
        for partition, end in (await client.end_offsets(list(places))).items():
            place = places[partition]
            self._ends[place] = end
            self._sent[place] -= before[place]

    async def _clients(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._admin is None or self._client is None:
            self._admin = AIOKafkaAdminClient(**client_options(self._brokers), request_timeout_ms=int(ANSWER_SECONDS * 1000))
            self._client = AIOKafkaConsumer(
                **client_options(self._brokers), enable_auto_commit=False, request_timeout_ms=int(ANSWER_SECONDS * 1000)
            )
            await self._admin.start()
            await self._client.start()
        return self._admin, self._client
