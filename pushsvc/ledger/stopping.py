"""Stopping what was planned when somebody leaves: it moves to `suppressed`, with the reason, in the funnel too."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.ledger import book
from pushsvc.ledger.repeats import take_repeats_back
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.publications import revisions

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


async def cancel_for_subjects(tx: Transaction, subscriber_no: int, positions: AbstractSet[int], now: Instant) -> None:
    """Who wants no more of these subjects (positions of their interests) gets nothing that waits only because of them.

    A correction or withdrawal of what they were told still comes: it says what to forget.
    """
    waiting = await tx.execute(
        sa.select(notices.c.notice_id, notices.c.reasons, notices.c.delivery_id)
        .join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(
            notices.c.subscriber_no == subscriber_no,
            notices.c.state == "planned",
            notices.c.kind.in_(("new", "reminder")),
            deliveries.c.state == "planned",
        )
    )
    unwanted = [row for row in waiting if row.reasons and {int(position) for position in row.reasons} <= positions]
    # Locked before their notices, as by the planners.
    await book.states_of(tx, {row.delivery_id for row in unwanted})
    entries = await book.entries(tx, [row.notice_id for row in unwanted])
    await book.take_back(tx, [entry for entry in entries if entry.waiting], "suppressed", now, suppressed="not_wanted")


async def bring_back(tx: Transaction, endpoint_ids: Collection[int], stopped_at: Instant) -> None:
    """A stop at `stopped_at` was undone: what it cancelled on these endpoints is planned as it was, unless its publication
    has changed since."""
    for piece in book.pieces(endpoint_ids):
        moved_on = sa.exists().where(
            revisions.c.publication_id == notices.c.publication_id,
            revisions.c.revision > notices.c.revision,
            revisions.c.material.is_not(False),
        )
        cancelled = sa.select(deliveries.c.delivery_id).where(
            deliveries.c.endpoint_id.in_(piece),
            deliveries.c.state == "cancelled",
            deliveries.c.why == "no_consent",
            deliveries.c.ended_at == stopped_at,
        )
        again = await tx.execute(
            sa.update(notices)
            .where(
                notices.c.delivery_id.in_(cancelled),
                notices.c.state == "suppressed",
                notices.c.suppressed == "no_consent",
                sa.not_(moved_on),
            )
            .values(state="planned", suppressed=None)
            .returning(notices.c.delivery_id)
        )
        for carrying in book.pieces(sorted(set(again.scalars()))):
            await tx.execute(
                sa.update(deliveries)
                .where(deliveries.c.delivery_id.in_(carrying))
                .values(state="planned", why=None, ended_at=None)
            )


async def _stop(tx: Transaction, whose: sa.ColumnElement[bool], now: Instant, why: Why) -> None:
    mine = sa.select(deliveries.c.delivery_id).where(whose, deliveries.c.state == "planned")
    # Locked before their notices, in the order of the planners, who lock both: see `book.states_of`.
    states = await book.states_of(tx, set((await tx.execute(mine)).scalars()))
    await take_repeats_back(tx, states, why, now)
    for piece in book.pieces(sorted(delivery for delivery, state in states.items() if state == "planned")):
        await tx.execute(
            sa.update(notices)
            .where(notices.c.delivery_id.in_(piece), notices.c.state == "planned")
            .values(state="suppressed", suppressed=why, remind_at=None)
        )
        await tx.execute(
            sa.update(deliveries)
            .where(deliveries.c.delivery_id.in_(piece))
            # What held it stays written down, for an undo.
            .values(state="cancelled", why=why, ended_at=now)
        )
