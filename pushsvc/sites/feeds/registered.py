"""The feeds that the registry names: each has a row of its own while it is named."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.ids import derived_id
from pushsvc.domain.time import Instant
from pushsvc.sites.addresses import parse
from pushsvc.sites.feeds.rhythm import SHORTEST
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables import sites as tables

_PIECE = 2_000


async def follow_registry(tx: Transaction, now: Instant) -> int:
    """Takes up the feeds that the registry names anew, drops those that it names no longer; gives how many moved."""
    await one_after_another(tx, "feeds", ["registry"])
    feeds, named = tables.feeds, tables.site_feeds
    here = sa.and_(feeds.c.site == named.c.site, feeds.c.url == named.c.url)
    fresh = await tx.execute(sa.select(named.c.site, named.c.url).where(~sa.exists().where(here)))
    rows = [_row(row.site, row.url, now) for row in fresh]
    for start in range(0, len(rows), _PIECE):
        await insert_new(tx, feeds, rows[start : start + _PIECE])
    dropped = await tx.execute(sa.delete(feeds).where(~sa.exists().where(here)).returning(feeds.c.feed_id))
    ids = list(dropped.scalars())
    for start in range(0, len(ids), _PIECE):
        piece = ids[start : start + _PIECE]
        await tx.execute(sa.delete(tables.feed_items).where(tables.feed_items.c.feed_id.in_(piece)))
    return len(rows) + len(ids)


async def registry_moved(tx: AsyncConnection) -> bool:
    """Whether `follow_registry` would find something to do: a look, no write."""
    feeds, named = tables.feeds, tables.site_feeds
    here = sa.and_(feeds.c.site == named.c.site, feeds.c.url == named.c.url)
    for missing in (
        sa.select(named.c.site).where(~sa.exists().where(here)),
        sa.select(feeds.c.site).where(~sa.exists().where(here)),
    ):
        if (await tx.execute(missing.limit(1))).first() is not None:
            return True
    return False


def _row(site: str, url: str, now: Instant) -> dict[str, object]:
    return {
        "feed_id": derived_id("fed", site, url), "site": site, "url": url, "host": parse(url).authority, "state": "new",
        "interval_seconds": int(SHORTEST.total_seconds()), "due_at": now, "failures": 0, "items": 0,
    }  # fmt: skip
