"""The one way out of a process to the topics: a batch is acknowledged by the brokers as a whole, or an error says why not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from pushsvc.clock import Clock
from pushsvc.domain.records import Output, part_of
from pushsvc.errors import InvalidRecord, TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import ask, why
from pushsvc.streams.kafka.envelope import pack
from pushsvc.streams.kafka.producer import Unacknowledged, abandon, start_producer
from pushsvc.streams.kafka.topics import DEAD_LETTERS, BadTopics, topic_name
from pushsvc.telemetry.hiding import masked_text

logger = structlog.get_logger(__name__)

SEND_SECONDS = 15.0
"""A send that the brokers have not acknowledged by then counts as failed. aiokafka itself would try for ever."""
TOPIC_SECONDS = 3.0

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Packed:
    """A record as its topic takes it; `topic` without the prefix."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = field(default=())


class Outlet:
    """A plain idempotent producer, one a process, shared by the relay and every stage.

    A failed send takes the producer with it, so that nothing of that batch can leave any more once the error is told: what is
    sent again keeps its order. Whoever sends at the same moment gets the same error and sends again.
    """

    def __init__(self, brokers: Brokers, clock: Clock, *, send_seconds: float = SEND_SECONDS) -> None:
        self._brokers = brokers
        self._clock = clock
        self._send_seconds = send_seconds
        self._producer: AIOKafkaProducer | None = None
        self._making = asyncio.Lock()
        self._known: set[str] = set()
        self._abandoned: set[asyncio.Task[None]] = set()
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why the last send failed; None once one succeeded."""
        return self._trouble

    async def start(self) -> None:
        """Connect, so that the first record need not wait. Brokers that are away are no error here: each send tries anew."""
        try:
            await self._connected()
        except TryLater as error:
            logger.warning("outlet_waits", reason=str(error))

    async def stop(self) -> None:
        """Close the connections. What was not acknowledged is lost to nobody: its sender has not heard success."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await abandon(producer)
        await asyncio.gather(*self._abandoned, return_exceptions=True)

    async def send(self, outputs: Sequence[Output]) -> None:
        """Put `outputs` on their topics, in their order for each key; returns when the brokers have all of them.

        Raises InvalidRecord, before anything is sent, when one is too large or no JSON; BrokersAway, BadTopics or
        Unacknowledged (all TryLater) within 15 s when something of it may be missing.
        """
        now = self._clock.now()
        await self.send_packed([Packed(output.topic, *pack(output, now)) for output in outputs])

    async def bury(self, topic: str, key: bytes | None, value: bytes, headers: Headers | Mapping[str, bytes] = ()) -> None:
        """Put a record that cannot be processed on `<topic>.dlq`, as it was. Raises as `send` does."""
        pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
        await self.send_packed([Packed(topic + DEAD_LETTERS, key, value, pairs)])

    async def send_packed(self, records: Sequence[Packed]) -> Sequence[tuple[str, int]]:
        """`send` for records in their envelopes; gives the topic and partition of each. One round trip for all of them, if
        each partition's share fits a batch.

        They go as whole batches: a future, a metadata look-up and a wake-up for each single record cost three times as much.
        """
        if not records:
            return []
        end = time.monotonic() + self._send_seconds
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self._send_seconds):
                producer = await self._connected()
                for topic in sorted(_names(records) - self._known):
                    await self._know(producer, topic)
        except TimeoutError as error:
            raise self._noted(Unacknowledged(why(error, self._brokers))) from error
        except TryLater as error:
            raise self._noted(error) from error.__cause__
        places = await self._deliver(producer, records, max(0.1, end - time.monotonic()))
        self._trouble = None
        return places

    async def _deliver(
        self, producer: AIOKafkaProducer, records: Sequence[Packed], seconds: float
    ) -> Sequence[tuple[str, int]]:
        """Hand everything over, then wait for every acknowledgement."""
        waiting: list[asyncio.Future[Any]] = []
        try:
            async with asyncio.timeout(seconds):
                places = await self._places(producer, records)
                for topic, part, batch in self._batches(producer, records, places):
                    waiting.append(await producer.send_batch(batch, topic, partition=part))
                # asyncio.wait leaves the futures alone when the time is up: many senders may share one batch of the producer.
                await asyncio.wait(waiting)
            for future in waiting:
                future.result()
            return places
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            await self._drop(producer, waiting, error)
            raise InvalidRecord(f"a record for {_topics(records)} is larger than its topic takes") from error
        except (KafkaError, OSError, AssertionError) as error:  # aiokafka asserts that a partition still exists
            await self._drop(producer, waiting, error)
            reason = f"{_topics(records)}: not acknowledged; {masked_text(why(error, self._brokers))}"
            raise self._noted(Unacknowledged(reason)) from error
        except asyncio.CancelledError as error:  # what is given up must not leave later, behind its successors
            await self._drop(producer, waiting, error)
            raise

    async def _places(self, producer: AIOKafkaProducer, records: Sequence[Packed]) -> Sequence[tuple[str, int]]:
        """Topic and partition of each record, over the partitions that the topic really has."""
        parts = {topic: sorted(await producer.partitions_for(topic_name(self._brokers, topic))) for topic in _names(records)}
        return [(one.topic, parts[one.topic][part_of(one.key or b"", len(parts[one.topic]))]) for one in records]

    def _batches(
        self, producer: AIOKafkaProducer, records: Sequence[Packed], places: Sequence[tuple[str, int]]
    ) -> Sequence[tuple[str, int, Any]]:
        """Topic, partition and batch, those of one partition in the order of `records`."""
        filling: dict[tuple[str, int], Any] = {}
        batches: list[tuple[str, int, Any]] = []
        for record, place in zip(records, places, strict=True):
            batch = filling.get(place)
            if batch is None or not _added(batch, record):
                batch = filling[place] = producer.create_batch()
                batches.append((topic_name(self._brokers, place[0]), place[1], batch))
                _added(batch, record)
        return batches

    async def _connected(self) -> AIOKafkaProducer:
        async with self._making:
            if self._producer is None:
                # Asks first, because it says what is wrong; the producer only fails.
                await ask(self._brokers, [])
                self._producer = await start_producer(self._brokers)
                self._known.clear()
            return self._producer

    async def _know(self, producer: AIOKafkaProducer, topic: str) -> None:
        """Wait until the producer knows the topic: a send to one that is missing would neither return nor fail."""
        name = topic_name(self._brokers, topic)
        try:
            async with asyncio.timeout(min(TOPIC_SECONDS, self._send_seconds / 2)):
                await producer.partitions_for(name)
        except (KafkaError, TimeoutError) as error:
            await ask(self._brokers, [])
            raise BadTopics(f"topic {name} is missing or may not be written to; `pushsvc migrate` makes it") from error
        self._known.add(topic)

    async def _drop(self, producer: AIOKafkaProducer, waiting: Sequence[asyncio.Future[Any]], error: BaseException) -> None:
        if self._producer is producer:
            self._producer = None
        task = asyncio.create_task(abandon(producer, error))
        self._abandoned.add(task)
        task.add_done_callback(self._abandoned.discard)
        for future in waiting:
            future.add_done_callback(_seen)
        await asyncio.shield(task)

    def _noted(self, error: TryLater) -> TryLater:
        self._trouble = str(error)
        return error


def _added(batch: Any, record: Packed) -> bool:
    """False: the batch is full."""
    added = batch.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
    return added is not None


def _seen(future: asyncio.Future[Any]) -> None:
    """Its error was told already: asyncio need not complain that nobody looked."""
    if not future.cancelled():
        future.exception()


def _names(records: Sequence[Packed]) -> set[str]:
    return {record.topic for record in records}


def _topics(records: Sequence[Packed]) -> str:
    return ", ".join(sorted(_names(records)))
