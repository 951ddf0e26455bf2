"""What waits for a person's word: events for more than MAX_PEOPLE until an operator releases them, what is published by a
paused site until it is resumed, and SMS to many until two people have approved them (`approving`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.notices import Held, NoticeKind
from pushsvc.domain.records import Output
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.ledger import book
from pushsvc.ledger.changes import PAGE_PEOPLE
from pushsvc.ledger.matters import UNTIL_RELEASED, Matter, Person
from pushsvc.ledger.planning import plan_people
from pushsvc.ledger.waits import held_by_version
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.publications import revisions
from pushsvc.storage.tables.sites import events

Hold = Literal["release", "site", "approval"]


async def release(tx: Transaction, event_id: str, clock: Clock) -> list[Output]:
    """Let an event go that waited because of MAX_PEOPLE. Publish the outputs in the same transaction.

    The planner then plans its people anew, page by page, for the hour at which they are released. Raises NotFound. Again is
    a no-op that gives the same outputs.
    """
    row = (await tx.execute(sa.select(events.c.publication_id).where(events.c.event_id == event_id))).first()
    if row is None:
        raise NotFound(f"no event {event_id}: `pushsvc trace` finds events by publication or address")
    await tx.execute(
        sa.update(events).where(events.c.event_id == event_id, events.c.released_at.is_(None)).values(released_at=clock.now())
    )
    return [released(event_id, row.publication_id, 0)] if row.publication_id else []


def released(event_id: str, publication_id: str, after: int, held: Hold = "release") -> Output:
    """The record that tells the planner to plan the people after number `after` whom `held` kept."""
    return Output(
        "matches",
        publication_id,
        {"type": "release", "event_id": event_id, "publication_id": publication_id, "after": after, "held": held},
    )


async def release_now(tx: Transaction, event_id: str, clock: Clock) -> bool:
    """Mark the event as released; False where it was already, so that of two operators the second is told so."""
    still = sa.update(events).where(events.c.event_id == event_id, events.c.released_at.is_(None))
    return bool((await tx.execute(still.values(released_at=clock.now()))).rowcount)


@dataclass(frozen=True)
class WaitingEvent:
    """An event that waits for its release. `people` by channel. `released`: somebody let it go, and the planner is at it."""

    event_id: str
    publication_id: str
    version_id: str
    site: str
    received_at: Instant
    people: Mapping[str, int]
    released: bool


async def waiting_events(tx: AsyncConnection, event_id: str | None = None) -> list[WaitingEvent]:
    """What waits for a release, the oldest first; or that one event, where it waits."""
    held = await held_by_version(tx)
    brought = (
        sa.select(
            revisions.c.event_id, revisions.c.publication_id, revisions.c.version_id,
            events.c.site, events.c.received_at, events.c.released_at,
        )
        .join(events, events.c.event_id == revisions.c.event_id)
    )  # fmt: skip
    if event_id is not None:
        brought = brought.where(revisions.c.event_id == event_id)
    rows = [
        row for piece in book.pieces(sorted(held)) for row in await tx.execute(brought.where(revisions.c.version_id.in_(piece)))
    ]
    waiting = [
        WaitingEvent(
            row.event_id, row.publication_id, row.version_id, row.site, row.received_at, people, row.released_at is not None
        )
        for row in rows
        if (people := await _people_of(tx, row, held[row.version_id]))
    ]
    return sorted(waiting, key=lambda one: (one.received_at, one.event_id))


async def _people_of(tx: AsyncConnection, row: Any, held: Mapping[str, int]) -> Mapping[str, int]:
    """Whose messages of an event wait, by channel. `held`: those of its version, whichever events brought that."""
    brought = sa.select(sa.func.count()).where(revisions.c.version_id == row.version_id)
    if (await tx.execute(brought)).scalar_one() == 1:
        return held
    counted = (
        sa.select(deliveries.c.channel, sa.func.count().label("people"))
        .join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
        .where(
            notices.c.publication_id == row.publication_id,
            notices.c.event_id == row.event_id,
            notices.c.state == "planned",
            deliveries.c.state == "planned",
            deliveries.c.due_at == UNTIL_RELEASED,
        )
        .group_by(deliveries.c.channel)
    )
    return {each.channel: each.people for each in await tx.execute(counted)}


async def is_released(tx: AsyncConnection, event_id: str) -> bool:
    released_at = sa.select(events.c.released_at).where(events.c.event_id == event_id)
    return (await tx.execute(released_at)).scalar() is not None


@dataclass(frozen=True)
class HeldBack:
    """One person's notice that waits for the release."""

    notice_id: str
    kind: NoticeKind
    reason: str
    delivery_id: str
    subscriber_no: int
    revision: int
    version_id: str
    eligibility: str | None
    reasons: Any
    endpoint_id: int


async def held_page(
    tx: AsyncConnection, event_id: str, publication_id: str, after: int, held: Hold = "release"
) -> list[HeldBack]:
    """The next page of people whose notices of the event wait, in the order of their numbers."""
    query: sa.Select[Any] = (
        sa.select(
            notices.c.notice_id, notices.c.kind, notices.c.reason, notices.c.delivery_id, notices.c.subscriber_no,
            notices.c.revision, notices.c.version_id,
            notices.c.eligibility, notices.c.reasons, deliveries.c.endpoint_id,
        )
        .join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(
            notices.c.publication_id == publication_id,
            notices.c.subscriber_no > after,
            notices.c.event_id == event_id,
            notices.c.state == "planned",
            deliveries.c.state == "planned",
            deliveries.c.held == held,
        )
        .order_by(notices.c.subscriber_no)
        .limit(PAGE_PEOPLE)
    )  # fmt: skip
    return [HeldBack(*row) for row in await tx.execute(query)]


async def plan_released(
    tx: Transaction,
    matter: Matter,
    page: Sequence[HeldBack],
    recipients: Mapping[int, Recipient],
    now: Instant,
    *,
    hold: Held = "",
) -> None:
    """Plan one page as if it had just been matched: what waited was a place in the queue, nothing more, and goes.

    `hold`: what it waits for next, for an event that is released while its site is paused.
    """
    gone = [one for one in page if one.subscriber_no not in recipients]
    for piece in book.pieces(one.notice_id for one in gone):
        await tx.execute(
            sa.update(notices).where(notices.c.notice_id.in_(piece)).values(state="suppressed", suppressed="erased")
        )
    await book.cancel_empty(tx, {one.delivery_id for one in gone}, "erased", now)
    here = [one for one in page if one.subscriber_no in recipients]
    for piece in book.pieces(one.notice_id for one in here):
        await tx.execute(sa.delete(notices).where(notices.c.notice_id.in_(piece)))
    for piece in book.pieces(one.delivery_id for one in here):
        await tx.execute(sa.delete(deliveries).where(deliveries.c.delivery_id.in_(piece)))
    for kind, reason in sorted({(one.kind, one.reason) for one in here}):
        same = [one for one in here if (one.kind, one.reason) == (kind, reason)]
        people = [Person(one.subscriber_no, recipients[one.subscriber_no], one.eligibility, one.reasons) for one in same]
        await plan_people(tx, _as_it_was(matter, kind, reason), people, now, hold=hold)


def _as_it_was(matter: Matter, kind: NoticeKind, reason: str) -> Matter:
    if kind == "withdrawal":
        return replace(matter, kind=kind, reason=reason, urgent=True, deadline=None)
    return replace(matter, kind=kind, reason=reason)
