"""A message that was said not to have arrived, and has arrived after all: what was begun in its place is taken back.

A phone that was off gives "undelivered" when its provider's time is over, and "delivered" when it is on again. The later word
is the truth. So the fallback that has not left is cancelled, and one that has may be a repeat, and is marked as that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import TOLD_STATES
from pushsvc.domain.notices import delivery_id as message_id
from pushsvc.domain.time import Instant
from pushsvc.ledger.repeats import carry
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries, notices

#: Why what stood in for it was cancelled.
DELIVERED = "delivered"
#: Who was never accepted has no id from the provider.
_SAID_FAILED = (deliveries.c.state == "failed", deliveries.c.provider_id.is_not(None))


async def said_failed(tx: AsyncConnection, delivery_ids: Collection[str]) -> set[str]:
    """Those of the messages that failed by a receipt."""
    if not delivery_ids:
        return set()
    which = (one_of(tx, deliveries.c.delivery_id, sorted(delivery_ids)), *_SAID_FAILED)
    return set((await tx.execute(sa.select(deliveries.c.delivery_id).where(*which))).scalars())


async def arrived_after_all(tx: Transaction, delivery_id: str, now: Instant) -> bool:
    """Make a message that failed by a receipt `accepted` again, so that its new receipt can move it on. False: what stands in
    for it is in a connection's hands this moment, so it is looked at again when that has ended.

    Nobody else plans meanwhile (`book.plan_alone`): what is being planned in its place would not be seen here.
    """
    own_if_failed = (deliveries.c.delivery_id == delivery_id, *_SAID_FAILED)
    message = (await tx.execute(sa.select(deliveries).where(*own_if_failed))).first()
    if message is None:
        return True
    ids = [delivery_id, *(one.delivery_id for one in await told_instead(tx, message))]
    # In the order in which everybody locks several deliveries (`book.states_of`).
    locked = sa.select(deliveries).where(one_of(tx, deliveries.c.delivery_id, ids)).order_by(deliveries.c.delivery_id)
    instead = [one for one in (await tx.execute(locked.with_for_update())).all() if one.delivery_id != delivery_id]
    if any(one.state == "claimed" for one in instead):
        return False
    for one in instead:
        own = deliveries.c.delivery_id == one.delivery_id
        if one.state in TOLD_STATES:
            marked = sa.update(deliveries).where(own, deliveries.c.may_repeat.is_(None))
            await tx.execute(marked.values(may_repeat=delivery_id))
            continue
        if one.state == "planned":
            cancelled = {"state": "cancelled", "held": "", "why": DELIVERED, "ended_at": now}
            await tx.execute(sa.update(deliveries).where(own).values(cancelled))
        await carry(tx, one.delivery_id, delivery_id)
    again = {"state": "accepted", "code": None, "why": None, "ended_at": now}
    await tx.execute(sa.update(deliveries).where(*own_if_failed).values(again))
    return True


async def told_instead(tx: AsyncConnection, message: Any) -> Sequence[Any]:
    """The deliveries that were planned in the place of `message` (its row), and in theirs, in that order: a fallback is named
    after what it stands in for."""
    later = sa.select(deliveries).where(
        deliveries.c.subscriber_no == message.subscriber_no,
        deliveries.c.created_at >= message.created_at,
        deliveries.c.delivery_id != message.delivery_id,
    )
    candidates = {row.delivery_id: row for row in (await tx.execute(later)).all()}
    told = sa.select(notices.c.notice_id).where(one_of(tx, notices.c.delivery_id, [message.delivery_id, *candidates]))
    parts = [(), *((notice,) for notice in (await tx.execute(told)).scalars())] if candidates else []
    found, before = list[Any](), [message.delivery_id]
    while before:
        named = before.pop(0)
        for row in list(candidates.values()):
            if any(message_id(row.endpoint_id, named, "fallback", *part) == row.delivery_id for part in parts):
                found.append(candidates.pop(row.delivery_id))
                before.append(row.delivery_id)
    return found
