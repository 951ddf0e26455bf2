"""Who is told, on which endpoint, when, and once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.errors import InvalidRecord
from pushsvc.ledger.holding import release
from pushsvc.ledger.moves import suppress_delivery
from pushsvc.ledger.stopping import cancel_for_endpoint, cancel_for_subscriber
from pushsvc.storage.database import Database
from tests.unit.ledger_town import Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def test_whom_a_version_answers_is_told_on_the_first_channel_of_their_order(town: Town):
    anna = town.a_citizen("wechat", "email")

    event = await town.publish(anna)

    (message,) = await town.messages()
    assert (message.channel, message.kind, message.held, message.due_at) == ("wechat", "new", "", town.clock.now())
    assert (await town.funnel(event))["pending"] == 1


async def test_a_replayed_chunk_changes_nothing_and_gives_the_same_outputs(town: Town):
    people = [town.a_citizen() for _ in range(3)]
    said = await town.accept()
    records = town.records(said, *people)
    first = await town.plan(*records)
    before = (await town.messages(), await town.funnel(said["event_id"]))

    again = await town.plan(*records)

    assert again == first
    assert (await town.messages(), await town.funnel(said["event_id"])) == before


async def test_a_chunk_that_is_cut_elsewhere_on_a_second_run_loses_nobody(town: Town):
    people = [town.a_citizen() for _ in range(3)]
    said = await town.accept()
    first, _ = town.records(said, *people[:2])
    await town.apply(first)

    await town.apply(town.records(said, *people[1:])[0])

    assert [len(await town.messages(number)) for number in people] == [1, 1, 1]


async def test_who_is_in_a_chunk_again_that_was_cut_elsewhere_is_counted_once(town: Town):
    anna, paused, bert = town.a_citizen(), town.a_citizen(paused_until=town.clock.now() + timedelta(days=1)), town.a_citizen()
    said = await town.accept()
    await town.apply(town.records(said, anna, paused)[0])

    await town.apply(town.records(said, paused, bert)[0])
    await town.apply(town.records(said, anna, paused, bert)[-1])

    funnel = await town.funnel(said["event_id"])
    assert (funnel["planned"], funnel["suppressed"]) == (2, {"paused": 1})


async def test_a_copy_on_a_second_site_tells_nobody_twice(town: Town):
    anna, bert = town.a_citizen(), town.a_citizen()
    await town.publish(anna, publication="pub_a", version="ver_a")
    await town.leaves()

    event = await town.publish(anna, bert, publication="pub_b", version="ver_b")

    funnel = await town.funnel(event)
    assert funnel["suppressed"] == {"told_before": 1}
    assert len(await town.messages(anna)) == len(await town.messages(bert)) == 1


@pytest.mark.parametrize(("kept", "other"), [("wrk_new", "wrk_old"), ("wrk_old", "wrk_new")])
async def test_works_that_were_joined_later_count_as_one_whichever_id_was_kept(town: Town, kept: str, other: str):
    from pushsvc.storage.rows import insert_new
    from pushsvc.storage.tables.publications import work_aliases

    anna = town.a_citizen()
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_old")
    async with town.database.write() as tx:
        await insert_new(tx, work_aliases, [{"work_id": kept, "alias": other}])

    event = await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_new")

    assert (await town.funnel(event))["suppressed"] == {"told_before": 1}


async def test_two_subscribers_with_one_address_are_told_once(town: Town):
    anna, bert = town.a_citizen(mailbox="home"), town.a_citizen(mailbox="home")

    event = await town.publish(anna, bert)

    assert (await town.funnel(event))["suppressed"] == {"shared_address": 1}
    assert len(await town.messages()) == 1


async def test_two_subscribers_with_one_address_are_told_once_also_by_a_copy(town: Town):
    anna, bert = town.a_citizen(mailbox="home"), town.a_citizen(mailbox="home")
    await town.publish(anna, publication="pub_a", version="ver_a")

    event = await town.publish(bert, publication="pub_b", version="ver_b")

    assert (await town.funnel(event))["suppressed"] == {"shared_address": 1}


async def test_when_who_shares_the_mailbox_left_before_the_message_a_copy_tells_the_other(town: Town):
    anna, bert = town.a_citizen(mailbox="home", frequency="daily"), town.a_citizen(mailbox="home")
    await town.publish(anna, publication="pub_a", version="ver_a")
    async with town.database.write() as tx:
        await cancel_for_subscriber(tx, anna, town.clock.now())

    await town.publish(bert, publication="pub_b", version="ver_b")

    assert [message.state for message in await town.messages(bert)] == ["planned"]


async def test_who_is_paused_or_out_of_reach_is_counted_with_the_reason(town: Town):
    paused = town.a_citizen(paused_until=town.clock.now() + timedelta(days=1))
    silent, gone, stopped = town.a_citizen(), town.a_citizen(), town.a_citizen()
    town.nobody_can_reach(silent)
    town.nobody_can_reach(stopped, stopped=True)
    del town.people[gone]

    event = await town.publish(paused, silent, gone, stopped)

    funnel = await town.funnel(event)
    assert funnel["suppressed"] == {"paused": 1, "no_endpoint": 1, "erased": 1, "no_consent": 1}
    assert funnel["state"] == "done"


async def test_who_was_not_told_by_the_first_site_is_told_by_the_copy(town: Town):
    anna = town.a_citizen(paused_until=town.clock.now() + timedelta(hours=1))
    first = await town.publish(anna, publication="pub_a", version="ver_a")
    await town.after(hours=2)

    event = await town.publish(anna, publication="pub_b", version="ver_b")

    assert len(await town.messages(anna)) == 1
    assert (await town.funnel(first))["suppressed"] == {"paused": 1}
    assert (await town.funnel(event))["pending"] == 1


async def test_a_test_event_counts_and_plans_nothing(town: Town):
    event = await town.publish(town.a_citizen(), test=True)

    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["matched"], funnel["planned"], funnel["outcome"]) == ("done", 1, 0, "test")
    assert await town.messages() == []


async def test_an_event_that_concerns_nobody_has_no_audience(town: Town):
    assert (await town.funnel(await town.publish()))["state"] == "no_audience"


async def test_an_event_is_done_only_when_every_shard_is_through(town: Town):
    anna, bert = town.a_citizen(), town.a_citizen()
    said = await town.accept()
    await town.match(said, anna, shard=0, of=2)
    await town.leaves()
    assert (await town.funnel(said["event_id"]))["state"] == "working"

    await town.match(said, bert, shard=1, of=2)
    await town.leaves()

    assert (await town.funnel(said["event_id"]))["state"] == "done"


# -- when


async def test_a_daily_reader_gets_one_digest_for_several_notices(town: Town):
    anna = town.a_citizen(frequency="daily")
    events = [await town.publish(anna, publication=f"pub_{n}", version=f"ver_{n}", work=f"wrk_{n}") for n in range(3)]

    (message,) = await town.messages()
    assert (message.kind, message.held) == ("digest", "digest")
    assert message.due_at == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    for event in events:
        funnel = await town.funnel(event)
        assert (funnel["held"], funnel["state"]) == (1, "done")


async def test_a_digest_that_lost_its_only_notice_carries_the_next_one(town: Town):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_a")
    await town.publish(publication="pub_a", version="ver_a", work="wrk_a", kind="withdrawn")
    assert [message.state for message in await town.messages()] == ["cancelled"]

    await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_b")

    assert [message.state for message in await town.messages()] == ["planned"]


async def test_a_digest_that_was_stopped_by_a_dead_mailbox_carries_what_comes_after_a_new_consent(town: Town):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_a")
    [digest] = await town.messages()
    async with town.database.write() as tx:
        await suppress_delivery(tx, digest.delivery_id, "no_endpoint", town.clock.now())

    await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_b")

    assert [(each.state, each.due_at) for each in await town.messages()] == [("planned", digest.due_at)]


async def test_a_digest_that_has_left_leaves_the_notice_to_the_next_one(town: Town):
    anna = town.a_citizen(frequency="daily")
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_a")
    later = town.clock.now()
    await town.after(days=1)
    await town.leaves()
    town.clock.set(later)  # a planner whose clock is behind

    await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_b")

    assert [message.state for message in await town.messages()] == ["accepted", "planned"]


async def test_a_deadline_before_the_next_digest_does_not_wait_for_it(town: Town):
    anna = town.a_citizen(frequency="weekly")

    await town.publish(anna, deadline="2026-03-05")

    (message,) = await town.messages()
    assert (message.kind, message.due_at) == ("new", town.clock.now())


async def test_a_deadline_that_is_past_is_suppressed_and_seen(town: Town):
    anna = town.a_citizen()

    event = await town.publish(anna, deadline="2026-02-27", published_at=town.clock.now() - timedelta(days=10))

    assert (await town.funnel(event))["suppressed"] == {"too_late": 1}


async def test_a_date_before_the_publication_is_not_the_readers_deadline(town: Town):
    anna = town.a_citizen()

    event = await town.publish(anna, deadline="2025-12-31", published_at=town.clock.now() - timedelta(days=1))

    assert (await town.funnel(event))["pending"] == 1


async def test_a_text_message_at_night_waits_for_the_morning(town: Town):
    anna = town.a_citizen("sms")
    town.clock.set(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # 22:00 in Shanghai

    event = await town.publish(anna)

    (message,) = await town.messages()
    assert (message.held, message.due_at) == ("quiet_hours", datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    assert (await town.funnel(event))["held"] == 1


async def test_what_is_over_five_messages_a_day_goes_into_the_next_digest(town: Town):
    anna = town.a_citizen("sms")
    for number in range(7):
        await town.publish(anna, publication=f"pub_{number}", version=f"ver_{number}", work=f"wrk_{number}")

    messages = await town.messages()
    assert [message.kind for message in messages] == ["new"] * 5 + ["digest"]
    assert messages[-1].held == "over_limit"


async def test_a_message_that_was_cancelled_does_not_count_against_the_days_limit(town: Town):
    anna = town.a_citizen("sms", max_a_day=1)
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_a")
    await town.publish(publication="pub_a", version="ver_a", work="wrk_a", kind="withdrawn")

    await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_b")

    assert sorted((message.state, message.kind) for message in await town.messages()) == [
        ("cancelled", "new"),
        ("planned", "new"),
    ]


async def test_emails_do_not_count_against_the_days_limit_of_text_messages(town: Town):
    anna = town.a_citizen("sms", "email", max_a_day=None)
    both = town.people[anna]
    town.people[anna] = replace(both, endpoints=both.endpoints[1:])
    for number in range(5):
        await town.publish(anna, publication=f"pub_{number}", version=f"ver_{number}", work=f"wrk_{number}")
    town.people[anna] = both

    await town.publish(anna, publication="pub_x", version="ver_x", work="wrk_x")

    assert [message.kind for message in await town.messages() if message.channel == "sms"] == ["new"]


async def test_the_limit_is_that_of_the_day_on_which_a_message_leaves(town: Town):
    anna = town.a_citizen("sms", max_a_day=1)
    await town.publish(anna, publication="pub_a", version="ver_a", work="wrk_a")
    town.clock.set(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # 22:00 in Shanghai: it leaves tomorrow

    await town.publish(anna, publication="pub_b", version="ver_b", work="wrk_b")

    assert [message.held for message in await town.messages()] == ["", "quiet_hours"]


async def test_who_set_a_limit_for_their_email_is_held_to_it_and_who_set_none_is_not(town: Town):
    limited, other = town.a_citizen("email", max_a_day=1), town.a_citizen("email")
    for number in range(6):
        await town.publish(limited, other, publication=f"pub_{number}", version=f"ver_{number}", work=f"wrk_{number}")

    assert [message.held for message in await town.messages(limited)] == ["", "over_limit"]
    assert [message.kind for message in await town.messages(other)] == ["new"] * 6


async def test_an_urgent_one_passes_the_daily_limit_and_the_digest_but_not_the_night(town: Town):
    anna = town.a_citizen("sms", max_a_day=1, frequency="daily")
    town.clock.set(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))

    await town.publish(anna, urgency="urgent")

    (message,) = await town.messages()
    assert (message.urgent, message.held, message.kind) == (True, "quiet_hours", "new")


# -- leaving and holding


async def test_who_unsubscribes_gets_nothing_that_was_planned(town: Town):
    anna = town.a_citizen(frequency="daily")
    event = await town.publish(anna)
    async with town.database.write() as tx:
        await cancel_for_endpoint(tx, anna * 10, town.clock.now())

    assert [message.state for message in await town.messages()] == ["cancelled"]
    assert (await town.funnel(event))["suppressed"] == {"no_consent": 1}


async def test_who_is_erased_gets_nothing_that_was_planned(town: Town):
    anna = town.a_citizen()
    event = await town.publish(anna)
    async with town.database.write() as tx:
        await cancel_for_subscriber(tx, anna, town.clock.now())

    assert (await town.funnel(event))["suppressed"] == {"erased": 1}


async def test_an_event_for_too_many_people_waits_for_a_release_and_is_planned_for_that_hour(town: Town):
    town.max_people = 2
    people = [town.a_citizen(), town.a_citizen(frequency="daily"), town.a_citizen()]
    event = await town.publish(*people)
    assert (await town.funnel(event))["held"] == 3
    await town.after(days=30)
    assert await town.leaves() == 0
    town.people[people[2]] = town.people.pop(people[2])
    town.nobody_can_reach(people[2], stopped=True)

    async with town.database.write() as tx:
        outputs = await release(tx, event, town.clock)
    await town.plan(*(dict(output.value) for output in outputs))

    assert [message.kind for message in await town.messages()] == ["new", "digest"]
    assert (await town.messages(people[0]))[0].due_at == town.clock.now()
    funnel = await town.funnel(event)
    assert (funnel["pending"], funnel["held"], funnel["suppressed"]) == (1, 1, {"no_endpoint": 1})


async def test_a_released_page_that_comes_again_changes_nothing(town: Town):
    town.max_people = 1
    event = await town.publish(town.a_citizen(), town.a_citizen())
    async with town.database.write() as tx:
        (output,) = await release(tx, event, town.clock)
    await town.plan(dict(output.value))
    before = await town.messages()
    await town.after(minutes=5)

    await town.plan(dict(output.value))

    assert await town.messages() == before


async def test_each_shard_counts_for_all_when_an_event_may_be_for_too_many_people(town: Town):
    town.max_people = 3
    said = await town.accept()

    await town.match(said, town.a_citizen(), town.a_citizen(), shard=0, of=2)

    assert [message.held for message in await town.messages()] == ["release", "release"]


async def test_a_chunk_that_comes_after_the_release_is_not_held_again(town: Town):
    town.max_people = 1
    anna, bert = town.a_citizen(), town.a_citizen()
    said = await town.accept()
    (chunk, _), (late, _) = town.records(said, anna, shard=0, of=2), town.records(said, bert, shard=1, of=2)
    await town.plan(chunk)
    async with town.database.write() as tx:
        (output,) = await release(tx, said["event_id"], town.clock)
    await town.plan(dict(output.value))

    await town.plan(late)

    assert [message.held for message in await town.messages()] == ["", ""]


async def test_who_was_erased_before_the_release_is_seen_as_such(town: Town):
    town.max_people = 1
    anna, bert = town.a_citizen(), town.a_citizen()
    event = await town.publish(anna, bert)
    del town.people[bert]

    async with town.database.write() as tx:
        (output,) = await release(tx, event, town.clock)
    await town.plan(dict(output.value))

    funnel = await town.funnel(event)
    assert (funnel["pending"], funnel["held"], funnel["suppressed"]) == (1, 0, {"erased": 1})


@pytest.mark.parametrize(
    ("value", "complaint"),
    [({"type": "gossip"}, "gossip"), ({"type": "chunk", "event_id": "evt_1"}, "members"), ({}, "None")],
)
async def test_a_malformed_record_is_named_for_the_dead_letters(town: Town, value: dict[str, object], complaint: str):
    with pytest.raises(InvalidRecord, match=complaint):
        await town.apply({"publication_id": "pub_a", **value})
