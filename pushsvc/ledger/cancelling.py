"""Cancelling what has not left, of one event or of one site: the people stay in the funnel, as cancelled, with the reason.

A newer version of the same publication is planned for them as if they had not been told, which is so. A message that a
connection has in hand is on its way and stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import TOLD_STATES, WAITING_STATES
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.ledger import book
from pushsvc.ledger.not_left import first_planned
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.publications import publications
from pushsvc.storage.tables.sites import events

#: What the deliveries say of it, in the trace too.
CANCELLED, REFUSED = "an operator cancelled it", "an operator refused it"
#: The index of claims finds them, also for a site with years of messages that have left.
_NOT_LEFT = (deliveries.c.channel.in_(CHANNELS), deliveries.c.state.in_(WAITING_STATES))


@dataclass(frozen=True)
class Scope:
    """One event (with its publication, by which its notices are found) or one site."""

    event_id: str = ""
    publication_id: str = ""
    site: str = ""


@dataclass(frozen=True)
class Standing:
    """In people: `waiting` has not left, by channel; `leaving` is in a connection's hands; `left` has left, or may have, of
    the same events."""

    waiting: Mapping[str, int] = field(default_factory=dict)
    leaving: int = 0
    left: int = 0

    @property
    def people(self) -> int:
        return sum(self.waiting.values())


async def of_event(tx: AsyncConnection, event_id: str) -> Scope:
    """Raises NotFound."""
    row = (await tx.execute(sa.select(events.c.publication_id).where(events.c.event_id == event_id))).first()
    if row is None:
        raise NotFound(f"no event {event_id}: `pushsvc trace` finds events by publication or address")
    return Scope(event_id, row.publication_id or "")


async def is_let_go(tx: Transaction, scope: Scope) -> bool:
    """Whether the event was released. Until the commit nobody else releases it."""
    at = sa.select(events.c.released_at).where(events.c.event_id == scope.event_id).with_for_update()
    return (await tx.execute(at)).scalar() is not None


async def standing(tx: AsyncConnection, scope: Scope) -> Standing:
    """How many people's messages could still be cancelled, and how many are on their way or have left."""
    columns = (notices.c.event_id, notices.c.publication_id, deliveries.c.channel, deliveries.c.state)
    counted = _of(scope, sa.select(*columns, sa.func.count().label("people"))).where(*_NOT_LEFT).group_by(*columns)
    waiting: Counter[str] = Counter()
    leaving, concerned = 0, {(scope.publication_id, scope.event_id)} if scope.event_id else set()
    for row in await tx.execute(counted):
        concerned.add((row.publication_id, row.event_id))
        if row.state == "planned":
            waiting[row.channel] += row.people
        else:
            leaving += row.people
    in_order: dict[str, int] = {channel: waiting[channel] for channel in CHANNELS if waiting[channel]}
    return Standing(in_order, leaving, await _left(tx, concerned))


async def _left(tx: AsyncConnection, concerned: Collection[tuple[str, str]]) -> int:
    left = 0
    for publication, event in concerned:
        told = _of(Scope(event, publication), sa.select(sa.func.count())).where(deliveries.c.state.in_(TOLD_STATES))
        left += (await tx.execute(told)).scalar_one()
    return left


@dataclass(frozen=True)
class Page:
    """How many people's messages were cancelled, and after which subscriber the next page begins; None: it was the last."""

    people: int
    after: int | None


async def cancel_page(tx: Transaction, scope: Scope, now: Instant, why: str, after: int = 0) -> Page:
    """Cancel the next page of what has not left."""
    what = _of(scope, sa.select(notices.c.notice_id, notices.c.delivery_id, notices.c.subscriber_no))
    if scope.event_id:
        people = what.where(notices.c.subscriber_no >= after, deliveries.c.state == "planned")
        rows = list((await tx.execute(people.order_by(notices.c.subscriber_no).limit(book.NAMED_AT_ONCE))).all())
    else:  # what was cancelled is not found again
        rows = await first_planned(tx, what)
    more = len(rows) == book.NAMED_AT_ONCE if scope.event_id else bool(rows)
    following = rows[-1].subscriber_no if more else None
    # Locked before their notices, and looked at again: a connection may have taken some since.
    states = await book.states_of(tx, {row.delivery_id for row in rows})
    rows = [row for row in rows if states[row.delivery_id] == "planned"]
    if not rows:
        return Page(0, following)
    done = await tx.execute(
        sa.update(notices)
        .where(one_of(tx, notices.c.notice_id, [row.notice_id for row in rows]), notices.c.state == "planned")
        .values(state="cancelled", remind_at=None)
    )
    await book.cancel_empty(tx, {row.delivery_id for row in rows}, why, now)
    return Page(int(done.rowcount), following)


def _of(scope: Scope, what: sa.Select[Any]) -> sa.Select[Any]:
    joined = what.select_from(notices).join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
    if scope.event_id:
        return joined.where(
            notices.c.publication_id == scope.publication_id,
            notices.c.event_id == scope.event_id,
            notices.c.state == "planned",
        )
    return joined.join(publications, publications.c.publication_id == notices.c.publication_id).where(
        # Not by the index of sites: that would read all that the site ever told, to find the few that wait.
        sa.func.coalesce(publications.c.site, "") == scope.site,
        notices.c.state == "planned",
    )
