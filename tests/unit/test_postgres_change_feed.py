"""The change feed on PostgreSQL: its numbers are commit order, whoever began first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Profile
from pushsvc.profiles import changes
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.follower import Follower
from pushsvc.storage.database import Database

ANNA, BEN = 1, 2


class Seen:
    """Whose changes a matcher has heard of. Nobody of them has a profile, so all of them count as gone."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def take(self, _profiles: Sequence[Profile], gone: frozenset[int]) -> None:
        self.numbers += sorted(gone)


async def a_follower(database: Database, clock: FixedClock) -> tuple[Follower, Seen]:
    seen = Seen()
    follower = Follower(database, clock, seen.take)
    await follower.start()
    return follower, seen


async def change(tx: AsyncConnection, number: int, clock: FixedClock) -> None:
    await hold_the_pen(tx)
    await note_changes(tx, [number], clock.now())


async def test_who_begins_last_and_commits_first_hides_nobody(postgres_database: Database, clock: FixedClock) -> None:
    follower, seen = await a_follower(postgres_database, clock)
    async with postgres_database.write() as first:
        await first.exec_driver_sql("SELECT txid_current()")  # it has begun, and has a lower number as a transaction
        async with postgres_database.write() as second:
            await change(second, BEN, clock)
        await follower.catch_up()
        assert seen.numbers == [BEN]
        await change(first, ANNA, clock)
    await follower.catch_up()
    assert seen.numbers == [BEN, ANNA]


async def test_who_has_taken_a_number_keeps_the_next_from_committing_before_it(
    postgres_database: Database, clock: FixedClock
) -> None:
    follower, seen = await a_follower(postgres_database, clock)

    async def ben_changes() -> None:
        async with postgres_database.write() as tx:
            await change(tx, BEN, clock)

    async with postgres_database.write() as tx:
        await change(tx, ANNA, clock)
        waiting = asyncio.create_task(ben_changes())
        await asyncio.sleep(0.3)
        assert not waiting.done(), "his number would be seen before hers"
        await follower.catch_up()
        assert seen.numbers == []
    await waiting
    await follower.catch_up()
    assert seen.numbers == [ANNA, BEN]


async def test_a_bare_sequence_would_hide_a_change_for_ever(
    postgres_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that the pen is there for: without it the tests above could not hold."""
    async with postgres_database.write() as tx:
        await tx.exec_driver_sql("CREATE SEQUENCE bare")

    async def from_a_sequence(tx: AsyncConnection, _of: str, count: int) -> range:
        last = 0
        for _ in range(count):
            last = int(await tx.scalar(sa.text("SELECT nextval('bare')")) or 0)
        return range(last - count + 1, last + 1)

    monkeypatch.setattr(changes, "next_numbers", from_a_sequence)
    follower, seen = await a_follower(postgres_database, clock)
    async with postgres_database.write() as first:
        await note_changes(first, [ANNA], clock.now())
        async with postgres_database.write() as second:
            await note_changes(second, [BEN], clock.now())
        await follower.catch_up()
    await follower.catch_up()
    async with postgres_database.write() as tx:
        await tx.exec_driver_sql("DROP SEQUENCE bare")
    assert seen.numbers == [BEN], "nobody will ever hear of Anna"
