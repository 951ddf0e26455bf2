"""What waits for two approvals, as operators read it: the event, how many people, and one message of each wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.approvals import ASKED_CHANNEL, Approval
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind, Due
from pushsvc.domain.time import Instant
from pushsvc.ledger.approving import asked_about
from pushsvc.ledger.layouts import planning_has_ended
from pushsvc.ledger.matters import UNTIL_APPROVED
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.sites import events

_HELD = (
    # The index of claims finds them: no other SMS is due then.
    deliveries.c.channel == ASKED_CHANNEL,
    deliveries.c.state == "planned",
    deliveries.c.urgent.in_((False, True)),
    deliveries.c.due_at == UNTIL_APPROVED,
    notices.c.delivery_id == deliveries.c.delivery_id,
    notices.c.state == "planned",
)


@dataclass(frozen=True)
class Wording:
    """One kind of message in one language, for so many people; `example` is one of them, with its notice."""

    language: Language
    kind: DeliveryKind
    people: int
    example: Due


@dataclass(frozen=True)
class Asked:
    """An event whose SMS wait now. `asked.people`: how many they were when it was asked; `people` how many they are."""

    asked: Approval
    publication_id: str
    version_id: str
    site: str
    received_at: Instant
    wordings: Sequence[Wording]

    @property
    def event_id(self) -> str:
        return self.asked.event_id

    @property
    def people(self) -> int:
        return sum(one.people for one in self.wordings)


async def asked_events(tx: AsyncConnection, event_id: str | None = None) -> list[Asked]:
    """What waits for approvals, the oldest first; or that one event, where it waits. What is still being counted is not among
    them, nor what was decided and is being planned."""
    one = () if event_id is None else (notices.c.event_id == event_id,)
    columns = (notices.c.event_id, notices.c.version_id, deliveries.c.language, deliveries.c.kind)
    counted = sa.select(
        *columns,
        # A person has one notice of an event and kind (its id says so), on one message: nobody is counted twice.
        sa.func.count().label("people"),
        sa.func.min(deliveries.c.delivery_id).label("example"),
    ).where(*_HELD, *one)
    rows = (await tx.execute(counted.group_by(*columns).order_by(sa.text("people DESC")))).all()
    found = []
    for event in await _events(tx, {row.event_id for row in rows}):
        asked = await _about(tx, event, sum(row.people for row in rows if row.event_id == event.event_id))
        if asked is not None and asked.word == "waiting":
            mine = [row for row in rows if row.event_id == event.event_id]
            wordings = [Wording(row.language, row.kind, row.people, await example_of(tx, row.example)) for row in mine]
            place = (event.publication_id, mine[0].version_id, event.site, event.received_at)
            found.append(Asked(asked, *place, wordings))
    return found


async def _events(tx: AsyncConnection, event_ids: set[str]) -> Sequence[Any]:
    columns = (events.c.event_id, events.c.publication_id, events.c.site, events.c.received_at)
    which = events.c.event_id.in_(sorted(event_ids))
    return (await tx.execute(sa.select(*columns).where(which).order_by(events.c.received_at, events.c.event_id))).all()


async def _about(tx: AsyncConnection, event: Any, people: int) -> Approval | None:
    """Of an event that nobody was asked about though its planning has ended: the setting was taken away meanwhile. It is shown
    as the others are, and the first answer writes it down."""
    asked = (await asked_about(tx, {event.event_id})).get(event.event_id)
    if asked is None and await planning_has_ended(tx, event.event_id):
        return Approval(event.event_id, people, event.received_at)
    return asked


async def example_of(tx: AsyncConnection, delivery: str) -> Due:
    """A message as whoever claims it would have it, so that it can be shown before it leaves."""
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery))).one()
    carried = sa.select(notices.c.notice_id).where(notices.c.delivery_id == delivery, notices.c.state == "planned")
    return Due(
        row.delivery_id, row.subscriber_no, row.endpoint_id, row.channel, row.kind, row.language, row.segment, row.tries,
        row.due_at, tuple((await tx.execute(carried)).scalars()),
    )  # fmt: skip
