"""Copies of one work: who was passed over because one site's notice was about to tell them is told by another's, when the
first is withdrawn before it left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.notices import Held
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.ledger import book
from pushsvc.ledger.matters import URGENT, Matter, Person
from pushsvc.ledger.planning import plan_people
from pushsvc.ledger.standing import standing
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import notices
from pushsvc.storage.tables.publications import versions


async def take_over(
    tx: Transaction,
    withdrawn: Matter,
    subscriber_nos: Collection[int],
    recipients: Mapping[int, Recipient],
    now: Instant,
    *,
    hold: Held = "",
) -> list[tuple[str, str]]:
    """Plan for these people the copies that they were passed over for, as far as those still stand; one for each person.

    Gives (event, publication) of each copy that now tells somebody.
    """
    settled: set[int] = set()
    told: list[tuple[str, str]] = []
    for version in await _versions_passed_over(tx, withdrawn, subscriber_nos):
        holds = await standing(tx, version.publication_id)
        if holds is None or holds.withdrawn or holds.overtaken(version.revision):
            continue
        matter = Matter(
            version.event_id,
            version.publication_id,
            version.revision,
            version.version_id,
            holds.works,
            urgent=(version.declared or {}).get("urgency") in URGENT,
            deadline=version.deadline,
            since_revision=holds.told_apart_since(version.revision),
        )
        rows = [
            row
            for row in await _passed_over(tx, withdrawn, version.event_id, subscriber_nos)
            if row.subscriber_no in recipients and row.subscriber_no not in settled
        ]
        settled.update(row.subscriber_no for row in rows)
        for piece in book.pieces(row.notice_id for row in rows):
            await tx.execute(sa.delete(notices).where(notices.c.notice_id.in_(piece)))
        people = [Person(row.subscriber_no, recipients[row.subscriber_no], row.eligibility, row.reasons) for row in rows]
        await plan_people(tx, matter, people, now, hold=hold)
        if people:
            told.append((matter.event_id, matter.publication_id))
    return told


def _these(withdrawn: Matter, subscriber_nos: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.and_(
        notices.c.subscriber_no.in_(sorted(subscriber_nos)),
        notices.c.work_id.in_(withdrawn.works),
        notices.c.suppressed == "told_before",
        notices.c.publication_id != withdrawn.publication_id,
    )


async def _versions_passed_over(tx: Transaction, withdrawn: Matter, subscriber_nos: Collection[int]) -> Sequence[Any]:
    """What they were passed over for, the oldest first."""
    named = (
        notices.c.event_id, notices.c.publication_id, notices.c.revision, notices.c.version_id, notices.c.deadline,
    )  # fmt: skip
    first = sa.func.min(notices.c.created_at).label("first")
    found = sa.select(*named, first).where(_these(withdrawn, subscriber_nos)).group_by(*named).subquery()
    return (
        await tx.execute(
            sa.select(found, versions.c.declared)
            .outerjoin(versions, versions.c.version_id == found.c.version_id)
            .order_by(found.c.first, found.c.event_id)
        )
    ).all()


async def _passed_over(tx: Transaction, withdrawn: Matter, event_id: str, subscriber_nos: Collection[int]) -> Sequence[Any]:
    query = sa.select(
        notices.c.notice_id, notices.c.subscriber_no, notices.c.eligibility, notices.c.reasons
    ).where(_these(withdrawn, subscriber_nos), notices.c.event_id == event_id)  # fmt: skip
    return (await tx.execute(query)).all()
