"""The outlet on a real broker: all of a batch is acknowledged, or an error says so in time and the next send works again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.records import MAX_RECORD_BYTES, Output, part_of
from pushsvc.errors import InvalidRecord, TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.faults import kind_of
from pushsvc.streams.kafka.outlet import Outlet, Packed
from pushsvc.streams.kafka.topics import BadTopics, make_topics
from tests.conftest import MONDAY_MORNING
from tests.integration.kafka_reading import drop_topic, make_topic, own_brokers, raw_on, records_on
from tests.services.kafka import Kafka
from tests.services.kafka import kafka as started_kafka


@pytest.fixture
async def brokers(kafka: Kafka) -> Brokers:
    made = own_brokers(kafka, partitions=3)
    await make_topics(made)
    return made


@pytest.fixture
async def outlet(brokers: Brokers, clock: FixedClock) -> AsyncIterator[Outlet]:
    """Gives up after 3 s, so that a test need not wait for 15."""
    made = Outlet(brokers, clock, send_seconds=3.0)
    yield made
    await made.stop()


def numbered(count: int, key: str = "k", start: int = 0) -> list[Output]:
    return [Output("versions", key, {"n": number}) for number in range(start, start + count)]


async def numbers_on(brokers: Brokers) -> list[int]:
    return [record.value["n"] for record in await records_on(brokers, "versions")]


async def test_what_was_sent_is_there_in_order_in_the_partition_of_its_key(outlet: Outlet, brokers: Brokers) -> None:
    for start in range(0, 200, 50):
        await outlet.send([output for key in ("a", "b", "c") for output in numbered(50, key, start)])

    records = await records_on(brokers, "versions")
    for key in ("a", "b", "c"):
        mine = [record for record in records if record.key == key]
        assert [record.value["n"] for record in mine] == list(range(200))
        assert {record.part for record in mine} == {part_of(key.encode(), 3)}
        assert {record.at for record in mine} == {MONDAY_MORNING}


async def test_a_batch_beyond_one_request_arrives_whole_and_in_order(outlet: Outlet, brokers: Brokers) -> None:
    large = [Output("versions", "k", {"n": number, "fill": "x" * (MAX_RECORD_BYTES - 100)}) for number in range(60)]

    await outlet.send(large)

    assert await numbers_on(brokers) == list(range(60))


async def test_nothing_of_a_batch_with_a_record_over_the_limit_is_sent(outlet: Outlet, brokers: Brokers) -> None:
    with pytest.raises(InvalidRecord, match="at most 65536"):
        await outlet.send([*numbered(3), Output("versions", "k", {"x": "x" * MAX_RECORD_BYTES})])

    assert await numbers_on(brokers) == []


async def test_a_topic_that_takes_less_than_we_allow_makes_the_record_invalid_not_the_partition_stuck(
    kafka: Kafka, clock: FixedClock
) -> None:
    brokers = own_brokers(kafka)
    await make_topic(brokers, "versions", 1, **{"max.message.bytes": "1000"})
    outlet = Outlet(brokers, clock)

    with pytest.raises(InvalidRecord, match="larger than its topic takes"):
        await outlet.send([Output("versions", "k", {"n": 1, "fill": [number**9 for number in range(2000)]})])
    await outlet.send(numbered(1))
    await outlet.stop()

    assert await numbers_on(brokers) == [0]


async def test_a_missing_topic_fails_in_time_and_holds_nobody_else(outlet: Outlet, brokers: Brokers) -> None:
    await outlet.start()
    await drop_topic(brokers, "outcomes")
    started = time.monotonic()

    failing, *others = await asyncio.gather(
        outlet.send([Output("outcomes", "k", {})]), *(outlet.send(numbered(5, f"k{n}")) for n in range(20)),
        return_exceptions=True,
    )  # fmt: skip

    assert isinstance(failing, BadTopics)
    assert f"{brokers.prefix}outcomes is missing" in str(failing)
    assert time.monotonic() - started < 6
    assert others == [None] * 20


async def test_a_frozen_broker_is_a_passing_fault_in_time_and_the_next_send_succeeds(
    kafka: Kafka, outlet: Outlet, brokers: Brokers
) -> None:
    await outlet.send(numbered(1))
    kafka.freeze()
    try:
        started = time.monotonic()
        with pytest.raises(TryLater, match="no answer in time") as caught:
            await outlet.send(numbered(5, start=1))
        assert time.monotonic() - started < 5
        assert kind_of(caught.value) == "passing"
        assert "no answer in time" in str(outlet.trouble)
    finally:
        kafka.thaw()
    await outlet.send(numbered(5, start=1))

    assert outlet.trouble is None
    assert list(dict.fromkeys(await numbers_on(brokers))) == [0, 1, 2, 3, 4, 5], "repeats may be, the order of first ones holds"


async def test_a_killed_broker_loses_nothing_that_was_acknowledged_and_sending_goes_on_by_itself(clock: FixedClock) -> None:
    acknowledged = 0

    async def keep_sending(outlet: Outlet) -> None:
        nonlocal acknowledged
        while acknowledged < 4_000:
            try:
                await outlet.send(numbered(10, start=acknowledged))
                acknowledged += 10
            except TryLater:
                await asyncio.sleep(0.05)

    with started_kafka() as kafka:
        brokers = own_brokers(kafka)
        await make_topics(brokers)
        outlet = Outlet(brokers, clock, send_seconds=3.0)
        await outlet.send(numbered(1))
        sending = asyncio.create_task(keep_sending(outlet))
        await asyncio.sleep(0.1)
        kafka.kill()
        at_the_kill = acknowledged
        kafka.revive()
        await asyncio.wait_for(sending, 30)
        await outlet.stop()

        assert 0 < at_the_kill < 4_000, "the kill came in the middle"
        assert list(dict.fromkeys(await numbers_on(brokers))) == list(range(4_000))


async def test_a_send_that_is_cancelled_leaves_nothing_behind_that_comes_later(
    kafka: Kafka, outlet: Outlet, brokers: Brokers
) -> None:
    await outlet.start()
    kafka.freeze()
    try:
        task = asyncio.create_task(outlet.send(numbered(1, start=99)))
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        kafka.thaw()
    await outlet.send(numbered(3))
    await asyncio.sleep(0.3)

    assert (await numbers_on(brokers))[-3:] == [0, 1, 2]


async def test_many_senders_at_once_hear_of_a_failure_each_and_all_send_again(
    kafka: Kafka, outlet: Outlet, brokers: Brokers
) -> None:
    await outlet.start()
    kafka.freeze()
    try:
        heard = await asyncio.gather(*(outlet.send(numbered(2, f"k{n}")) for n in range(10)), return_exceptions=True)
    finally:
        kafka.thaw()
    assert [kind_of(error) for error in heard if error is not None] == ["passing"] * 10

    await asyncio.gather(*(outlet.send(numbered(2, f"k{n}")) for n in range(10)))
    assert {record.key for record in await records_on(brokers, "versions")} == {f"k{n}" for n in range(10)}


async def test_a_dead_letter_lies_as_it_was_beside_its_reason(outlet: Outlet, brokers: Brokers) -> None:
    poison = bytes(range(256)) * 4_000  # 1 MB, which the topic took

    await outlet.bury("versions", None, poison, {"reason": b"no record", "partition": b"2", "offset": b"7"})
    await outlet.bury("versions", b"\xff", b"", [("reason", b"nothing in it")])

    first, second = await raw_on(brokers, "versions.dlq")
    assert (first.key, first.value, dict(first.headers)["reason"]) == (None, poison, b"no record")
    assert (second.key, second.value, dict(second.headers)["reason"]) == (b"\xff", b"", b"nothing in it")


async def test_a_process_starts_without_a_broker_and_connects_at_its_first_send(kafka: Kafka, clock: FixedClock) -> None:
    brokers = own_brokers(kafka)
    outlet = Outlet(brokers, clock)
    kafka.freeze()
    try:
        await outlet.start()
    finally:
        kafka.thaw()
    await make_topics(brokers)

    await outlet.send_packed([Packed("versions", b"k", b"as it is")])

    await outlet.stop()
    assert [raw.value for raw in await raw_on(brokers, "versions")] == [b"as it is"]
