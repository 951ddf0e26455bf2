"""Reminders: who was told of a deadline hears of it again three days before, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.reminders import plan_reminders
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from tests.unit.ledger_town import Town

THREE_DAYS_BEFORE = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai; the deadline is the 31st


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def remind(town: Town) -> None:
    async with town.database.write() as tx:
        await plan_reminders(tx, town._recipients, town.clock.now())


async def test_who_was_told_is_reminded_once(town: Town):
    anna = town.a_citizen()
    event = await town.publish(anna, deadline="2026-03-31")
    await town.leaves()
    await remind(town)
    assert len(await town.messages()) == 1

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)
    await remind(town)
    await town.leaves()

    assert [kind for kind, _ in await town.told(anna)] == ["new", "reminder"]
    assert (await town.funnel(event))["accepted"] == {"email": 1}  # a reminder is a later matter of the same people


async def test_a_daily_reader_is_reminded_in_the_digest_of_that_day(town: Town):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna, deadline="2026-03-31")
    await town.after(days=1)
    await town.leaves()

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)

    last = (await town.messages())[-1]
    assert (last.kind, last.due_at) == ("digest", datetime(2026, 3, 28, 0, 30, tzinfo=UTC))


async def test_who_wants_no_reminders_gets_none(town: Town):
    await town.publish(town.a_citizen(reminders=False), deadline="2026-03-31")
    await town.leaves()

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)

    assert len(await town.messages()) == 1


async def test_who_was_told_in_the_last_three_days_is_not_reminded(town: Town):
    town.clock.set(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    await town.publish(town.a_citizen(), deadline="2026-03-31")
    await town.leaves()

    await remind(town)

    assert len(await town.messages()) == 1


async def test_whom_the_message_itself_reaches_only_in_the_last_three_days_is_not_reminded(town: Town):
    await town.publish(town.a_citizen(), deadline="2026-03-31")
    town.clock.set(THREE_DAYS_BEFORE)
    async with town.database.write() as tx:  # the provider was away for long
        await tx.execute(sa.update(deliveries).values(due_at=town.clock.now()))
    await town.leaves()

    await remind(town)

    assert [message.kind for message in await town.messages()] == ["new"]


async def test_whom_no_message_reached_is_not_reminded(town: Town):
    await town.publish(town.a_citizen(), deadline="2026-03-31")
    await town.leaves(state="failed")

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)

    assert [message.kind for message in await town.messages()] == ["new"]


async def test_nobody_is_reminded_of_what_was_withdrawn(town: Town):
    anna = town.a_citizen()
    await town.publish(anna, deadline="2026-03-31")
    await town.leaves()
    await town.publish(kind="withdrawn")
    await town.leaves()

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)

    assert [message.kind for message in await town.messages()] == ["new", "withdrawal"]


async def test_after_a_correction_the_new_deadline_is_reminded_of_and_not_the_old_one(town: Town):
    anna = town.a_citizen()
    await town.publish(anna, deadline="2026-03-31")
    await town.leaves()
    await town.publish(anna, version="ver_a2", kind="changed", deadline="2026-04-30")
    await town.leaves()

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)
    assert len(await town.messages()) == 2
    town.clock.set(datetime(2026, 4, 27, 0, 0, tzinfo=UTC))
    await remind(town)

    assert [message.kind for message in await town.messages()] == ["new", "correction", "reminder"]


async def test_who_has_left_in_the_meantime_is_not_reminded(town: Town):
    anna = town.a_citizen()
    await town.publish(anna, deadline="2026-03-31")
    await town.leaves()
    del town.people[anna]

    town.clock.set(THREE_DAYS_BEFORE)
    await remind(town)

    assert len(await town.messages()) == 1
