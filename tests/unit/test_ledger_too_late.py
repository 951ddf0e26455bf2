"""A message that waited past its deadline does not leave any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.storage.database import Database
from tests.unit.ledger_town import Town


@pytest.mark.parametrize(("waited", "answer"), [(timedelta(days=1), None), (timedelta(days=40), "too_late")])
async def test_what_waited_past_its_deadline_is_stopped_by_the_late_check(
    database: Database, clock: FixedClock, waited: timedelta, answer: str | None
):
    town = Town(database, clock)
    anna = town.a_citizen()
    await town.keeps(anna)
    await town.publish(anna, deadline="2026-03-31")
    (message,), (notice,) = await town.messages(), await town.notices(anna)

    clock.advance(waited)
    async with database.write() as tx:
        found = await tx.run_sync(LedgerLateCheck(clock), [message.delivery_id])

    assert found[message.delivery_id][notice.notice_id] == answer
