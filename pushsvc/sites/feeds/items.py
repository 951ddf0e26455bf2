"""What a feed lists, whatever its format."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, PushsvcError
from pushsvc.sites.addresses import canonical

FeedKind = Literal["rss", "rdf", "atom", "json", "sitemap", "sitemap index", "lines"]
MAX_ITEMS = 10_000
"""Of a longer feed the newest so many are looked at."""


class NotAFeed(PushsvcError):
    """What came is no feed, or none that can be read: the message says why."""


@dataclass(frozen=True)
class Item:
    """One entry. `published` and `updated` are what the feed says, in UTC; `said` is all of its own words, for telling an edit.

    `guid` is the feed's id of it, "" where it gives none; `url` is absolute, as written.
    """

    url: str
    address: str
    """The canonical address: the publication that the item points to."""
    guid: str = ""
    title: str = ""
    published: Instant | None = None
    updated: Instant | None = None
    said: str = ""

    @property
    def dated(self) -> Instant | None:
        """When it was published, or where that is not said, changed."""
        return self.published or self.updated

    def fingerprint(self) -> bytes:
        """32 bytes that change when the entry says something else, with or without a new date."""
        moments = [each.isoformat() if each else "" for each in (self.published, self.updated)]
        return hashlib.sha256("\x1f".join([self.address, self.title, *moments, self.said]).encode("utf-8", "replace")).digest()


@dataclass(frozen=True)
class Feed:
    """A feed that was read. `skipped`: why entries were left out, with how many. `ttl_seconds`: how often it wants to be asked.

    `parts` are the sitemaps of a sitemap index, the newest first.
    """

    kind: FeedKind
    items: tuple[Item, ...]
    skipped: Mapping[str, int]
    ttl_seconds: int | None = None
    parts: tuple[str, ...] = ()


def an_item(
    url: str,
    *,
    guid: str = "",
    title: str = "",
    published: Instant | None = None,
    updated: Instant | None = None,
    said: str = "",
) -> Item:
    """An item at an absolute address. BadInput when it is none that a browser could open."""
    return Item(url.strip(), canonical(url.strip(), "link"), guid[:1000], title[:500], published, updated, said)


def keys_of(items: Iterable[Item]) -> list[tuple[bytes, Item]]:
    """Each item under the 32 bytes by which it is known again; of items under one key the first.

    That is the feed's own id of it. Where the feed gives one id to several addresses, as broken systems do, their addresses
    tell them apart.
    """
    listed = list(items)
    pairs = {(item.guid, item.address) for item in listed if item.guid}
    addresses = Counter(guid for guid, _ in pairs)
    known: dict[bytes, Item] = {}
    for item in listed:
        name = f"id {item.guid}" if item.guid and addresses[item.guid] == 1 else f"address {item.address}"
        known.setdefault(hashlib.sha256(name.encode("utf-8", "replace")).digest(), item)
    return list(known.items())


def newest(items: list[Item]) -> tuple[Item, ...]:
    """At most MAX_ITEMS, in the feed's order: of a longer list the newest, and of those without a date the first."""
    if len(items) <= MAX_ITEMS:
        return tuple(items)
    dates = [item.dated for item in items]
    ranked = sorted(range(len(items)), key=lambda place: (-(d.timestamp() if (d := dates[place]) else 0.0), place))
    return tuple(items[place] for place in sorted(ranked[:MAX_ITEMS]))


class Collected:
    """Entries on their way into a Feed: the good ones, and why others were left out."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.skipped: Counter[str] = Counter()

    def add(self, url: str | None, **fields: object) -> None:
        """Take an entry in, or count the reason against it."""
        if not url:
            self.skipped["it has no address"] += 1
            return
        try:
            self.items.append(an_item(url, **fields))  # type: ignore[arg-type]
        except BadInput as error:
            self.skipped[f"its address is none ({error.problems[0].message[:120]})"] += 1

    def feed(self, kind: FeedKind, ttl_seconds: int | None = None) -> Feed:
        return Feed(kind, newest(self.items), dict(self.skipped), ttl_seconds)
