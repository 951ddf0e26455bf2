"""An emergency passes quiet hours when two people have approved it: the rule, planning, waking, and asking once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.approvals import answer_of
from pushsvc.domain.emergencies import APPROVAL_HOLDS, NOTE, Emergency, stands, without_note
from pushsvc.domain.subscribers import Preferences
from pushsvc.domain.timing import due_at, habits
from pushsvc.ledger import asleep, emergencies
from pushsvc.ledger.claims import claim, put_off
from pushsvc.ledger.fallback import fall_back
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.streams.awake import Awake
from tests.unit.ledger_town import SHANGHAI, Town

NIGHT = datetime(2026, 3, 3, 2, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    clock.set(NIGHT)
    return Town(database, clock)


async def approves(town: Town, event: str, *who: str, author: str | None = None) -> str:
    """They approve one after the other, and the planner does what follows. Gives the last answer."""
    answer = ""
    for each in who:
        async with town.database.write() as tx:
            answer, outputs = await emergencies.approve(tx, event, each, author, town.clock.now())
        await town.plan(*(dict(one.value) for one in outputs))
    return answer


async def asks(town: Town) -> list[int]:
    """How many people are in each emergency of which two are asked from now on."""
    async with town.database.write() as tx:
        return [one.people for one in await asleep.ask(tx, town.clock.now())]


async def due(town: Town, number: int) -> list[tuple[str, datetime]]:
    return [(one.held, one.due_at.astimezone(SHANGHAI)) for one in await town.messages(number) if one.state == "planned"]


# -- the rule


def an_emergency(**said: object) -> Emergency:
    return replace(Emergency("evt_1", "pub_a", 1, NIGHT), **said)  # type: ignore[arg-type]


def test_one_approval_is_not_enough_and_two_hold_for_one_night():
    assert not an_emergency().passes(NIGHT)
    assert not an_emergency(first_by="li", first_at=NIGHT).passes(NIGHT)
    approved = an_emergency(first_by="li", first_at=NIGHT, second_by="wu", second_at=NIGHT)
    assert approved.passes(NIGHT)
    assert not approved.passes(NIGHT + APPROVAL_HOLDS)
    assert not replace(approved, refused_by="he").passes(NIGHT)


def test_two_different_accounts_approve_and_the_author_is_none_of_them():
    once = an_emergency(first_by="li")
    assert answer_of(an_emergency(), "li", "li") == "author"
    assert answer_of(once, "li", None) == "same_person"
    assert answer_of(once, "wu", None) == "second"
    assert answer_of(an_emergency(refused_by="li"), "wu", None) == "already"


def test_only_what_is_urgent_may_pass_quiet_hours():
    kept = habits(Preferences(), "sms", "Asia/Shanghai")
    assert due_at(NIGHT, kept, urgent=True, may_pass_quiet_hours=True).at == NIGHT
    assert due_at(NIGHT, kept, urgent=True).at == MORNING
    assert due_at(NIGHT, kept, may_pass_quiet_hours=True).at == MORNING


def test_what_is_said_of_it_says_what_it_waits_for():
    assert stands(an_emergency(), held=True) == "waits_for_two"
    assert stands(an_emergency(first_by="li"), held=True) == "waits_for_one"
    assert stands(an_emergency(refused_by="li"), held=True) == "refused"
    assert stands(an_emergency(), held=False) is None


# -- planning and waking


async def test_who_sleeps_waits_until_two_have_approved_and_is_then_due_at_once(town: Town):
    awake, sleeps = town.a_citizen("sms", quiet_hours=()), town.a_citizen("sms")
    event = await town.publish(awake, sleeps, urgency="emergency")
    assert (await due(town, awake), await due(town, sleeps)) == ([("", NIGHT)], [("quiet_hours", MORNING)])

    assert await approves(town, event, "li") == "first"
    assert await due(town, sleeps) == [("quiet_hours", MORNING)]
    assert await approves(town, event, "wu") == "second"

    assert await due(town, sleeps) == [("", NIGHT)]


async def test_an_emergency_waits_for_no_digest_whatever_the_person_chose(town: Town):
    weekly = town.a_citizen("sms", frequency="weekly", quiet_hours=())
    await town.publish(weekly, urgency="emergency")
    assert await due(town, weekly) == [("", NIGHT)]


async def test_what_is_only_urgent_cannot_be_approved(town: Town):
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="urgent")
    assert await approves(town, event, "li", "wu") == "already"
    assert await due(town, sleeps) == [("quiet_hours", MORNING)]


async def test_a_shard_that_plans_after_the_approvals_wakes_its_people_too(town: Town):
    first, second = town.a_citizen("sms"), town.a_citizen("wechat")
    said = await town.accept(urgency="emergency")
    await town.match(said, first, shard=0, of=2)
    await approves(town, said["event_id"], "li", "wu")

    await town.match(said, second, shard=1, of=2)

    assert (await due(town, first), await due(town, second)) == ([("", NIGHT)], [("", NIGHT)])


async def test_what_falls_back_after_the_approvals_rings_at_night_too(town: Town):
    person = town.a_citizen("wechat", "sms")
    event = await town.publish(person, urgency="emergency")
    await approves(town, event, "li", "wu")
    await town.leaves(state="failed")
    failed = (await town.messages(person))[0]
    async with town.database.write() as tx:
        await fall_back(tx, failed.delivery_id, town.people[person], town.clock.now())
    assert await due(town, person) == [("", NIGHT)]


async def test_an_approval_again_and_the_record_that_wakes_again_change_nothing(town: Town):
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    await approves(town, event, "li", "wu")
    await town.after(minutes=1)
    assert await approves(town, event, "li") == "already"
    await town.plan({"type": "wake", "event_id": event, "publication_id": "pub_a"})
    assert await due(town, sleeps) == [("", NIGHT)]


async def test_a_record_that_wakes_without_two_approvals_wakes_nobody(town: Town):
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    await approves(town, event, "li")
    await town.plan({"type": "wake", "event_id": event, "publication_id": "pub_a"})
    assert await due(town, sleeps) == [("quiet_hours", MORNING)]


async def test_the_night_after_it_rings_no_more(town: Town):
    person = town.a_citizen("wechat", "sms")
    event = await town.publish(person, urgency="emergency")
    await approves(town, event, "li", "wu")
    await town.leaves(state="failed")
    failed = (await town.messages(person))[0]
    await town.after(hours=24)
    async with town.database.write() as tx:
        await fall_back(tx, failed.delivery_id, town.people[person], town.clock.now())
    assert await due(town, person) == [("quiet_hours", MORNING + timedelta(days=1))]


async def test_a_correction_takes_its_place_and_is_an_emergency_of_its_own(town: Town):
    sleeps = town.a_citizen("sms")
    first = await town.publish(sleeps, urgency="emergency")
    await approves(town, first, "li")
    second = await town.publish(sleeps, version="ver_a2", kind="changed", urgency="emergency")
    assert await approves(town, first, "wu") == "overtaken"
    assert await due(town, sleeps) == [("quiet_hours", MORNING)]
    await approves(town, second, "li", "wu")
    assert await due(town, sleeps) == [("", NIGHT)]


async def test_a_withdrawal_of_what_woke_people_asks_again(town: Town):
    sleeps = town.a_citizen("sms")
    first = await town.publish(sleeps, urgency="emergency")
    await approves(town, first, "li", "wu")
    await town.leaves()
    taken_back = await town.publish(version="ver_a1", kind="withdrawn")
    assert await due(town, sleeps) == [("quiet_hours", MORNING)]
    assert await asks(town) == [1]
    await approves(town, taken_back, "li", "wu")
    assert await due(town, sleeps) == [("", NIGHT)]


# -- the look before a message rings


async def test_the_late_look_lets_an_approved_emergency_ring_and_nothing_else(town: Town):
    emergency, urgent = town.a_citizen("sms"), town.a_citizen("sms")
    event = await town.publish(emergency, urgency="emergency")
    await town.publish(urgent, publication="pub_b", version="ver_b1", work="wrk_2", urgency="urgent")
    await approves(town, event, "li", "wu")
    late = Awake(town.database, town.clock, town._recipients)
    async with town.database.write() as tx:
        # As if the second were resumed at night.
        await tx.execute(deliveries.update().values(due_at=NIGHT, held=""))
        dues = await claim(tx, "sms", "c1", 10, town.clock.now())
    left = await late.those("sms", "c1", dues)
    assert [one.subscriber_no for one in left] == [emergency]
    assert await due(town, urgent) == [("quiet_hours", MORNING)]


async def test_what_was_put_off_before_the_approvals_is_woken_by_them(town: Town):
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    async with town.database.write() as tx:
        await tx.execute(deliveries.update().values(due_at=NIGHT, held=""))
        dues = await claim(tx, "sms", "c1", 10, town.clock.now())
        await put_off(tx, "c1", {dues[0].delivery_id: MORNING}, "quiet_hours")
    await approves(town, event, "li", "wu")
    assert await due(town, sleeps) == [("", NIGHT)]


# -- asking


async def test_two_are_asked_once_when_all_are_counted(town: Town):
    first, second = town.a_citizen("sms"), town.a_citizen("email", quiet_hours=("22:00", "07:00"))
    said = await town.accept(urgency="emergency")
    await town.match(said, first, shard=0, of=2)
    assert await asks(town) == [], "the other shard may find more"
    await town.match(said, second, shard=1, of=2)
    assert await asks(town) == [2]
    assert await asks(town) == []


async def test_a_shard_that_hangs_keeps_nobody_from_being_asked_for_more_than_a_minute(town: Town):
    person = town.a_citizen("sms")
    said = await town.accept(urgency="emergency")
    await town.match(said, person, shard=0, of=2)
    await town.after(seconds=61)
    assert await asks(town) == [1]


async def test_by_day_nobody_is_asked(town: Town):
    town.clock.set(MORNING)
    await town.publish(town.a_citizen("sms"), urgency="emergency")
    assert await asks(town) == []


async def test_until_when_is_when_most_of_them_wake(town: Town):
    people = [town.a_citizen("sms"), town.a_citizen("sms"), town.a_citizen("sms", quiet_hours=("20:00", "11:00"))]
    event = await town.publish(*people, urgency="emergency")
    async with town.database.read() as tx:
        found = await asleep.asleep(tx, town.clock.now(), event)
    assert [(one.people, one.until) for one in found] == [(3, MORNING)]


async def test_who_wakes_between_two_looks_breaks_neither_the_page_nor_the_asking(town: Town, monkeypatch: pytest.MonkeyPatch):
    """On PostgreSQL each statement of a transaction that writes sees what was committed when it began."""
    sleeps = town.a_citizen("sms")
    event = await town.publish(sleeps, urgency="emergency")
    until = asleep._until

    async def a_moment_later(tx: Transaction, one: Emergency, now: datetime) -> datetime:
        await tx.execute(deliveries.update().values(held="", state="claimed"))
        return await until(tx, one, now)

    monkeypatch.setattr(asleep, "_until", a_moment_later)
    assert await asks(town) == [1]
    async with town.database.write() as tx:
        await tx.execute(deliveries.update().values(held="quiet_hours", state="planned"))
        (found,) = await asleep.asleep(tx, town.clock.now(), event)
    assert found.until == NIGHT


def test_a_page_says_an_emergency_in_its_own_language_and_keeps_the_other_notes() -> None:
    assert without_note(NOTE) == ""
    assert without_note(f"{NOTE}\nattachments: one is linked") == "attachments: one is linked"
