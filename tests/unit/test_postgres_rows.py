"""Many rows go to PostgreSQL as arrays: what arrives is what one row at a time would have written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pushsvc.storage.database import Database
from pushsvc.storage.rows import MANY, expect_many, insert_all, insert_new, one_of, update_all
from pushsvc.storage.tables.profiles import subscribers

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def a_person(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "subscriber_no": number, "subscriber_id": f"c-{number}", "kind": "citizen", "language": None, "timezone": None,
        "preferences": {"channels": ["sms", "email"]}, "places": ["510104", "五一"] if number % 2 else [], "industries": [],
        "attributes": {"birth_year": 1950, "name": 'a "quoted", {braced} \\ word'}, "age_as_of": None if number % 3 else NOW,
        "created_at": NOW, "changed_at": NOW,
    } | changes  # fmt: skip


async def everybody(database: Database) -> list[dict[str, Any]]:
    async with database.read() as tx:
        rows = await tx.execute(sa.select(subscribers).order_by(subscribers.c.subscriber_no))
        return [dict(row._mapping) for row in rows]


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, 500])
async def test_every_kind_of_value_arrives_as_it_was(database: Database, count: int) -> None:
    people = [a_person(number) for number in range(1, count + 1)]
    async with database.write() as tx:
        await insert_all(tx, subscribers, people)
    assert [{name: row[name] for name in people[0]} for row in await everybody(database)] == people


async def test_rows_whose_keys_are_there_stay_as_they_are_also_twice_in_one_list(database: Database) -> None:
    async with database.write() as tx:
        await insert_new(tx, subscribers, [a_person(7, language="en")])
        await insert_new(tx, subscribers, [a_person(number) for number in range(1, 41)] * 2)
    found = await everybody(database)
    assert len(found) == 40
    assert found[6]["language"] == "en"


async def test_a_row_that_must_be_new_and_is_not_fails_all(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await insert_all(tx, subscribers, [a_person(number) for number in [*range(1, 40), 5]])
    assert await everybody(database) == []


@pytest.mark.parametrize("count", [1, 40])
async def test_each_row_is_updated_by_its_own_key_and_no_other(database: Database, count: int) -> None:
    changed = [{"known_no": n, "places": ["5"], "age_as_of": None, "language": "en"} for n in range(1, count + 1)]
    async with database.write() as tx:
        await insert_all(tx, subscribers, [a_person(number) for number in range(1, 61)])
        await update_all(tx, subscribers.c.subscriber_no, changed, named="known_no")
    for number, row in enumerate(await everybody(database), start=1):
        want = a_person(number, **({"places": ["5"], "age_as_of": None, "language": "en"} if number <= count else {}))
        assert {name: row[name] for name in want} == want


async def test_a_list_of_any_length_is_one_question(database: Database) -> None:
    async with database.write() as tx:
        await insert_all(tx, subscribers, [a_person(number) for number in range(1, 41)])
        for wanted in ([], [3], [3, 5, 3], list(range(1, 2_000))):
            found = await tx.execute(
                sa.select(subscribers.c.subscriber_no).where(one_of(tx, subscribers.c.subscriber_no, wanted))
            )
            assert sorted(found.scalars()) == sorted(set(wanted) & set(range(1, 41)))


async def test_a_plan_for_many_rows_is_made_anew_and_only_in_that_transaction(postgres_database: Database) -> None:
    async def plans(tx: Any) -> str:
        return str((await tx.exec_driver_sql("SHOW plan_cache_mode")).scalar_one())

    async with postgres_database.write() as tx:
        await expect_many(tx)
        assert await plans(tx) == "force_custom_plan"
    async with postgres_database.write() as tx:
        assert await plans(tx) == "auto"
