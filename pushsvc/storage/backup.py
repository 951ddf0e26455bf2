"""`pushsvc backup DIR`: a consistent copy while everything runs, in one form for SQLite and PostgreSQL.

One transaction sees one moment of every table (SQLite: a read transaction of WAL; PostgreSQL: REPEATABLE READ); neither
holds up a writer. The file is encrypted like the vault, and the vault's keys in it stay wrapped besides.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import LargeBinary

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant, from_micros, iso, to_micros
from pushsvc.errors import BadInput, PushsvcError
from pushsvc.storage.backup_file import BackupWriter
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.migrations import schema_revision
from pushsvc.storage.tables import Moment, kept_tables
from pushsvc.storage.vault_keys import Entropy

FORMAT = 1
SUFFIX = ".backup"
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class BackupDone:
    path: Path
    rows: Mapping[str, int]
    size_bytes: int


async def backup(
    database: Database, secret_key: str, directory: Path, clock: Clock, *, entropy: Entropy = os.urandom
) -> BackupDone:
    """Write a new file `pushsvc-TIME.backup` into `directory`. It has its name only once it is whole and on disk."""
    now = clock.now()
    path = directory / f"pushsvc-{now.strftime('%Y%m%dT%H%M%S.%fZ')}{SUFFIX}"
    draft = directory / f".{path.name}.{secrets.token_hex(4)}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                writer = BackupWriter(file, secret_key, entropy)
                rows = await _write_tables(database, writer, now)
                writer.close()
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as fault:
        raise PushsvcError(f"no backup was made: {directory} cannot be written: {fault.strerror or fault}") from fault
    return BackupDone(path, rows, path.stat().st_size)


def newest_backup(place: Path) -> Path:
    """The file itself, or the newest backup in a folder. BadInput where there is none."""
    if place.is_file():
        return place
    found: list[Path] = []
    with suppress(OSError):
        found = sorted(path for path in place.iterdir() if path.suffix == SUFFIX and not path.name.startswith("."))
    if not found:
        raise BadInput(f"there is no backup in {place}; `pushsvc backup {place}` would have made pushsvc-TIME{SUFFIX}")
    return found[-1]


async def _write_tables(database: Database, writer: BackupWriter, now: Instant) -> dict[str, int]:
    rows: dict[str, int] = {}
    async with database.read() as tx:
        if database.dialect == "postgresql":
            await tx.execution_options(isolation_level="REPEATABLE READ")
        revision = await tx.run_sync(schema_revision)
        if revision is None:
            raise BadInput("this database has no schema yet: there is nothing to back up (`pushsvc migrate` makes it)")
        writer.write({"pushsvc": FORMAT, "schema": revision, "at": iso(now), "database": database.dialect})
        for table in kept_tables():
            writer.write({"table": table.name, "columns": [column.name for column in table.columns]})
            rows[table.name] = await _write_rows(tx, table, writer)
        writer.write({"counters": await counters(tx), "rows": rows})
    return rows


async def _write_rows(tx: Transaction, table: sa.Table, writer: BackupWriter) -> int:
    count = 0
    as_json = [portable(column) for column in table.columns]
    in_order = sa.select(table).order_by(*table.primary_key.columns)
    result = await tx.stream(in_order.execution_options(yield_per=_ROWS_AT_ONCE))
    async for page in result.partitions(_ROWS_AT_ONCE):
        for row in page:
            writer.write([write(value) for write, value in zip(as_json, row, strict=True)])
        count += len(page)
    return count


def portable(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """How a value of this column is written as JSON, the same from both databases."""
    if isinstance(column.type, Moment):
        return lambda value: None if value is None else to_micros(value)
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64encode(value).decode()
    return lambda value: value


def as_stored(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """The inverse of `portable`."""
    if isinstance(column.type, Moment):
        return lambda value: None if value is None else from_micros(value)
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    return lambda value: value


def counted_columns() -> list[sa.Column[Any]]:
    """The keys that the database counts up."""
    return [
        column
        for table in kept_tables()
        for column in table.primary_key.columns
        if column is table.autoincrement_column and isinstance(column.type, sa.Integer)
    ]


async def counters(tx: Transaction) -> dict[str, int]:
    """How far each counted key has come, by table: a number that was given and erased is not given again."""
    come: dict[str, int] = {}
    for column in counted_columns():
        highest = (await tx.execute(sa.select(sa.func.max(column)))).scalar() or 0
        given = await _given(tx, column)
        come[column.table.name] = max(highest, given)
    return come


async def _given(tx: Transaction, column: sa.Column[Any]) -> int:
    table = str(column.table.name)
    if tx.dialect.name == "postgresql":
        sequence = (await tx.execute(sa.select(sa.func.pg_get_serial_sequence(table, column.name)))).scalar_one()
        row = (await tx.execute(sa.text(f"SELECT last_value, is_called FROM {sequence}"))).one()
        return int(row.last_value) if row.is_called else 0
    exists = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
    if not (await tx.execute(exists)).first():
        return 0
    return int((await tx.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table})).scalar() or 0)
