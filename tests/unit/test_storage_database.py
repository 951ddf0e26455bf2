"""Transactions: all or nothing, readers beside a writer, and a passing fault told apart from a wrong statement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError

from pushsvc.errors import BadSetting, NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.migrations import migrate
from pushsvc.storage.rows import insert_new, insert_new_at_once, upsert
from pushsvc.storage.secret_key import secret_key_of
from pushsvc.storage.tables.operations import installation
from tests.services.postgres import free_port


async def names(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(sa.select(installation.c.name).order_by(installation.c.name))).scalars())


def a_fact(name: str) -> dict[str, object]:
    return {"name": name, "value": {"of": name}}


async def test_a_transaction_that_fails_changes_nothing(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.write() as tx:
            await tx.execute(sa.insert(installation).values(a_fact("a")))
            raise ZeroDivisionError
    assert await names(database) == []


async def test_an_error_of_a_statement_tells_nothing_of_what_it_would_have_written(database: Database) -> None:
    """Errors are logged, and a row may hold what a person said of themselves."""
    add = sa.insert(installation).values({"name": "born 1959", "value": {"of": "mei"}})

    async def twice() -> None:
        async with database.write() as tx:
            await tx.execute(add)
            await tx.execute(add)

    def twice_at_once(connection: sa.Connection) -> None:
        connection.execute(add)
        connection.execute(add)

    for failing in (twice(), database.write_at_once(twice_at_once)):
        with pytest.raises(IntegrityError) as failed:
            await failing
        # What PostgreSQL itself says of the key is masked by the logs, as every message is.
        told = str(failed.value).partition("DETAIL:")[0] + str(failed.value).partition("[SQL:")[2]
        assert "1959" not in told
        assert "mei" not in told


async def test_writers_take_turns_and_lose_no_update(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(sa.insert(installation).values(name="n", value=0))

    async def add_one() -> None:
        async with database.write() as tx:
            row = sa.select(installation.c.value).where(installation.c.name == "n").with_for_update()
            value = (await tx.execute(row)).scalar_one()
            await tx.execute(sa.update(installation).where(installation.c.name == "n").values(value=value + 1))

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with database.read() as tx:
        assert (await tx.execute(sa.select(installation.c.value))).scalar_one() == 20


async def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(sa.insert(installation).values(a_fact("a")))
        async with asyncio.timeout(2):
            assert await names(database) == []
    assert await names(database) == ["a"]


async def test_a_wrong_statement_is_no_passing_fault(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await tx.execute(sa.insert(installation), [a_fact("a"), a_fact("a")])
    with pytest.raises((ProgrammingError, SQLAlchemyError)) as fault:
        async with database.read() as tx:
            await tx.execute(sa.text("SELECT * FROM nothing_of_that_name"))
    assert not isinstance(fault.value, NotDurable)


async def test_a_database_that_is_away_is_a_passing_fault_on_both_roads() -> None:
    away = Database(f"postgresql+asyncpg://u:hunter2@127.0.0.1:{free_port()}/x")
    for road in (away.read, away.write):
        with pytest.raises(NotDurable) as fault:
            async with road():
                pass
        assert "hunter2" not in str(fault.value)
    await away.close()


async def test_a_full_disk_is_a_passing_fault_and_leaves_what_was_there(sqlite_database: Database) -> None:
    async with sqlite_database.write() as tx:
        await tx.execute(sa.insert(installation).values(a_fact("a")))
        pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
        # SQLite's own limit stands in for the disk's: it fails with the same error, "database or disk is full".
        await tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(NotDurable, match="full"):
        async with sqlite_database.write() as tx:
            await tx.execute(sa.insert(installation).values(name="big", value="x" * 10_000_000))
    async with sqlite_database.write() as tx:
        await tx.exec_driver_sql("PRAGMA max_page_count=1000000")
    async with sqlite_database.write() as tx:
        await tx.execute(sa.insert(installation).values(a_fact("b")))
    assert await names(sqlite_database) == ["a", "b"]


def noting(name: str) -> Callable[[sa.Connection], None]:
    return lambda connection: insert_new_at_once(connection, installation, [a_fact(name)])


async def test_transactions_in_one_go_follow_a_failed_one(database: Database) -> None:
    def fail(connection: sa.Connection) -> None:
        noting("never")(connection)
        raise ZeroDivisionError

    await database.write_at_once(noting("before"))
    with pytest.raises(ZeroDivisionError):
        await database.write_at_once(fail)
    await database.write_at_once(noting("then"))
    assert {"before", "then"} <= set(await names(database))
    assert "never" not in await names(database)


async def test_a_transaction_in_one_go_follows_one_that_was_cancelled_halfway(database: Database) -> None:
    begun = asyncio.Event()

    async def halfway() -> None:
        async with database.write() as tx:
            await insert_new(tx, installation, [a_fact("never")])
            begun.set()
            await asyncio.sleep(60)

    await database.write_at_once(noting("before"))
    cancelled = asyncio.create_task(halfway())
    await begun.wait()
    cancelled.cancel()
    await database.write_at_once(noting("then"))
    with suppress(asyncio.CancelledError):
        await cancelled
    assert {"before", "then"} <= set(await names(database))
    assert "never" not in await names(database)


async def test_a_transaction_in_one_go_follows_one_that_the_disk_had_no_room_for(sqlite_database: Database) -> None:
    def fill(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
        connection.execute(sa.insert(installation), {"name": "never", "value": {"of": "x" * 100_000}})

    with pytest.raises(NotDurable):
        await sqlite_database.write_at_once(fill)
    await sqlite_database.write_at_once(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=100000"))
    await sqlite_database.write_at_once(noting("then"))
    assert "then" in await names(sqlite_database)
    assert "never" not in await names(sqlite_database)


async def test_rows_that_are_there_stay_and_an_upsert_writes_anew(database: Database) -> None:
    async with database.write() as tx:
        await insert_new(tx, installation, [a_fact("a"), a_fact("b")])
        await insert_new(tx, installation, [{"name": "a", "value": "other"}, a_fact("c")])
        await upsert(tx, installation, [{"name": "b", "value": "other"}, a_fact("d")], update=["value"])
        await insert_new(tx, installation, [])
        await upsert(tx, installation, [], update=["value"])
    async with database.read() as tx:
        rows = {row.name: row.value for row in await tx.execute(sa.select(installation))}
    assert rows == {"a": {"of": "a"}, "b": "other", "c": {"of": "c"}, "d": {"of": "d"}}


def test_another_kind_of_database_is_named() -> None:
    with pytest.raises(BadSetting, match="DATABASE_URL"):
        Database("mssql+aioodbc://h/d")


async def test_a_folder_that_cannot_be_made_is_named() -> None:
    database = Database("sqlite+aiosqlite:////proc/nowhere/pushsvc.sqlite3")
    with pytest.raises(BadSetting, match=r"/proc/nowhere cannot be made .* set HOME"):
        await migrate(database)
    await database.close()
    with pytest.raises(BadSetting, match="SECRET_KEY is not set, and none can be kept"):
        secret_key_of(Path("/proc/nowhere"))
