"""Who leaves is heard at once: nothing that was planned for them goes out, and the funnel says why."""

from __future__ import annotations

import re

from pushsvc.profiles import consent
from tests.journeys.house import BASE_URL, Town
from tests.journeys.publications import a_subsidy, another_subsidy


async def the_way_out(town: Town, name: str) -> str:
    """The address behind "unsubscribe" in somebody's last message."""
    found = re.search(rf"{BASE_URL}/u/\S+", (await town.mailbox(name))[-1].text)
    assert found
    return found[0]


async def test_an_unsubscribe_between_plan_and_send_stops_the_message(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("wang")
    await town.tells("/1", **another_subsidy(1))
    await town.pauses("email")
    event = await town.publish("/2", **another_subsidy(2))
    await town.settle()
    assert (await town.funnel(event))["held"] == 2
    assert await town.post(await the_way_out(town, "mei")) == 200
    await town.resumes("email")
    await town.settle()
    funnel = await town.funnel(event)
    assert (funnel["planned"], funnel["accepted"], funnel["suppressed"]) == (1, {"email": 1}, {"no_consent": 1})
    assert len(await town.mailbox("mei")) == 1
    assert (await town.trace("mei", event))["reasons"] == ["no_consent"]


async def test_a_consent_withdrawn_where_nobody_cancels_is_seen_just_before_sending(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    async with town.house.database.write() as tx:
        people = await consent.stop_everything(tx, 1, town.clock.now(), "a test")
    assert people.endpoint_ids
    await town.resumes("email")
    await town.settle()
    assert (await town.funnel(event))["suppressed"] == {"no_consent": 1}
    assert await town.mailbox() == []


async def test_who_left_is_not_planned_for_and_who_comes_back_is(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells("/1", **another_subsidy(1))
    await town.post(await the_way_out(town, "mei"))
    assert (await town.tells("/2", **another_subsidy(2)))["suppressed"] == {"no_consent": 1}
    await town.advance(hours=1)
    await town.a_citizen("mei")  # a consent that is newer than the stop
    assert (await town.tells("/3", **another_subsidy(3)))["accepted"] == {"email": 1}


async def test_leaving_takes_what_waits_in_the_digest_along(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish("/1", **another_subsidy(1))
    await town.advance(to="2026-03-03 09:00")
    event = await town.publish("/2", **another_subsidy(2))
    await town.settle()
    await town.post(await the_way_out(town, "mei"))
    await town.advance(to="2026-03-04 09:00")
    assert (await town.funnel(event))["suppressed"] == {"no_consent": 1}
    assert len(await town.mailbox("mei")) == 1


async def test_who_left_hears_of_no_correction_either(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await town.post(await the_way_out(town, "mei"))
    funnel = await town.tells(event="updated", **a_subsidy(until="2026年4月10日"))
    assert (funnel["changed"], funnel["planned"], funnel["state"]) == (1, 0, "done")
    assert len(await town.mailbox("mei")) == 1


async def test_erasing_cancels_what_was_planned(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("wang")
    await town.pauses("email")
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.erases("mei")
    await town.resumes("email")
    await town.settle()
    funnel = await town.funnel(event)
    assert (funnel["accepted"], funnel["suppressed"]) == ({"email": 1}, {"erased": 1})
    assert [mail.to for mail in await town.mailbox()] == ["wang@mail.example"]


async def test_who_was_erased_after_being_told_leaves_the_sums_of_a_correction_right(town: Town) -> None:
    await town.a_citizen("mei")
    await town.a_citizen("wang")
    await town.tells(**a_subsidy())
    await town.erases("mei")
    funnel = await town.tells(event="updated", **a_subsidy(until="2026年4月10日"))
    assert funnel["accepted"] == {"email": 1}
    await town.withdraw()
    await town.settle()
    assert len(await town.mailbox("mei")) == 1
