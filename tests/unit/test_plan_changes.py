"""Corrections reach those who got the wrong version, and only those; a withdrawal takes back what has not left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import TryLater
from pushsvc.ledger import changes
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from tests.unit.ledger_town import Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def test_only_who_had_the_old_version_is_corrected(town: Town):
    told, new = town.a_citizen(), town.a_citizen()
    first = await town.publish(told)
    await town.leaves()

    event = await town.publish(told, new, version="ver_a2", kind="changed")
    await town.leaves()

    assert await town.told(told) == [("new", "ver_a1"), ("correction", "ver_a2")]
    assert await town.told(new) == [("new", "ver_a2")]
    funnel = await town.funnel(event)
    assert (funnel["matched"], funnel["changed"], funnel["planned"]) == (2, 1, 2)
    assert funnel["suppressed"] == {"told_before": 1}
    assert funnel["state"] == (await town.funnel(first))["state"] == "done"


async def test_who_was_told_is_corrected_also_when_the_new_version_no_longer_fits(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves()

    event = await town.publish(version="ver_a2", kind="changed")
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1"), ("correction", "ver_a2")]
    assert (await town.funnel(event))["changed"] == 1


async def test_going_back_to_the_first_text_corrects_again(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves()
    for version in ("ver_a2", "ver_a1"):
        await town.after(minutes=5)
        await town.publish(anna, version=version, kind="changed")
        await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1"), ("correction", "ver_a2"), ("correction", "ver_a1")]


async def test_a_correction_that_is_itself_taken_back_before_it_left_tells_nobody(town: Town):
    anna = town.a_citizen("sms")
    await town.publish(anna)
    await town.leaves()
    town.clock.set(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # 22:00: the correction waits for the morning
    second = await town.publish(anna, version="ver_a2", kind="changed")
    third = await town.publish(anna, version="ver_a1", kind="changed")
    await town.after(days=1)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1")]
    assert (await town.funnel(second))["cancelled"] == 1
    assert (await town.funnel(third))["changed"] == 0


async def test_what_has_not_left_is_replaced_and_only_the_new_version_arrives(town: Town):
    fits, no_longer = town.a_citizen(frequency="daily"), town.a_citizen(frequency="daily")
    first = await town.publish(fits, no_longer)

    second = await town.publish(fits, version="ver_a2", kind="changed")
    await town.after(days=1)
    await town.leaves()

    assert await town.told(fits) == [("new", "ver_a2")]
    assert await town.told(no_longer) == []
    assert (await town.funnel(first))["cancelled"] == 2
    assert (await town.funnel(second))["accepted"] == {"email": 1}


async def test_a_chunk_that_comes_before_the_change_replaces_all_the_same(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    said = await town.accept(version="ver_a2", kind="changed")
    change, *rest = town.records(said, anna)

    await town.plan(*rest, change)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a2")]


async def test_a_change_that_is_not_material_tells_nobody_and_takes_nothing_back(town: Town):
    waiting = town.a_citizen(frequency="daily")
    first = await town.publish(waiting)
    said = await town.accept(version="ver_a2", kind="changed", material=False)
    await town.plan(*town.records(said)[1:])  # summarise saw nothing new: match asks nobody
    await town.after(days=1)
    await town.leaves()

    assert await town.told(waiting) == [("new", "ver_a1")]
    assert (await town.funnel(first))["state"] == "done"
    assert (await town.funnel(said["event_id"]))["state"] == "no_audience"


async def test_chunks_still_count_when_a_change_that_is_not_material_overtook_them(town: Town):
    anna = town.a_citizen()
    said = await town.accept()
    await town.accept(version="ver_a2", kind="changed", material=False)

    await town.match(said, anna)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1")]


async def test_wider_regions_tell_only_who_matches_for_the_first_time(town: Town):
    near, far = town.a_citizen(), town.a_citizen()
    await town.publish(near)
    await town.leaves()
    said = await town.accept(version="ver_a2", kind="changed", material=False)

    await town.plan(*town.records(said, near, far)[1:])
    await town.leaves()

    assert await town.told(near) == [("new", "ver_a1")]
    assert await town.told(far) == [("new", "ver_a2")]


async def test_wider_regions_leave_what_waits_for_who_matched_before(town: Town):
    near = town.a_citizen(frequency="daily")
    first = await town.publish(near)
    said = await town.accept(version="ver_a2", kind="changed", material=False)

    await town.plan(*town.records(said, near)[1:])

    assert [notice.version_id for notice in await town.notices(near)] == ["ver_a1"]
    assert (await town.funnel(first))["held"] == 1
    assert (await town.funnel(said["event_id"]))["suppressed"] == {"told_before": 1}


async def test_chunks_of_a_version_that_was_overtaken_are_dropped_and_counted(town: Town):
    anna = town.a_citizen()
    old = await town.accept()
    new = await town.accept(version="ver_a2", kind="changed")

    await town.match(old, anna)
    await town.match(new, anna)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a2")]
    assert (await town.funnel(old["event_id"]))["suppressed"] == {"replaced": 1}
    assert (await town.funnel(old["event_id"]))["state"] == "done"


async def test_a_correction_that_was_overtaken_leaves_everything_to_the_next_one(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves()
    second = await town.accept(version="ver_a2", kind="changed")
    third = await town.accept(version="ver_a3", kind="changed")

    await town.match(second, anna)
    await town.match(third, anna)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1"), ("correction", "ver_a3")]
    assert (await town.funnel(second["event_id"]))["state"] == "done"


async def test_a_correction_overtaken_by_a_change_that_says_nothing_new_is_sent(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves()
    second = await town.accept(version="ver_a2", kind="changed")
    await town.accept(version="ver_a3", kind="changed", material=False)

    await town.match(second, anna)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1"), ("correction", "ver_a2")]


async def test_who_was_told_by_a_copy_is_corrected_by_that_copy_only(town: Town):
    anna = town.a_citizen()
    await town.publish(anna, publication="pub_a", version="ver_a1")
    await town.leaves()
    await town.publish(anna, publication="pub_b", version="ver_b1")

    await town.publish(anna, publication="pub_b", version="ver_b2", kind="changed")
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1")]


async def test_a_deadline_that_was_moved_on_reaches_who_was_too_late_before(town: Town):
    anna = town.a_citizen()
    await town.publish(anna, deadline="2026-03-01", published_at=datetime(2026, 2, 1, tzinfo=UTC))

    await town.publish(anna, version="ver_a2", kind="changed", deadline="2026-03-31")
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a2")]


async def test_a_correction_comes_also_after_its_deadline(town: Town):
    anna, published = town.a_citizen(), town.clock.now()
    await town.publish(anna, deadline="2026-03-05")
    await town.leaves()
    await town.after(days=10)

    await town.publish(version="ver_a2", kind="changed", deadline="2026-03-06", published_at=published)
    await town.leaves()

    assert await town.told(anna) == [("new", "ver_a1"), ("correction", "ver_a2")]


async def test_an_earlier_correction_at_a_mailbox_does_not_stand_in_for_the_next(town: Town):
    anna, bert = town.a_citizen(), town.a_citizen()
    await town.publish(anna, bert)
    await town.leaves()
    await town.publish(version="ver_a2", kind="changed")
    await town.leaves()
    moved_in = replace(town.people[bert].endpoints[0], address_hash=town.people[anna].endpoints[0].address_hash)
    town.people[bert] = replace(town.people[bert], endpoints=(moved_in,))
    del town.people[anna]

    await town.publish(version="ver_a3", kind="changed")
    await town.leaves()

    assert await town.told(bert) == [("new", "ver_a1"), ("correction", "ver_a2"), ("correction", "ver_a3")]


@pytest.mark.parametrize(("urgent", "kind"), [(True, "correction"), (False, "digest")])
async def test_what_was_told_in_a_digest_is_corrected_at_once_only_when_it_matters_now(town: Town, urgent: bool, kind: str):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna)
    await town.after(days=1)
    await town.leaves()

    await town.publish(anna, version="ver_a2", kind="changed", urgent=urgent)

    assert (await town.messages(anna))[-1].kind == kind


# -- withdrawals


async def test_a_withdrawal_before_sending_cancels_what_has_not_left(town: Town):
    anna = town.a_citizen(frequency="daily")
    first = await town.publish(anna)

    event = await town.publish(kind="withdrawn")
    await town.after(days=1)

    assert await town.leaves() == 0
    assert [notice.state for notice in await town.notices(anna)] == ["cancelled"]
    assert (await town.funnel(first))["cancelled"] == 1
    assert (await town.funnel(event))["state"] == "no_audience"


async def test_a_withdrawal_after_sending_tells_who_was_told(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves()

    event = await town.publish(kind="withdrawn")
    await town.leaves()

    assert [kind for kind, _ in await town.told(anna)] == ["new", "withdrawal"]
    funnel = await town.funnel(event)
    assert (funnel["changed"], funnel["accepted"], funnel["outcome"]) == (1, {"email": 1}, "withdrawn")


async def test_publishing_again_corrects_who_heard_of_the_withdrawal_and_tells_the_others_anew(town: Town):
    told, never = town.a_citizen(), town.a_citizen(frequency="daily")
    await town.publish(told, never)
    await town.leaves()
    await town.publish(kind="withdrawn")
    await town.leaves()

    await town.publish(told, never, kind="changed")
    await town.after(days=1)
    await town.leaves()

    assert [kind for kind, _ in await town.told(told)] == ["new", "withdrawal", "correction"]
    assert [kind for kind, _ in await town.told(never)] == ["new"]


@pytest.mark.parametrize("summarised", [True, False])
async def test_chunks_that_come_after_the_withdrawal_are_dropped(town: Town, summarised: bool):
    anna = town.a_citizen()
    said = await town.accept()
    await town.accept(kind="withdrawn", material=summarised)

    await town.match(said, anna)

    assert (await town.funnel(said["event_id"]))["suppressed"] == {"withdrawn": 1}


# -- while messages are leaving


async def test_a_change_waits_for_the_outcome_of_what_is_just_leaving(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="claimed", claim="c1", claim_order=1))

    with pytest.raises(TryLater):
        await town.publish(version="ver_a2", kind="changed")


async def test_a_chunk_before_the_change_waits_for_the_outcome_of_what_is_just_leaving(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="claimed", claim="c1", claim_order=1))
    said = await town.accept(version="ver_a2", kind="changed")

    with pytest.raises(TryLater):
        await town.plan(*town.records(said, anna)[1:])


async def test_a_change_waits_for_the_outcome_of_a_repeat_that_is_just_leaving(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(state="unknown", claim="c1", claim_order=1))

    with pytest.raises(TryLater):
        await town.publish(version="ver_a2", kind="changed")


async def test_a_message_in_doubt_counts_as_told_and_is_not_repeated_after_the_change(town: Town):
    anna = town.a_citizen()
    await town.publish(anna)
    await town.leaves(state="unknown")
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(ended_at=None))

    await town.publish(version="ver_a2", kind="changed")

    first, second = await town.messages(anna)
    assert (first.state, first.ended_at, second.kind) == ("unknown", town.clock.now(), "correction")


# -- page by page


async def test_a_change_walks_the_ledger_in_pages_and_says_when_it_is_through(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(changes, "PAGE_PEOPLE", 2)
    people = [town.a_citizen() for _ in range(5)]
    await town.publish(*people)
    await town.leaves()
    said = await town.accept(version="ver_a2", kind="changed")
    change, end = town.records(said)

    outputs = await town.apply(change, end)
    assert (await town.funnel(said["event_id"]))["state"] == "working"
    assert await town.apply(change) == outputs  # a repeat of the page gives the same way on
    await town.plan(dict(outputs[0].value))
    await town.leaves()

    funnel = await town.funnel(said["event_id"])
    assert (funnel["changed"], funnel["accepted"], funnel["state"]) == (5, {"email": 5}, "done")
    assert len(await town.messages()) == 10


# -- copies


async def test_when_the_first_site_withdraws_before_it_told_somebody_the_copy_tells_them(town: Town):
    told, waiting = town.a_citizen(), town.a_citizen(frequency="daily")
    first = await town.publish(told, waiting, publication="pub_a", version="ver_a")
    await town.leaves()
    copy = await town.publish(told, waiting, publication="pub_b", version="ver_b")
    assert (await town.funnel(copy))["suppressed"] == {"told_before": 2}

    await town.publish(publication="pub_a", version="ver_a", kind="withdrawn")
    await town.after(days=1)
    await town.leaves()

    assert await town.told(waiting) == [("new", "ver_b")]
    assert [kind for kind, _ in await town.told(told)] == ["new", "withdrawal"]
    assert (await town.funnel(first))["cancelled"] == 1
    funnel = await town.funnel(copy)
    assert (funnel["accepted"], funnel["suppressed"]) == ({"email": 1}, {"told_before": 1})


async def test_a_copy_that_is_withdrawn_too_tells_nobody(town: Town):
    waiting = town.a_citizen(frequency="daily")
    await town.publish(waiting, publication="pub_a", version="ver_a")
    await town.publish(waiting, publication="pub_b", version="ver_b")

    await town.publish(publication="pub_b", version="ver_b", kind="withdrawn")
    await town.publish(publication="pub_a", version="ver_a", kind="withdrawn")
    await town.after(days=1)

    assert await town.leaves() == 0


async def test_of_three_copies_one_tells_and_the_next_stands_by(town: Town):
    waiting = town.a_citizen(frequency="daily")
    for site in "abc":
        await town.publish(waiting, publication=f"pub_{site}", version=f"ver_{site}")
        await town.after(minutes=1)

    for site in "ab":
        await town.publish(publication=f"pub_{site}", version=f"ver_{site}", kind="withdrawn")
    await town.after(days=1)
    await town.leaves()

    assert await town.told(waiting) == [("new", "ver_c")]
