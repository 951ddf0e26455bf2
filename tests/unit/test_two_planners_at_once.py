"""Planners, the record stage, and people who leave, in transactions that run at once: on PostgreSQL, as in a cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.receipts import Said
from pushsvc.domain.records import Record
from pushsvc.errors import TryLater
from pushsvc.ledger import book, claims, holding, receipts
from pushsvc.ledger.fallback import fall_back
from pushsvc.ledger.stopping import bring_back, cancel_for_endpoint, cancel_for_subjects
from pushsvc.profiles.consent import suppress
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.streams.record import RecordOutcomes
from tests.unit.ledger_town import Town

#: Long enough for the other transaction to come as far as it can.
MEANWHILE_SECONDS = 0.3
Work = Callable[[Transaction], Awaitable[object]]


@pytest.fixture
def town(postgres_database: Database, clock: FixedClock) -> Town:
    return Town(postgres_database, clock)


@pytest.fixture
def both_town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def at_once(town: Town, first: Work, second: Work) -> None:
    """`second` begins and goes on as far as it can while `first` has not committed."""

    async def other() -> None:
        async with town.database.write() as tx:
            await second(tx)

    async with town.database.write() as tx:
        await first(tx)
        waiting = asyncio.create_task(other())
        await asyncio.sleep(MEANWHILE_SECONDS)
    await waiting


def planning(town: Town, *values: dict[str, Any]) -> Work:
    async def work(tx: Transaction) -> None:
        await town.stage.apply(tx, await town.stage.prepare(town.as_records(*values)))

    return work


def slow_after_locking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that holds its messages back takes a while to go on."""
    hold_back = book.hold_back

    async def slowly(*given: Any) -> None:
        await hold_back(*given)
        await asyncio.sleep(MEANWHILE_SECONDS)

    monkeypatch.setattr(book, "hold_back", slowly)


async def test_a_change_and_a_plan_that_meet_in_one_digest_do_not_deadlock(town: Town, monkeypatch: pytest.MonkeyPatch):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna)
    changed = town.records(await town.accept(version="ver_a2", kind="changed"))[0]
    other = town.records(await town.accept("pub_b", "ver_b1", work="wrk_2"), anna)[0]
    slow_after_locking(monkeypatch)

    async def a_moment_later() -> None:
        await asyncio.sleep(MEANWHILE_SECONDS / 2)
        await town.apply(other)

    await asyncio.gather(town.apply(changed), a_moment_later())

    assert {notice.version_id: notice.state for notice in await town.notices(anna)} == {
        "ver_a1": "replaced", "ver_b1": "planned",
    }  # fmt: skip
    [digest] = await town.messages(anna)
    assert digest.state == "planned"


@pytest.mark.parametrize("subject_only", [False, True])
async def test_who_unsubscribes_while_their_message_is_replaced_hears_no_error(
    town: Town, monkeypatch: pytest.MonkeyPatch, subject_only: bool
):
    anna = town.a_citizen()
    await town.publish(anna)
    changed = town.records(await town.accept(version="ver_a2", kind="changed"))[0]
    slow_after_locking(monkeypatch)

    async def unsubscribes() -> None:
        await asyncio.sleep(MEANWHILE_SECONDS / 2)
        async with town.database.write() as tx:
            if subject_only:
                await cancel_for_subjects(tx, anna, frozenset({0}), town.clock.now())
            else:
                await cancel_for_endpoint(tx, town.people[anna].endpoints[0].endpoint_id, town.clock.now())

    await asyncio.gather(town.apply(changed), unsubscribes())

    assert [message.state for message in await town.messages(anna)] == ["cancelled"]


async def test_what_joins_a_digest_while_the_rest_of_it_is_taken_back_still_leaves(town: Town):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna)
    joining = town.records(await town.accept("pub_b", "ver_b1", work="wrk_2"), anna)[0]
    joining["groups"] = [{"eligibility": "yes", "reasons": {"1": ["topic:养老"]}}]

    await at_once(town, planning(town, joining), lambda tx: cancel_for_subjects(tx, anna, frozenset({0}), town.clock.now()))

    assert {notice.version_id: notice.state for notice in await town.notices(anna)} == {
        "ver_a1": "suppressed", "ver_b1": "planned",
    }  # fmt: skip
    assert [message.state for message in await town.messages(anna)] == ["planned"]


async def test_one_chunk_at_two_planners_at_once_plans_each_person_once(town: Town):
    people = [town.a_citizen() for _ in range(3)]
    chunk, end = town.records(await town.accept(), *people)

    await at_once(town, planning(town, chunk, end), planning(town, chunk, end))

    assert [len(await town.messages(person)) for person in people] == [1, 1, 1]
    assert (await town.funnel(chunk["event_id"]))["planned"] == 3


async def test_a_release_that_two_planners_walk_at_once_takes_nothing_back_that_was_planned(town: Town):
    town.max_people = 1
    people = [town.a_citizen(), town.a_citizen()]
    event = await town.publish(*people)
    async with town.database.write() as tx:
        [released] = await holding.release(tx, event, town.clock)

    await at_once(town, planning(town, dict(released.value)), planning(town, dict(released.value)))

    assert await town.leaves() == 2
    assert [await town.told(person) for person in people] == [[("new", "ver_a1")], [("new", "ver_a1")]]
    assert (await town.funnel(event))["accepted"] == {"email": 2}


async def falls_back(town: Town, failed: str, person: int) -> None:
    async with town.database.write() as tx:
        await fall_back(tx, failed, town.people[person], town.clock.now())


