"""Messages of which nobody knows whether they left: since when, so that their provider can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import attempts, deliveries


@dataclass(frozen=True)
class Doubt:
    """`since`: when it was noted first, after the sending that caused it began, by a lease at most; `last`: when it was noted
    so again, of a later sending. `provider`: who was sending, as the intent names it; "" on a channel of one provider, and
    where the process died before anything was offered."""

    since: Instant
    provider: str
    last: Instant


async def doubts(tx: AsyncConnection, delivery_ids: Sequence[str]) -> dict[str, Doubt]:
    """What is known of the doubts of these deliveries."""
    if not delivery_ids:
        return {}
    first = (
        sa.select(
            attempts.c.delivery_id,
            sa.func.min(attempts.c.at).label("first"),
            sa.func.max(attempts.c.at).label("last"),
            sa.func.max(deliveries.c.provider).label("by"),
        )
        .join(deliveries, deliveries.c.delivery_id == attempts.c.delivery_id)
        .where(one_of(tx, attempts.c.delivery_id, delivery_ids), attempts.c.outcome == "unknown")
        .group_by(attempts.c.delivery_id)
    )
    return {row.delivery_id: Doubt(row.first, row.by or "", row.last) for row in await tx.execute(first)}
