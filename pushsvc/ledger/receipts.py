"""What a provider said later about a message that it took, applied in order of what it means, not of when it came.

Kept first, applied after: a receipt may be faster than the outcome of its message, or speak of one that we never sent. Such
a one stays open, and is looked at again for three days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import DeliveryState
from pushsvc.domain.receipts import Said
from pushsvc.domain.records import Output
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, one_of
from pushsvc.storage.tables.ledger import deliveries, receipts

#: A provider's words become these: `sent` is on its way, the others are final.
_MEANS: dict[str, DeliveryState] = {"sent": "accepted", "delivered": "delivered", "undelivered": "failed", "dead": "failed"}
#: What a receipt may move on from; so a late "sent" after "delivered" changes nothing, nor does a second word of any kind.
_MOVES_ON_FROM: dict[DeliveryState, tuple[DeliveryState, ...]] = {
    "accepted": ("unknown",),
    "delivered": ("accepted", "unknown"),
    "failed": ("accepted", "unknown"),
}
#: How long the message of a receipt may still turn up; a message in doubt is settled long before.
OPEN_FOR = timedelta(days=3)
_LONGEST_CODE, _LONGEST_ID = 40, 120
#: An account may send for others too: what is longer is none of our ids, and would not fit.
_LONGEST_OF_OURS = 40
_AT_ONCE = 500


@dataclass(frozen=True)
class Receipt:
    """`delivery_id` is None while no delivery of that provider's id is known; `named` is the id of ours that the receipt itself
    says: that of a message of the service has no delivery."""

    receipt_id: int
    state: str
    code: str
    at: Instant
    delivery_id: str | None
    channel: str = ""
    endpoint_id: int | None = None
    provider: str = ""
    provider_id: str = ""
    segments: int | None = None
    price: int | None = None
    named: str = ""


async def keep(tx: Transaction, provider: str, said: Sequence[Said], now: Instant) -> list[Output]:
    """Write down what a provider said, and give the records that have it applied. What it said before adds nothing."""
    rows = {
        _hash(provider, one): {
            "provider": provider, "provider_id": one.provider_id[:_LONGEST_ID], "state": one.state,
            "code": one.code[:_LONGEST_CODE] or None, "delivery_id": _ours(one.delivery_id), "said_hash": _hash(provider, one),
            "segments": one.segments, "price": one.price, "at": now, "applied_at": None,
        }
        for one in said
    }  # fmt: skip
    if not rows:
        return []
    known = sa.select(receipts.c.said_hash).where(one_of(tx, receipts.c.said_hash, rows))
    for digest in (await tx.execute(known)).scalars():
        del rows[digest]
    await insert_new(tx, receipts, list(rows.values()))
    kept = sa.select(receipts.c.receipt_id, receipts.c.provider_id).where(one_of(tx, receipts.c.said_hash, rows))
    return [_output(row.receipt_id, row.provider_id) for row in await tx.execute(kept.order_by(receipts.c.receipt_id))]


async def that_can_be_applied(tx: AsyncConnection, now: Instant, *, younger: timedelta = OPEN_FOR) -> list[Output]:
    """Records for open receipts whose message is known by now."""
    waiting = (receipts.c.applied_at.is_(None), receipts.c.at > now - younger, deliveries.c.claim.is_(None))
    ours, theirs = (
        sa.select(receipts.c.receipt_id, receipts.c.provider_id)
        .select_from(receipts.join(deliveries, spoken_of))
        .where(*waiting)
        for spoken_of in (_BY_OUR_ID, _BY_THEIR_ID)
    )
    found = sa.union_all(ours, theirs).order_by("receipt_id").limit(_AT_ONCE)
    return [_output(row.receipt_id, row.provider_id) for row in await tx.execute(found)]


async def close_strangers(tx: Transaction, now: Instant) -> None:
    """Receipts whose message never turned up are not looked at any more. They stay listed."""
    strangers = sa.and_(receipts.c.applied_at.is_(None), receipts.c.at <= now - OPEN_FOR)
    await tx.execute(sa.update(receipts).where(strangers).values(applied_at=now))


async def read_receipts(tx: AsyncConnection, receipt_ids: Collection[int]) -> list[Receipt]:
    """The receipts in the order in which they came, each with the delivery that it speaks of."""
    columns, found = receipts.c, dict[int, Receipt]()
    message = (deliveries.c.delivery_id.label("of"), deliveries.c.channel, deliveries.c.endpoint_id)
    for spoken_of in (_BY_THEIR_ID, _BY_OUR_ID):
        rows = await tx.execute(
            sa.select(
                columns.receipt_id, columns.state, columns.code, columns.at, columns.provider, columns.provider_id, *message,
                columns.segments, columns.price, columns.delivery_id.label("named"),
            )
            .select_from(receipts.outerjoin(deliveries, spoken_of))
            .where(columns.receipt_id.in_(receipt_ids))
        )  # fmt: skip
        for row in rows:
            if row.of is not None or row.receipt_id not in found:
                found[row.receipt_id] = Receipt(
                    row.receipt_id, row.state, row.code or "", row.at, row.of, row.channel or "", row.endpoint_id,
                    row.provider, row.provider_id, row.segments, row.price, row.named or "",
                )  # fmt: skip
    return [found[number] for number in sorted(found)]


def says_failed(receipt: Receipt) -> bool:
    """Whether it may be the delivery's definitive failure."""
    return _MEANS.get(receipt.state) == "failed"