@pytest.mark.parametrize("answers_the_new_one", [True, False])
async def test_a_fallback_that_comes_after_a_newer_version_does_not_bring_the_old_one(
    both_town: Town, answers_the_new_one: bool
):
    """The record stage may lie behind by minutes: what it falls back from may be out of date by then."""
    town, anna = both_town, both_town.a_citizen("email", "wechat")
    await town.publish(anna)
    await town.leaves(state="failed")
    [failed] = await town.messages(anna)
    await town.publish(*([anna] if answers_the_new_one else []), version="ver_a2", kind="changed")

    await falls_back(town, failed.delivery_id, anna)

    await town.leaves()
    assert await town.told(anna) == ([("new", "ver_a2")] if answers_the_new_one else [])


async def test_a_fallback_that_waits_for_a_planner_sees_what_it_planned(town: Town):
    anna = town.a_citizen("email", "wechat")
    await town.publish(anna)
    await town.leaves(state="failed")
    [failed] = await town.messages(anna)
    newer = town.records(await town.accept(version="ver_a2", kind="changed"), anna)

    await at_once(
        town,
        planning(town, *newer),
        lambda tx: fall_back(tx, failed.delivery_id, town.people[anna], town.clock.now()),
    )

    await town.leaves()
    assert await town.told(anna) == [("new", "ver_a2")]
    assert {message.segment: message.state for message in await town.messages(anna)} == {
        "zh:new:ver_a1": "failed", "zh:new:ver_a2": "accepted",
    }  # fmt: skip


async def test_a_message_whose_repeat_was_just_taken_is_corrected_when_that_has_an_outcome(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves(state="unknown")
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(ended_at=None))
    changed = town.records(await town.accept(version="ver_a2", kind="changed"))[0]

    async def meanwhile(*_given: Any) -> None:
        async with town.database.write() as tx:
            [repeat] = await claims.claim(tx, "email", "c1", 10, town.clock.now())
        assert repeat.delivery_id

    monkeypatch.setattr(book, "hold_back", meanwhile)

    with pytest.raises(TryLater, match="being repeated"):
        await town.apply(changed)


async def test_a_claim_is_given_back_while_a_change_waits_for_it(town: Town):
    """Both lock several messages, in the same order."""
    anna, ben = town.a_citizen(), town.a_citizen()
    await town.publish(anna)
    await town.publish(ben, publication="pub_b", version="ver_b1", work="wrk_2")
    later, earlier = sorted((message.delivery_id for message in await town.messages()), reverse=True)
    async with town.database.write() as tx:
        # Written in this order, they lie in this order.
        for one in (later, earlier):
            await tx.execute(sa.update(deliveries).where(deliveries.c.delivery_id == one).values(claim="c1", state="claimed"))

    async def lock_one_after_the_other(tx: Transaction) -> None:
        await book.states_of(tx, [earlier])
        giving_back.append(asyncio.create_task(give_back()))
        await asyncio.sleep(MEANWHILE_SECONDS)
        await book.states_of(tx, [later])

    async def give_back() -> None:
        async with town.database.write() as tx:
            await claims.give_back(tx, "c1")

    giving_back: list[asyncio.Task[None]] = []
    async with town.database.write() as tx:
        await lock_one_after_the_other(tx)
    await asyncio.gather(*giving_back)
    assert {message.state for message in await town.messages()} == {"planned"}


async def test_what_is_set_aside_for_a_copy_while_its_reader_had_stopped_comes_back_to_the_mailbox(both_town: Town):
    town, anna = both_town, both_town.a_citizen()
    await town.publish(anna)
    endpoint = town.people[anna].endpoints[0]
    async with town.database.write() as tx:
        await cancel_for_endpoint(tx, endpoint.endpoint_id, town.clock.now())
    open_again = town.people[anna]
    town.nobody_can_reach(anna, stopped=True)
    await town.publish(anna, publication="pub_copy", version="ver_c1")
    town.people[anna] = open_again
    async with town.database.write() as tx:
        await bring_back(tx, [endpoint.endpoint_id], town.clock.now())

    assert [(one.version_id, one.address_hash) for one in await town.notices(anna) if one.state == "planned"] == [
        ("ver_a1", endpoint.address_hash)
    ]


async def test_a_message_that_arrives_late_takes_back_the_second_fallback_that_is_just_planned(town: Town):
    anna = town.a_citizen("sms", "wechat", "email", quiet_hours=())
    await town.publish(anna)
    await town.leaves(state="failed")
    (first,) = await town.messages(anna)
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(provider="aliyun", provider_id="own_1"))
        second = await fall_back(tx, first.delivery_id, town.people[anna], town.clock.now())
    await town.leaves(state="failed")
    async with town.database.write() as tx:
        outputs = await receipts.keep(tx, "aliyun", [Said("delivered", "own_1")], town.clock.now())
    record = RecordOutcomes(town.database, town.clock, town._recipients, suppress)
    said = [Record("receipts", 0, 0, "k", one.value, town.clock.now()) for one in outputs]

    async def falls_back_again(tx: Transaction) -> None:
        assert second
        assert await fall_back(tx, second, town.people[anna], town.clock.now())

    async def hears_late(tx: Transaction) -> None:
        await record.apply(tx, await record.prepare(said))

    await at_once(town, falls_back_again, hears_late)
    states = {one.channel: one.state for one in await town.messages(anna)}
    assert states == {"sms": "delivered", "wechat": "failed", "email": "cancelled"}
