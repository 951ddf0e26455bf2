"""What in a feed is news, and what only looks so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from pushsvc.domain.time import Instant, to_micros
from pushsvc.sites.feeds.items import Feed, Item, keys_of

MOST_AT_ONCE = 200
"""Events that one visit makes. What is left is still news at the next visit."""
OLD = timedelta(days=30)
"""An entry dated so long before the last visit was there, somewhere: the list has grown longer, or was put in another order."""
OLD_IN_EMPTY = timedelta(days=1)
"""The same for a feed that had been empty until now: what fills it all at once is mostly an archive."""
FEW = 10
"""Of so many known entries or more, half do not change at once: then the feed has got another form, or dates of now."""
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True)
class Noted:
    """An entry as it was when it was last new or changed: its fingerprint, and the moment."""

    fingerprint: bytes
    at: Instant


@dataclass(frozen=True)
class Standing:
    """What is known of the feed. `visited`: the last good visit, None before the first. `was_empty`: it never had entries."""

    visited: Instant | None
    was_empty: bool
    known: Mapping[bytes, Noted]
    """The entries that were seen, by their keys."""


@dataclass(frozen=True)
class Sighting:
    """One entry as it is now. `event` is what it makes: "published", "updated", or None when it is only noted."""

    key: bytes
    item: Item
    fingerprint: bytes
    event: str | None
    before: Instant | None = None
    """When what it said before was noted."""


@dataclass(frozen=True)
class Findings:
    """`seen`: entries that are new or changed, of which at most MOST_AT_ONCE make events. `left`: more of them wait.

    `restyled`: so many known entries say something else at once that no edit is seen in it.
    """

    seen: tuple[Sighting, ...]
    left: int
    restyled: int = 0


def findings(feed: Feed, standing: Standing) -> Findings:
    """What of `feed` is to be told or noted.

    At the first visit everything is only noted, whatever its date: who joins a service does not want last month's news, and a
    date is easily wrong. Later an entry that was never seen is `published`, unless it is old; one that says something else than
    before is `updated`, unless most do at once. An entry that is gone from the list says nothing: lists show the newest only.
    """
    changed = []
    for key, item in keys_of(feed.items):
        known, mark = standing.known.get(key), item.fingerprint()
        if known is None or known.fingerprint != mark:
            changed.append(Sighting(key, item, mark, _event(item, known, standing), known.at if known else None))
    edited = sum(1 for each in changed if each.before)
    restyled = edited if len(standing.known) >= FEW and edited * 2 > len(standing.known) else 0
    if restyled:
        changed = [replace(each, event=None) if each.before else each for each in changed]
    telling = sorted((each for each in changed if each.event), key=_newest_first)
    kept = [each for each in changed if not each.event] + telling[:MOST_AT_ONCE]
    return Findings(tuple(kept), len(telling[MOST_AT_ONCE:]), restyled)


def newest_date(feed: Feed, now: Instant) -> Instant | None:
    """The latest date that an entry says, leaving out those that lie ahead."""
    dates = [item.dated for item in feed.items if item.dated and item.dated <= now + _CLOCKS_DIFFER]
    return min(max(dates), now) if dates else None


def event_id(feed_id: str, sighting: Sighting) -> str:
    """The webhook-id of a sighting's event: the same as long as the sighting is not written down.

    The moment of what it said before is in it: an entry that goes back to earlier words has changed again.
    """
    before = to_micros(sighting.before) if sighting.before else 0
    return f"{feed_id}.{sighting.key.hex()[:32]}.{sighting.fingerprint.hex()[:32]}.{before}"


def as_event(sighting: Sighting, now: Instant) -> dict[str, Any]:
    """The publication event: the address, and when it was published unless that lies ahead.

    Not the title and not the text: in feeds they are often cut or decorated, and what a page says of itself is better. The
    page is fetched.
    """
    said = sighting.item.published
    when = {"published_at": said.isoformat()} if said and said <= now + _CLOCKS_DIFFER else {}
    return {"event": sighting.event, "url": sighting.item.url, **when}


def _event(item: Item, known: Noted | None, standing: Standing) -> str | None:
    if known is not None:
        return "updated"
    if standing.visited is None:
        return None
    if item.dated is None:
        return None if standing.was_empty else "published"
    limit = OLD_IN_EMPTY if standing.was_empty else OLD
    return "published" if item.dated >= standing.visited - limit else None


def _newest_first(sighting: Sighting) -> float:
    return -sighting.item.dated.timestamp() if sighting.item.dated else 0.0
