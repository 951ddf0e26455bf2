"""What a visit leaves in the feed's row: its state, what an operator should know, and when it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pushsvc.domain.time import Instant
from pushsvc.sites.feeds.client import Answer
from pushsvc.sites.feeds.items import Feed
from pushsvc.sites.feeds.news import Findings, newest_date
from pushsvc.sites.feeds.queue import Visit
from pushsvc.sites.feeds.rhythm import SHORTEST, after_fault, interval, spread

MAX_PARTS = 3
"""Of a sitemap index the sitemaps that changed last are read, so many."""
_MAX_REASON = 500


def as_before(visit: Visit, answer: Answer, now: Instant) -> dict[str, Any]:
    """Nothing has changed."""
    pause = interval(now, _latest(visit.newest_at, visit.changed_at), answer.max_age)
    recovered = {"reason": None} if visit.failures else {}
    return {"state": "ok", "failures": 0, "polled_at": now, **_again(visit, now, pause), **recovered}


def as_read(
    visit: Visit, answer: Answer, feed: Feed, found: Findings, told: int, refused: Sequence[str], now: Instant
) -> dict[str, Any]:
    """It was read: `told` events were made, `refused` says why others were not."""
    newest_at = _latest(newest_date(feed, now), visit.newest_at)
    first = visit.visited is None and bool(feed.items)
    changed_at = now if told or first else visit.changed_at
    # At the first sight nothing is new to us: how lively the feed is, its own dates say.
    lively = _latest(newest_at, visit.changed_at if first else changed_at)
    pause = SHORTEST if found.left else interval(now, lively, feed.ttl_seconds, answer.max_age)
    return {
        "state": "ok", "reason": _remark(answer, feed, found, refused), "failures": 0, "polled_at": now, "newest_at": newest_at,
        "changed_at": changed_at, "items": len(feed.items), **_again(visit, now, pause),
        # While entries are left, the answer must come whole again.
        "etag": None if found.left else answer.etag, "modified": None if found.left else answer.modified,
    }  # fmt: skip


def as_failed(visit: Visit, state: str, reason: str, wait: timedelta, now: Instant) -> dict[str, Any]:
    """It could not be read; what is known of its entries stays."""
    failures = visit.failures + 1
    again = _again(visit, now, after_fault(failures, wait))
    return {"state": state, "reason": reason[:_MAX_REASON], "failures": failures, **again}


def _again(visit: Visit, now: Instant, pause: timedelta) -> dict[str, Any]:
    pause = spread(visit.feed_id, pause)
    return {"interval_seconds": int(pause.total_seconds()), "due_at": now + pause}


def _latest(*moments: Instant | None) -> Instant | None:
    return max((each for each in moments if each), default=None)


def _remark(answer: Answer, feed: Feed, found: Findings, refused: Sequence[str]) -> str | None:
    """What the operator should know of a feed that can be read."""
    words = [f"{number} entries left out, because {reason}" for reason, number in sorted(feed.skipped.items())[:3]]
    if found.restyled:
        words.append(
            f"{found.restyled} entries say something else all at once: taken for a new form of the feed, not for edits"
        )
    if refused:
        words.append(f"{len(refused)} entries refused, the first: {refused[0]}")
    if answer.moved_to:
        words.append(f"it has moved for good to {answer.moved_to}: name that address in the registry")
    if len(feed.parts) > MAX_PARTS:
        words.append(f"of {len(feed.parts)} sitemaps only the {MAX_PARTS} that changed last are read")
    return "; ".join(words)[:_MAX_REASON] or None
