"""Many rows in one statement, on both databases.

SQLite binds one row after the other in the same process: nothing is faster. To PostgreSQL the rows go as one array a column,
so that the server runs one statement instead of one for each row: 1,000 notices or deliveries take two thirds of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = Mapping[str, Any]
#: From so many rows on, arrays are worth their wrapping.
MANY = 10


def _insert(tx: AsyncConnection | sa.Connection, table: sa.Table) -> Any:
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


@lru_cache(maxsize=256)
def _inserting_new(dialect: str, table: sa.Table) -> Any:
    """Made once: SQLAlchemy then has its cache key at hand, too, for what runs once a message."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


@lru_cache(maxsize=256)
def _inserting_arrays(table: sa.Table, names: tuple[str, ...], new: bool) -> Any:
    """`INSERT … SELECT … FROM unnest($1, $2, …)`, an array for each of the columns."""
    given = _given({name: table.c[name].type for name in names})
    statement = postgresql.insert(table).from_select(list(names), sa.select(given))
    return statement.on_conflict_do_nothing() if new else statement


@lru_cache(maxsize=256)
def _updating_arrays(key: sa.Column[Any], named: str, names: tuple[str, ...]) -> Any:
    types = {name: key.type if name == named else key.table.c[name].type for name in names}
    given = _given(types)
    new = {name: given.c[name] for name in names if name != named}
    return sa.update(key.table).where(key == given.c[named]).values(new)


def _given(types: Mapping[str, Any]) -> Any:
    """The rows as a table: `unnest($1, $2, …)`. One dimension, because a JSON value that is a list is one value."""
    arrays = [sa.bindparam(name, type_=postgresql.ARRAY(kind, dimensions=1)) for name, kind in types.items()]
    columns = [sa.column(name, kind) for name, kind in types.items()]
    return sa.func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def _arrays(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


async def expect_many(tx: AsyncConnection) -> None:
    """For the rest of the transaction, which is going to name many rows: plan each statement for the rows that it names.

    PostgreSQL by itself keeps the plan of a statement's first runs until it has counted the table again, a minute later. A
    plan that was made for an empty table reads it from end to end: in the middle of a first import, or of a first broadcast,
    that took more time than all the rest.
    """
    if tx.dialect.name == "postgresql":
        await tx.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def one_of(tx: AsyncConnection | sa.Connection, column: sa.Column[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`column IN (…)` for a list of any length; on PostgreSQL one array, so one prepared statement. See `expect_many`."""
    if tx.dialect.name != "postgresql":
        return column.in_(list(values))
    array = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type, dimensions=1), unique=True)
    return column == sa.any_(array)


async def insert_new(tx: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose keys are new; a row that is there already stays as it is. All rows name the same columns."""
    if tx.dialect.name == "postgresql" and len(rows) >= MANY:
        await tx.execute(_inserting_arrays(table, tuple(rows[0]), True), _arrays(rows))
    elif rows:
        await tx.execute(_inserting_new(tx.dialect.name, table), list(rows))


async def insert_all(tx: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert the rows, none of which is there. All rows name the same columns."""
    if tx.dialect.name == "postgresql" and len(rows) >= MANY:
        await tx.execute(_inserting_arrays(table, tuple(rows[0]), False), _arrays(rows))
    elif rows:
        await tx.execute(sa.insert(table), list(rows))


async def update_all(tx: AsyncConnection, key: sa.Column[Any], rows: Sequence[Row], *, named: str) -> None:
    """Write each row's values where `key` is its value `named`. All rows name the same columns, and each a key of its own."""
    if tx.dialect.name == "postgresql" and len(rows) >= MANY:
        await tx.execute(_updating_arrays(key, named, tuple(rows[0])), _arrays(rows))
    elif rows:
        await tx.execute(sa.update(key.table).where(key == sa.bindparam(named)), list(rows))


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
