"""Messages of which nobody knows whether they left: since when, so that their provider can be asked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import attempts


async def since_when(tx: AsyncConnection, delivery_ids: Sequence[str]) -> dict[str, Instant]:
    """When the doubt of each of these deliveries was noted: after the sending that caused it began, by a lease at most."""
    if not delivery_ids:
        return {}
    first = (
        sa.select(attempts.c.delivery_id, sa.func.min(attempts.c.at).label("at"))
        .where(one_of(tx, attempts.c.delivery_id, delivery_ids), attempts.c.outcome == "unknown")
        .group_by(attempts.c.delivery_id)
    )
    return {row.delivery_id: row.at for row in await tx.execute(first)}
