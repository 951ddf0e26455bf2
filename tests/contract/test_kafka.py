"""What only the Kafka engine promises: its dead-letter topics, records it cannot read, several workers, room elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from pushsvc.clock import SystemClock
from pushsvc.domain.records import MAX_RECORD_BYTES, Output, Record
from pushsvc.errors import InvalidRecord
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database, Transaction
from pushsvc.streams.dead_letters import list_dead
from pushsvc.streams.kafka.connection import BrokersAway, client_options
from pushsvc.streams.kafka.engine import KafkaEngine
from pushsvc.streams.kafka.lane import AHEAD_RECORDS
from pushsvc.streams.kafka.outlet import Outlet, Packed
from pushsvc.streams.kafka.producer import Unacknowledged
from pushsvc.streams.kafka.topics import topic_name
from pushsvc.streams.stage import Engine, Stage
from tests.contract.copying import QUICK, a_key_in, copying_pipeline, copying_stage, effects, make_effects, outputs, seen, send
from tests.contract.on_kafka import OnKafka
from tests.contract.test_faults import Poison, handled
from tests.contract.test_nothing_is_lost import KEYS, assert_complete
from tests.services.kafka import Kafka


@pytest.fixture
async def under(postgres_database: Database, kafka: Kafka) -> AsyncIterator[OnKafka]:
    await make_effects(postgres_database)
    made = OnKafka(postgres_database, ",".join(kafka.servers))
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def engines(under: OnKafka) -> AsyncIterator[list[Engine]]:
    """What a test puts in here is stopped at its end."""
    started: list[Engine] = []
    yield started
    for engine in started:
        await engine.stop()


async def joined(engine: Engine) -> None:
    async with asyncio.timeout(20):
        while not engine.healthy:
            await asyncio.sleep(0.02)


async def on_topic(under: OnKafka, topic: str, count: int) -> list[ConsumerRecord[bytes, bytes]]:
    reader = AIOKafkaConsumer(topic_name(under.brokers, topic), **client_options(under.brokers), auto_offset_reset="earliest")
    await reader.start()
    try:
        async with asyncio.timeout(10):
            return [await reader.getone() for _ in range(count)]
    finally:
        await reader.stop()


async def raw(under: OnKafka, *records: tuple[str, bytes]) -> None:
    """Put bytes on the first topic that need be no record of ours."""
    outlet = Outlet(under.brokers, SystemClock())
    await outlet.send_packed([Packed("publication-events", key.encode(), value) for key, value in records])
    await outlet.stop()


async def test_poison_lies_as_it_was_on_the_dead_letter_topic_with_its_reason_and_place(
    under: OnKafka, engines: list[Engine]
) -> None:
    poison = Poison(InvalidRecord("the page has no text"))
    engine = under.build(copying_pipeline(second=copying_stage("second", prepare=poison)))
    engines.append(engine)
    await engine.start()
    await send(under, outputs(["pub_a", "pub_b"], range(4)))
    await under.settled(engine)
    (there,) = await on_topic(under, "versions.dlq", 1)
    (letter,) = await _letters(under)
    assert there.key == b"pub_b"
    assert b'"event_id":"evt_pub_b_2"' in there.value
    assert dict(there.headers) == {
        "reason": b"the page has no text", "stage": b"second",
        "partition": str(letter.part).encode(), "offset": str(letter.offset).encode(),
    }  # fmt: skip


async def test_bytes_that_are_no_record_are_dead_letters_and_what_is_behind_them_goes_on(
    under: OnKafka, engines: list[Engine]
) -> None:
    engine = under.build(copying_pipeline())
    engines.append(engine)
    await engine.start()
    await raw(under, ("pub_a", b"\xff\x00 not JSON"), ("pub_a", b""), ("k" * 200, b'{"schema": "one"}'))
    await send(under, outputs(["pub_a"], range(3)))
    await under.settled(engine)
    found = {letter.key: letter for letter in await _letters(under)}
    assert len(await _letters(under)) == 3
    assert found["k" * 80].value == {"unreadable": '{"schema": "one"}'}
    assert "no envelope" in found["k" * 80].reason
    assert await handled(under, "third") == {"pub_a": [0, 1, 2]}
    assert b"\xff\x00 not JSON" in {record.value for record in await on_topic(under, "publication-events.dlq", 3)}


async def test_a_record_of_a_newer_release_holds_its_partition_and_says_upgrade(under: OnKafka, engines: list[Engine]) -> None:
    said: list[str] = []
    held, free = a_key_in(under, 1), a_key_in(under, 2)
    engine = KafkaEngine(
        under.database, under.brokers, copying_pipeline(), SystemClock(), under.outlet,
        on_retry=lambda stage, reason: said.append(f"{stage}: {reason}"), session_seconds=2,
    )  # fmt: skip
    engines.append(engine)
    await send(under, outputs([held], [0]))
    while not await under.outbox_is_empty():
        await asyncio.sleep(0.02)
    await raw(under, (held, b'{"schema": 99, "at": "2026-03-02T01:00:00Z", "value": {}}'))
    await send(under, outputs([held, free], [1]))
    await engine.start()
    async with asyncio.timeout(10):
        while await handled(under, "third") != {held: [0], free: [1]} or not said:
            await asyncio.sleep(0.02)
    assert "first: publication-events, partition 1, offset 1: a record of schema 99" in said[0]
    assert "upgrade this worker" in said[0]
    assert await _letters(under) == []
    assert engine.healthy


async def test_an_output_that_no_topic_takes_costs_its_record_alone_and_leaves_no_effect(
    under: OnKafka, engines: list[Engine]
) -> None:
    async def prepare(records: Sequence[Record]) -> Sequence[Record]:
        return records

    async def apply(tx: Transaction, records: Sequence[Record]) -> list[Output]:
        rows = [{"stage": "first", "key": one.key, "number": one.value["number"], "times": 1} for one in records]
        await tx.execute(effects.insert(), rows)
        size = {2: MAX_RECORD_BYTES}
        return [Output("versions", one.key, {**one.value, "text": "x" * size.get(one.value["number"], 0)}) for one in records]

    engine = under.build([Stage("first", ("publication-events",), ("versions",), prepare, apply, retry=QUICK)])
    engines.append(engine)
    await send(under, outputs(["pub_a"], range(4)))
    await engine.start()
    await under.settled(engine)
    (letter,) = await _letters(under)
    assert "at most 65536 are allowed" in letter.reason
    assert await handled(under, "first") == {"pub_a": [0, 1, 3]}


@pytest.mark.parametrize("committed", [False, True])
async def test_what_was_fetched_while_a_rebalance_began_is_read_again(
    under: OnKafka, engines: list[Engine], committed: bool
) -> None:
    engine = under.build([copying_stage("first")])
    engines.append(engine)
    await engine.start()
    done = 0
    if committed:
        await send(under, outputs(["pub_a"], range(5)))
        await under.settled(engine)
        await asyncio.sleep(0.7)
        done = 5
    reader = engine._members[0]._app.reader
    await asyncio.sleep(0.1)  # now a fetch waits at the broker
    reader.stop_flow()
    await send(under, outputs(["pub_a"], range(done, 20)))
    await asyncio.sleep(0.5)
    assert len((await handled(under, "first")).get("pub_a", [])) == done
    reader.resume_flow()
    await under.settled(engine)
    assert await handled(under, "first") == {"pub_a": list(range(20))}


@pytest.mark.parametrize("after", [0.0, 0.8], ids=["before the first commit", "later"])
async def test_workers_that_join_and_leave_share_the_work_lose_nothing_and_repeat_nothing(
    under: OnKafka, engines: list[Engine], after: float
) -> None:
    async def slow(_records: Sequence[Record]) -> None:
        await asyncio.sleep(0.005)

    def pipeline() -> list[Stage]:
        return [copying_stage(name, prepare=slow, batch=5) for name in ("first", "second", "third")]

    first, second = under.build(pipeline()), under.build(pipeline())
    engines += [first, second]
    await first.start()
    await send(under, outputs(KEYS, range(100)))
    await asyncio.sleep(after)
    await second.start()
    await joined(second)
    await asyncio.sleep(0.2)
    both = [engine.progress() for engine in (first, second)]
    assert all(len(held) == 6 for held in both), both
    assert not set(both[0]) & set(both[1])
    await first.stop()
    engines.remove(first)
    await under.settled(second, 60)
    assert_complete(await seen(under.database), numbers=100, exactly_once=True)


async def test_each_shard_has_its_own_group_and_sees_every_record(under: OnKafka, engines: list[Engine]) -> None:
    shown: dict[str, list[int]] = {"match.0of2": [], "match.1of2": []}

    def shard(group: str) -> Stage:
        async def prepare(records: Sequence[Record]) -> None:
            shown[group] += [record.value["number"] for record in records]

        async def apply(tx: Transaction, prepared: Any) -> list[Output]:
            return []

        return Stage("match", ("publication-events",), (), prepare, apply, group=group)

    started = [under.build([shard(group)]) for group in shown]
    engines += started
    for engine in started:
        await engine.start()
    await send(under, outputs(["pub_a"], range(30)))
    for engine in started:
        await under.settled(engine)
    assert {group: sorted(numbers) for group, numbers in shown.items()} == {group: list(range(30)) for group in shown}


async def test_a_stage_waits_for_the_next_one_also_when_that_runs_elsewhere_or_not_at_all(
    under: OnKafka, engines: list[Engine]
) -> None:
    only_first, rest = copying_pipeline()[:1], copying_pipeline()[1:]
    engine = KafkaEngine(
        under.database, under.brokers, only_first, SystemClock(), under.outlet, most_behind=50, session_seconds=2,
        readers={"versions": ["second"]},
    )  # fmt: skip
    engines.append(engine)
    await engine.start()
    await send(under, outputs(["pub_a"], range(300)))
    async with asyncio.timeout(10):
        while len((await handled(under, "first")).get("pub_a", [])) <= 50:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.6)
    assert 50 < len((await handled(under, "first"))["pub_a"]) <= 70
    elsewhere = under.build(rest)
    engines.append(elsewhere)
    await elsewhere.start()
    await under.settled(engine)
    await under.settled(elsewhere)
    assert (await handled(under, "third"))["pub_a"] == list(range(300))


async def test_a_lane_that_is_held_keeps_little_in_memory_and_catches_up_afterwards(
    under: OnKafka, engines: list[Engine]
) -> None:
    gate = asyncio.Event()

    async def behind_a_gate(_records: Sequence[Record]) -> None:
        await gate.wait()

    engine = under.build([copying_stage("third", prepare=behind_a_gate, batch=200)])
    engines.append(engine)
    await engine.start()
    outlet = Outlet(under.brokers, SystemClock())
    await outlet.send([Output("summaries", "pub_a", {"number": number}) for number in range(4_000)])
    await outlet.stop()
    await asyncio.sleep(1)
    (lane,) = [lane for lane in engine._members[0].lanes.values() if lane._waiting]
    assert AHEAD_RECORDS <= len(lane._waiting) <= 2 * AHEAD_RECORDS
    assert sum(engine.lag().values()) == 4_000
    gate.set()
    await under.settled(engine)
    assert (await handled(under, "third"))["pub_a"] == list(range(4_000))
    assert set(engine.lag().values()) == {0}


async def test_an_engine_whose_cluster_is_away_does_not_start_half(under: OnKafka) -> None:
    nowhere = Brokers(("127.0.0.1:1",), prefix="x.")
    engine = KafkaEngine(under.database, nowhere, copying_pipeline(), SystemClock(), Outlet(nowhere, SystemClock()))
    before = len(asyncio.all_tasks())
    with pytest.raises(BrokersAway, match="nothing listens there"):
        await engine.start()
    assert not engine.healthy
    await asyncio.sleep(0.1)
    assert len(asyncio.all_tasks()) <= before


async def test_an_engine_whose_faust_crashed_says_so_and_stops(under: OnKafka) -> None:
    engine = under.build(copying_pipeline())
    await engine.start()
    failing = asyncio.create_task(engine.failed())
    await asyncio.sleep(0.05)
    assert engine.healthy
    assert not failing.done()
    await engine._members[1]._app.crash(RuntimeError("the consumer's thread is gone"))
    async with asyncio.timeout(2):
        assert "the consumer's thread is gone" in str(await failing)
    assert not engine.healthy
    async with asyncio.timeout(15):
        await engine.stop()


async def test_a_worker_that_stood_still_sends_nothing_before_the_broker_says_that_it_still_belongs(
    under: OnKafka, engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = under.build(copying_pipeline())
    engines.append(engine)
    await engine.start()
    await send(under, outputs(["pub_a"], [0]))
    await under.settled(engine)
    member = engine._members[0]
    answers = [False, False, True]

    async def is_member() -> bool:
        return answers.pop(0)

    monkeypatch.setattr(member._app, "is_member", is_member)
    member._heartbeat -= 60
    await send(under, outputs(["pub_a"], [1]))
    await under.settled(engine)
    assert answers == []
    assert await handled(under, "third") == {"pub_a": [0, 1]}


async def _letters(under: OnKafka) -> list[Any]:
    async with under.database.read() as tx:
        return await list_dead(tx)


async def test_the_engines_commit_lags_by_less_than_two_seconds(under: OnKafka, engines: list[Engine]) -> None:
    engine = under.build(copying_pipeline())
    engines.append(engine)
    await engine.start()
    await send(under, outputs(["pub_a"], range(10)))
    await under.settled(engine)
    await asyncio.sleep(1.5)
    for member in engine._members:
        assert {place: offset for place, offset in member.progress().items() if offset} == {
            (member.stage.name, *place): member._app.committed((topic_name(under.brokers, place[0]), place[1]))
            for place, lane in member.lanes.items()
            if lane.following
        }


async def test_when_only_the_sending_fails_the_effects_are_not_made_again(
    under: OnKafka, engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = under.build(copying_pipeline())
    engines.append(engine)
    send_packed, failures = engine.outlet.send_packed, 5

    async def fails_at_first(records: Sequence[Packed]) -> Sequence[tuple[str, int]]:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise Unacknowledged("no answer in time")
        return await send_packed(records)

    monkeypatch.setattr(engine.outlet, "send_packed", fails_at_first)
    await engine.start()
    await send(under, outputs(["pub_a", "pub_b"], range(5)))
    await under.settled(engine)
    assert failures < 0
    assert {effect.times for effect in await seen(under.database)} == {1}
    assert await handled(under, "third") == {"pub_a": [0, 1, 2, 3, 4], "pub_b": [0, 1, 2, 3, 4]}


async def test_no_offset_is_committed_before_the_outputs_are_acknowledged(
    under: OnKafka, engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the batch whose acknowledgements never came is read again by the next engine."""
    engine = under.build(copying_pipeline()[:1])
    engines.append(engine)
    reached = asyncio.Event()

    async def never_acknowledged(_records: Sequence[Packed]) -> None:
        reached.set()
        await asyncio.sleep(3_600)

    monkeypatch.setattr(engine.outlet, "send_packed", never_acknowledged)
    await engine.start()
    await send(under, outputs(["pub_a"], range(5)))
    await reached.wait()
    await asyncio.sleep(1.2)  # the commit loop has come round twice
    assert set(engine.progress().values()) == {0}
    assert engine._members[0]._app.reader.finished == {}
    await engine.stop()
    following = under.build(copying_pipeline())
    engines.append(following)
    await following.start()
    await under.settled(following)
    assert await handled(under, "third") == {"pub_a": [0, 1, 2, 3, 4]}
