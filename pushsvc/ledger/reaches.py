"""Whom an event reaches, in numbers: what a test event would have told, and what a change of a publication would touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import TOLD_STATES, WAITING_STATES
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.sites import reaches
from pushsvc.taxonomy.lines import NATION, region_line

OfWhat = Literal["channel", "place", "why"]
Reach = Mapping[tuple[OfWhat, str], int]
"""People by (of what, its name): a channel, or `paused` or `none`; the code of a place; a step of why nobody is reached."""

_LONGEST_NAME = 40
#: How a match says by which region it holds: that of the event, or one that the person follows.
_BY_PLACE, _BY_FOLLOWING = "region:", "follows:"


def channel_of(recipient: Recipient | None, now: Instant) -> str:
    """Where somebody would hear of it now: the first channel of their order, else `paused` or `none`."""
    if recipient is None or not recipient.endpoints:
        return "none"
    if recipient.paused_until is not None and recipient.paused_until > now:
        return "paused"
    return recipient.endpoints[0].channel


def place_of(places: Sequence[str], reasons: Mapping[str, Iterable[str]]) -> str:
    """The code of the place by which somebody matches: the one that they follow, else their own that lies in the event's."""
    said = [reason for each in reasons.values() for reason in each]
    for reason in said:
        if reason.startswith(_BY_FOLLOWING):
            return reason.removeprefix(_BY_FOLLOWING)
    regions = {reason.removeprefix(_BY_PLACE) for reason in said if reason.startswith(_BY_PLACE)}
    mine = [place for place in places if not regions.isdisjoint(region_line(place))]
    return next(iter(mine or places), NATION)


async def add(tx: Transaction, event_id: str, counted: Reach) -> None:
    """Add people to what is counted of a test event. Called once a chunk, in the transaction that notes the chunk."""
    named = sorted((of_what, name[:_LONGEST_NAME], people) for (of_what, name), people in counted.items() if people)
    rows = [{"event_id": event_id, "of_what": of_what, "name": name, "people": 0} for of_what, name, _ in named]
    await insert_new(tx, reaches, rows)
    columns = reaches.c
    # In the order of their names, so that two planners never wait for each other.
    for of_what, name, people in named:
        await tx.execute(
            sa.update(reaches)
            .where(columns.event_id == event_id, columns.of_what == of_what, columns.name == name)
            .values(people=columns.people + people)
        )


async def keep_why(tx: Transaction, event_id: str, steps: Mapping[str, int]) -> None:
    """Why nobody is reached, once an event: a repeat changes nothing."""
    rows = [{"event_id": event_id, "of_what": "why", "name": name[:_LONGEST_NAME], "people": steps[name]} for name in steps]
    await insert_new(tx, reaches, rows)


async def counted(tx: AsyncConnection, event_id: str) -> dict[OfWhat, dict[str, int]]:
    """What is counted so far of a test event, the most first."""
    columns = reaches.c
    query = sa.select(columns.of_what, columns.name, columns.people).where(columns.event_id == event_id)
    found: dict[OfWhat, dict[str, int]] = {"channel": {}, "place": {}, "why": {}}
    for row in await tx.execute(query.order_by(columns.people.desc(), columns.name)):
        found[row.of_what][row.name] = row.people
    return found


async def held_for(tx: AsyncConnection, publication_id: str, event_id: str) -> Counter[str]:
    """What the messages of an event that have not left wait for: `digest`, `quiet_hours`, … in people."""
    query = (
        sa.select(deliveries.c.held, sa.func.count().label("people"))
        .join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
        .where(notices.c.publication_id == publication_id, notices.c.event_id == event_id, notices.c.state == "planned")
        .where(notices.c.kind != "reminder", deliveries.c.state == "planned", deliveries.c.held != "")
        .group_by(deliveries.c.held)
    )
    return Counter({row.held: row.people for row in await tx.execute(query)})


async def concerns_many(tx: AsyncConnection, publication_id: str, more_than: int) -> bool:
    """Whether a publication has more notices than that: a look that costs the same for however many people."""
    some = sa.select(sa.literal(1)).where(notices.c.publication_id == publication_id).limit(more_than + 1).subquery()
    return int((await tx.execute(sa.select(sa.func.count()).select_from(some))).scalar_one()) > more_than


async def told_and_waiting(tx: AsyncConnection, publication_id: str) -> tuple[int, int]:
    """How many people were told of a publication, and how many more have a message of it that has not left."""
    columns = notices.c
    query = (
        sa.select(columns.subscriber_no, sa.func.max(sa.case((deliveries.c.state.in_(TOLD_STATES), 1), else_=0)).label("told"))
        .join(deliveries, deliveries.c.delivery_id == columns.delivery_id)
        .where(columns.publication_id == publication_id, columns.state == "planned")
        .where(deliveries.c.state.in_((*TOLD_STATES, *WAITING_STATES)))
        .group_by(columns.subscriber_no)
        .subquery()
    )
    row = (await tx.execute(sa.select(sa.func.count().label("people"), sa.func.sum(query.c.told).label("told")))).one()
    told = int(row.told or 0)
    return told, int(row.people) - told
