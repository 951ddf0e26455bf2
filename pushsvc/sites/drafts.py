"""Drafts: what a clerk previewed at the console, and what can be taken back until it leaves.

A draft never changes: whoever edits makes another one. So what is published is what was previewed, in however many tabs. Its
way is a chain of single updates, each with the state that it needs, so that of two who act at once one comes too late:
open -> leaving -> sending -> sent; leaving -> taken_back -> leaving; sending -> open when the event is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.sites import drafts

State = Literal["open", "leaving", "sending", "sent", "taken_back"]
#: A draft that nobody published is forgotten after this.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Draft:
    """`document`: the event as it will be sent, its content with it. `title`: what was read as its title. `why`: what the
    intake said when it refused it."""

    draft_id: str
    site: str
    who: str
    document: Mapping[str, Any]
    title: str
    state: State
    test_event_id: str | None
    event_id: str | None
    why: str | None
    created_at: Instant
    publish_at: Instant | None


@dataclass(frozen=True)
class Unfinished:
    """A draft as a list shows it, without its content."""

    draft_id: str
    title: str
    url: str
    event: str
    state: State
    created_at: Instant


#: Where the document holds what a list shows.
_PLACES = {"title": ("title",), "url": ("sent", "url"), "event": ("sent", "event")}
#: The newest drafts of a site, among which the unfinished ones are looked for.
_LOOKED_AT = 50


async def keep(
    tx: Transaction, draft_id: str, site: str, who: str, document: Mapping[str, Any], title: str, now: Instant
) -> None:
    """Write a new draft down."""
    row = {
        "draft_id": draft_id, "site": site, "who": who, "document": {"sent": dict(document), "title": title},
        "state": "open", "created_at": now,
    }  # fmt: skip
    await tx.execute(sa.insert(drafts).values(row))


async def find(tx: AsyncConnection, site: str, draft_id: str) -> Draft | None:
    """A draft of this site; None for another site's."""
    row = (await tx.execute(sa.select(drafts).where(drafts.c.draft_id == draft_id, drafts.c.site == site))).first()
    return None if row is None else _draft(row)


async def author_of(tx: AsyncConnection, event_id: str) -> str | None:
    """The account that published the event by hand; None: no account did."""
    return (await tx.execute(sa.select(drafts.c.who).where(drafts.c.event_id == event_id).limit(1))).scalar()


async def unfinished(tx: AsyncConnection, site: str, most: int = 5) -> Sequence[Unfinished]:
    """What this site has not published yet, or can still take back; the newest first.

    Of one address only the newest draft: who looks, changes and looks again leaves some behind.
    """
    columns = drafts.c
    said = {name: columns.document[place].as_string().label(name) for name, place in _PLACES.items()}
    query = sa.select(columns.draft_id, columns.state, columns.created_at, *said.values()).where(columns.site == site)
    rows = await tx.execute(query.order_by(columns.created_at.desc(), columns.draft_id).limit(_LOOKED_AT))
    found: list[Unfinished] = []
    newer: set[str] = set()
    for row in rows:
        if row.state in ("leaving", "sending") or (row.state != "sent" and row.url not in newer):
            found.append(Unfinished(row.draft_id, row.title, row.url, row.event, row.state, row.created_at))
        newer.add(row.url)
    return found[:most]


async def untested(tx: AsyncConnection, since: Instant, until: Instant, most: int = 5) -> Sequence[Draft]:
    """Drafts of which no test was sent, because it could not be written down then."""
    columns = drafts.c
    query = sa.select(drafts).where(columns.state == "open", columns.test_event_id.is_(None), columns.created_at > since)
    rows = await tx.execute(query.where(columns.created_at < until).limit(most))
    return [draft for draft in map(_draft, rows) if draft.document["event"] != "withdrawn"]


async def leave(tx: Transaction, draft_id: str, publish_at: Instant) -> bool:
    """It leaves at `publish_at` unless it is taken back. False when it is on its way already, or gone."""
    return await _move(tx, draft_id, ("open", "taken_back"), "leaving", publish_at=publish_at, why=None)


async def take_back(tx: Transaction, draft_id: str) -> bool:
    """It does not leave. False when it has left, or was taken back before."""
    return await _move(tx, draft_id, ("leaving",), "taken_back", publish_at=None)


async def drop(tx: Transaction, draft_id: str) -> bool:
    """Throw away what was never published. False when it is on its way."""
    columns = drafts.c
    gone = await tx.execute(
        sa.delete(drafts).where(
            columns.draft_id == draft_id, columns.state.in_(("open", "taken_back")), columns.event_id.is_(None)
        )
    )
    return bool(gone.rowcount)


async def any_due(tx: AsyncConnection, now: Instant) -> bool:
    """Whether it is worth a claim, which is a write: most looks find nothing."""
    return (await tx.execute(sa.select(drafts.c.draft_id).where(_due(now)).limit(1))).first() is not None


async def claim(tx: Transaction, now: Instant, draft_id: str | None = None, most: int = 20) -> Sequence[Draft]:
    """Take what is due (of one draft only, where it is named): from now on it cannot be taken back.

    What was claimed before and has not been noted as sent comes again: its sender died, or the intake could not write.
    """
    columns = drafts.c
    due = sa.select(columns.draft_id).where(_due(now)).order_by(columns.publish_at).limit(most)
    if draft_id is not None:
        due = due.where(columns.draft_id == draft_id)
    taken = await tx.execute(
        sa.update(drafts)
        .where(columns.draft_id.in_(due.scalar_subquery()), _due(now))
        .values(state="sending")
        .returning(drafts)
    )
    return [_draft(row) for row in taken.all()]


async def note_sent(tx: Transaction, draft_id: str, event_id: str) -> None:
    await _move(tx, draft_id, ("sending",), "sent", event_id=event_id, why=None)


async def note_refused(tx: Transaction, draft_id: str, why: str) -> None:
    """The intake said no: it is the clerk's again, with the reason."""
    await _move(tx, draft_id, ("sending",), "open", publish_at=None, why=why)


async def note_test(tx: Transaction, draft_id: str, event_id: str) -> None:
    """`event_id` is the test event that counts whom the draft would reach."""
    await tx.execute(sa.update(drafts).where(drafts.c.draft_id == draft_id).values(test_event_id=event_id))


async def forget_old(tx: Transaction, now: Instant) -> None:
    """Drop what was sent or left lying long ago; the events themselves stay."""
    columns = drafts.c
    await tx.execute(
        sa.delete(drafts).where(columns.created_at < now - KEPT, columns.state.in_(("open", "taken_back", "sent")))
    )


async def _move(tx: Transaction, draft_id: str, of: tuple[State, ...], to: State, **values: object) -> bool:
    columns = drafts.c
    moved = await tx.execute(
        sa.update(drafts).where(columns.draft_id == draft_id, columns.state.in_(of)).values(state=to, **values)
    )
    return bool(moved.rowcount)


def _due(now: Instant) -> sa.ColumnElement[bool]:
    return sa.and_(drafts.c.state.in_(("leaving", "sending")), drafts.c.publish_at <= now)


def _draft(row: sa.Row[Any]) -> Draft:
    return Draft(
        row.draft_id, row.site, row.who, row.document["sent"], row.document["title"], row.state,
        row.test_event_id, row.event_id, row.why, row.created_at, row.publish_at,
    )  # fmt: skip
