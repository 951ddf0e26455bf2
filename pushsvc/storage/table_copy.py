"""One table from a SQLite transaction into a PostgreSQL one, by COPY, and a fingerprint of what either of them holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import sqlalchemy as sa

from pushsvc.domain.time import to_micros
from pushsvc.errors import BadInput
from pushsvc.storage.backup import portable
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables import Moment

ROWS_AT_ONCE = 1_000
Row = Sequence[Any]

_line = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass
class Fingerprint:
    """How many rows, and the sum of their hashes. The sum does not hang on the order, which text has by each database's own
    collation."""

    rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        """`row` in portable values: the same from both databases."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(_line(row).encode()).digest(), "big")) % (1 << 256)


async def fingerprint(tx: Transaction, table: sa.Table) -> Fingerprint:
    """Of the table as it is read back now."""
    found, as_portable = Fingerprint(), [portable(column) for column in table.columns]
    async for page in _pages(tx, table):
        for row in page:
            found.add([write(value) for write, value in zip(as_portable, row, strict=True)])
    return found


async def copy_table(source: Transaction, target: Transaction, table: sa.Table) -> Fingerprint:
    """Copy every row, at most ROWS_AT_ONCE in memory; gives the fingerprint of what was read.

    Raises BadInput when PostgreSQL does not take a row, for example a text that is longer than its column, which SQLite
    does not look at. The row itself is not shown: it may be personal.
    """
    read, names = Fingerprint(), [column.name for column in table.columns]
    as_portable = [portable(column) for column in table.columns]
    as_copied = [_as_copied(column) for column in table.columns]
    connection: Any = (await target.get_raw_connection()).driver_connection
    async for page in _pages(source, table):
        for row in page:
            read.add([write(value) for write, value in zip(as_portable, row, strict=True)])
        records = [tuple(write(value) for write, value in zip(as_copied, row, strict=True)) for row in page]
        try:
            await connection.copy_records_to_table(table.name, columns=names, records=records)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.exceptions.DataError) as refused:
            raise BadInput(
                f"table {table.name}, after row {read.rows - len(page)}: PostgreSQL does not take it ({type(refused).__name__})"
            ) from refused
    return read


async def _pages(tx: Transaction, table: sa.Table) -> AsyncIterator[Sequence[Row]]:
    in_order = sa.select(table).order_by(*table.primary_key.columns)
    result = await tx.stream(in_order.execution_options(yield_per=ROWS_AT_ONCE))
    async for page in result.partitions(ROWS_AT_ONCE):
        yield page


def _as_copied(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """As asyncpg takes a value of this column: COPY knows nothing of SQLAlchemy's types."""
    if isinstance(column.type, Moment):
        return lambda value: None if value is None else to_micros(value)
    if isinstance(column.type, sa.JSON):
        return lambda value: None if value is None else json.dumps(value)
    return lambda value: value
