"""Which matcher shards answered an event: one number of shards counts, also when it changed while the event was on its way.

Shards 0 to N-1 of N are a layout. Each layout that answers an event answers it whole, so people are counted in one of them
and never summed over two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.ledger.changes import WALK
from pushsvc.storage.tables.ledger import chunks, ends
from pushsvc.storage.tables.publications import revisions


@dataclass(frozen=True)
class Layout:
    """What the shards of one layout have said of an event: `ended` of them are through, with `matched` people."""

    of: int
    ended: int
    matched: int
    last_at: datetime

    @property
    def through(self) -> bool:
        return self.ended >= self.of


async def counted_layout(tx: AsyncConnection, event_id: str) -> Layout | None:
    """The layout in which the event's people are counted: of those that are through the newest, else the furthest one.

    None: no shard has said anything yet.
    """
    said = [Layout(*row) for row in await tx.execute(_ENDED, {"event": event_id})]
    if not any(layout.through for layout in said):
        begun = [Layout(row.of, 0, 0, row.last_at) for row in await tx.execute(_BEGUN, {"event": event_id})]
        known = {layout.of for layout in said}
        said += [layout for layout in begun if layout.of not in known]
    return max(said, key=lambda layout: (layout.ended / layout.of, layout.last_at), default=None)


async def is_answered_by_others(tx: AsyncConnection, event_id: str, of: int) -> bool:
    """Whether another layout is through with the event and this one is not: then what its shards still say is a repeat.

    It would tell nobody twice, but somebody who came or left in between would stand in one count and not in the other.
    """
    through = [row.of for row in await tx.execute(_ENDED, {"event": event_id}) if row.ended >= row.of]
    return bool(through) and of not in through


async def matched_by_others(tx: AsyncConnection, event_id: str, of: int, shard: int) -> int:
    """How many people the other shards of the layout have found, as far as they are through."""
    others = sa.and_(ends.c.event_id == event_id, ends.c.of == of, ends.c.shard.not_in((shard, WALK)))
    return int((await tx.execute(sa.select(sa.func.coalesce(sa.func.sum(ends.c.matched), 0)).where(others))).scalar_one())


async def planning_has_ended(tx: AsyncConnection, event_id: str) -> bool:
    """Whether every shard of one layout is through with the event, and the planner has told everybody of a change."""
    layout = await counted_layout(tx, event_id)
    return layout is not None and layout.through and await is_walked(tx, event_id)


async def is_walked(tx: AsyncConnection, event_id: str) -> bool:
    """Whether the planner has told everybody of the change, or has no reason to walk the ledger for this event."""
    walked = sa.select(sa.literal(1)).where(ends.c.event_id == event_id, ends.c.shard == WALK)
    if (await tx.execute(walked)).scalar() is not None:
        return True
    material = sa.select(sa.literal(1)).where(revisions.c.event_id == event_id, revisions.c.kind != "new", revisions.c.material)
    return (await tx.execute(material)).scalar() is None


_ENDED: sa.Select[Any] = (
    sa.select(
        ends.c.of,
        sa.func.count().label("ended"),
        sa.func.sum(ends.c.matched).label("matched"),
        sa.func.max(ends.c.planned_at).label("last_at"),
    )
    .where(ends.c.event_id == sa.bindparam("event"), ends.c.shard != WALK)
    .group_by(ends.c.of)
)
_BEGUN: sa.Select[Any] = (
    sa.select(chunks.c.of, sa.func.max(chunks.c.planned_at).label("last_at"))
    .where(chunks.c.event_id == sa.bindparam("event"))
    .group_by(chunks.c.of)
)
