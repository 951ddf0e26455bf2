"""Where we reach into Faust: everything that overrides or reads a private name of it, of mode or of aiokafka is in here.

Faust does group membership, rebalancing, the consumer's thread and the commit loop. Its way of handing out records one by
one is slow, and its acknowledgements lose records when they come out of order or a handler raises (docs/explanation). So
a poll goes as it came to our lanes, and what is committed is the offset up to which a lane is done.

Written for exactly these versions; tests/unit/test_kafka_seams.py fails when one moves, or when what we replace is gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import aiokafka
import faust
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy
from faust.tables.manager import TableManager
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from faust.types import TP

from pushsvc.streams.waiting import wait_for

VERSIONS = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}

COMMIT_SECONDS = 3.0
"""How long a commit may take at a stop or a rebalance. Without it, the work since the last one is done again."""
BUSY_WAIT_MS, IDLE_WAIT_MS = 50, 400
"""A fetch that finds nothing stays at the broker for so long, and holds back all other partitions of that broker."""
IDLE_AFTER_SECONDS = 2.0
FULL_WAIT_SECONDS = 0.2
"""How long nothing is polled while every lane has enough in memory; the first one that has room ends it."""

log = logging.getLogger(__name__)
for _name in ("faust", "mode"):  # at INFO they tell of each service that starts, and of each partition
    logging.getLogger(_name).setLevel(logging.WARNING)

Place = tuple[str, int]
"""A topic, as the broker names it, and one of its partitions."""


class Keeper(Protocol):
    """Who takes the records of a group. It is called in the event loop of the app."""

    def assigned(self, places: Collection[Place]) -> None:
        """From now on these are ours, and nothing else is."""
        ...

    def offer(self, place: Place, polled: Sequence[aiokafka.ConsumerRecord[bytes, bytes]]) -> bool:
        """Take these records, in the order of their offsets. False: read no more of this partition, until `resume`."""
        ...

    async def give_up(self) -> None:
        """Finish or abandon what is in hand, soon: the partitions will be somebody else's."""
        ...


class Group(faust.App):
    """One member of one consumer group: what it reads goes to `keeper`, what the keeper has finished is committed."""

    def __init__(self, name: str, topics: Sequence[str], keeper: Keeper, **settings: Any) -> None:
        super().__init__(name, TableManager=NoTables, **_SETTINGS, **settings)
        self.keeper = keeper
        self.boot_strategy = BootStrategy(self, enable_kafka_producer=False, enable_sensors=False, enable_web=False)
        transport: Any = self.transport
        transport.Consumer = PollConsumer
        source = self.topic(*topics, key_type=bytes, value_type=bytes, acks=True)
        self.agent(source, name=f"{name}-lanes")(self._stand_by)

    @property
    def reader(self) -> PollConsumer:
        return self.consumer  # type: ignore[return-value]

    async def _stand_by(self, stream: Any) -> None:
        """The agent. Faust subscribes to its topics and keeps its group; the records go to the keeper."""
        await self.wait_until_stopped()

    def finished(self, place: Place, following: int) -> None:
        """All records of `place` below `following` are done: commit that at the next turn."""
        self.reader.finished[TP(*place)] = following

    def resume(self, place: Place) -> None:
        """Read on where `offer` said no."""
        self.reader.on_buffer_drop(TP(*place))

    async def commit_now(self) -> None:
        """Commit what is finished, in at most 3 s; what was not committed then is done again later."""
        with contextlib.suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(COMMIT_SECONDS):
                await self.reader.maybe_wait_for_commit_to_finish()  # `commit` itself would count that as its own
                await self.reader.commit()

    async def is_member(self) -> bool:
        """Ask the broker by a commit whether we still are in the group; False also when it does not answer."""
        return await self.reader.is_member()

    def ahead(self, place: Place, following: int | None) -> int:
        """How many records lie in `place` from `following` on (None: from where the broker says that we are)."""
        state = self.reader._state_of(TP(*place))
        if state is None or state.highwater is None:
            return 0
        at = following if following is not None else (state.position if state.has_valid_position else state.highwater)
        return max(0, int(state.highwater) - int(at))

    def committed(self, place: Place) -> int:
        """The offset that the group goes on from, as known since the last rebalance; 0 when nothing was committed yet."""
        return self.reader._committed_offset[TP(*place)] or 0

    async def crash_reason_when_crashed(self) -> BaseException | None:
        """Return when the app has crashed, with the reason, or was stopped (None)."""
        await self.wait_until_stopped()
        return self.crash_reason if self.crashed else None

    async def on_first_start(self) -> None:
        """No tables, so no data directory: Faust would make one in the working directory."""


class NoTables(TableManager):
    """Faust waits a second for tables that might be declared. There are none."""

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


