"""What a site has sent, for whoever looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.publications import EventWord, Outcome
from pushsvc.domain.time import Instant
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.sites import events, site_domains


@dataclass(frozen=True)
class Sent:
    """One event of a site with what became of it. `dead_reason`: why it could not be handled."""

    event_id: str
    site: str
    event: EventWord
    url: str
    origin: str
    title: str
    outcome: Outcome | None
    publication_id: str | None
    version_id: str | None
    received_at: Instant
    test: bool = False


async def events_of(
    tx: AsyncConnection, site: str, most: int, *, before: Instant | None = None, after: Instant | None = None
) -> Sequence[Sent]:
    """The site's events without its tests, the newest first: those received before a moment, or the next ones after it."""
    columns = events.c
    query = sa.select(events).where(columns.site == site, columns.test.is_(False))
    if after is not None:
        rows = (await tx.execute(query.where(columns.received_at > after).order_by(columns.received_at).limit(most))).all()
        return [_sent(row) for row in reversed(rows)]
    if before is not None:
        query = query.where(columns.received_at < before)
    return [_sent(row) for row in await tx.execute(query.order_by(columns.received_at.desc()).limit(most))]


async def event_of(tx: AsyncConnection, site: str, event_id: str) -> Sent | None:
    """One event of this site, a test too; None for another site's."""
    row = (await tx.execute(sa.select(events).where(events.c.event_id == event_id, events.c.site == site))).first()
    return None if row is None else _sent(row)


async def last_signed(tx: AsyncConnection, site: str) -> Sent | None:
    """The last event that came with the site's signature, a test too."""
    columns = events.c
    query = sa.select(events).where(columns.site == site, columns.origin == "api").order_by(columns.received_at.desc()).limit(1)
    row = (await tx.execute(query)).first()
    return None if row is None else _sent(row)


async def why_dead(tx: AsyncConnection, event_id: str) -> str:
    """Why an event could not be handled, as the stage or the fetcher said it; empty where nothing is wrong."""
    letters = dead_letters.c
    said = sa.select(letters.reason).where(letters.event_id == event_id, letters.replayed_at.is_(None))
    reason = (await tx.execute(said.order_by(letters.dead_letter_id.desc()).limit(1))).scalar()
    own = sa.select(events.c.dead_reason).where(events.c.event_id == event_id)
    return str(reason or (await tx.execute(own)).scalar() or "")


async def domains_of(tx: AsyncConnection, site: str) -> Sequence[str]:
    """The addresses at which the site publishes, as in `www.sc.example/chengdu`."""
    columns = site_domains.c
    rows = await tx.execute(
        sa.select(columns.host, columns.path).where(columns.site == site).order_by(columns.host, columns.path)
    )
    return [f"{row.host}{row.path}" for row in rows]


def _sent(row: sa.Row[Any]) -> Sent:
    title = (row.declared or {}).get("title") or ""
    return Sent(
        row.event_id, row.site, row.event, row.url, row.origin, title, row.outcome, row.publication_id, row.version_id,
        row.received_at, row.test,
    )  # fmt: skip
