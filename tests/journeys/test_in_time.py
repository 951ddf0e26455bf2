"""Digests, quiet hours, limits and reminders hold, and a message still comes in time."""

from __future__ import annotations

import pytest

from tests.journeys.house import Town, shanghai
from tests.journeys.publications import a_subsidy, another_subsidy

#: 2026-03-02 is a Monday.
TUESDAY, SATURDAY = "2026-03-03", "2026-03-07"


async def kinds(town: Town, name: str = "mei") -> list[str]:
    return [mail.kind for mail in await town.mailbox(name)]


async def test_a_daily_digest_leaves_at_half_past_eight_with_everything_of_the_day(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei", frequency="daily")
    events = [await town.publish(f"/{number}", **another_subsidy(number)) for number in range(3)]
    await town.advance(to=f"{TUESDAY} 08:29")
    assert [(await town.funnel(event))["held"] for event in events] == [1, 1, 1]
    assert await kinds(town) == []
    await town.advance(to=f"{TUESDAY} 08:30")
    (digest,) = await town.mailbox("mei")
    assert digest.kind == "digest"
    for number in range(3):
        assert another_subsidy(number)["title"] in digest.text
        assert f"https://www.5101040001.example/{number}" in digest.text
    assert [(await town.funnel(event))["accepted"] for event in events] == [{"email": 1}] * 3


async def test_a_weekly_digest_leaves_on_saturday(town: Town) -> None:
    await town.a_citizen("mei", frequency="weekly")
    await town.publish("/1", **another_subsidy(1))
    await town.advance(to=f"{TUESDAY} 12:00")
    await town.publish("/2", **another_subsidy(2))
    await town.advance(to=f"{SATURDAY} 08:29")
    assert await kinds(town) == []
    await town.advance(to=f"{SATURDAY} 08:30")
    (digest,) = await town.mailbox("mei")
    assert another_subsidy(1)["title"] in digest.text
    assert another_subsidy(2)["title"] in digest.text


async def test_a_digest_leaves_at_the_subscribers_own_half_past_eight(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily", timezone="Asia/Urumqi")  # two hours after Shanghai
    await town.publish(**another_subsidy(1))
    await town.advance(to="2026-03-02 10:29")
    assert await kinds(town) == []
    await town.advance(to="2026-03-02 10:30")
    assert await kinds(town) == ["digest"]


async def test_what_comes_after_the_digest_has_left_waits_for_the_next(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish("/1", **another_subsidy(1))
    await town.advance(to=f"{TUESDAY} 08:30")
    await town.publish("/2", **another_subsidy(2))
    await town.advance(to="2026-03-04 08:30")
    assert await kinds(town) == ["digest", "digest"]


async def test_an_sms_waits_until_quiet_hours_end_and_an_email_does_not(either_town: Town) -> None:
    town = either_town
    town.clock.set(shanghai("2026-03-02 21:30"))
    await town.a_citizen("mei")
    await town.a_citizen("wang", channels=["sms"], address={"sms": "13800001111"})
    event = await town.publish(**a_subsidy())
    await town.advance(to=f"{TUESDAY} 07:59")
    assert [mail.channel for mail in await town.mailbox()] == ["email"]
    assert (await town.funnel(event))["held"] == 1
    await town.advance(to=f"{TUESDAY} 08:00")
    assert [mail.channel for mail in await town.mailbox()] == ["email", "sms"]
    assert (await town.funnel(event))["accepted"] == {"email": 1, "sms": 1}


async def test_quiet_hours_that_somebody_set_hold_on_email_too(town: Town) -> None:
    town.clock.set(shanghai("2026-03-02 12:30"))
    await town.a_citizen("mei", quiet_hours=["12:00", "14:00"])
    await town.publish(**a_subsidy())
    await town.advance(to="2026-03-02 13:59")
    assert await kinds(town) == []
    await town.advance(to="2026-03-02 14:00")
    assert await kinds(town) == ["new"]


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
async def test_a_deadline_before_the_next_digest_does_not_wait_for_it(town: Town, frequency: str) -> None:
    await town.a_citizen("mei", frequency=frequency)
    funnel = await town.tells(**a_subsidy(until="2026年3月2日"))
    assert funnel["accepted"] == {"email": 1}
    assert await kinds(town) == ["new"]


async def test_a_deadline_before_the_next_digest_still_waits_for_quiet_hours(town: Town) -> None:
    town.clock.set(shanghai("2026-03-06 21:30"))
    await town.a_citizen("mei", channels=["sms"], frequency="weekly", address={"sms": "13800001111"})
    await town.publish(**a_subsidy(until="2026年3月7日8时20分"))
    await town.advance(to=f"{SATURDAY} 08:00")
    assert await kinds(town, "+8613800001111") == ["new"]


async def test_what_would_come_after_its_deadline_is_suppressed_and_seen(either_town: Town) -> None:
    town = either_town
    town.clock.set(shanghai("2026-03-02 21:30"))
    await town.a_citizen("mei", channels=["sms"], address={"sms": "13800001111"})
    funnel = await town.tells(**a_subsidy(until="2026年3月2日"))
    assert (funnel["state"], funnel["planned"], funnel["suppressed"]) == ("done", 0, {"too_late": 1})
    assert await town.mailbox() == []


async def test_a_deadline_before_the_day_of_publication_is_nobodys_and_does_not_suppress(town: Town) -> None:
    await town.a_citizen("mei")
    funnel = await town.tells(**a_subsidy(until="2025年3月31日"))
    assert (funnel["accepted"], funnel["suppressed"]) == ({"email": 1}, {})


async def test_what_waited_for_a_paused_channel_past_its_deadline_does_not_leave(town: Town) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    event = await town.publish(**a_subsidy(until="2026年3月3日"))
    await town.advance(to="2026-03-04 00:01")
    await town.resumes("email")
    await town.settle()
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["planned"], funnel["suppressed"]) == ("done", 0, {"too_late": 1})


async def test_what_is_over_the_days_limit_goes_into_the_next_digest(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei", channels=["sms"], address={"sms": "13800001111"})
    events = []
    for number in range(7):
        events.append(await town.publish(f"/{number}", **another_subsidy(number)))
        await town.settle()
    assert len(await town.mailbox()) == 5
    assert [(await town.funnel(event))["held"] for event in events] == [0, 0, 0, 0, 0, 1, 1]
    await town.advance(to=f"{TUESDAY} 08:30")
    assert [mail.kind for mail in await town.mailbox()] == ["new"] * 5 + ["digest"]
    assert (await town.funnel(events[6]))["accepted"] == {"sms": 1}


async def test_an_urgent_message_passes_the_days_limit(town: Town) -> None:
    await town.a_citizen("mei", max_a_day=1)
    await town.tells("/1", **another_subsidy(1))
    assert (await town.tells("/2", **another_subsidy(2)))["held"] == 1
    assert (await town.tells("/3", urgency="urgent", **another_subsidy(3)))["accepted"] == {"email": 1}


async def test_email_has_no_limit_of_its_own(town: Town) -> None:
    await town.a_citizen("mei")
    for number in range(7):
        await town.publish(f"/{number}", **another_subsidy(number))
    await town.settle()
    assert await kinds(town) == ["new"] * 7


async def test_an_emergency_travels_as_urgent_and_passes_digests_but_not_quiet_hours(either_town: Town) -> None:
    town = either_town
    town.clock.set(shanghai("2026-03-02 22:00"))
    await town.a_citizen("mei", frequency="weekly")
    await town.a_citizen("wang", channels=["sms"], frequency="weekly", address={"sms": "13800001111"})
    event = await town.publish(urgency="emergency", **a_subsidy())
    await town.settle()
    funnel = await town.funnel(event)
    assert "urgent" in funnel["note"]
    assert (funnel["accepted"], funnel["held"]) == ({"email": 1}, 1)
    await town.advance(to=f"{TUESDAY} 08:00")
    assert (await town.funnel(event))["accepted"] == {"email": 1, "sms": 1}


async def test_a_reminder_comes_once_three_days_before_the_deadline_and_not_for_who_wants_none(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.a_citizen("wang", reminders=False)
    event = await town.publish(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-03-27 23:59")
    assert await kinds(town) == ["new"]
    await town.advance(to="2026-03-28 12:00")
    assert await kinds(town) == ["new", "reminder"]
    assert "3月31日" in (await town.mailbox("mei"))[1].text
    await town.advance(to="2026-04-05 12:00")
    assert await kinds(town) == ["new", "reminder"]
    assert await kinds(town, "wang") == ["new"]
    assert (await town.funnel(event))["accepted"] == {"email": 2}


async def test_a_deadline_that_moved_is_reminded_of_at_its_new_day(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy(until="2026年3月31日"))
    await town.tells(event="updated", **a_subsidy(until="2026年4月10日"))
    await town.advance(to="2026-04-06 23:00")
    assert await kinds(town) == ["new", "correction"]
    await town.advance(to="2026-04-11 12:00")
    assert await kinds(town) == ["new", "correction", "reminder"]


async def test_nobody_is_reminded_of_what_was_withdrawn(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy(until="2026年3月31日"))
    await town.withdraw()
    await town.advance(to="2026-04-01 12:00")
    assert await kinds(town) == ["new", "withdrawal"]


async def test_a_reminder_after_a_change_that_moved_nothing_still_comes(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await town.tells(event="updated", **a_subsidy(more="欢迎广大居民前来申请。"))
    await town.advance(to="2026-03-28 12:00")
    assert await kinds(town) == ["new", "reminder"]


async def test_who_was_told_in_a_digest_is_reminded_too(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    await town.publish(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-03-28 12:00")
    first, second = await town.mailbox("mei")
    assert first.kind == "digest"
    assert "3月31日" in second.text


async def test_an_event_that_comes_after_its_own_deadline_is_too_late(town: Town) -> None:
    await town.a_citizen("mei")
    funnel = await town.tells(published_at="2026-01-10", **a_subsidy(until="2026年1月20日"))
    assert (funnel["planned"], funnel["suppressed"]) == (0, {"too_late": 1})


async def test_a_correction_comes_even_after_the_new_deadline(town: Town) -> None:
    await town.a_citizen("mei")
    await town.tells(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-03-20 12:00")
    await town.a_citizen("late")
    funnel = await town.tells(event="updated", published_at="2026-03-02", **a_subsidy(until="2026年3月10日"))
    assert (funnel["changed"], funnel["accepted"]) == (1, {"email": 1})
    assert funnel["suppressed"] == {"told_before": 1, "too_late": 1}
    assert await kinds(town) == ["new", "correction"]


async def test_what_fell_due_while_nothing_ran_leaves_at_the_start_but_not_past_its_deadline(town: Town) -> None:
    await town.a_citizen("mei", frequency="daily")
    soon = await town.publish("/1", **another_subsidy(1, until="2026年3月4日"))
    later = await town.publish("/2", **another_subsidy(2, until="2026年3月31日"))
    await town.settle()
    await town.service.stop()
    town.clock.set(shanghai("2026-03-06 15:00"))
    await town.start_again()
    await town.settle()
    (digest,) = await town.mailbox("mei")
    assert another_subsidy(2)["title"] in digest.text
    assert another_subsidy(1)["title"] not in digest.text
    assert (await town.funnel(soon))["suppressed"] == {"too_late": 1}
    assert (await town.funnel(later))["accepted"] == {"email": 1}


async def test_a_reminder_that_fell_due_while_nothing_ran_comes_at_the_start_while_there_is_time(town: Town) -> None:
    await town.a_citizen("mei")
    await town.publish("/1", **another_subsidy(1, until="2026年3月31日"))
    await town.publish("/2", **another_subsidy(2, until="2026年3月12日"))
    await town.settle()
    await town.service.stop()
    town.clock.set(shanghai("2026-03-29 15:00"))
    await town.start_again()
    await town.service.timekeeper.once()
    await town.settle()
    reminders = [mail for mail in await town.mailbox("mei") if mail.kind == "reminder"]
    assert [another_subsidy(1)["title"] in mail.text for mail in reminders] == [True]


async def test_nobody_is_reminded_of_a_message_that_never_left(town: Town) -> None:
    await town.a_citizen("mei")
    await town.pauses("email")
    await town.publish(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-03-28 09:00")
    await town.resumes("email")
    await town.advance(to="2026-03-30 09:00")
    assert await kinds(town) == ["new"]


async def test_a_reminder_waits_for_quiet_hours(town: Town) -> None:
    await town.a_citizen("mei", quiet_hours=["20:00", "10:00"])
    await town.publish(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-03-28 09:59")
    assert await kinds(town) == ["new"]
    await town.advance(to="2026-03-28 10:00")
    assert await kinds(town) == ["new", "reminder"]


async def test_a_weekly_readers_reminder_comes_before_the_deadline(town: Town) -> None:
    await town.a_citizen("mei", frequency="weekly")
    await town.publish(**a_subsidy(until="2026年3月25日"))  # a Wednesday: three days before is a Sunday
    await town.advance(to="2026-03-25 23:00")
    assert await kinds(town) == ["digest", "reminder"]


async def test_a_copy_of_what_somebody_was_told_reminds_nobody_twice(town: Town) -> None:
    await town.a_site("5101050001", reach=["510100"])
    await town.a_citizen("mei")
    await town.tells(**a_subsidy(until="2026年3月31日"))
    await town.tells("/copy", site="5101050001", regions=["510104"], **a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-04-01 12:00")
    assert await kinds(town) == ["new", "reminder"]


async def test_two_who_share_a_mailbox_are_reminded_once(town: Town) -> None:
    home = {"email": "home@mail.example"}
    await town.a_citizen("mei", address=home)
    await town.a_citizen("wang", address=home)
    await town.publish(**a_subsidy(until="2026年3月31日"))
    await town.advance(to="2026-04-01 12:00")
    assert await kinds(town, "home@mail.example") == ["new", "reminder"]