class PromptThread(AIOKafkaConsumerThread):
    """A fetch comes back soon while there is traffic (Faust fixes 1.5 s), and a commit that fails is not a crash."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer: Any = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = IDLE_WAIT_MS
        return consumer

    def hurry(self, busy: bool) -> None:
        fetcher = getattr(self._consumer, "_fetcher", None)
        if fetcher is not None:
            fetcher._fetch_max_wait_ms = BUSY_WAIT_MS if busy else IDLE_WAIT_MS

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        consumer: Any = self._ensure_consumer()
        if consumer._coordinator.generation != self.app.consumer_generation_id:
            return False  # the group has gone on without us: a commit now could set it back
        ours = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        try:
            await consumer.commit({aiokafka.TopicPartition(*tp): offset for tp, offset in ours.items()})
        except KafkaError as error:
            log.warning("offsets of %s are not committed yet: %r", self.app.conf.id, error)
            return False
        return True


class PollConsumer(Consumer):
    """Faust's consumer, but a poll goes to the keeper as it came, and what the keeper finished is what is committed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finished: dict[Any, int] = {}
        self._read_up_to: dict[Any, int] = {}
        self._gaps: dict[Any, int] = {}
        self._room = asyncio.Event()

    @property
    def keeper(self) -> Keeper:
        return self.app.keeper  # type: ignore[attr-defined, no-any-return]

    def _new_consumer_thread(self) -> PromptThread:
        return PromptThread(self, loop=self.loop, beacon=self.beacon)

    async def _drain_messages(self, fetcher: Any) -> None:
        thread: Any = self._thread
        loop = asyncio.get_running_loop()
        # Whether something may have been fetched and never offered: then all is read again from what was committed, before
        # anything further is offered. So at the begin, for this coroutine may follow one that was cancelled.
        unsure, last = True, loop.time()
        while not (self.should_stop or fetcher.should_stop):
            if unsure and self.flow_active:
                unsure = not await self._seek_back()
                continue
            polled, _ = await self._wait_next_records(0.02 if self._buffered_partitions else 1.0)
            if polled:
                last = loop.time()
            thread.hurry(loop.time() - last < IDLE_AFTER_SECONDS)
            if unsure or not self.flow_active:  # a rebalance came between
                unsure = unsure or bool(polled)
                continue
            for partition, records in (polled or {}).items():
                tp = TP(partition.topic, partition.partition)
                if self._leaves_a_gap(tp, records[0].offset):
                    unsure = True
                    break
                self._read_up_to[tp] = records[-1].offset + 1
                if not self.keeper.offer((tp.topic, tp.partition), records):
                    self.on_buffer_full(tp)

    def _leaves_a_gap(self, tp: Any, first: int) -> bool:
        """Offsets follow each other; a gap is read again once, and if it is still there, then the broker has deleted it."""
        expected = self._read_up_to.get(tp, self._committed_offset[tp])
        if expected is None or first <= expected or self._gaps.get(tp) == first:
            return False
        self._gaps[tp] = first
        log.warning("%s, partition %s: nothing from offset %s to %s; looking again", tp.topic, tp.partition, expected, first)
        return True

    async def _seek_back(self) -> bool:
        """Read on from what is committed; where nothing is yet, from the beginning: Faust leaves those where they are."""
        thread: Any = self._thread
        try:
            await self.perform_seek()
            fresh = [aiokafka.TopicPartition(*tp) for tp in self.assignment() if self._committed_offset[tp] is None]
            if fresh:
                await thread.seek_to_beginning(*fresh)
        except (KafkaError, TimeoutError) as error:
            log.warning("cannot go back to what was committed, trying again: %r", error)
            await self.sleep(0.5)
            return False
        return True

    async def _wait_next_records(self, timeout: float) -> Any:
        if self.flow_active and not self._get_active_partitions():  # every lane is full: Faust would sleep for a second
            self._room.clear()
            await wait_for(self._room, FULL_WAIT_SECONDS)
            return None, None
        return await super()._wait_next_records(timeout)

    def on_buffer_drop(self, tp: Any) -> None:
        super().on_buffer_drop(tp)
        self._room.set()

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """Faust forgets uncommitted progress here. First the lanes end, then their progress is committed."""
        self.stop_flow()
        await self.keeper.give_up()
        await self.app.commit_now()  # type: ignore[attr-defined]
        self.finished.clear()
        self._read_up_to.clear()
        self._gaps.clear()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        self.keeper.assigned([(tp.topic, tp.partition) for tp in assigned])
        await super().on_partitions_assigned(assigned, generation_id)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Any:
        return list(self.finished)

    def _new_offset(self, tp: Any) -> int | None:
        return self.finished.get(tp)

    async def _commit_offsets(self, offsets: Mapping[Any, int], start_new_transaction: bool = True) -> bool:
        """Faust also notes as committed what was refused, and would not try it again."""
        ours = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        done = bool(ours) and await self._commit(ours)
        if done:
            self._committed_offset.update(ours)
        return done

    async def is_member(self) -> bool:
        known = {tp: offset for tp, offset in self._committed_offset.items() if offset and tp in self.assignment()}
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                return await self._commit({**known, **self.finished}) if known or self.finished else True
        except TimeoutError:
            return False

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Faust's livelock detector watches its own streams, which stand still here."""

    def _state_of(self, tp: Any) -> Any:
        thread: Any = self._thread
        subscription = thread._consumer._subscription.subscription if thread._consumer is not None else None
        assignment = subscription.assignment if subscription is not None else None
        return assignment.state_value(aiokafka.TopicPartition(*tp)) if assignment and tp in assignment.tps else None


_SETTINGS: Mapping[str, Any] = {
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "store": "memory://",
    "web_enabled": False,
    "autodiscover": False,
    "origin": None,
    "value_serializer": "raw",
    "key_serializer": "raw",
    "consumer_auto_offset_reset": "earliest",
    "consumer_metadata_max_age_ms": 3000,
    "broker_request_timeout": 15.0,
    "broker_commit_interval": 0.5,
    "broker_max_poll_records": 500,
    "stream_wait_empty": False,
}
