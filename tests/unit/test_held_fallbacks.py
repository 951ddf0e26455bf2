"""What fell back and is then kept by a paused site goes on where it stood."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger import site_pause
from pushsvc.ledger.arrived import arrived_after_all
from pushsvc.ledger.fallback import fall_back
from pushsvc.ledger.way import of_message_and_those_before
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from tests.unit.ledger_town import Town

SITE = "5101000012"


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def falls_back(town: Town, person: int) -> None:
    """Whatever is due failed, and what it carried is planned on the next endpoint."""
    await town.leaves(state="failed")
    for one in await town.messages(person):
        if one.state == "failed":
            async with town.database.write() as tx:
                await fall_back(tx, one.delivery_id, town.people[person], town.clock.now())


async def is_paused_and_resumed(town: Town) -> None:
    async with town.database.write() as tx:
        while await site_pause.hold_page(tx, SITE, town.clock.now()) is not None:
            pass
    await town.after(hours=1)
    async with town.database.write() as tx:
        outputs = await site_pause.let_go(tx, SITE)
    await town.plan(*(dict(one.value) for one in outputs))


async def waiting(town: Town, person: int) -> list[str]:
    return [one.channel for one in await town.messages(person) if one.state == "planned"]


async def test_a_message_that_fell_back_goes_on_from_its_own_endpoint(town: Town):
    person = town.a_citizen("wechat", "email", quiet_hours=())
    await town.publish(person, urgency="urgent")
    await falls_back(town, person)
    await is_paused_and_resumed(town)
    assert await waiting(town, person) == ["email"]
    await town.leaves()
    assert await town.told(person) == [("new", "ver_a1")]


async def test_what_was_in_a_digest_that_fell_back_does_not_begin_again_where_that_failed(town: Town):
    person = town.a_citizen("wechat", "email", frequency="daily", quiet_hours=())
    await town.publish(person)
    await town.publish(person, publication="pub_b", version="ver_b1", work="wrk_2")
    await town.after(hours=24)
    await falls_back(town, person)
    assert await waiting(town, person) == ["email"]

    await is_paused_and_resumed(town)

    assert await waiting(town, person) == ["email", "email"]
    await town.leaves()
    assert await town.told(person) == [("new", "ver_a1"), ("new", "ver_b1")]


async def test_the_trace_of_what_left_such_a_digest_begins_with_the_digest_that_failed(town: Town):
    person = town.a_citizen("wechat", "email", frequency="daily", quiet_hours=())
    await town.publish(person)
    await town.after(hours=24)
    await falls_back(town, person)
    await is_paused_and_resumed(town)
    (now,) = [one for one in await town.messages(person) if one.state == "planned"]
    async with town.database.read() as tx:
        steps = await of_message_and_those_before(tx, now.delivery_id)
    assert [one["channel"] for one in steps if one["stage"] == "plan"] == ["wechat", "email"]


async def test_what_left_such_a_digest_and_fails_too_is_not_told_again_where_the_digest_failed(town: Town):
    person = town.a_citizen("wechat", "email", frequency="daily", quiet_hours=())
    await town.publish(person)
    await town.after(hours=24)
    await falls_back(town, person)
    await is_paused_and_resumed(town)
    await falls_back(town, person)
    assert await waiting(town, person) == []
    async with town.database.read() as tx:
        states = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
        assert dict((await tx.execute(states)).all()) == {"failed": 2, "cancelled": 1}


async def test_when_the_digest_arrived_after_all_what_left_its_second_fallback_is_taken_back(town: Town):
    person = town.a_citizen("wechat", "sms", "email", frequency="daily", quiet_hours=())
    await town.publish(person)
    await town.after(hours=24)
    await falls_back(town, person)
    await town.after(minutes=1)
    await falls_back(town, person)
    (second,) = [one for one in await town.messages(person) if one.channel == "sms"]
    await town.after(minutes=1)
    await is_paused_and_resumed(town)
    assert await waiting(town, person) == ["email"]
    async with town.database.write() as tx:
        mine = deliveries.c.delivery_id == second.delivery_id
        await tx.execute(sa.update(deliveries).where(mine).values(provider="aliyun", provider_id="own_1"))
        assert await arrived_after_all(tx, second.delivery_id, town.clock.now())
    assert await waiting(town, person) == []
