"""What each provider did and cost, counted from the ledger; what of a budget is spent; how sums are read and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.ledger.budgets import Purse, budgets_of, held_for_a_person, look_again, set_budget
from pushsvc.ledger.by_provider import Counting, Done, Spent, done_since, spent_by
from pushsvc.ledger.charges import Bill, Charge, charged_otherwise, reserve, settle, settle_accepted
from pushsvc.operations.providers import Provider
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.web.operator.budget_words import as_typed, read_yuan, yuan
from pushsvc.web.operator.provider_words import Listed, percent, shares

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: 00:30 of the first of March in Shanghai: in UTC it is still February.
NOW = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def sent(
    database: Database,
    name: str,
    provider: str | None,
    state: str,
    *,
    own: str | None = "x",
    ended: Instant | None = NOW - HOUR,
    channel: str = "sms",
    held: str = "",
    tries: int = 1,
) -> None:
    """One message in the ledger."""
    row = {
        "delivery_id": f"dlv_{name}", "subscriber_no": 1, "endpoint_id": 1, "channel": channel, "kind": "new", "language": "zh",
        "urgent": False, "state": state, "held": held, "due_at": NOW + HOUR, "tries": tries, "segment": "s",
        "provider": provider, "provider_id": own, "created_at": NOW, "ended_at": ended,
    }  # fmt: skip
    async with database.write() as tx:
        await tx.execute(sa.insert(deliveries).values(**row))


async def test_a_message_counts_for_the_provider_that_had_it_at_last_and_for_nobody_else(database: Database) -> None:
    await sent(database, "1", "aliyun", "accepted")
    await sent(database, "2", "aliyun", "delivered")
    await sent(database, "3", "aliyun", "failed")
    await sent(database, "4", "aliyun", "failed", own=None)
    await sent(database, "5", "aliyun", "unknown")
    await sent(database, "6", "aliyun", "unknown", ended=None)
    await sent(database, "7", None, "unknown", ended=None)
    await sent(database, "8", "smpp", "delivered")
    await sent(database, "9", "mailbox", "accepted", channel="email")
    await sent(database, "10", "aliyun", "delivered", ended=NOW - 25 * HOUR)
    await sent(database, "11", "aliyun", "planned", ended=None)
    await sent(database, "12", None, "failed", own=None, tries=0)
    async with database.read() as tx:
        done = await done_since(tx, NOW - 24 * HOUR)
    assert done == {
        "aliyun": Done(silent=1, delivered=1, undelivered=1, refused=1, doubt=2), "smpp": Done(delivered=1), "": Done(doubt=1)
    }  # fmt: skip
    aliyun = done["aliyun"]
    assert (aliyun.accepted, aliyun.tried, aliyun.failed) == (3, 6, 2)
    assert (aliyun.percent_accepted, aliyun.percent_delivered) == (50.0, 50.0)


def test_where_nothing_was_tried_or_no_receipt_came_there_is_no_rate() -> None:
    assert (Done().percent_accepted, Done(silent=3).percent_delivered) == (None, None)


async def test_a_provider_costs_what_it_billed_else_the_estimate_by_the_day_of_the_installation(database: Database) -> None:
    before, today = NOW - HOUR, NOW.astimezone(SHANGHAI).date()
    async with database.write() as tx:
        early = [Charge("dlv_0", "5101040001", "aliyun", 1, 70_000)]
        await reserve(tx, "sms", early, before.astimezone(SHANGHAI).date(), before)
        wanted = [Charge(f"dlv_{number}", "5101040001", "aliyun", 1, 50_000) for number in range(1, 4)]
        await reserve(tx, "sms", wanted, today, NOW)
        await settle(tx, {"dlv_1": Bill(price=90_000)})
        # The gateway took it in Aliyun's place.
        elsewhere = [Charge("dlv_2", "5101040001", "http-2", 1, 50_000)]
        assert await charged_otherwise(tx, elsewhere) == elsewhere
        await settle_accepted(tx, "sms", elsewhere, today, NOW)
        assert await charged_otherwise(tx, elsewhere) == []
    await sent(database, "1", "aliyun", "accepted")
    await sent(database, "2", "http-2", "accepted")
    async with database.read() as tx:
        cost = await spent_by(tx, NOW, SHANGHAI)
        later = await spent_by(tx, NOW + 24 * HOUR, SHANGHAI)
    # dlv_0 was charged at 23:30 of the month before; nobody has dlv_3 yet.
    assert cost == {"aliyun": Spent(140_000, 140_000), "http-2": Spent(50_000, 50_000)}
    assert later == {"aliyun": Spent(0, 140_000), "http-2": Spent(0, 50_000)}


async def test_counting_says_both_together(database: Database) -> None:
    await sent(database, "1", "smpp", "delivered")
    found = await Counting(database, SHANGHAI).look(NOW)
    assert (found.done, found.spent) == ({"smpp": Done(delivered=1)}, {})


async def test_budgets_of_all_and_of_the_sites_that_have_one_with_what_is_spent(database: Database) -> None:
    today = NOW.astimezone(SHANGHAI).date()
    async with database.write() as tx:
        await set_budget(tx, "sms", "5101040001", 100_000, None, "chen", NOW)
        await set_budget(tx, "sms", "5101050001", None, None, "chen", NOW)
        await reserve(tx, "sms", [Charge("dlv_1", "5101040001", "aliyun", 1, 90_000)], today, NOW)
    async with database.read() as tx:
        whole, site = await budgets_of(tx, "sms", today)
    assert (whole.tenant, whole.day, whole.month.percent) == ("all", Purse(90_000, None), None)
    assert (site.tenant, site.day, site.day.percent, site.set_by) == ("5101040001", Purse(90_000, 100_000), 90, "chen")


async def test_what_waits_for_a_person_is_counted_and_looks_again_at_once(database: Database) -> None:
    await sent(database, "1", None, "planned", ended=None, held="budget")
    await sent(database, "2", None, "planned", ended=None, held="template")
    await sent(database, "3", None, "planned", ended=None, held="quiet_hours")
    async with database.write() as tx:
        assert await held_for_a_person(tx) == {"budget": 1, "template": 1}
        assert await look_again(tx, "sms", "template", NOW) == 1
        rows = await tx.execute(sa.select(deliveries.c.delivery_id, deliveries.c.due_at))
        due = {row.delivery_id: row.due_at for row in rows}
    assert due == {"dlv_1": NOW + HOUR, "dlv_2": NOW, "dlv_3": NOW + HOUR}


def test_a_budget_of_nothing_is_spent() -> None:
    assert Purse(0, 0).percent == 100


@pytest.mark.parametrize(
    ("written", "micros"),
    [
        ("", None), ("0", 0), ("200", 200_000_000), ("200.5", 200_500_000), ("0.01", 10_000), ("1,200.50", 1_200_500_000),
        ("２００元", 200_000_000), ("¥ 12", 12_000_000), ("999999999.99", 999_999_999_990_000),
    ],
)  # fmt: skip
def test_a_sum_is_read_as_people_write_it(written: str, micros: int | None) -> None:
    assert read_yuan(written) == micros


@pytest.mark.parametrize("written", ["-1", "1.234", "1e3", "abc", ".5", "1000000000", "NaN", "一百", "1.2.3", "5."])
def test_what_is_no_sum_in_yuan_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        read_yuan(written)


def test_sums_are_written_to_the_fen_and_what_is_below_ten_fen_exactly() -> None:
    written = [yuan(micros) for micros in (0, 45_000, 3_200, 100_000, 225_000, 994_999, 995_001, 1_234_567_891_000)]
    assert written == ["0.00", "0.045", "0.0032", "0.10", "0.23", "0.99", "1.00", "1,234,567.89"]
    assert [as_typed(micros) for micros in (None, 0, 200_000_000, 1_200_500_000)] == ["", "0", "200", "1200.50"]


def test_a_rate_is_never_called_all_or_nothing_when_it_is_not() -> None:
    assert [percent(each) for each in (0, 0.01, 50, 98.76, 99.99, 100)] == ["0%", "0.1%", "50%", "98.8%", "99.9%", "100%"]


def test_shares_follow_the_weights_of_those_in_use() -> None:
    listed = [Listed(name, "sms", "x") for name in ("aliyun", "smpp", "http")]
    assert shares(listed, {"smpp": Provider("smpp", "sms", 3), "http": Provider("http", "sms", 9, NOW, "breaker")}) == {
        "aliyun": 25, "smpp": 75
    }  # fmt: skip
    assert shares(listed[:2], {name: Provider(name, "sms", 0) for name in ("aliyun", "smpp")}) == {"aliyun": 100, "smpp": 0}
