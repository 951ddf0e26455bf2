"""Connections and transactions: one way to read, one way to write, the same promises on SQLite and PostgreSQL.

SQLite: WAL, synchronous=FULL (a commit costs about 0.25 ms), a busy time-out of 10 s, and `BEGIN IMMEDIATE` for every
write, because a deferred transaction that reads and then writes fails at once with "database is locked". Nothing but SQL
is awaited inside a transaction.

PostgreSQL: a pool of `pool_size` connections and not one more; who finds them all in use waits for one. A read is one
snapshot, as on SQLite. In a write each statement sees what was committed when it began (READ COMMITTED): whoever decides by
what it reads first takes a lock, a row's or an advisory one, in a statement of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from pushsvc.errors import BadSetting, NotDurable
from pushsvc.storage import one_trip
from pushsvc.storage.faults import is_passing as is_passing
from pushsvc.storage.faults import words_of
from pushsvc.storage.postgres import postgres_engine
from pushsvc.storage.turns import Turns

Transaction = AsyncConnection
Result = TypeVar("Result")
BUSY_TIMEOUT_MS = 10_000
READERS = 4
#: Where in `connection.info` a transaction finds the keyed hash of the vault.
KEYED_HASH = "keyed_hash"
POOL_SECONDS = 30.0
"""How long one waits for a connection of a full pool."""


class Database:
    """The system of record. `read()` sees a snapshot and cannot write; `write()` commits at its end or changes nothing."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "pushsvc", pool_seconds: float = POOL_SECONDS) -> None:
        """`name`: what an operator of PostgreSQL reads beside our connections, such as `pushsvc serve`."""
        self.url, self.name = url, name
        self.dialect = make_url(url).get_backend_name()
        self._turns = Turns()
        self._driver: Any = None
        self._keyed_hash: Callable[[str, str], bytes] | None = None
        if self.dialect == "sqlite":
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=READERS)
            event.listen(self._writer.sync_engine, "close", self._forget_driver)
        elif self.dialect == "postgresql":
            self._writer = postgres_engine(url, name, pool_size=pool_size, max_overflow=0, pool_timeout=pool_seconds)
            # The same pool. By itself PostgreSQL shows each statement of a transaction another moment, and what is read
            # with several, a funnel say, would not fit together.
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
        else:
            raise BadSetting(
                f"DATABASE_URL: {self.dialect} is not supported; use sqlite+aiosqlite:///… or postgresql+asyncpg://…"
            )

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot. Raises NotDurable when the database cannot be asked now (away, locked too long)."""
        with _durable_or_not():
            async with self._reader.connect() as connection:
                connection.info[KEYED_HASH] = self._keyed_hash
                yield connection

    def use_keyed_hash(self, keyed_hash: Callable[[str, str], bytes]) -> None:
        """From now on transactions carry the vault's keyed hash, for what is proved by it: the chain of the audit trail."""
        self._keyed_hash = keyed_hash

    @asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[Transaction]:
        """One transaction. Raises NotDurable when the database cannot take it now (disk full, locked too long, away).

        `first`: it is short, and somebody outside waits for it, or a connection that could be sending. On SQLite, which has
        one writer, it goes before the stages that wait.
        """
        with _durable_or_not():
            async with self._turn(first=first), self._writer.begin() as transaction:
                transaction.info[KEYED_HASH] = self._keyed_hash
                yield transaction

    async def write_at_once(self, work: Callable[[sa.Connection], Result]) -> Result:
        """One transaction whose statements `work` makes without awaiting: on SQLite a single trip to the driver's thread.

        For the few transactions that run once a message; they go first, as `write(first=True)` does. `work` runs in that
        thread: it may use its connection and nothing else that the loop uses. Raises NotDurable as `write` does.
        """
        with _durable_or_not():
            if self.dialect != "sqlite":
                async with self._writer.begin() as transaction:
                    return await transaction.run_sync(work)
            async with self._turn(first=True):
                result: Result
                if self._driver is not None and _lies_ready(self._writer):
                    result = await self._driver.transact(work)
                    return result
                async with self._writer.connect() as connection:
                    raw = await connection.get_raw_connection()
                    self._driver = raw.driver_connection
                    result = await self._driver.transact(work)
                    return result

    def _forget_driver(self, *_: object) -> None:
        self._driver = None

    async def give_way(self, held_seconds: float) -> None:
        """Called outside of transactions, by work that has many long ones to make, after one that held the writer for so
        long. Where there is one writer, it pauses for as long when somebody in a hurry waited; on PostgreSQL never."""
        await self._turns.give_way(held_seconds)

    @property
    def has_one_writer(self) -> bool:
        """Whether a transaction that writes keeps everybody else from writing, whatever it writes (SQLite)."""
        return self.dialect == "sqlite"

    def _turn(self, *, first: bool) -> AbstractAsyncContextManager[None]:
        return self._turns.turn(first=first) if self.dialect == "sqlite" else nullcontext()

    async def data_version(self) -> int:
        """SQLite: a number that moves when another connection or process has written. PostgreSQL: always 0."""
        if self.dialect != "sqlite":
            return 0
        async with self._reader.connect() as connection:
            return int((await connection.exec_driver_sql("PRAGMA data_version")).scalar_one())

    async def close(self) -> None:
        await self._writer.dispose()
        if self.dialect == "sqlite":
            await self._reader.dispose()


def _lies_ready(writer: AsyncEngine) -> bool:
    """Whether the one connection is in its pool. To whoever has the turn it is free then, without being taken out and put
    back, which costs a further trip to its thread. Away: a cancelled transaction is still being rolled back."""
    return isinstance(writer.pool, AsyncAdaptedQueuePool) and writer.pool.checkedin() == 1


@contextmanager
def _durable_or_not() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, ConnectionError) as error:
        if is_passing(error):
            raise NotDurable(f"the database cannot take this now: {words_of(error)}") from error
        raise


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "async_creator_fn": one_trip.connect},
        # An error that is logged names its statement, and nothing of what was written or looked for.
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own implicit BEGIN is switched off: SQLAlchemy emits ours.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON",
            "temp_store=MEMORY", "cache_size=-65536", "mmap_size=268435456",
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
