"""Whom quiet hours hold though it is an emergency: how many, until when, and what they would read; and asking two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.emergencies import Emergency
from pushsvc.domain.time import Instant
from pushsvc.ledger.asked import Wording, example_of
from pushsvc.ledger.emergencies import COLUMNS, of_emergency
from pushsvc.ledger.layouts import planning_has_ended
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, emergencies, notices
from pushsvc.storage.tables.sites import events

#: How far back emergencies are looked at of which nobody was asked yet. Quiet hours end within a day.
LOOKED_AT_FOR = timedelta(hours=26)
#: People are counted when all of the planning has ended; a part of it that hangs does not keep the others waiting for longer.
COUNTED_AFTER = timedelta(seconds=60)
_UNANSWERED = (emergencies.c.second_by.is_(None), emergencies.c.refused_by.is_(None))


@dataclass(frozen=True)
class Asleep:
    """An emergency for which two approvals are waited for. `people` are in quiet hours, most of them until `until`."""

    emergency: Emergency
    version_id: str
    site: str
    received_at: Instant
    until: Instant
    wordings: Sequence[Wording]

    @property
    def event_id(self) -> str:
        return self.emergency.event_id

    @property
    def people(self) -> int:
        return sum(one.people for one in self.wordings)


async def asleep(tx: AsyncConnection, now: Instant, event_id: str | None = None) -> list[Asleep]:
    """The emergencies that wait for approvals, the oldest first; or that one, where it waits. One that holds nobody (any more)
    is not among them, nor what was decided."""
    one = (emergencies.c.seen_at > now - LOOKED_AT_FOR,) if event_id is None else (emergencies.c.event_id == event_id,)
    query = (
        sa.select(*COLUMNS, events.c.site, events.c.received_at)
        .join(events, events.c.event_id == emergencies.c.event_id)
        .where(*_UNANSWERED, *one)
        .order_by(emergencies.c.seen_at, emergencies.c.event_id)
    )
    found = []
    for row in (await tx.execute(query)).all():
        emergency = Emergency(*row[: len(COLUMNS)])
        groups = await _groups(tx, emergency)
        if groups:
            wordings = [Wording(each.language, each.kind, each.people, await example_of(tx, each.example)) for each in groups]
            until = await _until(tx, emergency, now)
            found.append(Asleep(emergency, groups[0].version_id, row.site, row.received_at, until, wordings))
    return found


async def ask(tx: Transaction, now: Instant) -> list[Emergency]:
    """Write down of which emergencies two people are asked from now on; gives those. One that holds nobody any more, because
    they were corrected, withdrawn, or woke, needs nobody."""
    recent = sa.select(*COLUMNS).where(*_UNANSWERED, emergencies.c.seen_at > now - LOOKED_AT_FOR)
    found = []
    for row in (await tx.execute(recent)).all():
        one = Emergency(*row)
        if one.asked_at is None and not (one.seen_at <= now - COUNTED_AFTER or await planning_has_ended(tx, one.event_id)):
            continue
        if one.asked_at is not None:
            if one.ends_at is not None and one.ends_at > now and not await _anybody(tx, one):
                await _write(tx, one, ends_at=now)
        elif people := await _people(tx, one):
            until = await _until(tx, one, now)
            await _write(tx, one, people=people, asked_at=now, ends_at=until)
            found.append(Emergency(one.event_id, one.publication_id, one.revision, one.seen_at, people, now, until))
    return found


async def any_unanswered(tx: AsyncConnection, now: Instant) -> bool:
    """Whether `ask` may find something: a read, so that nobody takes the writer's turn to find nothing."""
    some = sa.select(sa.literal(1)).where(
        *_UNANSWERED,
        emergencies.c.seen_at > now - LOOKED_AT_FOR,
        sa.or_(emergencies.c.asked_at.is_(None), emergencies.c.ends_at > now),
    )
    return (await tx.execute(some.limit(1))).first() is not None


def _held(one: Emergency) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *of_emergency(one.event_id, one.publication_id),
        deliveries.c.delivery_id == notices.c.delivery_id,
        deliveries.c.state == "planned",
        deliveries.c.held == "quiet_hours",
        deliveries.c.kind != "digest",
    )


async def _groups(tx: AsyncConnection, one: Emergency) -> Sequence[Any]:
    columns = (notices.c.version_id, deliveries.c.channel, deliveries.c.language, deliveries.c.kind)
    people = sa.func.count(notices.c.subscriber_no.distinct()).label("people")
    query = sa.select(*columns, people, sa.func.min(deliveries.c.delivery_id).label("example")).where(*_held(one))
    return (await tx.execute(query.group_by(*columns).order_by(sa.text("people DESC")))).all()


async def _until(tx: AsyncConnection, one: Emergency, now: Instant) -> Instant:
    """When most of them wake; `now` where the last of them woke since they were counted. Hours are people's own: the one that
    a few of them chose would say little."""
    query = sa.select(deliveries.c.due_at, sa.func.count().label("people")).where(*_held(one)).group_by(deliveries.c.due_at)
    counted: dict[Instant, int] = {row.due_at: row.people for row in await tx.execute(query)}
    return max(counted, key=lambda at: (counted[at], at), default=now)


async def _people(tx: AsyncConnection, one: Emergency) -> int:
    query = sa.select(sa.func.count(notices.c.subscriber_no.distinct())).where(*_held(one))
    return int((await tx.execute(query)).scalar_one()) if await _anybody(tx, one) else 0


async def _anybody(tx: AsyncConnection, one: Emergency) -> bool:
    return (await tx.execute(sa.select(sa.literal(1)).where(*_held(one)).limit(1))).first() is not None


async def _write(tx: Transaction, one: Emergency, **said: object) -> None:
    await tx.execute(sa.update(emergencies).where(emergencies.c.event_id == one.event_id).values(said))
