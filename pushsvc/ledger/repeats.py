"""Messages that may say again, on another endpoint, what was accepted and of which nothing was heard since.

While such a repeat waits, its notice stands with it. The person was told all the same: so whatever takes the repeat back puts
the notice where the message was accepted, and a correction or a withdrawal reaches them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.ledger.book import Entry, pieces
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.profiles import endpoints


async def drop_repeat(tx: Transaction, delivered_id: str, now: Instant) -> None:
    """A message that was silent has arrived after all: what would have said it again, and has not left, is cancelled."""
    delivered = deliveries.alias("delivered")
    # By the person, who has few messages: nothing finds one by what it may repeat, and this is asked for each receipt.
    whose = sa.select(delivered.c.subscriber_no).where(delivered.c.delivery_id == delivered_id).scalar_subquery()
    repeats = sa.select(deliveries.c.delivery_id).where(
        deliveries.c.subscriber_no == whose, deliveries.c.may_repeat == delivered_id, deliveries.c.state == "planned"
    )
    await take_repeats_back(tx, (await tx.execute(repeats)).scalars().all(), "delivered", now)


async def take_repeats_back(tx: Transaction, delivery_ids: Collection[str], why: str, now: Instant) -> dict[str, str]:
    """Those of the messages that are such repeats, and that no connection has in hand, are cancelled: what they carry stands
    where it was accepted. Gives for each of them that message."""
    back: dict[str, str] = {}
    for piece in pieces(sorted(delivery_ids)):
        waiting = sa.select(deliveries.c.delivery_id, deliveries.c.may_repeat).where(
            one_of(tx, deliveries.c.delivery_id, piece), deliveries.c.may_repeat.is_not(None),
            deliveries.c.state == "planned", deliveries.c.claim.is_(None),
        )  # fmt: skip
        # In the order in which everybody locks several deliveries (`book.states_of`).
        rows = (await tx.execute(waiting.order_by(deliveries.c.delivery_id).with_for_update())).all()
        back |= {row.delivery_id: row.may_repeat for row in rows}
    for repeat, accepted in back.items():
        cancelled = {"state": "cancelled", "held": "", "why": why, "ended_at": now}
        await tx.execute(sa.update(deliveries).where(deliveries.c.delivery_id == repeat).values(cancelled))
        await carry(tx, repeat, accepted)
    return back


async def as_accepted(tx: Transaction, entries: Sequence[Entry], now: Instant) -> list[Entry]:
    """The entries, those of repeats that wait put back to the messages that were accepted: for who is about to replace what
    waits, or to correct what was told."""
    back = await take_repeats_back(tx, {one.delivery_id for one in entries if one.waiting and one.delivery_id}, "replaced", now)
    if not back:
        return list(entries)
    columns = (deliveries.c.delivery_id, deliveries.c.state, deliveries.c.kind, deliveries.c.claim)
    rows = await tx.execute(sa.select(*columns).where(one_of(tx, deliveries.c.delivery_id, sorted(set(back.values())))))
    accepted = {row.delivery_id: row for row in rows}

    def now_with(one: Entry) -> Entry:
        row = accepted.get(back.get(one.delivery_id or "", ""))
        if row is None:
            return one
        return replace(one, delivery_id=row.delivery_id, delivery_state=row.state, delivery_kind=row.kind, claim=row.claim)

    return [now_with(one) for one in entries]


async def carry(tx: Transaction, before: str, after: str) -> None:
    """What one delivery carried, the other does from now on."""
    endpoint = sa.select(deliveries.c.endpoint_id).where(deliveries.c.delivery_id == after).scalar_subquery()
    mailbox = sa.select(endpoints.c.address_hash).where(endpoints.c.endpoint_id == endpoint).scalar_subquery()
    mine = (notices.c.delivery_id == before, notices.c.state == "planned")
    other = notices.alias("other")
    # Meanwhile somebody else who shares the mailbox may have been told there: then that one's notice keeps it.
    taken = sa.exists().where(
        other.c.address_hash == mailbox, other.c.work_id == notices.c.work_id, other.c.kind == notices.c.kind,
        other.c.reason == notices.c.reason, other.c.state == "planned", other.c.notice_id != notices.c.notice_id,
    )  # fmt: skip
    kept = sa.case((taken, sa.null()), else_=mailbox)
    await tx.execute(sa.update(notices).where(*mine).values(delivery_id=after, address_hash=kept))
