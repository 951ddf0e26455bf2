"""What messages cost: charged before they leave, exact afterwards, and the same in the sum that budgets look at."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.charges import Bill, Charge, charged_otherwise, reserve, settle, settle_accepted
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.providers import charges, spending

TODAY = date(2026, 3, 2)


def a_charge(
    number: int = 1, *, site: str = "5101000012", segments: int = 2, price: int = 90_000, by: str = "aliyun"
) -> Charge:
    return Charge(f"dlv_{number}", site, by, segments, price)


async def charged(database: Database, clock: FixedClock, *wanted: Charge) -> None:
    async with database.write() as tx:
        assert not (await reserve(tx, "sms", wanted, TODAY, clock.now())).waits


async def spent(database: Database) -> Mapping[str, int]:
    """By tenant; always the sum of the charges."""
    async with database.read() as tx:
        rows = {row.tenant: row.spent for row in await tx.execute(sa.select(spending))}
        total = await tx.scalar(sa.select(sa.func.sum(sa.func.coalesce(charges.c.exact, charges.c.estimated))))
    assert rows["all"] == total
    return rows


async def test_a_repeat_of_a_sending_is_charged_once(database: Database, clock: FixedClock) -> None:
    await charged(database, clock, a_charge())
    await charged(database, clock, a_charge(by="smpp", price=10), a_charge(2))
    assert await spent(database) == {"5101000012": 180_000, "all": 180_000}


async def test_what_a_receipt_bills_in_segments_costs_what_a_segment_was_charged_at(
    database: Database, clock: FixedClock
) -> None:
    await charged(database, clock, a_charge(), a_charge(2))
    for _ in range(2):
        async with database.write() as tx:
            await settle(tx, {"dlv_1": Bill(3), "dlv_2": Bill(2), "dlv_of_nobody": Bill(9)})
    assert await spent(database) == {"5101000012": 225_000, "all": 225_000}


async def test_what_another_provider_took_is_charged_at_its_price(database: Database, clock: FixedClock) -> None:
    await charged(database, clock, a_charge(), a_charge(2))
    taken = [a_charge(), a_charge(2, by="smpp", segments=1, price=30_000), a_charge(3, price=50_000)]
    async with database.read() as tx:
        otherwise = await charged_otherwise(tx, taken)
    assert [one.delivery_id for one in otherwise] == ["dlv_2", "dlv_3"]
    for _ in range(2):
        async with database.write() as tx:
            await settle_accepted(tx, "sms", otherwise, TODAY, clock.now())
    assert await spent(database) == {"5101000012": 170_000, "all": 170_000}
    async with database.write() as tx:
        await settle(tx, {"dlv_2": Bill(2)})
    assert (await spent(database))["all"] == 200_000


async def test_a_message_that_all_pay_is_counted_once_in_their_sum(database: Database, clock: FixedClock) -> None:
    await charged(database, clock, a_charge(site="all"))
    assert await spent(database) == {"all": 90_000}
    async with database.write() as tx:
        await settle(tx, {"dlv_1": Bill(price=0)})
    assert await spent(database) == {"all": 0}


async def test_two_processes_that_settle_at_once_neither_deadlock_nor_count_twice(
    postgres_database: Database, clock: FixedClock
) -> None:
    one, other = [a_charge(number, site=f"510100000{number}") for number in (1, 2)]
    await charged(postgres_database, clock, one, other)
    held = asyncio.Event()

    async def settles(bills: Mapping[str, Bill], slowly: bool) -> None:
        async def with_it(tx: Transaction) -> None:
            await settle(tx, bills)
            if slowly:
                held.set()
                await asyncio.sleep(0.3)

        if not slowly:
            await held.wait()
        async with postgres_database.write() as tx:
            await with_it(tx)

    bills = {"dlv_2": Bill(1), "dlv_1": Bill(1)}
    await asyncio.gather(settles(bills, True), settles(dict(reversed(bills.items())), False))
    assert await spent(postgres_database) == {"5101000001": 45_000, "5101000002": 45_000, "all": 90_000}


async def test_one_who_charges_what_left_uncharged_and_one_who_settles_do_not_deadlock(
    postgres_database: Database, clock: FixedClock
) -> None:
    """Both add to the sums of tenants first, and to those of providers afterwards."""
    await charged(postgres_database, clock, a_charge(1, site="a"), a_charge(2, site="b"))
    order: list[str] = []

    async with postgres_database.write() as tx:

        @sa.event.listens_for(tx.sync_connection, "before_cursor_execute")
        def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
            order.extend(name for name in ("spending_by_provider", "spending") if f"UPDATE {name} " in statement)

        taken = [a_charge(1, site="a", price=10), a_charge(3, site="c"), a_charge(4, site="d")]
        await settle_accepted(tx, "sms", taken, TODAY, clock.now())
    assert order == sorted(order)
    assert "spending_by_provider" in order
