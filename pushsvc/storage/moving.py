"""`pushsvc migrate --from sqlite:///PATH`: an embedded file into an empty PostgreSQL, stopped, whole, and checked.

Everything happens in one transaction of PostgreSQL, so that a fault or a kill leaves it empty. The file is only read: it is
the way back until the new place has proved itself.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pushsvc.errors import BadInput, BadSetting
from pushsvc.storage.backup import counters
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.log_to_outbox import carry_log_to_outbox
from pushsvc.storage.migrations import migrate, newest_revision, schema_revision
from pushsvc.storage.restore import make_empty, set_counters
from pushsvc.storage.sole import sole
from pushsvc.storage.table_copy import Fingerprint, copy_table, fingerprint
from pushsvc.storage.tables import kept_tables, metadata
from pushsvc.storage.vault_keys import check_opens

FORM = "sqlite:///relative/path or sqlite:////absolute/path"
_HEAD = b"SQLite format 3\x00"
_LOCK_MS = 5_000


@dataclass(frozen=True)
class Moved:
    """What is in PostgreSQL now: rows by table. `carried`: records that the embedded engine had not worked on, in the outbox
    for Kafka."""

    path: Path
    rows: Mapping[str, int]
    carried: int = 0


async def move(source: str, target: Database, secret_key: str, *, to_kafka: bool = False) -> Moved:
    """Copy every table of the SQLite file that `source` names into `target`, and compare both sides.

    SECRET_KEY stays the same: the vault's keys are rows, and it must open them. `to_kafka`: the target will run on Kafka;
    what the embedded engine had not read yet goes to the outbox instead of staying in its log.

    Raises BadInput or BadSetting, naming the mend, when the file is none of ours or damaged, when a pushsvc runs on either
    side, when the target is no PostgreSQL or not empty, when the key does not open the vault, or when anything differs
    afterwards. In each case PostgreSQL stays empty.
    """
    path = _file_of(source)
    if target.dialect != "postgresql":
        raise BadSetting("DATABASE_URL names the target: set it to postgresql+asyncpg://user:password@host/database")
    async with AsyncExitStack() as held:
        file = await held.enter_async_context(_alone_on(path))
        reading = await held.enter_async_context(file.write())  # nobody else writes to the file meanwhile
        current = await held.enter_async_context(_current(path, reading))
        await check_opens(current, secret_key)
        await migrate(target)
        only = sole(target, "engine")
        await only.take()
        held.push_async_callback(only.release)
        writing = await held.enter_async_context(target.write())
        await _have_it_alone(writing, target.name)
        await make_empty(writing)
        read = {table.name: await copy_table(current, writing, table) for table in kept_tables()}
        await set_counters(writing, await counters(current))
        await _compare(writing, read, path)
        carried = await carry_log_to_outbox(writing) if to_kafka else 0
    return Moved(path, {name: found.rows for name, found in read.items()}, carried)


def _file_of(source: str) -> Path:
    try:
        url = make_url(source)
    except ArgumentError:
        raise BadInput(f"--from: not an address of a SQLite file; write {FORM}") from None
    if url.drivername not in ("sqlite", "sqlite+aiosqlite") or url.host or url.query or url.database in (None, "", ":memory:"):
        raise BadInput(f"--from: only a SQLite file can be moved; write {FORM}")
    path = Path(str(url.database))
    try:
        with path.open("rb") as file:
            if file.read(len(_HEAD)) != _HEAD:
                raise BadInput(f"--from: {path} is no SQLite database")
    except OSError as fault:
        raise BadInput(f"--from: {path} cannot be read: {fault.strerror}") from None
    return path


@asynccontextmanager
async def _alone_on(path: Path) -> AsyncIterator[Database]:
    """The file, while nobody else runs on it."""
    file = Database(f"sqlite+aiosqlite:///{path}")
    only = sole(file, "engine")
    try:
        await only.take()
    except BadSetting as taken:
        raise BadInput(f"--from: a pushsvc runs on {path}; stop it first ({taken})") from None
    except OSError as fault:
        raise BadInput(f"--from: {path} cannot be locked: {fault.strerror}; run this where the service ran") from None
    try:
        _check_whole(path)
        yield file
    finally:
        await file.close()
        await only.release()


def _check_whole(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as fault:
        damage = str(fault)
    if damage != "ok":
        raise BadInput(f"--from: {path} is damaged ({damage}); restore a backup into the new database instead")


@asynccontextmanager
async def _current(path: Path, reading: Transaction) -> AsyncIterator[Transaction]:
    """The file's rows in this version's schema. An older file is migrated as a copy beside it: the file itself stays one that
    the version before can go on with, should the move be put off."""
    revision = await reading.run_sync(schema_revision)
    if revision is None:
        raise BadInput(f"--from: {path} is no database of pushsvc")
    if revision > newest_revision():
        raise BadInput(f"--from: {path} has schema {revision}, which this version does not know; move it with a newer pushsvc")
    if revision == newest_revision():
        yield reading
        return
    with tempfile.TemporaryDirectory(prefix=".pushsvc-moving-", dir=path.parent) as folder:
        copy = Database(f"sqlite+aiosqlite:///{folder}/copy.sqlite3")
        try:
            with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(f"{folder}/copy.sqlite3")) as new:
                old.backup(new)
            await migrate(copy)
            async with copy.read() as tx:
                yield tx
        finally:
            await copy.close()


async def _have_it_alone(tx: Transaction, our_name: str) -> None:
    """Nobody works on the target, and until the commit nobody can begin to."""
    others = await tx.execute(
        sa.text(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name LIKE 'pushsvc %' AND application_name <> :ours"
        ),
        {"ours": our_name},
    )
    if names := sorted(others.scalars()):
        raise BadSetting(f"DATABASE_URL: {', '.join(names)} runs on this database; stop it first")
    await tx.execute(sa.text(f"SET LOCAL lock_timeout = {_LOCK_MS}"))
    await tx.execute(sa.text(f"LOCK TABLE {', '.join(table.name for table in metadata.sorted_tables)} IN EXCLUSIVE MODE"))


async def _compare(tx: Transaction, read: Mapping[str, Fingerprint], path: Path) -> None:
    """Read every table back. Raises BadInput when one is not what was read from the file: then nothing is kept."""
    for table in kept_tables():
        there = await fingerprint(tx, table)
        if there != read[table.name]:
            raise BadInput(
                f"table {table.name} differs after the copy: {read[table.name].rows} rows in {path}, {there.rows} in PostgreSQL"
                + ("" if there.rows != read[table.name].rows else ", with other values")
                + "; nothing was kept: look for triggers or rules in that database, then try again"
            )
