"""SQLite statements in one trip to the driver's thread each, where aiosqlite under SQLAlchemy makes four.

SQLAlchemy asks for a cursor, executes, fetches and closes, and aiosqlite sends each of these to its thread. A statement of
a stage takes 20 microseconds and a trip 100, so the trips were most of the time of a hop. Here the thread does all four at
once and brings the first rows along.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import StaticPool

ROWS_AT_ONCE = 1_000


def connect(path: str, **options: Any) -> aiosqlite.Connection:
    """For SQLAlchemy's `async_creator_fn`: an aiosqlite connection, to be awaited, whose cursors make one trip."""
    connection = _Connection(lambda: sqlite3.connect(path, **options), iter_chunk_size=ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy's own: a forgotten connection must not keep the process alive
    return connection


class _Connection(aiosqlite.Connection):
    _kept: sa.Connection | None = None

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call `function` in the driver's thread."""
        return await self._execute(function, *arguments)  # type: ignore[no-untyped-call]

    def cursor(self) -> Any:
        return _Cursor(self)

    async def transact(self, work: Callable[[sa.Connection], Any]) -> Any:
        """Run `work` in one transaction, all of it in the driver's thread, in one trip."""
        return await self.run(self._transact, work)

    def _transact(self, work: Callable[[sa.Connection], Any]) -> Any:
        if self._kept is None or self._kept.closed or self._kept.invalidated:
            self._kept = self._in_thread.connect()
        try:
            with self._kept.begin():
                return work(self._kept)
        except BaseException:
            if self._conn.in_transaction:  # a commit that failed leaves it open
                self._conn.rollback()
            raise

    @cached_property
    def _in_thread(self) -> sa.Engine:
        """An engine on this very connection, to be used in its thread only."""
        engine = sa.create_engine(
            "sqlite://", creator=lambda: self._conn, poolclass=StaticPool, pool_reset_on_return=None, hide_parameters=True
        )

        @event.listens_for(engine, "begin")
        def start(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine


class _Cursor:
    """What SQLAlchemy's asyncio adapter uses of a cursor."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._open: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> _Cursor:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> _Cursor:
        await self._connection.run(self._run, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> _Cursor:
        await self._connection.run(self._run_many, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        if self._open is not None:
            rows += await self._connection.run(self._fetch, None)
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = self.arraysize if size is None else size
        if len(self._rows) < wanted and self._open is not None:
            self._rows += await self._connection.run(self._fetch, max(wanted, ROWS_AT_ONCE))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        self._rows = []
        if self._open is not None:
            await self._connection.run(self._shut)

    # In the driver's thread:

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        cursor = self._open = self._connection._conn.execute(sql, parameters)
        self.description, self.lastrowid = cursor.description, cursor.lastrowid
        if cursor.description:
            self._rows = self._fetch(ROWS_AT_ONCE)
        else:
            self._shut()
        self.rowcount = cursor.rowcount

    def _run_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        cursor = self._connection._conn.executemany(sql, parameters)
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        cursor.close()

    def _fetch(self, most: int | None) -> list[Any]:
        if self._open is None:
            return []
        rows = self._open.fetchall() if most is None else self._open.fetchmany(most)
        if most is None or len(rows) < most:
            self._shut()
        return rows

    def _shut(self) -> None:
        cursor, self._open = self._open, None
        if cursor is not None:
            cursor.close()
