"""Anyone's question "what became of it?", answered from the ledger in one step. Nothing personal stands in an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import iso
from pushsvc.ledger import way
from pushsvc.ledger.told import publication_of, trace_pair
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.profiles import subscribers
from pushsvc.storage.tables.sites import events

__all__ = ["trace", "trace_pair"]

#: Notices of one subscriber that a trace shows, newest first.
NOTICES_SHOWN = 200


async def trace(tx: AsyncConnection, what: str) -> dict[str, Any] | None:
    """The whole way of an event, publication (id or address), notice, delivery or subscriber, stage by stage.

    `{"id", "kind", "steps": [{"stage", "at", …}]}`, JSON values, steps in the order of the flow; None when nothing has that
    name.
    """
    for kind, follow in _KINDS.items():
        steps = await follow(tx, what)
        if steps is not None:
            return {"id": what, "kind": kind, "steps": steps}
    return None


async def _event(tx: AsyncConnection, what: str) -> list[dict[str, Any]] | None:
    event = (await tx.execute(sa.select(events).where(events.c.event_id == what))).first()
    return None if event is None else await way.of_event(tx, event)


async def _publication(tx: AsyncConnection, what: str) -> list[dict[str, Any]] | None:
    found = await publication_of(tx, what)
    return None if found is None else await way.of_publication(tx, found)


async def _notice(tx: AsyncConnection, what: str) -> list[dict[str, Any]] | None:
    notice = (await tx.execute(sa.select(notices).where(notices.c.notice_id == what))).first()
    if notice is None:
        return None
    return [
        way.notice_step(notice),
        *(await way.of_message_and_those_before(tx, notice.delivery_id) if notice.delivery_id else []),
    ]


async def _delivery(tx: AsyncConnection, what: str) -> list[dict[str, Any]] | None:
    if (await tx.execute(sa.select(deliveries.c.delivery_id).where(deliveries.c.delivery_id == what))).first() is None:
        return None
    carried = sa.select(notices).where(notices.c.delivery_id == what).order_by(notices.c.created_at, notices.c.notice_id)
    return [*(way.notice_step(row) for row in await tx.execute(carried)), *(await way.of_delivery(tx, what))]


async def _subscriber(tx: AsyncConnection, what: str) -> list[dict[str, Any]] | None:
    person = (await tx.execute(sa.select(subscribers).where(subscribers.c.subscriber_id == what))).first()
    if person is None:
        return None
    since = {
        "stage": "subscriber", "at": iso(person.created_at), "subscriber": what, "kind": person.kind,
        "paused_until": iso(person.paused_until) if person.paused_until else None,
    }  # fmt: skip
    rows = await tx.execute(
        sa.select(notices, deliveries.c.channel, deliveries.c.state.label("delivery_state"), deliveries.c.due_at)
        .outerjoin(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(notices.c.subscriber_no == person.subscriber_no)
        .order_by(notices.c.created_at.desc(), notices.c.notice_id)
        .limit(NOTICES_SHOWN)
    )
    return [since, *(way.notice_step(row) for row in rows)]


Follow = Callable[[AsyncConnection, str], Awaitable[list[dict[str, Any]] | None]]
_KINDS: dict[str, Follow] = {
    "event": _event,
    "publication": _publication,
    "notice": _notice,
    "delivery": _delivery,
    "subscriber": _subscriber,
}
