"""What a write promises on SQLite: it is on disk, and one that reads first is never turned away by another process."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import turns


async def test_a_commit_is_on_disk(sqlite_database: Database) -> None:
    async with sqlite_database.write() as tx:
        assert (await tx.execute(sa.text("PRAGMA synchronous"))).scalar() == 2  # FULL


async def test_two_processes_that_read_before_they_write_wait_for_each_other(sqlite_database: Database) -> None:
    other = Database(sqlite_database.url)

    async def write(database: Database, name: str) -> None:
        async with database.write() as tx:
            await tx.execute(sa.select(turns))
            await asyncio.sleep(0.1)
            await tx.execute(sa.insert(turns).values(name=name))

    await asyncio.gather(write(sqlite_database, "a"), write(other, "b"))
    async with other.read() as tx:
        assert set((await tx.execute(sa.select(turns.c.name))).scalars()) == {"a", "b"}
    await other.close()
