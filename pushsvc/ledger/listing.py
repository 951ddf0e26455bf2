"""The notices of one event with their deliveries, for somebody who follows it down to a single message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.storage.tables.ledger import deliveries, notices


@dataclass(frozen=True)
class Listed:
    """One notice. `state`: of its delivery where one carries it, else its own; `channel` None where no delivery does."""

    notice_id: str
    kind: str
    state: str
    suppressed: str | None
    channel: str | None
    delivery_id: str | None
    created_at: Instant


async def notices_of_event(tx: AsyncConnection, publication_id: str, event_id: str, most: int) -> Sequence[Listed]:
    """At most `most` of them, in the order of the subscribers' numbers: the order in which they were planned."""
    rows = await tx.execute(
        sa.select(notices, deliveries.c.channel, deliveries.c.state.label("delivery_state"))
        .outerjoin(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(notices.c.publication_id == publication_id, notices.c.event_id == event_id)
        .order_by(notices.c.subscriber_no)
        .limit(most)
    )
    return [
        Listed(
            row.notice_id, row.kind, row.delivery_state or row.state if row.state == "planned" else row.state,
            row.suppressed, row.channel, row.delivery_id, row.created_at,
        )
        for row in rows
    ]  # fmt: skip
