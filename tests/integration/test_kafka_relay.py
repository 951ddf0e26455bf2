"""The relay between a real database and a real broker: what was committed arrives, in order, whoever dies on the way."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from pushsvc.clock import FixedClock, SystemClock
from pushsvc.domain.records import MAX_RECORD_BYTES, Output
from pushsvc.errors import InvalidRecord
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import dead_letters, outbox
from pushsvc.streams.kafka.outbox import KafkaOutbox
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.relay import Relay
from pushsvc.streams.kafka.topics import make_topics
from pushsvc.telemetry.metrics import exposition
from tests.integration.kafka_reading import make_topic, own_brokers, records_on
from tests.services.kafka import Kafka

ROOT = Path(__file__).parents[2]
KEYS = ("a", "b", "c", "d")


@pytest.fixture
async def brokers(kafka: Kafka) -> Brokers:
    made = own_brokers(kafka)
    await make_topics(made)
    return made


@asynccontextmanager
async def a_relay(database: Database, brokers: Brokers, box: KafkaOutbox, **more: float) -> AsyncIterator[Relay]:
    outlet = Outlet(brokers, SystemClock(), send_seconds=3.0)
    relay = Relay(database, outlet, box, **more)  # type: ignore[arg-type]
    await relay.start()
    yield relay
    await relay.stop()
    await outlet.stop()


async def accept(database: Database, box: KafkaOutbox, *numbers: int) -> None:
    """One transaction that makes a record of each number for each key."""
    async with database.write() as tx:
        await box.publish(tx, [Output("publication-events", key, {"n": number}) for number in numbers for key in KEYS])
    box.ring()


async def left(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(outbox))).scalar_one())


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


async def until_empty(database: Database, seconds: float = 20) -> None:
    async def is_empty() -> bool:
        return await left(database) == 0

    await until(is_empty, seconds)


async def order_of(brokers: Brokers) -> dict[str, list[int]]:
    """For each key the numbers in the order of their first appearance."""
    found: dict[str, list[int]] = {key: [] for key in KEYS}
    for record in await records_on(brokers, "publication-events"):
        if record.value["n"] not in found[record.key]:
            found[record.key].append(record.value["n"])
    return found


async def test_a_committed_record_is_on_its_topic_soon_after_the_ring(database: Database, brokers: Brokers) -> None:
    box = KafkaOutbox()
    async with a_relay(database, brokers, box):
        await accept(database, box, 0)
        await until_empty(database)
        taken = []
        for number in range(1, 8):
            started = time.monotonic()
            await accept(database, box, number)
            await until_empty(database)
            taken.append(time.monotonic() - started)

    assert await order_of(brokers) == {key: list(range(8)) for key in KEYS}
    assert min(taken) < 0.3, "the ring is heard: the relay itself looks only twice a second"


async def test_a_transaction_that_is_rolled_back_publishes_nothing(database: Database, brokers: Brokers) -> None:
    box = KafkaOutbox()

    async def a_transaction_that_fails() -> None:
        async with database.write() as tx:
            await box.publish(tx, [Output("publication-events", "a", {"n": 99})])
            raise ZeroDivisionError

    async with a_relay(database, brokers, box):
        with pytest.raises(ZeroDivisionError):
            await a_transaction_that_fails()
        box.ring()
        await accept(database, box, 1)
        await until_empty(database)

    assert await order_of(brokers) == {key: [1] for key in KEYS}


async def test_a_record_over_the_limit_fails_its_own_transaction(database: Database) -> None:
    async with database.write() as tx:
        with pytest.raises(InvalidRecord, match="at most 65536"):
            await KafkaOutbox().publish(tx, [Output("versions", "k", {"x": "x" * MAX_RECORD_BYTES})])

    assert await left(database) == 0


async def test_nobody_needs_to_ring_for_what_another_process_left(database: Database, brokers: Brokers) -> None:
    async with a_relay(database, brokers, KafkaOutbox()):
        await accept(database, KafkaOutbox(), 1)
        await until_empty(database, 3)


async def test_a_relay_that_finds_nothing_takes_no_turn(
    database: Database, brokers: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, move = 0, Relay._move

    async def counted(relay: Relay) -> object:
        nonlocal turns
        turns += 1
        return await move(relay)

    monkeypatch.setattr(Relay, "_move", counted)
    async with a_relay(database, brokers, KafkaOutbox()):
        await asyncio.sleep(2.2)
        assert turns <= 1
        await accept(database, KafkaOutbox(), 1)
        await until_empty(database)
    assert turns > 0


async def test_more_than_one_batch_goes_at_once_and_in_order(database: Database, brokers: Brokers) -> None:
    box = KafkaOutbox()
    await accept(database, box, *range(400))
    started = time.monotonic()

    async with a_relay(database, brokers, box):
        await until_empty(database)

    assert await order_of(brokers) == {key: list(range(400)) for key in KEYS}
    assert time.monotonic() - started < 10


async def test_two_relays_at_once_send_each_record_once(database: Database, brokers: Brokers) -> None:
    box = KafkaOutbox()
    async with a_relay(database, brokers, box, batch=10), a_relay(database, brokers, box, batch=10):
        for number in range(60):
            await accept(database, box, number)
        await until_empty(database)

    assert len(await records_on(brokers, "publication-events")) == 60 * len(KEYS)
    assert await order_of(brokers) == {key: list(range(60)) for key in KEYS}


async def test_rows_wait_while_the_broker_is_away_and_go_when_it_is_back(
    database: Database, brokers: Brokers, kafka: Kafka
) -> None:
    box = KafkaOutbox()
    async with a_relay(database, brokers, box):
        await accept(database, box, 1)
        await until_empty(database)
        kafka.freeze()
        try:
            with capture_logs() as said:
                for number in range(2, 30):
                    await accept(database, box, number)
                    await asyncio.sleep(0.15)
            assert await left(database) == 28 * len(KEYS)
        finally:
            kafka.thaw()
        await until_empty(database)

    assert await order_of(brokers) == {key: list(range(1, 30)) for key in KEYS}
    lines = [line for line in said if line["event"] == "relay_waits"]
    assert 1 <= len(lines) <= 3, "a line for each reason, not for each try or ring"


async def test_a_record_that_its_topic_refuses_becomes_a_dead_letter_and_holds_nobody(
    database: Database, kafka: Kafka, clock: FixedClock
) -> None:
    brokers = own_brokers(kafka)
    await make_topic(brokers, "versions", 1, **{"max.message.bytes": "2000"})
    await make_topics(brokers)
    box = KafkaOutbox(clock)
    async with database.write() as tx:
        fill = [number**9 for number in range(2000)]
        await box.publish(tx, [Output("publication-events", key, {"n": 1}) for key in KEYS])
        await box.publish(tx, [Output("versions", "v", {"event_id": "evt_1", "fill": fill})])
        await box.publish(tx, [Output("publication-events", key, {"n": 2}) for key in KEYS])

    async with a_relay(database, brokers, box):
        await until_empty(database)

    assert await order_of(brokers) == {key: [1, 2] for key in KEYS}
    async with database.read() as tx:
        (letter,) = (await tx.execute(sa.select(dead_letters))).all()
    assert (letter.stage, letter.topic, letter.key, letter.event_id) == ("relay", "versions", "v", "evt_1")
    assert "larger than its topic takes" in letter.reason


async def test_the_gauges_say_how_many_wait_and_how_long(database: Database, brokers: Brokers, clock: FixedClock) -> None:
    box = KafkaOutbox(clock)
    await accept(database, box, 1, 2)
    clock.advance(timedelta(seconds=90))
    relay = Relay(database, Outlet(brokers, clock), box, clock=clock)

    await relay.measure()
    assert (gauge_of("outbox_waiting"), gauge_of("outbox_oldest_seconds")) == (8, 90)

    async with database.write() as tx:
        await tx.execute(outbox.delete())
    await relay.measure()
    assert (gauge_of("outbox_waiting"), gauge_of("outbox_oldest_seconds")) == (0, 0)


def gauge_of(name: str) -> float:
    families = text_string_to_metric_families(exposition().decode())
    return next(sample.value for family in families for sample in family.samples if sample.name == f"pushsvc_{name}")


async def test_under_one_key_the_order_of_rows_is_the_order_of_commits(postgres_database: Database) -> None:
    box, order = KafkaOutbox(), list[str]()
    first_published = asyncio.Event()

    async def first() -> None:
        async with postgres_database.write() as tx:
            await box.publish(tx, [Output("publication-events", "a", {"n": 1})])
            first_published.set()
            await asyncio.sleep(0.3)
            order.append("first")

    async def second() -> None:
        await first_published.wait()
        async with postgres_database.write() as tx:
            await box.publish(tx, [Output("publication-events", "a", {"n": 2})])
            order.append("second")

    async def third_of_another_key() -> None:
        await first_published.wait()
        async with postgres_database.write() as tx:
            await box.publish(tx, [Output("publication-events", "b", {"n": 3})])
            order.append("third")

    await asyncio.gather(first(), second(), third_of_another_key())

    assert order == ["third", "first", "second"], "the same key waits for the commit, another key does not"


async def child(database: Database, brokers: Brokers, still_seconds: float) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.kafka_relay_child", database.url, ",".join(brokers.servers), brokers.prefix,
        str(still_seconds), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"started\n"
    return process


async def test_two_processes_of_which_one_is_killed_again_and_again_lose_nothing_and_keep_the_order(
    database: Database, brokers: Brokers
) -> None:
    draw, box, last = random.Random(7), KafkaOutbox(), 0
    running = [await child(database, brokers, 20) for _ in range(2)]
    for kill in range(4):
        for _ in range(30):
            await accept(database, box, *range(last, last + 5))
            last += 5
        await asyncio.sleep(draw.random() * 0.05)
        running[kill % 2].kill()
        await running[kill % 2].wait()
        if kill < 3:
            running[kill % 2] = await child(database, brokers, 20)
    await until_empty(database)
    for process in running:
        if process.returncode is None:
            process.kill()
            await process.wait()

    assert await order_of(brokers) == {key: list(range(last)) for key in KEYS}


async def test_a_frozen_relay_loses_its_turn_and_what_it_does_after_its_return_changes_nothing(
    postgres_database: Database, brokers: Brokers
) -> None:
    box, last = KafkaOutbox(), 0
    frozen = await child(postgres_database, brokers, 1)

    async def accept_some() -> None:
        nonlocal last
        for _ in range(10):
            await accept(postgres_database, box, *range(last, last + 20))
            last += 20

    async def in_its_transaction() -> bool:
        async with postgres_database.read() as tx:
            held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            return bool((await tx.execute(held)).scalar_one())

    for _ in range(50):  # until it is caught in the middle
        await accept_some()
        frozen.send_signal(signal.SIGSTOP)
        await asyncio.sleep(0.05)
        if await in_its_transaction():
            break
        frozen.send_signal(signal.SIGCONT)
    assert await in_its_transaction()
    async with a_relay(postgres_database, brokers, box):
        await accept_some()
        await until_empty(postgres_database, 40)
        frozen.send_signal(signal.SIGCONT)
        await accept_some()
        await until_empty(postgres_database, 40)
        await asyncio.sleep(0.5)
    frozen.kill()
    await frozen.wait()

    assert await order_of(brokers) == {key: list(range(last)) for key in KEYS}
