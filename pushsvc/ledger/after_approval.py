"""What becomes of SMS that waited for two people: approved ones are planned as if just matched, refused ones go another way.

A person whose SMS is refused hears by their next channel, in their own order; where they have none, the message is cancelled,
and its event's funnel says so. An SMS that was itself a fallback goes on from where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from pushsvc.domain.approvals import without_sms
from pushsvc.domain.notices import Held
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.ledger import book
from pushsvc.ledger.cancelling import REFUSED
from pushsvc.ledger.fallback import go_past
from pushsvc.ledger.held_fallbacks import apart, let_leave
from pushsvc.ledger.holding import HeldBack, plan_released
from pushsvc.ledger.matters import Matter
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import notices


async def plan_approved(
    tx: Transaction,
    matter: Matter,
    page: Sequence[HeldBack],
    recipients: Mapping[int, Recipient],
    now: Instant,
    *,
    hold: Held = "",
) -> None:
    """Let one page of `holding.held_page` go. `hold`: what it waits for next."""
    planned, fallbacks = apart(page, matter.event_id)
    await plan_released(tx, matter, planned, recipients, now, hold=hold)
    await let_leave(tx, matter, fallbacks, recipients, now, "approval")


async def plan_refused(
    tx: Transaction,
    matter: Matter,
    page: Sequence[HeldBack],
    recipients: Mapping[int, Recipient],
    now: Instant,
    *,
    hold: Held = "",
) -> None:
    """Plan one page anew without SMS."""
    planned, fallbacks = apart(page, matter.event_id)
    others = {number: without_sms(person) for number, person in recipients.items()}
    ends = [one for one in planned if one.subscriber_no in others and not others[one.subscriber_no].endpoints]
    ended = {one.notice_id for one in ends}
    await plan_released(tx, matter, [one for one in planned if one.notice_id not in ended], others, now, hold=hold)
    await _cancel(tx, ends, now)
    for one in fallbacks:
        await go_past(tx, one.delivery_id, recipients.get(one.subscriber_no), now)


async def _cancel(tx: Transaction, ends: Sequence[HeldBack], now: Instant) -> None:
    for piece in book.pieces(one.notice_id for one in ends):
        ours = (one_of(tx, notices.c.notice_id, piece), notices.c.state == "planned")
        await tx.execute(sa.update(notices).where(*ours).values(state="cancelled", remind_at=None))
    await book.cancel_empty(tx, {one.delivery_id for one in ends}, REFUSED, now)
