"""What the dashboard shows is what the ledger says, however often it is counted and whatever came late."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.time import Instant
from pushsvc.ledger.tallies import BOUNDS, HOUR, MINUTE
from pushsvc.ledger.tallying import HOURS_KEPT, MINUTES_KEPT, Tallier
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import attempts, deliveries, ends
from pushsvc.storage.tables.operations import tallies
from pushsvc.storage.tables.sites import events
from tests.unit.ledger_town import Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


@pytest.fixture
def tallier(database: Database, clock: FixedClock) -> Tallier:
    return Tallier(database, clock)


async def totals(database: Database, width: int, *, since: Instant | None = None) -> Counter[tuple[str, str]]:
    """Sums by (what, channel) over the buckets of `width`."""
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(tallies).where(tallies.c.width == width))).all()
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if (since is None or row.bucket >= since) and row.what != "counted":
            counted[row.what, row.channel] += row.value
    return counted


async def bins(database: Database) -> Counter[int]:
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(tallies).where(tallies.c.width == HOUR, tallies.c.what == "at_once"))).all()
    counted: Counter[int] = Counter()
    for row in rows:
        counted[row.bin] += row.value
    return counted


async def accepted(town: Town, state: str = "accepted") -> None:
    """What is due leaves, each with the attempt that says so."""
    now = town.clock.now()
    async with town.database.write() as tx:
        due = sa.select(deliveries.c.delivery_id).where(deliveries.c.state == "planned", deliveries.c.due_at <= now)
        for delivery in (await tx.execute(due)).scalars().all():
            await tx.execute(sa.insert(attempts).values(delivery_id=delivery, attempt=1, outcome="accepted", why="", at=now))
            await tx.execute(
                sa.update(deliveries)
                .where(deliveries.c.delivery_id == delivery)
                .values(state=state, held="", tries=1, ended_at=now)
            )


async def receipt(town: Town, state: str) -> None:
    """The provider says later what became of all that it took."""
    async with town.database.write() as tx:
        await tx.execute(
            sa.update(deliveries).where(deliveries.c.state == "accepted").values(state=state, ended_at=town.clock.now())
        )


async def test_people_told_are_counted_by_channel_in_minutes_and_hours(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen("email"), town.a_citizen("email"), town.a_citizen("sms"))
    await town.after(seconds=4)
    await accepted(town)
    await tallier.look()
    for width in (MINUTE, HOUR):
        counted = await totals(town.database, width)
        assert counted["told", "email"] == 2
        assert counted["told", "sms"] == 1
        assert counted["events", "new"] == 1
        assert counted["matched", ""] == 3
    assert await bins(town.database) == {BOUNDS.index(5): 3}


async def test_counting_again_and_in_another_process_changes_nothing(town: Town, tallier: Tallier, clock: FixedClock) -> None:
    await town.publish(town.a_citizen(), town.a_citizen())
    await accepted(town)
    await tallier.look()
    once = await totals(town.database, HOUR)
    for again in (tallier, Tallier(town.database, clock), Tallier(town.database, clock)):
        await again.look()
    assert await totals(town.database, HOUR) == once


async def test_an_idle_house_writes_nothing(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen())
    await accepted(town)
    await tallier.look()
    before = await town.database.data_version()
    await tallier.look()
    assert await town.database.data_version() == before


async def test_a_receipt_after_an_hour_moves_its_people_and_counts_nobody_twice(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen("sms"), town.a_citizen("sms"))
    await accepted(town)
    await tallier.look()
    await town.after(hours=1, minutes=7)
    await receipt(town, "delivered")
    await tallier.look()
    for width in (MINUTE, HOUR):
        assert (await totals(town.database, width))["told", "sms"] == 2
    assert (await totals(town.database, HOUR, since=town.clock.now() - timedelta(minutes=59)))["told", "sms"] == 2


async def test_a_receipt_after_two_days_that_says_failed_leaves_nobody_told(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen("sms"))
    await accepted(town)
    await tallier.look()
    await town.after(days=2)
    await receipt(town, "failed")
    await tallier.look()
    counted = await totals(town.database, HOUR)
    assert counted["told", "sms"] == 0
    assert counted["failed", "sms"] == 1


async def test_a_receipt_for_an_hour_whose_minutes_are_no_longer_kept_leaves_the_rest_of_it_as_it_was(
    town: Town, tallier: Tallier
) -> None:
    await town.after(minutes=10)
    await town.publish(town.a_citizen("email"))
    await accepted(town)
    await town.after(minutes=40)
    await town.publish(town.a_citizen("sms"), publication="pub_b", version="ver_b", work="wrk_b")
    await accepted(town)
    await town.after(hours=25, minutes=40)
    await tallier.look()
    async with town.database.write() as tx:
        mine = sa.and_(deliveries.c.channel == "sms", deliveries.c.state == "accepted")
        await tx.execute(sa.update(deliveries).where(mine).values(state="delivered", ended_at=town.clock.now()))
    await tallier.look()
    counted = await totals(town.database, HOUR)
    assert (counted["told", "email"], counted["told", "sms"]) == (1, 1)


async def test_a_digest_does_not_look_like_slowness(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen("email", frequency="daily"), town.a_citizen("email"))
    await accepted(town)
    await town.after(hours=23, minutes=30)
    await accepted(town)
    await tallier.look()
    assert (await totals(town.database, HOUR))["told", "email"] == 2
    assert await bins(town.database) == {0: 1}


async def test_quiet_hours_do_not_look_like_slowness_and_a_slow_provider_does(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen("email", quiet_hours=("08:30", "09:30")), town.a_citizen("email"))
    await town.after(minutes=31)
    await accepted(town)
    await tallier.look()
    assert await bins(town.database) == {BOUNDS.index(2_700): 1}


async def test_hours_that_nobody_counted_are_counted_later(town: Town, clock: FixedClock) -> None:
    for _ in range(3):
        await town.publish(town.a_citizen("email"), publication=f"pub_{_}", version=f"ver_{_}", work=f"wrk_{_}")
        await accepted(town)
        await town.after(days=2)
    await Tallier(town.database, clock).look()
    counted = await totals(town.database, HOUR)
    assert counted["told", "email"] == 3
    assert counted["events", "new"] == 3
    assert counted["matched", ""] == 3


async def test_an_event_that_dies_later_is_counted_as_dead_in_its_own_hour(town: Town, tallier: Tallier) -> None:
    event = await town.publish(town.a_citizen())
    await tallier.look()
    await town.after(hours=5)
    async with town.database.write() as tx:
        await tx.execute(sa.update(events).where(events.c.event_id == event).values(dead_at=town.clock.now()))
    await tallier.look()
    counted = await totals(town.database, HOUR)
    assert counted["events", "dead"] == 1
    assert counted["events", "new"] == 0


async def test_people_of_two_layouts_of_shards_are_counted_once(town: Town, tallier: Tallier) -> None:
    event = await town.publish(town.a_citizen(), town.a_citizen())
    async with town.database.write() as tx:
        rows = [{"event_id": event, "of": 2, "shard": shard, "matched": 1, "planned_at": town.clock.now()} for shard in (0, 1)]
        await tx.execute(sa.insert(ends), rows)
    await tallier.look()
    assert (await totals(town.database, HOUR))["matched", ""] == 2


async def test_a_test_event_counts_nowhere(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen(), test=True)
    await tallier.look()
    assert not await totals(town.database, HOUR)


async def test_minutes_are_forgotten_and_hours_stay(town: Town, tallier: Tallier) -> None:
    await town.publish(town.a_citizen())
    await accepted(town)
    await tallier.look()
    await town.after(seconds=(MINUTES_KEPT + timedelta(hours=1)).total_seconds())
    await tallier.look()
    assert not await totals(town.database, MINUTE)
    assert (await totals(town.database, HOUR))["told", "email"] == 1
    await town.after(seconds=(HOURS_KEPT + timedelta(hours=1)).total_seconds())
    await tallier.look()
    assert not await totals(town.database, HOUR)
