"""Being the only one: a lock on the database that dies with its process, also by `kill -9`."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import socket
import zlib
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from pushsvc.errors import BadSetting, NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.postgres import postgres_engine


class Sole(Protocol):
    """The right to be the only one of a kind on a database."""

    async def take(self) -> None:
        """Raises BadSetting, naming the holder, when another process has it."""
        ...

    async def held(self) -> bool:
        """Whether it is still ours; a lock that was lost with its connection is taken again if it is free."""
        ...

    async def release(self) -> None: ...


def sole(database: Database, name: str) -> Sole:
    """SQLite: an OS lock on a file beside the database. PostgreSQL: an advisory lock on a connection of its own."""
    if database.dialect == "postgresql":
        return _AdvisoryLock(database.url, name)
    path = make_url(database.url).database
    return _Nobody() if not path or path == ":memory:" else _FileLock(Path(f"{path}.{name}.lock"))


def _taken(holder: str) -> BadSetting:
    return BadSetting(
        f"DATABASE_URL: another pushsvc runs on this database ({holder}); stop it first, or give this one a database of its own"
    )


class _Nobody:
    """A database in memory: no other process can see it."""

    async def take(self) -> None: ...

    async def held(self) -> bool:
        return True

    async def release(self) -> None: ...


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    async def take(self) -> None:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(file, 40).decode(errors="replace").strip()
            os.close(file)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise _taken(f"pid {holder or 'unknown'}") from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    async def held(self) -> bool:
        return self._file is not None

    async def release(self) -> None:
        # The file stays: removing it would let two processes lock two files of one name.
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


class _AdvisoryLock:
    _HOLDER = sa.text(
        "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)"
        " WHERE locktype = 'advisory' AND granted AND classid = :space AND objid = :name"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    _SPACE = zlib.crc32(b"pushsvc") >> 1

    def __init__(self, url: str, name: str) -> None:
        self._keys = {"space": self._SPACE, "name": zlib.crc32(name.encode()) >> 1}
        self._engine = postgres_engine(url, "pushsvc", poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None

    async def take(self) -> None:
        connection = await self._engine.connect()
        try:
            # Names the holder in the other one's error: PostgreSQL itself knows only the pid of its own side.
            us = f"pid {os.getpid()} on {socket.gethostname()}"
            await connection.execute(sa.text("SELECT set_config('application_name', :us, false)"), {"us": us})
            got = await connection.execute(
                sa.text("SELECT pg_try_advisory_lock(CAST(:space AS int), CAST(:name AS int))"), self._keys
            )
            if not got.scalar_one():
                raise _taken((await connection.execute(self._HOLDER, self._keys)).scalar() or "pid unknown")
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def held(self) -> bool:
        try:
            if self._connection is not None:
                await self._connection.execute(sa.text("SELECT 1"))
                return True
        except (SQLAlchemyError, OSError):
            await self.release()
        try:
            await self.take()
        except (SQLAlchemyError, OSError, BadSetting, NotDurable):
            return False
        return True

    async def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            async with asyncio.timeout(2):
                await connection.execute(sa.text("SELECT pg_advisory_unlock_all()"))
                await connection.close()
        except (SQLAlchemyError, OSError):  # the server is away: the lock went with its connection
            await connection.invalidate()
            await connection.close()
