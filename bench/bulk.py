"""Millions of rows into an empty database, in a minute or two: for benches only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, DropIndex

from pushsvc.storage.database import Database
from pushsvc.storage.tables import metadata

Row = tuple[Any, ...]


class BulkWriter(Protocol):
    async def begin(self) -> None: ...

    async def write(self, table: str, rows: Iterable[Row]) -> None:
        """Rows with every column of the table, in the order in which the code names them."""
        ...

    async def end(self) -> None: ...


def bulk_writer(database: Database, full: Sequence[str]) -> BulkWriter:
    """`full`: the big tables, whose indexes are made at the end."""
    indexes = [index for name in full for index in sorted(metadata.tables[name].indexes, key=lambda each: str(each.name))]
    return _Sqlite(database, indexes) if database.dialect == "sqlite" else _Postgres(database, indexes)


class _Sqlite:
    """One connection without a journal: a bench outlives no power cut."""

    def __init__(self, database: Database, indexes: Sequence[sa.Index]) -> None:
        self._indexes = indexes
        self._connection = sqlite3.connect(Path(sa.make_url(database.url).database or ""), isolation_level=None)
        self._dialect = sa.create_engine("sqlite://").dialect

    async def begin(self) -> None:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000", "locking_mode=EXCLUSIVE"):
            self._connection.execute(f"PRAGMA {pragma}")
        for index in self._indexes:
            self._connection.execute(str(DropIndex(index).compile(dialect=self._dialect)))
        self._connection.execute("BEGIN")

    async def write(self, table: str, rows: Iterable[Row]) -> None:
        names = [
            f'"{column.name}"' for column in metadata.tables[table].columns
        ]  # a migration may have put them in another order
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        self._connection.executemany(insert, rows)

    async def end(self) -> None:
        self._connection.execute("COMMIT")
        for index in self._indexes:
            self._connection.execute(str(CreateIndex(index).compile(dialect=self._dialect)))
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA locking_mode=NORMAL")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()


class _Postgres:
    def __init__(self, database: Database, indexes: Sequence[sa.Index]) -> None:
        self._indexes = indexes
        self._url = database.url.replace("+asyncpg", "")

    async def begin(self) -> None:
        self._connection = await asyncpg.connect(self._url)
        await self._connection.execute("SET maintenance_work_mem = '512MB'")
        self._dialect = sa.create_engine("postgresql+asyncpg://").dialect
        for index in self._indexes:
            await self._connection.execute(str(DropIndex(index).compile(dialect=self._dialect)))

    async def write(self, table: str, rows: Iterable[Row]) -> None:
        columns = [column.name for column in metadata.tables[table].columns]
        await self._connection.copy_records_to_table(table, records=list(rows), columns=columns)

    async def end(self) -> None:
        for index in self._indexes:
            await self._connection.execute(str(CreateIndex(index).compile(dialect=self._dialect)))
        await self._connection.execute("VACUUM ANALYZE")
        await self._connection.close()
