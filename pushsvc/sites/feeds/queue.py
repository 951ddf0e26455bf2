"""When each feed is asked: one row a feed, taken under a lease, one at a time and at a pace for each host."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.sites.feeds.news import Noted
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of, upsert
from pushsvc.storage.tables import sites as tables

LEASE = timedelta(seconds=120)
"""A visit takes 15 s at most; a sitemap index four of them; and then what is new is sent."""
FORGOTTEN = timedelta(days=400)
_PIECE = 2_000


@dataclass(frozen=True)
class Visit:
    """One feed to ask now. `leased_until` is also the proof that the row is still ours when the answer has come."""

    feed_id: str
    site: str
    url: str
    etag: str | None
    modified: str | None
    failures: int
    visited: Instant | None
    items: int
    newest_at: Instant | None
    changed_at: Instant | None
    due_at: Instant
    leased_until: Instant


async def any_due(tx: AsyncConnection, now: Instant) -> bool:
    """Whether a feed is due that nobody is asking."""
    return (await tx.execute(sa.select(tables.feeds.c.feed_id).where(is_free(now)).limit(1))).first() is not None


async def claim(tx: Transaction, now: Instant, pace: timedelta, most: int) -> list[Visit]:
    """Takes the longest due feed of up to `most` hosts that may be asked now and are not being asked."""
    # Pollers and fetchers take turns: each then sees which hosts the one before it is asking.
    await one_after_another(tx, "fetch", ["claim"])
    columns = tables.feeds.c
    place = sa.func.row_number().over(partition_by=columns.host, order_by=(columns.due_at, columns.feed_id))
    due = sa.select(columns.feed_id, columns.due_at, place.label("place")).where(is_free(now), ~_busy(now)).subquery()
    ours = sa.select(due.c.feed_id).where(due.c.place == 1).order_by(due.c.due_at).limit(most)
    taken = await tx.execute(
        sa.update(tables.feeds)
        .where(columns.feed_id.in_(ours.scalar_subquery()), is_free(now))
        .values(leased_until=now + LEASE)
        .returning(tables.feeds)
    )
    rows = taken.all()
    hosts = [{"host": host, "next_at": now + pace} for host in sorted({row.host for row in rows})]
    await upsert(tx, tables.fetch_hosts, hosts, update=("next_at",))
    return [
        Visit(
            row.feed_id, row.site, row.url, row.etag, row.modified, row.failures, row.polled_at, row.items, row.newest_at,
            row.changed_at, row.due_at, row.leased_until,
        )
        for row in rows
    ]  # fmt: skip


async def known_items(tx: AsyncConnection, feed_id: str, keys: Collection[bytes]) -> dict[bytes, Noted]:
    """Of the entries with these keys those that were seen, as they were then."""
    columns, wanted = tables.feed_items.c, sorted(keys)
    known: dict[bytes, Noted] = {}
    for start in range(0, len(wanted), _PIECE):
        these = one_of(tx, columns.item_hash, wanted[start : start + _PIECE])
        rows = await tx.execute(sa.select(tables.feed_items).where(columns.feed_id == feed_id, these))
        known |= {row.item_hash: Noted(row.fingerprint, row.seen_at) for row in rows}
    return known


async def visited(
    tx: Transaction, visit: Visit, now: Instant, values: Mapping[str, object], seen: Sequence[tuple[bytes, bytes]]
) -> bool:
    """A visit has ended well or badly: writes the feed's `values` and the entries (key, fingerprint) that were seen.

    False when the lease was lost or the registry has dropped the feed: then nothing is written.
    """
    columns = tables.feeds.c
    done = await tx.execute(
        sa.update(tables.feeds)
        .where(columns.feed_id == visit.feed_id, columns.leased_until == visit.leased_until)
        .values(leased_until=None, **values)
    )
    if not done.rowcount:
        return False
    rows = [{"feed_id": visit.feed_id, "item_hash": key, "fingerprint": mark, "seen_at": now} for key, mark in seen]
    for start in range(0, len(rows), _PIECE):
        await upsert(tx, tables.feed_items, rows[start : start + _PIECE], update=("fingerprint", "seen_at"))
    return True


async def forget_items(tx: Transaction, feed_id: str, present: Collection[bytes], now: Instant) -> None:
    """Forgets entries that fell off the list and were last new or changed more than 400 days ago."""
    columns = tables.feed_items.c
    old = await tx.execute(
        sa.select(columns.item_hash).where(columns.feed_id == feed_id, columns.seen_at < now - FORGOTTEN).limit(_PIECE)
    )
    gone = [key for key in old.scalars() if key not in present]
    if gone:
        await tx.execute(sa.delete(tables.feed_items).where(columns.feed_id == feed_id, columns.item_hash.in_(gone)))


async def void_leases(tx: Transaction) -> None:
    """At the start of an installation's only process: what the last one was asking is asked at once."""
    await tx.execute(sa.update(tables.feeds).values(leased_until=None).where(tables.feeds.c.leased_until.is_not(None)))


def is_free(now: Instant) -> sa.ColumnElement[bool]:
    """It is due, and nobody is asking for it."""
    columns = tables.feeds.c
    return sa.and_(columns.due_at <= now, sa.or_(columns.leased_until.is_(None), columns.leased_until < now))


def _busy(now: Instant) -> sa.ColumnElement[bool]:
    """Its host rests, or is being asked for another feed or for a page."""
    columns, other = tables.feeds.c, tables.feeds.alias()
    resting = sa.select(tables.fetch_hosts.c.host).where(tables.fetch_hosts.c.next_at > now)
    asked_for_feeds = sa.select(other.c.host).where(other.c.leased_until >= now)
    asked_for_pages = sa.select(tables.fetches.c.host).where(
        tables.fetches.c.state == "waiting", tables.fetches.c.leased_until >= now
    )
    return sa.or_(columns.host.in_(resting), columns.host.in_(asked_for_feeds), columns.host.in_(asked_for_pages))
