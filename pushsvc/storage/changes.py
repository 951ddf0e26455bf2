"""Noticing that somebody else has written: another process, for example the command line."""

from __future__ import annotations

import aiosqlite
from sqlalchemy.engine import make_url

from pushsvc.storage.database import Database


class Changes:
    """Tells whether the database may have changed since the last question, cheaply enough to ask four times a second.

    SQLite: `PRAGMA data_version` on a connection of its own, for the number means something only between two answers of
    one connection; a write of this process counts too. PostgreSQL keeps no such number: the answer is always yes.
    """

    def __init__(self, database: Database) -> None:
        self._path = make_url(database.url).database if database.dialect == "sqlite" else None
        self._connection: aiosqlite.Connection | None = None
        self._last: int | None = None

    async def seen(self) -> bool:
        """Whether anything may have changed since the last call; yes at the first."""
        if self._path is None:
            return True
        if self._connection is None:
            self._connection = await aiosqlite.connect(self._path, isolation_level=None)
        async with self._connection.execute("PRAGMA data_version") as cursor:
            row = await cursor.fetchone()
        version = int(row[0]) if row else None
        changed, self._last = version != self._last, version
        return changed

    async def close(self) -> None:
        connection, self._connection, self._last = self._connection, None, None
        if connection is not None:
            await connection.close()
