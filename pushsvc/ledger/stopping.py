"""Stopping what was planned when somebody leaves: it moves to `suppressed`, with the reason, in the funnel too."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.ledger import book
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, notices

Why = Literal["no_consent", "no_endpoint", "erased", "paused"]


async def cancel_for_subscriber(tx: Transaction, subscriber_no: int, now: Instant, why: Why = "erased") -> None:
    """Nothing that is planned for the subscriber leaves any more. What a connection has in hand, the late check stops."""
    await _stop(tx, deliveries.c.subscriber_no == subscriber_no, now, why)


async def cancel_for_endpoint(tx: Transaction, endpoint_id: int, now: Instant, why: Why = "no_consent") -> None:
    """The same for one endpoint. It does not move to another channel: who says stop does not ask for more."""
    await _stop(tx, deliveries.c.endpoint_id == endpoint_id, now, why)


async def cancel_for_endpoints(tx: Transaction, endpoint_ids: Collection[int], now: Instant, why: Why = "no_consent") -> None:
    for piece in book.pieces(endpoint_ids):
        await _stop(tx, deliveries.c.endpoint_id.in_(piece), now, why)


async def _stop(tx: Transaction, whose: sa.ColumnElement[bool], now: Instant, why: Why) -> None:
    waiting = sa.select(deliveries.c.delivery_id).where(whose, deliveries.c.state == "planned")
    await tx.execute(
        sa.update(notices)
        .where(notices.c.delivery_id.in_(waiting), notices.c.state == "planned")
        .values(state="suppressed", suppressed=why, remind_at=None)
    )
    await tx.execute(
        sa.update(deliveries)
        .where(whose, deliveries.c.state == "planned")
        .values(state="cancelled", held="", why=why, ended_at=now)
    )
