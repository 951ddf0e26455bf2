"""The timekeeper rings; what is due is found in the database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from pushsvc.clock import FixedClock
from pushsvc.storage.database import Database
from pushsvc.streams.timekeeper import Duty, Timekeeper, reminding
from tests.unit.ledger_town import Town


async def test_each_duty_is_done_at_once_and_again_also_after_it_failed():
    turns: list[str] = []
    enough = asyncio.Event()

    async def fails() -> None:
        turns.append("failed")
        if len(turns) > 1:
            enough.set()
        raise RuntimeError("no")

    timekeeper = Timekeeper([Duty("failing", 0.05, fails)])
    timekeeper.start()
    await asyncio.wait_for(enough.wait(), 5)
    await timekeeper.stop()

    assert len(turns) >= 2


async def test_due_reminders_are_planned_and_the_deliverers_woken(database: Database, clock: FixedClock):
    town = Town(database, clock)
    anna = town.a_citizen()
    await town.publish(anna, deadline="2026-03-31")
    await town.leaves()
    clock.set(datetime(2026, 3, 28, 0, 0, tzinfo=UTC))
    rung = asyncio.Event()
    timekeeper = Timekeeper([reminding(database, town._recipients, clock, rung.set)])

    timekeeper.start()
    await asyncio.wait_for(rung.wait(), 5)
    await timekeeper.stop()

    assert [message.kind for message in await town.messages()] == ["new", "reminder"]
