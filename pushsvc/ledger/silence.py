"""Urgent messages of which nothing was heard after they were accepted, on channels whose provider does give receipts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import RINGING
from pushsvc.ledger.approving import NOBODY_IS_ASKED, Asking
from pushsvc.ledger.fallback import tell_again
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, notices, receipts
from pushsvc.storage.tables.profiles import endpoints

Recipients = Callable[[Transaction, Collection[int]], Awaitable[Mapping[int, Recipient]]]

#: After so long without a word an urgent message is told on the next endpoint; after so long nobody asks any more.
SILENT_AFTER, ASKED_FOR = timedelta(minutes=10), timedelta(hours=6)
#: A provider that has said nothing final for so long gives no such receipts, or its callbacks do not reach us: silence of a
#: single message says nothing then.
HEARD_WITHIN = timedelta(days=1)
#: `sent` is no sign of life, of a message or of a provider. It says that the operator has the message: that is what `accepted`
#: promised already, and nothing of the phone. An urgent message is told again for a phone that is off, which is just where
#: nothing follows on `sent`.
FINAL = ("delivered", "undelivered", "dead")


async def silent(tx: AsyncConnection, now: Instant, limit: int) -> dict[str, int]:
    """The deliveries, each with its subscriber."""
    repeat, elsewhere = deliveries.alias("repeat"), endpoints.alias("elsewhere")
    found = (
        sa.select(deliveries.c.delivery_id, deliveries.c.subscriber_no)
        .where(
            deliveries.c.channel.in_(RINGING),
            deliveries.c.state == "accepted",
            deliveries.c.urgent,
            deliveries.c.ended_at <= now - SILENT_AFTER,
            deliveries.c.ended_at > now - ASKED_FOR,
            sa.exists().where(
                receipts.c.provider == deliveries.c.provider, receipts.c.state.in_(FINAL), receipts.c.at > now - HEARD_WITHIN
            ),
            # By the person: of the messages that they got there are few, and an index.
            ~sa.exists().where(
                repeat.c.subscriber_no == deliveries.c.subscriber_no, repeat.c.may_repeat == deliveries.c.delivery_id
            ),
            # Else those who have no other way would be looked at again and again, before those who have one.
            sa.exists().where(
                elsewhere.c.subscriber_no == deliveries.c.subscriber_no,
                elsewhere.c.endpoint_id != deliveries.c.endpoint_id,
                elsewhere.c.suppressed_at.is_(None),
                elsewhere.c.closed_at.is_(None),
                sa.or_(elsewhere.c.withdrawn_at.is_(None), elsewhere.c.consent_at > elsewhere.c.withdrawn_at),
            ),
            sa.exists().where(notices.c.delivery_id == deliveries.c.delivery_id, notices.c.state == "planned"),
        )
        .limit(limit)
    )
    return {row.delivery_id: row.subscriber_no for row in await tx.execute(found)}


async def tell_the_silent_again(
    tx: Transaction, recipients: Recipients, now: Instant, limit: int, asking: Asking = NOBODY_IS_ASKED
) -> int:
    """Plan the next endpoint of each. Gives for how many there was one."""
    found = await silent(tx, now, limit)
    people = await recipients(tx, set(found.values())) if found else {}
    told = [await tell_again(tx, delivery, people.get(number), now, asking) for delivery, number in sorted(found.items())]
    return sum(1 for each in told if each)
