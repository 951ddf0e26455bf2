"""Fresh databases with the schema made, on SQLite and on PostgreSQL, each a copy of one that was made once."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url

from pushsvc.storage.database import Database
from pushsvc.storage.migrations.running import scripts
from pushsvc.storage.tables import metadata

_numbers = itertools.count(1)
_TEMPLATE = "pushsvc_template"
#: Databases with the schema and nothing in it, by server, for the next test of this process.
_emptied: dict[str, list[str]] = defaultdict(list)


def make_schema(connection: sa.Connection) -> None:
    """The tables as the code has them now, stamped as migrated: a test of the migrations compares the two."""
    metadata.create_all(connection)
    MigrationContext.configure(connection).stamp(scripts(), "head")


def make_sqlite_template(path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        make_schema(connection)
    engine.dispose()


@asynccontextmanager
async def sqlite_database(template: Path, folder: Path) -> AsyncIterator[Database]:
    path = folder / f"pushsvc{next(_numbers)}.sqlite3"
    shutil.copyfile(template, path)
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def postgres_database(server_url: str, *, empty: bool = False) -> AsyncIterator[Database]:
    """A database of its own on the server; with `empty`, one without the schema.

    Making one takes 130 ms, emptying one 20: those with the schema are emptied and used again.
    """
    ready = _emptied[server_url]
    name = ready.pop() if ready and not empty else await _make_postgres_database(server_url, empty)
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    database = Database(url, pool_size=5)
    try:
        yield database
    finally:
        await database.close()
        if empty:
            await _on_server(server_url, f"DROP DATABASE {name} WITH (FORCE)")
        else:
            await _empty(url)
            ready.append(name)


async def _make_postgres_database(server_url: str, empty: bool) -> str:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    await _make_postgres_template(server_url)
    await _on_server(server_url, f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else _TEMPLATE}")
    return name


async def _empty(url: str) -> None:
    """As new: no connection left over, no table of a test's own, no row in any of ours, every counter at its start."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        present = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for row in present:
            if row["tablename"] not in {*metadata.tables, "alembic_version"}:
                await connection.execute(f"DROP TABLE {row['tablename']}")
        looks = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables)
        filled = [row[0] for row in await connection.fetch(looks)]
        if filled:
            await connection.execute(f"TRUNCATE {', '.join(filled)}")
        moved = await connection.fetch("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL")
        for row in moved:
            await connection.execute(f"ALTER SEQUENCE {row['sequencename']} RESTART")
    finally:
        await connection.close()


async def _make_postgres_template(server_url: str) -> None:
    if await _on_server(server_url, f"SELECT 1 FROM pg_database WHERE datname = '{_TEMPLATE}'"):
        return
    await _on_server(server_url, f"CREATE DATABASE {_TEMPLATE}")
    database = Database(make_url(server_url).set(database=_TEMPLATE).render_as_string(hide_password=False), pool_size=1)
    async with database.write() as tx:
        await tx.run_sync(make_schema)
    await database.close()


async def _on_server(server_url: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(server_url.replace("+asyncpg", ""))
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()
