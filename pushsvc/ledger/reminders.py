"""Reminders: who was told of a deadline hears of it again three days before, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.approvals import Word, without_sms
from pushsvc.domain.notices import TOLD_STATES
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant, iso
from pushsvc.ledger import book
from pushsvc.ledger.approving import words
from pushsvc.ledger.matters import Matter, Person
from pushsvc.ledger.planning import plan_people
from pushsvc.ledger.standing import standing
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_sites
from pushsvc.storage.tables.publications import publications

Recipients = Callable[[Transaction, Collection[int]], Awaitable[Mapping[int, Recipient]]]


async def plan_reminders(tx: Transaction, recipients: Recipients, now: Instant, limit: int = 1_000) -> int:
    """Plan the reminders that are due at `now`, looking at `limit` notices at most. Gives how many it looked at: when that
    is the limit, there may be more.

    Reminded is who was told, still wants reminders, and was told of what still holds. Each notice is looked at once.
    """
    # Before any row is locked: another scheduler, or a planner that wants these rows, would lock them in another order.
    await book.plan_alone(tx)
    rows = (await tx.execute(_DUE.where(notices.c.remind_at <= now).order_by(notices.c.remind_at).limit(limit))).all()
    for piece in book.pieces(row.notice_id for row in rows):
        await tx.execute(sa.update(notices).where(one_of(tx, notices.c.notice_id, piece)).values(remind_at=None))
    told: dict[Matter, list[Any]] = defaultdict(list)
    for row in rows:
        # Told only now: the message itself says the deadline.
        if row.delivery_state in TOLD_STATES and row.deadline > now and row.due_at < row.remind_at:
            told[_matter(row)].append(row)
    said = await words(tx, {matter.event_id for matter in told}) if told else {}
    people = await recipients(tx, {row.subscriber_no for rows in told.values() for row in rows})
    for matter, ready in told.items():
        holds = await standing(tx, matter.publication_id)
        if holds is None or holds.withdrawn or holds.overtaken(matter.revision):
            continue
        willing = [
            Person(row.subscriber_no, people[row.subscriber_no], row.eligibility, row.reasons)
            for row in ready
            if row.subscriber_no in people and people[row.subscriber_no].preferences.reminders
        ]
        await plan_people(tx, matter, _as_approved(willing, said.get(matter.event_id, "")), now)
    return len(rows)


def _as_approved(people: Sequence[Person], said: Word) -> list[Person]:
    """They were told by another channel where SMS were refused, or wait for two people: so they are reminded there too."""
    if said not in ("waiting", "refused"):
        return list(people)
    return [replace(person, recipient=without_sms(person.recipient)) for person in people if person.recipient]


_of_a_paused_site = sa.exists().where(
    publications.c.publication_id == notices.c.publication_id, publications.c.site == paused_sites.c.site
)
_DUE: sa.Select[Any] = (
    sa.select(
        notices, deliveries.c.state.label("delivery_state"), deliveries.c.due_at
    )
    .join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
    .where(notices.c.state == "planned", ~_of_a_paused_site)  # looked at after the resume
)  # fmt: skip


def _matter(row: Any) -> Matter:
    return Matter(
        event_id=row.event_id,
        publication_id=row.publication_id,
        revision=row.revision,
        version_id=row.version_id,
        works=(row.work_id,),
        kind="reminder",
        reason=iso(row.deadline),
        deadline=row.deadline,
    )
