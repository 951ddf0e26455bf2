"""The funnel of an event, in people: whom it concerns, and in which one place each of them stands (CONTRACT, "funnel")."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.emergencies import SAYS, stands
from pushsvc.domain.notices import Suppression
from pushsvc.ledger.chunks import passed_over_by
from pushsvc.ledger.emergencies import marked
from pushsvc.ledger.layouts import Layout, counted_layout, is_walked
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.sites import events

State = Literal["received", "working", "done", "no_audience", "dead"]
#: Places that name the channel on which somebody stands there.
BY_CHANNEL = ("accepted", "delivered", "failed", "unknown")


async def funnel(tx: AsyncConnection, event_id: str) -> dict[str, Any] | None:
    """CONTRACT's funnel as JSON values; None when there is no such event.

    `matched` + `changed` = `planned` + all of `suppressed`; `planned` = the sum of the places. Reminders are a later matter
    of the same people and count in none of them. `emergency` says of one whether quiet hours hold somebody.
    """
    event = (await tx.execute(sa.select(events).where(events.c.event_id == event_id))).first()
    if event is None:
        return None
    layout = await counted_layout(tx, event_id)
    places = _Places(await _paused(tx))
    if event.publication_id:
        for row in await tx.execute(_COUNTED, {"publication": event.publication_id, "event": event_id}):
            places.count(row)
    passed_over = await passed_over_by(tx, event_id, layout.of) if layout else Counter[str]()
    places.suppressed.update(passed_over)
    matched = _matched(layout, places.new + passed_over.total())
    told = {
        "event_id": event_id,
        "publication_id": event.publication_id,
        "outcome": event.outcome,
        "state": "received",
        "matched": matched,
        "changed": places.changed,
        "planned": places.planned,
        "suppressed": dict(places.suppressed),
        "held": places.held,
        **{name: dict(places.by_channel[name]) for name in BY_CHANNEL},
        "cancelled": places.cancelled,
        "pending": places.pending,
    }
    if (known := (await marked(tx, {event_id})).get(event_id)) and (said := stands(known, held=places.asleep > 0)):
        told["emergency"] = SAYS[said]
    if event.note:
        told["note"] = event.note
    if event.dead_reason:
        told["reason"] = event.dead_reason
    told["state"] = await _state(tx, event, layout, matched + places.changed, places.pending)
    return told


def _matched(layout: Layout | None, counted: int) -> int:
    """How many people the version answers. Once all is planned, `counted` are as many. They are more while shards are still
    at it, and when some were stopped halfway, for a new number of them, that had told somebody who then left."""
    return max(layout.matched if layout else 0, counted)


class _Places:
    """Counts people into the one place in which each stands."""

    def __init__(self, paused: frozenset[str]) -> None:
        self._paused = paused
        self.suppressed: Counter[str] = Counter()
        self.by_channel: dict[str, Counter[str]] = defaultdict(Counter)
        self.new = self.changed = self.planned = self.held = self.asleep = self.cancelled = self.pending = 0

    def count(self, row: Any) -> None:
        if row.kind in ("correction", "withdrawal"):
            self.changed += row.people
        else:
            self.new += row.people
        if row.state == "suppressed":
            self.suppressed[row.suppressed] += row.people
        elif row.state == "planned" and row.delivery == "suppressed":
            self.suppressed[row.why if row.why in get_args(Suppression) else "no_endpoint"] += row.people
        else:
            self.planned += row.people
            self._place(row)

    def _place(self, row: Any) -> None:
        if row.state in ("cancelled", "replaced") or row.delivery == "cancelled":
            self.cancelled += row.people
        elif row.delivery in BY_CHANNEL:
            self.by_channel[row.delivery][row.channel] += row.people
        elif row.delivery == "planned" and (row.held or row.channel in self._paused or "all" in self._paused):
            self.held += row.people
            self.asleep += row.people if row.held == "quiet_hours" else 0
        else:
            self.pending += row.people


_delivery = deliveries.c
#: Providers' answers stand in the same column, each its own group: only the reason of a suppression counts here.
_why = sa.case((_delivery.state == "suppressed", _delivery.why))
_COUNTED: sa.Select[Any] = (
    sa.select(
        notices.c.kind,
        notices.c.state,
        notices.c.suppressed,
        _delivery.channel,
        _delivery.state.label("delivery"),
        _delivery.held,
        _why.label("why"),
        sa.func.count().label("people"),
    )
    .select_from(notices.outerjoin(deliveries, _delivery.delivery_id == notices.c.delivery_id))
    .where(
        notices.c.publication_id == sa.bindparam("publication"),
        notices.c.event_id == sa.bindparam("event"),
        notices.c.kind != "reminder",
    )
    .group_by(
        notices.c.kind,
        notices.c.state,
        notices.c.suppressed,
        _delivery.channel,
        _delivery.state,
        _delivery.held,
        _why,
    )
)


async def _paused(tx: AsyncConnection) -> frozenset[str]:
    return frozenset((await tx.execute(sa.select(paused_channels.c.channel))).scalars())


async def _state(tx: AsyncConnection, event: Any, layout: Layout | None, people: int, pending: int) -> State:
    """Finished is: every shard of one layout of the matcher has said that it is through, the planner has told everybody of a
    change, and nothing is pending. What is held does not prevent it."""
    if event.dead_at is not None or await _has_dead_letter(tx, event.event_id):
        return "dead"
    if event.outcome is None:
        return "received"
    if event.outcome == "same":
        return "done"
    if layout is None or not layout.through or pending or not await is_walked(tx, event.event_id):
        return "working"
    return "done" if people else "no_audience"


async def _has_dead_letter(tx: AsyncConnection, event_id: str) -> bool:
    waiting = sa.select(sa.literal(1)).where(dead_letters.c.event_id == event_id, dead_letters.c.replayed_at.is_(None)).limit(1)
    return (await tx.execute(waiting)).scalar() is not None
