"""Reading events back, a batch at a time, and noting what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.attachments import Attachment
from pushsvc.domain.publications import Outcome, PublicationEvent
from pushsvc.sites.events import Body
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables import flow
from pushsvc.storage.tables import sites as tables


@dataclass(frozen=True)
class StoredEvent:
    """An event as it lies on disk, with the content that it came with or that was fetched for it."""

    event: PublicationEvent
    body: Body | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Fate:
    """What became of an event: its outcome and where it led. `revision` is None where no revision was made."""

    event_id: str
    outcome: Outcome
    publication_id: str
    version_id: str | None = None
    revision: int | None = None
    note: str | None = None


async def load_events(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, StoredEvent]:
    """The events by id, with their content and attachments; an unknown id is absent."""
    events, bodies = tables.events, tables.event_bodies
    beside = await _attachments(tx, event_ids)
    rows = await tx.execute(
        sa.select(events, bodies.c.form, bodies.c.charset, bodies.c.body)
        .outerjoin(bodies, bodies.c.event_id == events.c.event_id)
        .where(events.c.event_id.in_(event_ids))
    )
    return {
        row.event_id: StoredEvent(
            PublicationEvent(
                row.event_id, row.event, row.url, row.address, row.site, row.received_at, row.published_at,
                row.declared, row.test,
            ),
            None if row.form is None else Body(row.form, row.body, row.charset),
            tuple(beside.get(row.event_id, ())),
        )
        for row in rows
    }  # fmt: skip


async def _attachments(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, list[Attachment]]:
    columns = tables.event_attachments.c
    rows = await tx.execute(
        sa.select(tables.event_attachments).where(columns.event_id.in_(event_ids)).order_by(columns.event_id, columns.position)
    )
    found: dict[str, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.event_id, []).append(Attachment(row.name, row.type, row.body, row.url))
    return found


async def fates(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, Fate]:
    """Of those events whose outcome is decided already: what it was."""
    columns = tables.events.c
    rows = await tx.execute(
        sa.select(columns.event_id, columns.outcome, columns.publication_id, columns.version_id, columns.revision).where(
            columns.event_id.in_(event_ids), columns.outcome.is_not(None)
        )
    )
    return {row.event_id: Fate(*row) for row in rows}


async def replayed(tx: AsyncConnection, event_ids: Collection[str]) -> set[str]:
    """Those events that were dead once, and so come out of their order now."""
    letters = flow.dead_letters.c
    rows = await tx.execute(sa.select(letters.event_id).where(letters.event_id.in_(event_ids)).distinct())
    return set(rows.scalars())


async def note_fates(tx: Transaction, decided: Sequence[Fate]) -> None:
    """Writes the outcomes down; a note is added to what the event says already. An event that was dead lives again."""
    if not decided:
        return
    columns = tables.events.c
    added = sa.bindparam("b_note", type_=sa.Text)
    await tx.execute(
        sa.update(tables.events)
        .where(columns.event_id == sa.bindparam("b_event"))
        .values(
            outcome=sa.bindparam("b_outcome"),
            publication_id=sa.bindparam("b_publication"),
            version_id=sa.bindparam("b_version"),
            revision=sa.bindparam("b_revision"),
            note=sa.case(
                (added.is_(None), columns.note),
                (columns.note.is_(None), added),
                else_=columns.note + "\n" + added,
            ),
            dead_at=None,
            dead_reason=None,
        ),
        [
            {
                "b_event": fate.event_id, "b_outcome": fate.outcome, "b_publication": fate.publication_id,
                "b_version": fate.version_id, "b_revision": fate.revision, "b_note": fate.note,
            }
            for fate in decided
        ],
    )  # fmt: skip
