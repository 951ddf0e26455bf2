"""When a notice may leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from pushsvc.domain.subscribers import Preferences
from pushsvc.domain.summaries import Fact
from pushsvc.domain.timing import (
    Habits,
    deadline_instant,
    due_at,
    end_of_quiet_hours,
    habits,
    instant_of,
    next_digest,
    on_the_day_of,
    remind_at,
    too_late,
)

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def quiet(start: str, end: str, zone: ZoneInfo = SHANGHAI) -> Habits:
    return Habits(zone, quiet=(time.fromisoformat(start), time.fromisoformat(end)))


def a_deadline(value: str, role: str | None = "application_deadline") -> Fact:
    return Fact("deadline", value, value, 0, len(value), role=role)


# -- what is not said


def test_text_messages_are_quiet_from_nine_to_eight_and_five_a_day_unless_said_otherwise():
    kept = habits(Preferences(), "sms", "Asia/Shanghai")
    assert (kept.quiet, kept.max_a_day) == ((time(21), time(8)), 5)


def test_email_has_no_quiet_hours_and_no_limit_unless_said():
    kept = habits(Preferences(), "email", "Asia/Shanghai")
    assert (kept.quiet, kept.max_a_day) == (None, None)


def test_no_quiet_hours_means_none_on_any_channel():
    assert habits(Preferences(quiet_hours=()), "wechat", "Asia/Shanghai").quiet is None


def test_quiet_hours_and_a_limit_that_were_said_hold_on_email_too():
    kept = habits(Preferences(quiet_hours=("22:00", "07:00"), max_a_day=2), "email", "Asia/Shanghai")
    assert (kept.quiet, kept.max_a_day) == ((time(22), time(7)), 2)


# -- quiet hours


@pytest.mark.parametrize(
    ("now", "awake"),
    [
        (shanghai(2, 20, 59), shanghai(2, 20, 59)),
        (shanghai(2, 21), shanghai(3, 8)),
        (shanghai(3, 3), shanghai(3, 8)),
        (shanghai(3, 8), shanghai(3, 8)),
    ],
)
def test_the_night_ends_at_eight_whichever_side_of_midnight_it_is(now: datetime, awake: datetime):
    assert end_of_quiet_hours(now, quiet("21:00", "08:00")) == awake


def test_quiet_hours_inside_one_day_end_on_that_day():
    assert end_of_quiet_hours(shanghai(2, 13), quiet("12:00", "14:00")) == shanghai(2, 14)


def test_quiet_hours_that_end_when_they_begin_are_none():
    assert habits(Preferences(quiet_hours=("09:00", "09:00")), "sms", "Asia/Shanghai").quiet is None


def test_an_hour_that_the_change_to_summer_time_skips_counts_as_the_next_that_exists():
    # In London 01:00 to 02:00 do not exist on 29 March 2026.
    assert instant_of(date(2026, 3, 29), time(1, 30), LONDON) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert end_of_quiet_hours(before, quiet("23:00", "01:30", LONDON)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_in_an_hour_that_comes_twice_the_night_ends_at_its_first_half_past_one():
    # In London 01:00 to 02:00 come twice on 25 October 2026: first in summer time, then again.
    night = quiet("23:00", "01:30", LONDON)
    assert end_of_quiet_hours(datetime(2026, 10, 24, 23, 0, tzinfo=UTC), night) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert end_of_quiet_hours(second_time, night) == second_time


# -- digests


def test_the_next_digest_is_at_half_past_eight_tomorrow_once_todays_is_out():
    daily = Habits(SHANGHAI, "daily")
    assert next_digest(shanghai(2, 8, 29), daily) == shanghai(2, 8, 30)
    assert next_digest(shanghai(2, 8, 30), daily) == shanghai(3, 8, 30)


def test_the_weekly_digest_is_on_saturday():
    assert next_digest(shanghai(2, 9), Habits(SHANGHAI, "weekly")) == shanghai(7, 8, 30)


def test_a_digest_that_falls_into_quiet_hours_leaves_at_their_end():
    late_riser = Habits(SHANGHAI, "daily", (time(22), time(10)))
    assert next_digest(shanghai(2, 12), late_riser) == shanghai(3, 10)


def test_the_digest_stays_at_half_past_eight_on_the_clock_when_the_clock_changes():
    daily = Habits(LONDON, "daily")
    assert next_digest(datetime(2026, 3, 28, 9, 0, tzinfo=UTC), daily) == datetime(2026, 3, 29, 7, 30, tzinfo=UTC)


# -- when it leaves


def test_an_immediate_reader_is_told_at_once():
    assert due_at(shanghai(2, 9), Habits(SHANGHAI)).at == shanghai(2, 9)


def test_a_deadline_before_the_digest_leaves_at_once_but_after_the_night():
    kept = Habits(SHANGHAI, "weekly", (time(21), time(8)))
    departure = due_at(shanghai(2, 23), kept, deadline=shanghai(5, 23, 59))
    assert (departure.at, departure.held, departure.in_digest) == (shanghai(3, 8), "quiet_hours", False)


def test_a_deadline_after_the_digest_waits_for_it():
    departure = due_at(shanghai(2, 9), Habits(SHANGHAI, "daily"), deadline=shanghai(5, 23, 59))
    assert (departure.at, departure.held, departure.in_digest) == (shanghai(3, 8, 30), "digest", True)


def test_a_deadline_in_the_minute_of_the_digest_does_not_wait_for_it():
    assert due_at(shanghai(2, 9), Habits(SHANGHAI, "daily"), deadline=shanghai(3, 8, 30)).at == shanghai(2, 9)


def test_what_is_over_the_limit_goes_into_the_next_digest_unless_its_deadline_comes_first():
    kept = Habits(SHANGHAI, max_a_day=5)
    over = due_at(shanghai(2, 9), kept, told_today=5)
    assert (over.at, over.held) == (shanghai(3, 8, 30), "over_limit")
    assert due_at(shanghai(2, 9), kept, told_today=5, deadline=shanghai(2, 23, 59)).at == shanghai(2, 9)
    assert due_at(shanghai(2, 9), kept, told_today=4).at == shanghai(2, 9)


def test_an_urgent_one_waits_for_no_digest_and_no_limit_but_for_the_morning():
    kept = Habits(SHANGHAI, "weekly", (time(21), time(8)), max_a_day=1)
    assert due_at(shanghai(2, 23), kept, urgent=True, told_today=9).at == shanghai(3, 8)


def test_what_was_sent_today_is_counted_by_the_subscribers_own_day():
    # 07:00 in Shanghai is still yesterday in UTC.
    assert on_the_day_of(shanghai(2, 9), [shanghai(2, 7), shanghai(1, 23)], SHANGHAI) == 1


# -- deadlines


def test_a_plain_date_ends_with_its_day_in_the_publications_zone():
    assert deadline_instant(a_deadline("2026-03-31"), SHANGHAI, shanghai(1, 0)) == datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC)


def test_a_deadline_with_an_hour_is_read_in_the_publications_zone():
    assert deadline_instant(a_deadline("2026-03-31T17:00"), SHANGHAI, shanghai(1, 0)) == shanghai(31, 17)


@pytest.mark.parametrize("fact", [None, a_deadline("P5D"), a_deadline("2026-03"), a_deadline("2026-03-31", role=None)])
def test_what_is_no_proved_moment_is_no_deadline(fact: Fact | None):
    assert deadline_instant(fact, SHANGHAI, shanghai(1, 0)) is None


def test_a_date_before_the_publication_is_no_deadline_of_its_reader():
    assert deadline_instant(a_deadline("2026-02-27"), SHANGHAI, shanghai(1, 0)) is None
    assert deadline_instant(a_deadline("2026-03-01"), SHANGHAI, shanghai(1, 9)) is not None
    assert deadline_instant(a_deadline("2026-03-01T17:00"), SHANGHAI, shanghai(1, 17)) == shanghai(1, 17)


def test_too_late_is_what_would_leave_after_its_deadline():
    assert too_late(shanghai(2, 23, 59), shanghai(3, 8))
    assert not too_late(shanghai(2, 23, 59), shanghai(2, 23, 59))
    assert not too_late(None, shanghai(3, 8))


def test_a_reminder_comes_three_days_before_the_deadlines_day():
    assert remind_at(shanghai(31, 23, 59), shanghai(2, 9), SHANGHAI) == shanghai(28, 8)


def test_the_deadlines_day_is_the_subscribers_own():
    # 07:00 on the 31st in Shanghai is the 30th in UTC.
    assert remind_at(shanghai(31, 7), shanghai(2, 9), SHANGHAI) == shanghai(28, 8)


@pytest.mark.parametrize("told_at", [shanghai(28, 8), shanghai(28, 9)])
def test_who_is_told_in_the_last_three_days_needs_no_reminder(told_at: datetime):
    assert remind_at(shanghai(31, 23, 59), told_at, SHANGHAI) is None


def test_a_reminder_of_a_daily_reader_travels_in_the_digest_of_its_own_day():
    at = remind_at(shanghai(31, 23, 59), shanghai(2, 9), SHANGHAI)
    assert at is not None
    assert next_digest(at, Habits(SHANGHAI, "daily")) - at < timedelta(hours=1)
