"""One subscriber as an operator may see her: what she was told and by which ways, never an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.profiles import endpoints, interests, subscribers
from pushsvc.storage.tables.publications import versions

NOTICES_A_PAGE = 20


@dataclass(frozen=True)
class Way:
    """An endpoint without its address. `state`: open, stopped, dead, no longer named."""

    channel: str
    state: str
    since: Instant


@dataclass(frozen=True)
class Person:
    """A subscriber, with nothing that says who it is but the id that the importer gave."""

    subscriber_no: int
    subscriber_id: str
    kind: str
    created_at: Instant
    paused_until: Instant | None
    interests: int
    ways: Sequence[Way]


async def person(tx: AsyncConnection, *, subscriber_id: str | None = None, number: int | None = None) -> Person | None:
    """The subscriber of this id, or of this number."""
    which = subscribers.c.subscriber_no == number if number is not None else subscribers.c.subscriber_id == subscriber_id
    row = (await tx.execute(sa.select(subscribers).where(which))).first()
    if row is None:
        return None
    theirs = sa.select(endpoints).where(endpoints.c.subscriber_no == row.subscriber_no).order_by(endpoints.c.position)
    awake = sa.select(sa.func.count()).where(interests.c.subscriber_no == row.subscriber_no, interests.c.paused.is_(False))
    many, ways = (await tx.execute(awake)).scalar_one(), [_way(one) for one in await tx.execute(theirs)]
    return Person(row.subscriber_no, row.subscriber_id, row.kind, row.created_at, row.paused_until, many, ways)


def _way(row: Any) -> Way:
    if row.suppressed_at is not None:
        return Way(row.channel, "dead", row.suppressed_at)
    if row.withdrawn_at is not None and row.withdrawn_at >= row.consent_at:
        return Way(row.channel, "stopped", row.withdrawn_at)
    if row.closed_at is not None:
        return Way(row.channel, "closed", row.closed_at)
    return Way(row.channel, "open", row.consent_at)


@dataclass(frozen=True)
class Told:
    """One notice to a person, with where it stands. `state`: its delivery's while one carries it."""

    notice_id: str
    kind: str
    publication_id: str
    title: str
    state: str
    suppressed: str | None
    held: str
    channel: str | None
    delivery_id: str | None
    at: Instant


async def told(tx: AsyncConnection, subscriber_no: int, after: str = "") -> tuple[Sequence[Told], str]:
    """A page of this person's notices, newest first, those that were never sent too; and what the next page begins after."""
    query = (
        sa.select(
            notices, deliveries.c.state.label("carried"), deliveries.c.held, deliveries.c.channel, deliveries.c.ended_at,
            versions.c.title,
        )
        .outerjoin_from(notices, deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .outerjoin(versions, versions.c.version_id == notices.c.version_id)
        .where(notices.c.subscriber_no == subscriber_no)
        .order_by(notices.c.created_at.desc(), notices.c.notice_id.desc())
        .limit(NOTICES_A_PAGE + 1)
    )  # fmt: skip
    moment, _, last = after.partition("-")
    if moment.isdecimal() and len(moment) < 18:
        query = query.where(sa.tuple_(notices.c.created_at, notices.c.notice_id) < (from_micros(int(moment)), last))
    rows = (await tx.execute(query)).all()
    shown = rows[:NOTICES_A_PAGE]
    next_after = f"{to_micros(shown[-1].created_at)}-{shown[-1].notice_id}" if len(rows) > NOTICES_A_PAGE else ""
    return [_told(row) for row in shown], next_after


def _told(row: Any) -> Told:
    planned = row.state == "planned"
    return Told(
        row.notice_id, row.kind, row.publication_id, row.title or "", row.carried or row.state if planned else row.state,
        None if planned else row.suppressed, (row.held or "") if planned else "", row.channel, row.delivery_id,
        (row.ended_at if planned else None) or row.created_at,
    )  # fmt: skip
