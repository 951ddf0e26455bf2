"""What only the embedded engine promises: one process, a log in the database, no cost when idle."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock, SystemClock
from pushsvc.domain.records import Output
from pushsvc.errors import BadSetting, InvalidRecord
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import log, positions
from pushsvc.streams.embedded import EmbeddedEngine, EmbeddedLog
from tests.contract.copying import copying_pipeline, make_effects, outputs, seen, send, slow_pipeline
from tests.contract.port import Embedded
from tests.contract.test_nothing_is_lost import _start_child

KEYS = ["pub_a", "pub_b"]


@pytest.fixture
async def under(database: Database) -> Embedded:
    await make_effects(database)
    return Embedded(database)


@pytest.fixture
async def engine(under: Embedded) -> AsyncIterator[EmbeddedEngine]:
    started = under.build(copying_pipeline())
    await started.start()
    yield started
    await started.stop()


async def test_a_second_engine_on_the_same_database_is_refused_and_told_whose_it_is(
    under: Embedded, engine: EmbeddedEngine
) -> None:
    second = Embedded(under.database).build(copying_pipeline())
    with pytest.raises(BadSetting, match=rf"another pushsvc runs on this database \(pid {os.getpid()}\b"):
        await second.start()
    assert not second.healthy
    assert engine.healthy
    await engine.stop()
    await second.start()
    await second.stop()


async def test_a_killed_process_leaves_no_lock_behind(under: Embedded) -> None:
    child = await _start_child(under)
    engine = under.build(copying_pipeline())
    with pytest.raises(BadSetting, match=rf"pid {child.pid}\b"):
        await engine.start()
    child.send_signal(signal.SIGKILL)
    await child.wait()
    await asyncio.sleep(0.1)
    await engine.start()
    assert engine.healthy
    await engine.stop()


async def test_what_another_process_publishes_is_noticed_within_a_second(under: Embedded, engine: EmbeddedEngine) -> None:
    other = Database(under.database.url)
    await engine.drained()
    await send(Embedded(other), outputs(KEYS, [0]))
    async with asyncio.timeout(1):
        while len(await seen(other)) < 6:
            await asyncio.sleep(0.02)
    await other.close()


async def test_a_record_over_64_kib_is_refused_with_its_size_and_the_way_out(under: Embedded) -> None:
    with pytest.raises(InvalidRecord, match=r"matches with key pub_a has 70010 bytes; at most 65536 are allowed: keep"):
        async with under.database.write() as tx:
            await under.publisher.publish(tx, [Output("matches", "pub_a", {"text": "x" * 69_999})])
    with pytest.raises(InvalidRecord, match="a key of 81 characters; at most 80"):
        async with under.database.write() as tx:
            await under.publisher.publish(tx, [Output("matches", "k" * 81, {})])


async def test_a_transaction_that_is_rolled_back_publishes_nothing(under: Embedded, engine: EmbeddedEngine) -> None:
    async def fail_after_publishing() -> None:
        async with under.database.write() as tx:
            await under.publisher.publish(tx, outputs(KEYS, range(3)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_publishing()
    under.publisher.ring()
    assert set(engine.lag().values()) == {0}
    await send(under, outputs(KEYS, [3]))
    await engine.drained()
    assert {effect.number for effect in await seen(under.database)} == {3}


async def test_many_writers_at_once_get_offsets_without_a_gap_or_a_deadlock(under: Embedded) -> None:
    keys = [f"pub_{n}" for n in range(12)]

    async def write(number: int) -> None:
        await send(under, outputs(keys if number % 2 else keys[::-1], [number]))

    await asyncio.gather(*(write(number) for number in range(20)))
    async with under.database.read() as tx:
        rows = (await tx.execute(sa.select(log.c.part, log.c.offset).order_by(log.c.part, log.c.offset))).all()
    assert len(rows) == 240
    for part in range(4):
        assert [row.offset for row in rows if row.part == part] == list(range(sum(row.part == part for row in rows)))


async def test_an_engine_that_lost_its_place_to_another_does_the_work_of_neither_twice(
    under: Embedded, engine: EmbeddedEngine
) -> None:
    await send(under, outputs(KEYS, range(3)))
    await engine.drained()
    for lane in engine._lanes:
        lane.position = 0  # as if another process had done all this since
    await send(under, outputs(KEYS, [3]))
    await engine.drained()
    effects = await seen(under.database)
    assert {effect.times for effect in effects} == {1}
    assert len(effects) == 3 * len(KEYS) * 4


async def test_connections_that_the_server_cuts_cost_neither_a_record_nor_the_lock(postgres_database: Database) -> None:
    await make_effects(postgres_database)
    under = Embedded(postgres_database)
    engine = under.build(slow_pipeline())
    await engine.start()
    await send(under, outputs(KEYS, range(600)))
    theirs = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    other = Database(postgres_database.url, pool_size=1)

    async def at_work_again() -> bool:
        async with other.read() as tx:
            return bool(await tx.scalar(sa.text(f"SELECT count(*) > 1 {theirs}")))

    for _ in range(4):
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):  # on a busy machine making connections anew takes longer than that
            while not await at_work_again():
                await asyncio.sleep(0.01)
        async with other.read() as tx:
            assert len((await tx.execute(sa.text(f"SELECT pg_terminate_backend(pid) {theirs}"))).all()) > 1
    await engine.drained()
    effects = await seen(other)
    assert len(effects) == 3 * len(KEYS) * 600
    assert {effect.times for effect in effects} == {1}
    assert set(engine.lag().values()) == {0}
    assert await engine._sole.held()
    with pytest.raises(BadSetting, match="another pushsvc"):
        await Embedded(other).build(copying_pipeline()).start()
    await engine.stop()
    await other.close()


async def test_an_idle_engine_asks_the_database_next_to_nothing(sqlite_database: Database) -> None:
    await make_effects(sqlite_database)
    under = Embedded(sqlite_database)
    engine = under.build(copying_pipeline())
    await engine.start()
    await engine.drained()
    await asyncio.sleep(0.3)
    statements: list[str] = []
    for pool in {sqlite_database._reader, sqlite_database._writer}:
        sa.event.listen(pool.sync_engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    before = time.process_time()
    await asyncio.sleep(1)
    spent = time.process_time() - before
    await engine.stop()
    assert statements == []
    assert spent < 0.05


async def test_old_records_that_every_stage_has_read_are_trimmed_and_no_others(database: Database) -> None:
    await make_effects(database)
    clock = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))
    publisher = EmbeddedLog(clock=clock)
    under = Embedded(database)
    under.publisher = publisher
    engine = EmbeddedEngine(database, publisher, copying_pipeline(), clock)
    await engine.start()
    await send(under, outputs(KEYS, range(1_200)))
    await engine.drained()
    clock.advance(timedelta(days=8))
    await send(under, outputs(KEYS, range(1_200, 1_203)))
    await engine.drained()
    await engine.stop()
    await send(under, outputs(KEYS, [1_203]))
    async with database.write() as tx:
        # One stage has not read the last of the old records of one topic.
        place = sa.and_(positions.c.stage == "third", positions.c.next_offset > 0)
        await tx.execute(positions.update().where(place).values(next_offset=positions.c.next_offset - 4))
    assert await engine.trim() == 3 * len(KEYS) * 1_200 - len(KEYS)
    assert await engine.trim() == 0
    async with database.read() as tx:
        counts = await tx.execute(sa.select(log.c.topic, sa.func.count().label("left")).group_by(log.c.topic))
        left = {row.topic: row.left for row in counts}
    assert left == {"publication-events": 8, "versions": 6, "summaries": 8}


async def test_lag_counts_what_waits_by_stage_topic_and_partition(under: Embedded) -> None:
    engine = under.build(copying_pipeline())
    await send(under, outputs(["pub_a"], range(7)))
    engine._lanes = await engine._open_lanes()
    waiting = {place: count for place, count in engine.lag().items() if count}
    assert waiting == {("first", "publication-events", under.part_of("pub_a")): 7}
    with pytest.raises(TimeoutError, match="first"):
        await engine.drained(0.05)


async def test_more_or_fewer_partitions_than_last_time_lose_nothing(under: Embedded) -> None:
    keys = [f"pub_{n}" for n in range(12)]
    await send(under, outputs(keys, range(3)))
    fewer = EmbeddedEngine(under.database, EmbeddedLog(partitions=1), copying_pipeline(), SystemClock())
    await fewer.start()
    await fewer.drained()
    await fewer.stop()
    assert len(await seen(under.database)) == 3 * len(keys) * 3
