"""The driver's short cut gives SQLAlchemy what aiosqlite would have given."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pushsvc.storage.database import Database

numbers = sa.Table("numbers", sa.MetaData(), sa.Column("number", sa.Integer, primary_key=True), sa.Column("name", sa.Text))


@pytest.fixture
async def filled(sqlite_database: Database) -> Database:
    async with sqlite_database.write() as tx:
        await tx.run_sync(numbers.metadata.create_all)
        await tx.execute(numbers.insert(), [{"number": n, "name": f"n{n}"} for n in range(2_500)])
    return sqlite_database


async def test_all_rows_of_a_long_answer_arrive_in_order(filled: Database) -> None:
    async with filled.read() as tx:
        rows = await tx.execute(sa.select(numbers.c.number).order_by(numbers.c.number))
        assert list(rows.scalars()) == list(range(2_500))


async def test_a_streamed_answer_arrives_whole_and_may_be_left_early(filled: Database) -> None:
    async with filled.read() as tx:
        streamed = await tx.stream(sa.select(numbers.c.number).order_by(numbers.c.number))
        assert [row.number async for row in streamed] == list(range(2_500))
        left = await tx.stream(sa.select(numbers.c.number).order_by(numbers.c.number))
        assert (await left.fetchone()) == (0,)
        await left.close()
        assert await tx.scalar(sa.select(sa.func.count()).select_from(numbers)) == 2_500


async def test_counts_and_new_keys_are_told(filled: Database) -> None:
    async with filled.write() as tx:
        assert (await tx.execute(numbers.update().where(numbers.c.number < 7).values(name="x"))).rowcount == 7
        assert (await tx.execute(numbers.insert().values(name="new"))).inserted_primary_key == (2_500,)
        gone = await tx.execute(numbers.delete().where(numbers.c.number < 1_500).returning(numbers.c.number))
        assert len(gone.all()) == 1_500


async def test_an_error_of_the_driver_is_sqlalchemys_and_leaves_the_connection_usable(filled: Database) -> None:
    with pytest.raises(IntegrityError):
        async with filled.write() as tx:
            await tx.execute(numbers.insert().values(number=1))
    async with filled.write() as tx:
        await tx.execute(numbers.insert().values(number=9_999))
