"""What an engine does with a record that is bad, a fault that passes, and a stage that has a bug."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from pushsvc.clock import SystemClock
from pushsvc.domain.records import Record
from pushsvc.errors import InvalidRecord, NotDurable, NotFound, TryLater
from pushsvc.storage.tables.sites import events
from pushsvc.streams.dead_letters import DeadLetter, count_dead, list_dead, replay, show
from tests.contract.conftest import Start
from tests.contract.copying import NAMES, Hook, a_key_in, copying_pipeline, copying_stage, outputs, seen, send
from tests.contract.port import EngineUnderTest

KEYS = ["pub_a", "pub_b", "pub_c"]


class Poison:
    """Raises `error` for record `number` of `key`, as often as the stage tries, until `healed`."""

    def __init__(self, error: Exception, *, key: str = "pub_b", number: int = 2) -> None:
        self.error, self.key, self.number = error, key, number
        self.healed = False
        self.alone = 0

    async def __call__(self, records: Sequence[Record]) -> None:
        if not self.healed and any(record.key == self.key and record.value["number"] == self.number for record in records):
            self.alone += len(records) == 1
            raise self.error


async def handled(under: EngineUnderTest, stage: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for effect in await seen(under.database):
        if effect.stage == stage:
            found.setdefault(effect.key, []).append(effect.number)
    return found


async def letters(under: EngineUnderTest) -> list[DeadLetter]:
    async with under.database.read() as tx:
        return await list_dead(tx)


async def accept_event(under: EngineUnderTest, event_id: str) -> None:
    async with under.database.write() as tx:
        await tx.execute(
            events.insert().values(
                event_id=event_id, site="5101000012", origin="api", event="published", url="https://a.example/",
                address="https://a.example/", declared={}, received_at=datetime(2026, 3, 2, tzinfo=UTC),
            )
        )  # fmt: skip


async def death_of(under: EngineUnderTest, event_id: str) -> tuple[bool, str | None]:
    async with under.database.read() as tx:
        row = (await tx.execute(sa.select(events).where(events.c.event_id == event_id))).one()
    return row.dead_at is not None, row.dead_reason


@pytest.mark.parametrize("where", ["prepare", "apply"])
async def test_a_bad_record_goes_to_the_dead_letters_and_the_others_go_on_in_order(
    under: EngineUnderTest, start: Start, where: str
) -> None:
    heard: list[DeadLetter] = []

    async def on_dead(letter: DeadLetter) -> None:
        heard.append(letter)
        raise RuntimeError("a listener's fault is its own")

    await accept_event(under, "evt_pub_b_2")
    poison = Poison(InvalidRecord("the page has no text"))
    second = copying_stage("second", prepare=poison if where == "prepare" else None, apply=poison if where == "apply" else None)
    await send(under, outputs(KEYS, range(12)))
    engine = await start(copying_pipeline(second=second), on_dead=on_dead)
    await under.settled(engine)

    (letter,) = await letters(under)
    assert (letter.stage, letter.topic, letter.key, letter.reason) == ("second", "versions", "pub_b", "the page has no text")
    assert letter.value == {"event_id": "evt_pub_b_2", "number": 2}
    assert letter.event_id == "evt_pub_b_2"
    rest = [number for number in range(12) if number != 2]
    everything = list(range(12))
    for stage in ("second", "third"):
        assert await handled(under, stage) == {"pub_a": everything, "pub_b": rest, "pub_c": everything}
    assert {effect.times for effect in await seen(under.database)} == {1}
    assert [one.offset for one in heard] == [letter.offset]
    assert await death_of(under, "evt_pub_b_2") == (True, "the page has no text")
    assert engine.healthy


async def test_a_replayed_dead_letter_goes_its_way_and_its_event_lives(under: EngineUnderTest, start: Start) -> None:
    await accept_event(under, "evt_pub_b_2")
    poison = Poison(InvalidRecord("the page has no text"))
    engine = await start(copying_pipeline(second=copying_stage("second", prepare=poison)))
    await send(under, outputs(KEYS, range(4)))
    await under.settled(engine)
    (letter,) = await letters(under)

    async with under.database.write() as tx:
        (dry,) = await replay(tx, under.publisher, [letter.dead_letter_id], SystemClock(), dry_run=True)
    assert dry.verdict == "would be replayed"
    assert await letters(under) == [letter], "a dry run changes nothing"

    poison.healed = True
    async with under.database.write() as tx:
        (done,) = await replay(tx, under.publisher, [letter.dead_letter_id], SystemClock())
    under.publisher.ring()
    await under.settled(engine)
    assert done.verdict == "replayed"
    assert sorted((await handled(under, "third"))["pub_b"]) == [0, 1, 2, 3]
    assert await letters(under) == []
    assert await death_of(under, "evt_pub_b_2") == (False, None)

    async with under.database.write() as tx:
        (again,) = await replay(tx, under.publisher, [letter.dead_letter_id], SystemClock())
        assert (await show(tx, letter.dead_letter_id)).replayed_at is not None
    assert again.verdict == "replayed before"


async def test_a_replayed_record_that_fails_again_is_a_new_dead_letter(under: EngineUnderTest, start: Start) -> None:
    await accept_event(under, "evt_pub_b_2")
    second = copying_stage("second", prepare=Poison(InvalidRecord("still no text")))
    engine = await start(copying_pipeline(second=second))
    await send(under, outputs(KEYS, range(4)))
    await under.settled(engine)
    (letter,) = await letters(under)
    async with under.database.write() as tx:
        await replay(tx, under.publisher, [letter.dead_letter_id], SystemClock())
    under.publisher.ring()
    await under.settled(engine)
    (new,) = await letters(under)
    assert new.dead_letter_id != letter.dead_letter_id
    assert new.value == letter.value
    assert await death_of(under, "evt_pub_b_2") == (True, "still no text")
    async with under.database.read() as tx:
        assert await count_dead(tx) == {"second": 1}


async def test_an_event_stays_dead_while_another_letter_of_it_waits(under: EngineUnderTest, start: Start) -> None:
    await accept_event(under, "evt_pub_b_2")
    bad = Poison(InvalidRecord("no text"))
    engine = await start(copying_pipeline(first=copying_stage("first", prepare=bad)))
    await send(under, [*outputs(["pub_b"], [2]), *outputs(["pub_b"], [2])])
    await under.settled(engine)
    _, one = await letters(under)
    async with under.database.write() as tx:
        await replay(tx, under.publisher, [one.dead_letter_id], SystemClock())
    assert (await death_of(under, "evt_pub_b_2"))[0]


async def test_a_replay_of_an_unknown_letter_says_so_and_replays_none(under: EngineUnderTest) -> None:
    with pytest.raises(NotFound, match="no dead letter has the id 98, 99"):
        async with under.database.write() as tx:
            await replay(tx, under.publisher, [99, 98], SystemClock())


async def test_a_fault_holds_only_its_own_partition_and_ends_without_a_loss(under: EngineUnderTest, start: Start) -> None:
    held, free = a_key_in(under, 1), a_key_in(under, 2)
    fault = Poison(TryLater("the printer is on fire"), key=held, number=0)
    engine = await start(copying_pipeline(second=copying_stage("second", prepare=fault)))
    await send(under, outputs([held, free], range(10)))
    await _until(lambda: _has(under, "third", free, 10))
    assert held not in await handled(under, "second")
    assert len((await handled(under, "first"))[held]) == 10
    assert engine.healthy
    fault.healed = True
    await under.settled(engine)
    assert await handled(under, "third") == {held: list(range(10)), free: list(range(10))}
    assert await letters(under) == []


@pytest.mark.parametrize(
    "error",
    [
        TryLater("soon", after_seconds=0.01),
        NotDurable("the disk is full"),
        ConnectionResetError("peer"),
        TimeoutError("slow"),
        OperationalError("UPDATE x", {}, sqlite3.OperationalError("database is locked")),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("where", ["prepare", "apply"])
async def test_a_passing_fault_is_tried_again_and_never_buried(
    under: EngineUnderTest, start: Start, error: Exception, where: str
) -> None:
    fault = Poison(error)
    calls = 0

    async def fails_five_times(records: Sequence[Record]) -> None:
        nonlocal calls
        calls += 1
        fault.healed = calls > 5
        await fault(records)

    hooks: dict[str, Hook] = {where: fails_five_times}
    engine = await start(copying_pipeline(second=copying_stage("second", **hooks)))  # type: ignore[arg-type]
    await send(under, outputs(["pub_b"], range(4)))
    await under.settled(engine)
    assert await letters(under) == []
    assert await handled(under, "third") == {"pub_b": [0, 1, 2, 3]}
    assert {effect.times for effect in await seen(under.database)} == {1}, "a failed try left effects behind"


async def test_an_unforeseen_error_is_tried_three_times_alone_and_then_buried_without_the_values(
    under: EngineUnderTest, start: Start
) -> None:
    fault = Poison(IntegrityError("INSERT", {"phone": "13800001111"}, Exception("duplicate key\nDETAIL: 13800001111")))
    engine = await start(copying_pipeline(second=copying_stage("second", apply=fault)))
    await send(under, outputs(KEYS, range(6)))
    await under.settled(engine)
    (letter,) = await letters(under)
    assert letter.reason.startswith("IntegrityError: ")
    assert "duplicate key" in letter.reason
    assert "1380000" not in letter.reason
    assert fault.alone == 3
    assert [len(numbers) for _, numbers in sorted((await handled(under, "third")).items())] == [6, 5, 6]


async def test_a_stage_with_a_bug_stops_neither_the_other_stages_nor_the_engine(under: EngineUnderTest, start: Start) -> None:
    async def broken(_records: Sequence[Record]) -> None:
        raise asyncio.CancelledError  # the worst of its kind: it looks like a stop

    engine = await start(copying_pipeline(third=copying_stage("third", prepare=broken)))
    await send(under, outputs(KEYS, range(4)))
    await under.settled(engine)
    assert engine.healthy
    assert await handled(under, "second") == {key: [0, 1, 2, 3] for key in KEYS}
    assert {letter.reason for letter in await letters(under)} == {"RuntimeError: the stage was cancelled from inside"}
    assert len(await letters(under)) == len(KEYS) * 4


async def test_a_stage_waits_while_the_next_one_does_not_keep_up(under: EngineUnderTest, start: Start) -> None:
    gate = asyncio.Event()

    async def behind_a_gate(_records: Sequence[Record]) -> None:
        await gate.wait()

    key = "pub_a"
    engine = await start(copying_pipeline(second=copying_stage("second", prepare=behind_a_gate)), most_behind=50)
    await send(under, outputs([key], range(300)))
    await _until(lambda: _has_more_than(under, "first", key, 50))
    await asyncio.sleep(0.6)
    ahead = len((await handled(under, "first"))[key])
    # One batch of 20 may be on its way when the limit is reached.
    assert 50 < ahead <= 50 + 20
    gate.set()
    await under.settled(engine)
    assert {stage: (await handled(under, stage))[key] for stage in NAMES} == {stage: list(range(300)) for stage in NAMES}


@pytest.mark.parametrize("where", ["prepare", "back-off"])
async def test_a_stop_does_not_wait_for_a_stage_that_hangs_and_its_batch_is_read_again(
    under: EngineUnderTest, start: Start, where: str
) -> None:
    reached = asyncio.Event()

    async def hangs(_records: Sequence[Record]) -> None:
        reached.set()
        if where == "back-off":
            raise TryLater("in an hour", after_seconds=3_600)
        await asyncio.sleep(3_600)

    engine = await start(copying_pipeline(second=copying_stage("second", prepare=hangs)))
    await send(under, outputs(KEYS, range(4)))
    await reached.wait()
    async with asyncio.timeout(7):
        await engine.stop()
    engine = await start(copying_pipeline())
    await under.settled(engine)
    assert await handled(under, "third") == {key: [0, 1, 2, 3] for key in KEYS}


async def _has(under: EngineUnderTest, stage: str, key: str, count: int) -> bool:
    return len((await handled(under, stage)).get(key, [])) == count


async def _has_more_than(under: EngineUnderTest, stage: str, key: str, count: int) -> bool:
    return len((await handled(under, stage)).get(key, [])) > count


async def _until(question: object) -> None:
    assert callable(question)
    async with asyncio.timeout(10):
        while not await question():
            await asyncio.sleep(0.02)
