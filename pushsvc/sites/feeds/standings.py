"""How the feeds stand, for those who look after them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.sites.feeds.queue import is_free
from pushsvc.storage.tables import sites as tables

FeedState = Literal["new", "ok", "failing", "refused", "gone"]
STATES: tuple[FeedState, ...] = get_args(FeedState)


@dataclass(frozen=True)
class FeedStanding:
    """How the poller stands with a feed, for the operator's page. `polled_at`: the last good visit."""

    site: str
    url: str
    state: FeedState
    reason: str | None
    interval_seconds: int
    due_at: Instant
    failures: int
    polled_at: Instant | None
    changed_at: Instant | None
    newest_at: Instant | None
    items: int


async def feeds_of(tx: AsyncConnection, site: str | None = None) -> list[FeedStanding]:
    """How each feed stands, of one site or of all, by site and address."""
    wanted = sa.select(tables.feeds).order_by(tables.feeds.c.site, tables.feeds.c.url)
    rows = await tx.execute(wanted.where(tables.feeds.c.site == site) if site else wanted)
    return [FeedStanding(**{each.name: getattr(row, each.name) for each in fields(FeedStanding)}) for row in rows]


async def count_states(tx: AsyncConnection) -> dict[str, int]:
    """How many feeds are in each state."""
    columns = tables.feeds.c
    rows = await tx.execute(sa.select(columns.state, sa.func.count()).group_by(columns.state))
    return {str(row[0]): int(row[1]) for row in rows}


async def latest(tx: AsyncConnection, now: Instant) -> float:
    """For how many seconds the most overdue feed has waited to be asked."""
    oldest = (await tx.execute(sa.select(sa.func.min(tables.feeds.c.due_at)).where(is_free(now)))).scalar_one_or_none()
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
