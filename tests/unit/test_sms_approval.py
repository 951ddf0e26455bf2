"""SMS to more than so many people leave when two people have approved them; everything else goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.approvals import Approval, answer_of, needs_approval
from pushsvc.ledger import approving
from pushsvc.ledger.asked import asked_events
from pushsvc.ledger.fallback import fall_back
from pushsvc.ledger.holding import release
from pushsvc.ledger.matters import UNTIL_APPROVED
from pushsvc.ledger.reminders import plan_reminders
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from tests.unit.ledger_town import Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock, sms_approval_people=2)


async def approves(town: Town, event: str, who: str, author: str | None = None) -> str:
    async with town.database.write() as tx:
        asked = (await approving.asked_about(tx, {event}))[event]
        answer, outputs = await approving.approve(tx, asked, "pub_a", who, author, town.clock.now())
    await town.plan(*(dict(one.value) for one in outputs))
    return answer


async def refuses(town: Town, event: str, who: str = "li") -> bool:
    async with town.database.write() as tx:
        asked = (await approving.asked_about(tx, {event}))[event]
        outputs = await approving.refuse(tx, asked, "pub_a", who, town.clock.now())
    await town.plan(*(dict(one.value) for one in outputs))
    return bool(outputs)


async def held(town: Town) -> list[str]:
    return [message.held for message in await town.messages() if message.state == "planned"]


# -- the rule


@pytest.mark.parametrize(("people", "most", "waits"), [(2, 2, False), (3, 2, True), (3, None, False), (0, 1, False)])
def test_more_than_the_number_needs_an_approval_and_an_unset_number_never_does(people: int, most: int | None, waits: bool):
    assert needs_approval(people, most) is waits


def test_two_different_accounts_approve_and_the_author_is_none_of_them(clock: FixedClock):
    asked = Approval("evt_1", 3, clock.now())
    once = Approval("evt_1", 3, clock.now(), first_by="li")
    assert answer_of(asked, "li", None) == "first"
    assert answer_of(asked, "li", "li") == "author"
    assert answer_of(once, "li", None) == "same_person"
    assert answer_of(once, "wu", "wu") == "author"
    assert answer_of(once, "wu", "li") == "second"
    assert answer_of(Approval("evt_1", 3, clock.now(), first_by="li", second_by="wu"), "he", None) == "already"
    assert answer_of(Approval("evt_1", 3, clock.now(), refused_by="li"), "he", None) == "already"


# -- planning


async def test_at_the_number_nobody_is_asked_and_all_leave(town: Town):
    people = [town.a_citizen("sms") for _ in range(2)]

    event = await town.publish(*people)

    assert (await held(town), town.asked) == (["", ""], [])
    assert (await town.funnel(event))["pending"] == 2


async def test_above_the_number_only_the_sms_wait(town: Town):
    people = [town.a_citizen("sms") for _ in range(3)]
    by_email = town.a_citizen("email", "sms")

    event = await town.publish(*people, by_email)

    assert [(message.channel, message.held) for message in await town.messages()] == [("email", "")] + [("sms", "approval")] * 3
    assert town.asked == [(event, 3)]
    await town.leaves()
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["held"], funnel["accepted"]) == ("done", 3, {"email": 1})


async def test_the_number_is_of_all_shards_together_and_known_at_the_last_end(town: Town):
    anna, bert, carl = (town.a_citizen("sms") for _ in range(3))
    said = await town.accept()

    await town.match(said, anna, bert, shard=0, of=2)
    assert (await held(town), town.asked) == (["approval", "approval"], [])
    await town.match(said, carl, shard=1, of=2)

    assert (await held(town), town.asked) == (["approval"] * 3, [(said["event_id"], 3)])


async def test_few_on_every_shard_together_leave_at_the_last_end(town: Town):
    anna, bert = (town.a_citizen("sms") for _ in range(2))
    said = await town.accept()
    await town.match(said, anna, shard=0, of=2)

    await town.match(said, bert, shard=1, of=2)

    assert await held(town) == ["", ""]


async def test_a_replay_asks_once_and_moves_nothing(town: Town):
    said = await town.accept()
    records = town.records(said, *(town.a_citizen("sms") for _ in range(3)))
    await town.plan(*records)
    before = await town.messages()

    await town.plan(*records)

    assert (await town.messages(), town.asked) == (before, [(said["event_id"], 3)])


async def test_no_digest_carries_what_waits_and_an_approved_one_joins_it(town: Town):
    people = [town.a_citizen("sms", frequency="daily") for _ in range(3)]

    event = await town.publish(*people)
    assert {message.kind for message in await town.messages()} == {"new"}
    await approves(town, event, "li")
    await approves(town, event, "wu")

    assert {(message.kind, message.held) for message in await town.messages()} == {("digest", "digest")}


async def test_without_the_setting_nothing_is_held_or_asked(town: Town):
    town.sms_approval_people = None

    await town.publish(*(town.a_citizen("sms") for _ in range(3)))

    assert (await held(town), town.asked) == (["", "", ""], [])


# -- answers


async def test_one_approval_or_the_same_one_twice_is_not_enough_and_two_let_it_go_once(town: Town):
    event = await town.publish(*(town.a_citizen("sms") for _ in range(3)))

    assert [await approves(town, event, "li"), await approves(town, event, "li")] == ["first", "same_person"]
    assert await held(town) == ["approval"] * 3
    assert [await approves(town, event, "wu"), await approves(town, event, "he")] == ["second", "already"]

    assert await town.leaves() == 3
    assert (await town.funnel(event))["accepted"] == {"sms": 3}


async def test_a_refusal_tells_by_the_next_channel_and_cancels_where_there_is_none(town: Town):
    event = await town.publish(town.a_citizen("sms"), town.a_citizen("sms", "wechat"), town.a_citizen("sms", "email"))

    assert await refuses(town, event)

    await town.leaves()
    funnel = await town.funnel(event)
    assert (funnel["accepted"], funnel["cancelled"], funnel["held"]) == ({"wechat": 1, "email": 1}, 1, 0)
    assert await approves(town, event, "wu") == "already"
    assert not await refuses(town, event)


async def test_a_withdrawal_while_it_waits_cancels_and_says_nothing(town: Town):
    people = [town.a_citizen("sms") for _ in range(3)]
    event = await town.publish(*people)

    await town.publish(kind="withdrawn")
    await approves(town, event, "li")
    await approves(town, event, "wu")

    assert await town.leaves() == 0
    assert (await town.funnel(event))["cancelled"] == 3


async def test_a_correction_takes_the_place_of_what_waits_and_is_asked_about_itself(town: Town):
    people = [town.a_citizen("sms") for _ in range(3)]
    first = await town.publish(*people)

    second = await town.publish(*people, version="ver_a2", kind="changed")
    await approves(town, first, "li")
    await approves(town, first, "wu")
    assert await town.leaves() == 0
    await approves(town, second, "li")
    await approves(town, second, "wu")

    assert await town.leaves() == 3
    assert [await town.told(number) for number in people] == [[("new", "ver_a2")]] * 3


async def test_a_correction_and_a_withdrawal_of_what_was_told_wait_too(town: Town):
    people = [town.a_citizen("sms") for _ in range(3)]
    event = await town.publish(*people)
    await approves(town, event, "li")
    await approves(town, event, "wu")
    await town.leaves()

    corrected = await town.publish(*people, version="ver_a2", kind="changed")
    assert (await held(town), town.asked[-1]) == (["approval"] * 3, (corrected, 3))
    withdrawn = await town.publish(kind="withdrawn", version="ver_a2")
    assert town.asked[-1] == (withdrawn, 3)
    await approves(town, withdrawn, "li")
    await approves(town, withdrawn, "wu")

    await town.leaves()
    assert [(await town.told(number))[-1][0] for number in people] == ["withdrawal"] * 3


async def test_what_also_waits_for_its_release_is_asked_about_after_that(town: Town):
    town.max_people = 2
    event = await town.publish(*(town.a_citizen("sms") for _ in range(3)))
    assert (await held(town), town.asked) == (["release"] * 3, [])

    async with town.database.write() as tx:
        outputs = await release(tx, event, town.clock)
    await town.plan(*(dict(one.value) for one in outputs))

    assert (await held(town), town.asked) == (["approval"] * 3, [(event, 3)])


# -- another way to SMS


async def fails(town: Town, number: int) -> None:
    (message,) = await town.messages(number)
    async with town.database.write() as tx:
        ours = deliveries.c.delivery_id == message.delivery_id
        await tx.execute(sa.update(deliveries).where(ours).values(state="failed", held="", ended_at=town.clock.now()))
        await fall_back(tx, message.delivery_id, town.people[number], town.clock.now(), town.asking)


async def test_fallbacks_to_sms_go_while_they_are_few_and_wait_from_then_on(town: Town):
    people = [town.a_citizen("email", "sms") for _ in range(4)]
    event = await town.publish(*people)

    for number in people:
        await fails(town, number)

    assert sorted(await held(town)) == ["", "", "approval", "approval"]
    assert town.asked == [(event, 3)]
    await approves(town, event, "li")
    await approves(town, event, "wu")
    assert await held(town) == [""] * 4
    assert await town.leaves() == 4
    assert (await town.funnel(event))["accepted"] == {"sms": 4}


async def test_a_refused_fallback_goes_past_sms_or_is_cancelled(town: Town):
    town.sms_approval_people = 1
    people = [town.a_citizen("email", "sms"), town.a_citizen("email", "sms", "wechat"), town.a_citizen("email", "sms")]
    event = await town.publish(*people)
    for number in people:
        await fails(town, number)

    await refuses(town, event)

    await town.leaves()
    funnel = await town.funnel(event)
    assert (funnel["accepted"], funnel["cancelled"]) == ({"sms": 1, "wechat": 1}, 1)
    assert len(await town.messages(people[1])) == 3, "email is not tried again"


async def test_of_a_digest_that_falls_back_only_what_is_asked_about_waits(town: Town):
    town.sms_approval_people = 1
    others = [town.a_citizen("sms") for _ in range(2)]
    anna = town.a_citizen("email", "sms", frequency="daily")
    many = await town.publish(*others, anna)
    few = await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_2")

    await fails(town, anna)

    mine = [message for message in await town.messages(anna) if message.channel == "sms"]
    assert sorted(message.held for message in mine) == ["", "approval"]
    await town.leaves()
    assert (await town.funnel(few))["accepted"] == {"sms": 1}
    await approves(town, many, "li")
    await approves(town, many, "wu")
    await town.leaves()
    assert (await town.funnel(many))["accepted"] == {"sms": 3}


async def test_of_a_refused_event_nobody_is_reminded_by_sms(town: Town):
    people = [town.a_citizen("sms", "email") for _ in range(3)]
    event = await town.publish(*people, deadline="2026-03-20")
    await refuses(town, event)
    await town.leaves()
    town.clock.advance(timedelta(days=15, hours=3))

    async with town.database.write() as tx:
        await plan_reminders(tx, town._recipients, town.clock.now())

    reminders = [message for message in await town.messages() if message.kind == "reminder"]
    assert [message.channel for message in reminders] == ["email"] * 3


async def test_a_shard_that_is_through_twice_plans_what_waits_for_nobody_but_once(town: Town):
    """The record that lets it go is written again while it is held, and finds nothing afterwards."""
    said = await town.accept()
    chunk, end = town.records(said, town.a_citizen("sms"))
    await town.apply(chunk)

    outputs = await town.apply(end)
    again = await town.apply(end)
    assert [one.value for one in outputs] == [one.value for one in again]
    for one in (*outputs, *again):
        await town.plan(dict(one.value))

    assert [(message.held, message.due_at < UNTIL_APPROVED) for message in await town.messages()] == [("", True)]


async def test_what_waits_when_the_setting_is_taken_away_still_needs_two(town: Town):
    said = await town.accept()
    chunk, end = town.records(said, *(town.a_citizen("sms") for _ in range(3)))
    await town.apply(chunk)
    async with town.database.read() as tx:
        assert await asked_events(tx) == [], "still being counted"
    town.sms_approval_people = None
    await town.plan(end)

    for who, answer in (("li", "first"), ("wu", "second")):
        async with town.database.write() as tx:
            (waits,) = await asked_events(tx)
            assert (waits.people, waits.event_id) == (3, said["event_id"])
            got, outputs = await approving.approve(tx, waits.asked, "pub_a", who, None, town.clock.now())
            assert got == answer
    await town.plan(*(dict(one.value) for one in outputs))

    assert await town.leaves() == 3
    async with town.database.read() as tx:
        assert await asked_events(tx) == []
