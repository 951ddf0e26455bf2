"""While a message that was accepted in silence waits to be said again elsewhere, its reader counts as told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.fallback import tell_again
from pushsvc.ledger.repeats import drop_repeat
from pushsvc.ledger.silence import silent
from pushsvc.ledger.stopping import cancel_for_endpoint
from pushsvc.storage.database import Database
from tests.unit.ledger_town import Town

EVENING = datetime.fromisoformat("2026-03-02T20:50:00+08:00")


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    clock.set(EVENING)
    return Town(database, clock)


async def told_in_silence(town: Town) -> tuple[int, str]:
    """An urgent SMS was accepted, nothing was heard of it, and WeChat waits for the morning. Gives reader and event."""
    anna = town.a_citizen("sms", "wechat")
    await town.keeps(anna)
    event = await town.publish(anna, urgency="urgent")
    await town.leaves()
    await town.after(minutes=15)
    [sms] = await town.messages(anna)
    async with town.database.write() as tx:
        assert await tell_again(tx, sms.delivery_id, town.people[anna], town.clock.now())
    return anna, event


async def states(town: Town, reader: int) -> list[tuple[str, str, str]]:
    return sorted((row.channel, row.kind, row.state) for row in await town.messages(reader))


async def test_a_correction_reaches_who_was_told_and_the_repeat_of_the_wrong_version_does_not_leave(town: Town) -> None:
    anna, event = await told_in_silence(town)
    await town.publish(anna, version="ver_a2", kind="changed")
    assert await states(town, anna) == [
        ("sms", "correction", "planned"), ("sms", "new", "accepted"), ("wechat", "new", "cancelled"),
    ]  # fmt: skip
    assert (await town.funnel(event))["accepted"] == {"sms": 1}


async def test_so_does_a_withdrawal(town: Town) -> None:
    anna, _ = await told_in_silence(town)
    await town.publish(kind="withdrawn", version="ver_a1")
    assert await states(town, anna) == [
        ("sms", "new", "accepted"), ("sms", "withdrawal", "planned"), ("wechat", "new", "cancelled"),
    ]  # fmt: skip


async def test_who_matches_the_new_version_before_the_walk_over_the_told_is_not_told_it_as_new(town: Town) -> None:
    anna, _ = await told_in_silence(town)
    accepted = await town.accept(version="ver_a2", kind="changed")
    change, *chunks = town.records(accepted, anna)
    await town.plan(*chunks)
    await town.plan(change)
    assert ("sms", "correction", "planned") in await states(town, anna)
    assert [kind for _, kind, state in await states(town, anna) if state == "planned"] == ["correction"]


async def test_who_says_stop_on_the_second_channel_was_told_on_the_first(town: Town) -> None:
    anna, event = await told_in_silence(town)
    async with town.database.write() as tx:
        await cancel_for_endpoint(tx, town.people[anna].endpoints[1].endpoint_id, town.clock.now())
    funnel = await town.funnel(event)
    assert (funnel["accepted"], funnel["suppressed"]) == ({"sms": 1}, {})


async def test_whoever_has_no_other_way_is_not_looked_at_again_each_minute(town: Town) -> None:
    [anna, bo] = [town.a_citizen("sms"), town.a_citizen("sms", "email")]
    for reader in (anna, bo):
        await town.keeps(reader)
    await town.publish(anna, bo, urgency="urgent")
    await town.leaves()
    await town.after(minutes=15)
    async with town.database.write() as tx:
        await tx.execute(sa.text("UPDATE deliveries SET provider = 'http', provider_id = 'p'"))
        await tx.execute(
            sa.text("INSERT INTO receipts (provider, provider_id, state, at) VALUES ('http', 'x', 'delivered', :at)"),
            {"at": int(town.clock.now().timestamp() * 1_000_000) - 1},
        )
    async with town.database.read() as tx:
        assert list((await silent(tx, town.clock.now(), 10)).values()) == [bo]


async def test_what_is_asked_for_each_receipt_and_each_minute_reads_no_table_from_end_to_end(
    sqlite_database: Database, clock: FixedClock
) -> None:
    asked: list[tuple[str, Any]] = []
    async with sqlite_database.write() as tx:
        sa.event.listen(
            tx.sync_connection, "before_cursor_execute", lambda _c, _k, said, given, *_: asked.append((said, given))
        )
        await drop_repeat(tx, "dlv_1", clock.now())
        await silent(tx, clock.now() + timedelta(hours=1), 10)
        plans = [
            row._mapping["detail"]
            for said, given in list(asked)
            for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
        ]  # fmt: skip
    assert len(plans) > 4
    assert [step for step in plans if "SCAN" in step] == []
