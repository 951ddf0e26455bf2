"""What a provider said later about a message that it took, applied in order of what it means, not of when it came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import DeliveryState
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, receipts

#: A provider's words become these: `sent` is on its way, the other two are final.
_MEANS: dict[str, DeliveryState] = {"sent": "accepted", "delivered": "delivered", "undelivered": "failed"}
#: What a receipt may move on from; so a late "sent" after "delivered" changes nothing, nor does a second word of any kind.
_MOVES_ON_FROM: dict[DeliveryState, tuple[DeliveryState, ...]] = {
    "accepted": ("unknown",),
    "delivered": ("accepted", "unknown"),
    "failed": ("accepted", "unknown"),
}


@dataclass(frozen=True)
class Receipt:
    """`delivery_id` is None while no delivery of that provider's id is known."""

    receipt_id: int
    state: str
    code: str
    at: Instant
    delivery_id: str | None
    channel: str = ""


async def read_receipts(tx: AsyncConnection, receipt_ids: Collection[int]) -> list[Receipt]:
    """The receipts in the order in which they came, each with the delivery that it speaks of."""
    columns, sent = receipts.c, deliveries.c
    by_provider = sa.and_(sent.provider_id == columns.provider_id, sent.provider == columns.provider)
    rows = await tx.execute(
        sa.select(columns.receipt_id, columns.state, columns.code, columns.at, sent.delivery_id, sent.channel)
        .select_from(receipts.outerjoin(deliveries, sa.or_(sent.delivery_id == columns.delivery_id, by_provider)))
        .where(columns.receipt_id.in_(receipt_ids))
        .order_by(columns.receipt_id)
    )
    return [Receipt(row.receipt_id, row.state, row.code or "", row.at, row.delivery_id, row.channel or "") for row in rows]


def says_failed(receipt: Receipt) -> bool:
    """Whether it may be the delivery's definitive failure."""
    return _MEANS.get(receipt.state) == "failed"


async def apply_receipt(tx: Transaction, receipt: Receipt, now: Instant) -> bool:
    """Move the delivery on. Gives whether it is a definitive failure by this receipt, which a fallback may follow."""
    state = _MEANS.get(receipt.state)
    if state is None or receipt.delivery_id is None:
        return False
    values: dict[str, Any] = {"state": state, "ended_at": now}
    if receipt.code:
        values["code"] = receipt.code[:40]
    moved = await tx.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.delivery_id == receipt.delivery_id,
            deliveries.c.state.in_(_MOVES_ON_FROM[state]),
            # A repeat that is on its way has an outcome of its own.
            deliveries.c.claim.is_(None),
        )
        .values(**values)
    )
    return state == "failed" and moved.rowcount > 0
