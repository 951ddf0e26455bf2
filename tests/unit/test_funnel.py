"""Each person stands in exactly one place of the funnel. (`Town.funnel` checks CONTRACT's sums each time.)"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.funnel import funnel
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.sites import events
from tests.unit.ledger_town import Town

KEYS = {
    "event_id", "publication_id", "outcome", "state", "matched", "changed", "planned", "suppressed", "held", "accepted",
    "delivered", "failed", "unknown", "cancelled", "pending",
}  # fmt: skip


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def test_the_funnel_has_contracts_shape(town: Town):
    assert set(await town.funnel(await town.publish(town.a_citizen()))) == KEYS


async def test_an_unknown_event_has_no_funnel(town: Town):
    async with town.database.read() as tx:
        assert await funnel(tx, "evt_nothing") is None


async def test_an_event_that_nobody_has_read_yet_is_received(town: Town):
    said = await town.accept()
    async with town.database.write() as tx:
        await tx.execute(sa.update(events).values(outcome=None, publication_id=None))

    assert (await town.funnel(said["event_id"]))["state"] == "received"


async def test_an_event_that_brought_nothing_new_is_done(town: Town):
    said = await town.accept()
    async with town.database.write() as tx:
        await tx.execute(sa.update(events).values(outcome="same"))

    assert (await town.funnel(said["event_id"]))["state"] == "done"


@pytest.mark.parametrize("state", ["accepted", "delivered", "failed", "unknown"])
async def test_what_left_stands_under_its_channel(town: Town, state: str):
    event = await town.publish(town.a_citizen("wechat"))
    await town.leaves(state=state)

    told = await town.funnel(event)
    assert (told[state], told["state"]) == ({"wechat": 1}, "done")


async def test_a_claimed_message_is_pending_and_keeps_the_event_at_work(town: Town):
    event = await town.publish(town.a_citizen())
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="claimed", claim="c1"))

    told = await town.funnel(event)
    assert (told["pending"], told["state"]) == (1, "working")


async def test_what_the_late_check_stopped_moves_to_suppressed(town: Town):
    event = await town.publish(town.a_citizen())
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="suppressed", why="no_consent"))

    assert (await town.funnel(event))["suppressed"] == {"no_consent": 1}


async def test_an_event_is_at_work_until_who_was_told_has_heard_of_the_change(town: Town):
    await town.publish(town.a_citizen())
    await town.leaves()
    said = await town.accept(version="ver_a2", kind="changed")
    change, *rest = town.records(said)
    await town.plan(*rest)
    assert (await town.funnel(said["event_id"]))["state"] == "working"

    await town.plan(change)
    await town.leaves()
    assert (await town.funnel(said["event_id"]))["state"] == "done"


@pytest.mark.parametrize("closed", ["all", "email", "sms"])
async def test_what_waits_for_a_paused_channel_is_held(town: Town, closed: str):
    event = await town.publish(town.a_citizen("email"))
    async with town.database.write() as tx:
        await tx.execute(sa.insert(paused_channels).values(channel=closed, paused_at=town.clock.now(), why=""))

    told = await town.funnel(event)
    assert (told["held"], told["pending"]) == ((0, 1) if closed == "sms" else (1, 0))


async def test_a_withdrawn_event_says_whom_it_told(town: Town):
    anna, bert = town.a_citizen(), town.a_citizen(frequency="daily")
    first = await town.publish(anna, bert)
    await town.leaves()
    event = await town.publish(kind="withdrawn")
    await town.leaves()

    told = await town.funnel(event)
    assert (told["outcome"], told["matched"], told["changed"], told["accepted"]) == ("withdrawn", 0, 1, {"email": 1})
    assert (await town.funnel(first))["cancelled"] == 1
