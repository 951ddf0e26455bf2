"""Many rows in one statement, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]


def _insert(tx: AsyncConnection | sa.Connection, table: sa.Table) -> Any:
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


@lru_cache(maxsize=256)
def _inserting_new(dialect: str, table: sa.Table) -> Any:
    """Made once: SQLAlchemy then has its cache key at hand, too, for what runs once a message."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


async def insert_new(tx: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose keys are new; a row that is there already stays as it is."""
    if rows:
        await tx.execute(_inserting_new(tx.dialect.name, table), list(rows))


def insert_new_at_once(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """`insert_new` for `Database.write_at_once`."""
    if rows:
        connection.execute(_inserting_new(connection.dialect.name, table), list(rows))


async def insert_one(tx: AsyncConnection, table: sa.Table, row: Row) -> bool:
    """Insert the row unless one of its keys is there already; says whether it was inserted."""
    done = await tx.execute(_insert(tx, table).on_conflict_do_nothing(), dict(row))
    return bool(done.rowcount == 1)


async def upsert(tx: AsyncConnection, table: sa.Table, rows: Sequence[Row], *, update: Iterable[str]) -> None:
    """Insert the rows; where the primary key is there already, write the `update` columns anew."""
    if not rows:
        return
    statement = _insert(tx, table)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: statement.excluded[name] for name in update},
        ),
        list(rows),
    )
