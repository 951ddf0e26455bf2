"""How often a feed is asked: often while it is lively, rarely while it sleeps, and never more often than it wants."""

from __future__ import annotations

from datetime import timedelta

from pushsvc.domain.time import Instant

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
#: A feed whose newest entry is an hour old may have another soon; one that has been still for a month will not mind a day.
_PART_OF_AGE = 48
#: A feed that fails is asked again after 5 minutes, then after twice as long each time, up to this.
LONGEST_AFTER_FAULT = timedelta(hours=6)


def interval(now: Instant, newest: Instant | None, *asked_for_seconds: int | None) -> timedelta:
    """How long to wait after a good visit: a 48th of the time since anything new, 5 minutes to 24 hours.

    `newest` is when the feed last had something new; `asked_for_seconds` are its ttl, its update period, its Cache-Control:
    it is not asked more often than that, but at least once a day.
    """
    quiet = max(timedelta(), now - newest) if newest else LONGEST
    asked_for = timedelta(seconds=max((min(each, LONGEST.total_seconds()) for each in asked_for_seconds if each), default=0))
    return _between(max(quiet / _PART_OF_AGE, asked_for))


def after_fault(failures: int, wait: timedelta = timedelta()) -> timedelta:
    """How long to wait after the `failures`-th fault in a row, at least the `wait` that the server asked for."""
    pause = min(SHORTEST * 2 ** min(max(failures, 1) - 1, 20), LONGEST_AFTER_FAULT)
    return _between(max(pause, wait))


def spread(feed_id: str, pause: timedelta) -> timedelta:
    """`pause`, up to 10% longer, by the feed's id: feeds that were registered together do not stay in step."""
    share = int(feed_id[-4:], 16) / 0xFFFF
    return min(pause * (1 + 0.1 * share), LONGEST)


def _between(pause: timedelta) -> timedelta:
    return min(max(pause, SHORTEST), LONGEST)