async def apply_receipt(tx: Transaction, receipt: Receipt, now: Instant) -> bool:
    """Move the delivery on. Gives whether it is a definitive failure by this receipt, which a fallback may follow.

    A receipt whose message is not known, or is being sent once more at this moment, stays open.
    """
    state = _MEANS.get(receipt.state)
    if state is None or receipt.delivery_id is None:
        return False
    values: dict[str, Any] = {
        "state": state, "ended_at": now,
        # Of a message in doubt this is the first that says who has it; the next receipt may name only the provider's own id.
        "provider": sa.func.coalesce(deliveries.c.provider, receipt.provider or None),
        "provider_id": sa.func.coalesce(deliveries.c.provider_id, receipt.provider_id or None),
    }  # fmt: skip
    if receipt.code:
        values["code"] = receipt.code[:_LONGEST_CODE]
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
    free = sa.exists().where(deliveries.c.delivery_id == receipt.delivery_id, deliveries.c.claim.is_(None))
    await tx.execute(
        sa.update(receipts)
        .where(receipts.c.receipt_id == receipt.receipt_id, free)
        .values(applied_at=now, delivery_id=receipt.delivery_id)
    )
    return state == "failed" and moved.rowcount > 0


#: Which delivery a receipt speaks of: it names ours, or the id that the provider gave it. Two ways, because a condition with
#: "or" reads every row. A provider speaks of its own messages only, and of what broke off before anybody knew whose it was.
_BY_OUR_ID = sa.and_(
    deliveries.c.delivery_id == receipts.c.delivery_id,
    sa.or_(deliveries.c.provider == receipts.c.provider, sa.and_(deliveries.c.provider.is_(None), deliveries.c.tries > 0)),
)
_BY_THEIR_ID = sa.and_(
    deliveries.c.provider_id == receipts.c.provider_id,
    deliveries.c.provider == receipts.c.provider,
    receipts.c.delivery_id.is_(None),
)


def _ours(delivery_id: str | None) -> str | None:
    return delivery_id if delivery_id and len(delivery_id) <= _LONGEST_OF_OURS else None


def _hash(provider: str, one: Said) -> bytes:
    said = "\n".join((provider, one.provider_id, one.delivery_id or "", one.state, one.code))
    return hashlib.sha256(said.encode()).digest()


def _output(receipt_id: int, provider_id: str) -> Output:
    return Output("receipts", provider_id or str(receipt_id), {"receipt_id": receipt_id})
