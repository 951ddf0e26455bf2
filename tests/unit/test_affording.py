"""What may leave is afforded, in one transaction, also when two people approve an emergency in the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest
import sqlalchemy as sa

from pushsvc.channels.sms.carrier import Estimate
from pushsvc.clock import FixedClock
from pushsvc.domain.notices import Due, Message
from pushsvc.ledger import emergencies
from pushsvc.ledger.budgets import set_budget
from pushsvc.ledger.charges import Warning
from pushsvc.ledger.claims import claim
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import spending
from pushsvc.streams import affording
from pushsvc.streams.affording import Purse
from pushsvc.streams.preparing import Batch
from tests.unit.ledger_town import SHANGHAI, Town

NIGHT = datetime(2026, 3, 3, 2, tzinfo=SHANGHAI)
PRICE = 45_000
SITE = "5101000012"


_BLANK = Message("", "sms", "+8613800000000", "zh", "new", "", "", site=SITE)


class Carrier:
    async def estimate(self, _message: Message) -> Estimate:
        return Estimate("aliyun", 1, PRICE)


@pytest.mark.parametrize(
    ("period", "full", "says"),
    [
        (
            "2026-11-26",
            True,
            "(96 %): what does not fit waits until the next day, or until the budget is raised at /o/providers",
        ),
        (
            "2026-11",
            True,
            "(96 %): what does not fit waits until the next month, or until the budget is raised at /o/providers",
        ),
        ("2026-11", False, "(96 %): at 100 % its messages wait"),
    ],
)
def test_an_operator_reads_until_when_what_a_budget_stops_waits(period: str, full: bool, says: str) -> None:
    assert affording.in_words(Warning("5107040001", "sms", period, 240_000, 250_000, full)).endswith(says)


class Written:
    """As much of a batch as is asked of it."""

    def message(self, due: Due) -> Message:
        return replace(_BLANK, delivery_id=due.delivery_id)

    def keep(self, _due: Due, _message: Message) -> None: ...


@pytest.fixture
def town(postgres_database: Database, clock: FixedClock) -> Town:
    clock.set(NIGHT)
    return Town(postgres_database, clock)


async def budget(town: Town, yuan_micros: int) -> None:
    async with town.database.write() as tx:
        await set_budget(tx, "sms", "all", yuan_micros, None, "chen", town.clock.now())


async def claimed(town: Town) -> Sequence[Due]:
    async with town.database.write() as tx:
        await tx.execute(deliveries.update().values(due_at=NIGHT, held=""))
        return await claim(tx, "sms", "c1", 10, town.clock.now())


async def afford(town: Town, dues: Sequence[Due]) -> list[Due]:
    purse = Purse(town.database, town.clock, SHANGHAI, lambda _words: None)
    return await purse.afford(Carrier(), "sms", "c1", dues, cast(Batch, Written()))


async def approves(town: Town, event: str) -> None:
    for who in ("li", "wu"):
        async with town.database.write() as tx:
            _, outputs = await emergencies.approve(tx, event, who, None, town.clock.now())
        await town.plan(*(dict(one.value) for one in outputs))


async def test_what_a_budget_puts_off_while_two_approve_it_is_woken_by_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    await budget(town, 0)
    dues = await claimed(town)
    put_off, began = affording.put_off, asyncio.Event()

    async def slowly(*given: Any) -> None:
        began.set()
        await asyncio.sleep(0.5)
        await put_off(*given)

    monkeypatch.setattr(affording, "put_off", slowly)
    affords = asyncio.create_task(afford(town, dues))
    await began.wait()
    await approves(town, event)
    await affords
    (one,) = await town.messages(sleeps)
    assert (one.held, one.due_at) == ("", NIGHT)


async def test_an_approved_emergency_passes_a_budget_and_is_charged_once_in_each_sum(town: Town) -> None:
    sleeps, other = town.a_citizen("sms"), town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    await approves(town, event)
    await town.publish(other, publication="pub_b", version="ver_b1", work="wrk_2", urgency="urgent")
    await budget(town, 0)
    left = await afford(town, await claimed(town))
    assert [one.subscriber_no for one in left] == [sleeps]
    async with town.database.read() as tx:
        rows = await tx.execute(sa.select(spending.c.tenant, spending.c.spent))
        assert {row.tenant: row.spent for row in rows} == {"all": PRICE, SITE: PRICE}
    assert [(one.state, one.held) for one in await town.messages(other)] == [("planned", "budget")]


async def test_one_message_whose_price_cannot_be_told_holds_nobody_up(town: Town) -> None:
    first, second = town.a_citizen("sms"), town.a_citizen("sms")
    await town.publish(first, second, urgency="urgent")
    dues = await claimed(town)

    class Trips(Carrier):
        async def estimate(self, message: Message) -> Estimate:
            if message.delivery_id == dues[0].delivery_id:
                raise ValueError("a fault of ours")
            return await super().estimate(message)

    purse = Purse(town.database, town.clock, SHANGHAI, lambda _words: None)
    assert await purse.afford(Trips(), "sms", "c1", dues, cast(Batch, Written())) == list(dues)
