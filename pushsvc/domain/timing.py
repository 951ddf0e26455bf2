"""When a notice may leave: quiet hours, digests, the daily limit, deadlines. Wall-clock times are the subscriber's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from pushsvc.domain.notices import Held
from pushsvc.domain.subscribers import Channel, Frequency, Preferences
from pushsvc.domain.summaries import Fact
from pushsvc.domain.time import Instant

DIGEST_AT = time(8, 30)
WEEKLY_ON = 5  # Saturday, as date.weekday() counts
#: Before the digest, so that a reminder of a daily reader travels in the digest of that very day.
REMINDER_AT = time(8, 0)
REMINDER_DAYS = 3
#: CONTRACT's defaults, for channels that ring in a pocket; email has none.
DEFAULT_QUIET_HOURS = ("21:00", "08:00")
DEFAULT_MAX_A_DAY = 5
RINGING: tuple[Channel, ...] = ("sms", "wechat")


@dataclass(frozen=True)
class Habits:
    """One subscriber's preferences read for one channel. `quiet` is None when any hour will do, `max_a_day` when any number."""

    zone: tzinfo
    frequency: Frequency = "immediate"
    quiet: tuple[time, time] | None = None
    max_a_day: int | None = None


@dataclass(frozen=True)
class Departure:
    """When a message leaves, in UTC, and what it waits for. `in_digest`: together with what else waits for that digest."""

    at: Instant
    held: Held = ""
    in_digest: bool = False


@lru_cache(maxsize=20_000)
def habits(preferences: Preferences, channel: Channel, zone: str) -> Habits:
    """CONTRACT's rule for what is not said: on SMS and WeChat quiet from 21:00 to 08:00 and five a day, on email neither."""
    hours = preferences.quiet_hours
    if hours is None:
        hours = DEFAULT_QUIET_HOURS if channel in RINGING else ()
    most = preferences.max_a_day
    if most is None and channel in RINGING:
        most = DEFAULT_MAX_A_DAY
    quiet = (time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if len(hours) == 2 else None
    if quiet and quiet[0] == quiet[1]:
        quiet = None
    return Habits(ZoneInfo(zone), preferences.frequency, quiet, most)


def instant_of(day: date, at: time, zone: tzinfo) -> Instant:
    """The wall-clock moment in UTC. An hour that a daylight-saving change skips counts as the next that exists; of an hour
    that comes twice, the first counts."""
    wall = datetime.combine(day, at, zone)
    there = wall.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return there
    # In a gap the two readings of the wall time lie on either side of the change: close in on it.
    low, high = wall.replace(fold=1).astimezone(UTC), there
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def end_of_quiet_hours(now: Instant, habits: Habits) -> Instant:
    """`now`, or when it falls into the quiet hours, their end."""
    if habits.quiet is None:
        return now
    start, end = habits.quiet
    today = now.astimezone(habits.zone).date()
    for day in (today - timedelta(days=1), today):
        # Read as instants, not as wall times: in the hour that comes twice, only so is "still quiet" well defined.
        begins = instant_of(day, start, habits.zone)
        ends = instant_of(day if start < end else day + timedelta(days=1), end, habits.zone)
        if begins <= now < ends:
            return ends
    return now


def next_digest(now: Instant, habits: Habits) -> Instant:
    """The subscriber's next digest after `now`: 08:30 in their zone, on Saturday for a weekly one; after quiet hours."""
    day = now.astimezone(habits.zone).date()
    while True:
        at = instant_of(day, DIGEST_AT, habits.zone)
        if at > now and (habits.frequency != "weekly" or day.weekday() == WEEKLY_ON):
            return end_of_quiet_hours(at, habits)
        day += timedelta(days=1)


def due_at(
    now: Instant,
    habits: Habits,
    *,
    deadline: Instant | None = None,
    urgent: bool = False,
    may_pass_quiet_hours: bool = False,
    told_today: int = 0,
    in_digest: bool | None = None,
) -> Departure:
    """When a notice that is decided at `now` may leave, in UTC.

    An urgent one leaves as soon as the quiet hours end, and at once where it `may_pass_quiet_hours` (an emergency that two
    people have approved). Otherwise the subscriber's frequency decides (or `in_digest`, where the kind of notice does), and
    what is over the daily limit goes into the next digest. A deadline that falls before that digest does not wait for it: the
    notice leaves after the quiet hours. `told_today`: how many messages count against the limit on the day on which it would
    leave.
    """
    if urgent and may_pass_quiet_hours:
        return Departure(now)
    awake = end_of_quiet_hours(now, habits)
    at_once = Departure(awake, "quiet_hours" if awake > now else "")
    if urgent:
        return at_once
    wants_digest = habits.frequency != "immediate" if in_digest is None else in_digest
    over = habits.max_a_day is not None and told_today >= habits.max_a_day
    if not wants_digest and not over:
        return at_once
    digest = next_digest(now, habits)
    if deadline is not None and deadline <= digest:
        return at_once
    return Departure(digest, "digest" if wants_digest else "over_limit", in_digest=True)


def deadline_instant(fact: Fact | None, zone: tzinfo, since: Instant) -> Instant | None:
    """The reader's deadline in UTC: a plain date ends with its day in the publication's `zone`.

    `since` is when it was published, or where that is not known, now. A date before it is not the reader's: an old text, or
    one that was read wrongly. Then, as when there is none, None.
    """
    if fact is None or not fact.role:
        return None
    value = str(fact.value)
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None  # a month, or an ISO duration: no moment that could be kept or missed
    if len(value) == len("2026-03-31"):
        ends = instant_of(when.date() + timedelta(days=1), time(), zone) - timedelta(seconds=1)
    else:
        ends = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    return ends if ends >= since else None


def too_late(deadline: Instant | None, leaves_at: Instant) -> bool:
    """Whether the message would leave after its deadline."""
    return deadline is not None and deadline < leaves_at


def remind_at(deadline: Instant | None, told_at: Instant, zone: tzinfo) -> Instant | None:
    """08:00 in the subscriber's zone, three days before the deadline's day; None for who is told later than that anyway."""
    if deadline is None:
        return None
    day = deadline.astimezone(zone).date() - timedelta(days=REMINDER_DAYS)
    at = instant_of(day, REMINDER_AT, zone)
    return at if told_at < at else None


def on_the_day_of(moment: Instant, others: Iterable[Instant], zone: tzinfo) -> int:
    """How many of `others` fall on the calendar day of `moment` in `zone`."""
    day = moment.astimezone(zone).date()
    return sum(1 for other in others if other.astimezone(zone).date() == day)
