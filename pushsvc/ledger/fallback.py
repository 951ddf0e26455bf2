"""When a message definitely failed, what it carried goes to the next open endpoint of the same person; when an urgent one is
silent, it is told there too (DESIGN, promise 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.approvals import ASKED_CHANNEL
from pushsvc.domain.notices import delivery_id
from pushsvc.domain.subscribers import Endpoint, Recipient
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import Departure
from pushsvc.ledger import book, emergencies
from pushsvc.ledger.approving import NOBODY_IS_ASKED, Asking
from pushsvc.ledger.cancelling import REFUSED
from pushsvc.ledger.matters import UNTIL_APPROVED, Matter, Person, Plan, decide, delivery_row
from pushsvc.ledger.planning import A_LONG_DAY
from pushsvc.ledger.repeats import carry
from pushsvc.ledger.standing import standing
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import deliveries, notices


async def fall_back(
    tx: Transaction, failed_id: str, recipient: Recipient | None, now: Instant, asking: Asking = NOBODY_IS_ASKED
) -> str | None:
    """Plan the notices of a failed delivery on the next endpoint, in the person's own order, after their quiet hours.

    Gives the new delivery's id, or None where there is no other way: then it stays failed. A repeat finds nothing left to
    move, nor does who comes after a newer version that says something else: that one tells what holds. An endpoint on which
    the same message failed before is not tried again. `asking`: whose SMS two people
    approve first.
    """
    await book.plan_alone(tx)
    failed = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == failed_id))).first()
    if failed is None or failed.state != "failed":
        return None
    planned = await _on_the_next(tx, failed, recipient, now, asking, may_repeat=failed.may_repeat)
    if planned is None and failed.may_repeat:
        # What it would have said again was accepted elsewhere: there the notice stands.
        await carry(tx, failed_id, failed.may_repeat)
    return planned


async def tell_again(
    tx: Transaction, silent_id: str, recipient: Recipient | None, now: Instant, asking: Asking = NOBODY_IS_ASKED
) -> str | None:
    """Plan an urgent message that was accepted, and of which nothing was heard since, on the next endpoint too.

    It may come twice then, so the new delivery says of which it may be the repeat. None where there is no other way.
    """
    await book.plan_alone(tx)
    silent = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == silent_id))).first()
    if silent is None or silent.state != "accepted":
        return None
    return await _on_the_next(tx, silent, recipient, now, asking, may_repeat=silent_id)


async def go_past(tx: Transaction, refused_id: str, recipient: Recipient | None, now: Instant) -> None:
    """A fallback to SMS that waited for approval and was refused: what it carries goes on to the next endpoint, or back to the
    message that it would have said again; where there is neither, it is cancelled."""
    ours = (deliveries.c.delivery_id == refused_id, deliveries.c.state == "planned", deliveries.c.held == "approval")
    refused = (await tx.execute(sa.select(deliveries).where(*ours).with_for_update())).first()
    if refused is None:
        return
    await tx.execute(sa.update(deliveries).where(*ours).values(state="cancelled", held="", why=REFUSED, ended_at=now))
    if await _on_the_next(tx, refused, recipient, now, NOBODY_IS_ASKED, may_repeat=refused.may_repeat):
        return
    if refused.may_repeat:
        await carry(tx, refused_id, refused.may_repeat)
        return
    mine = (notices.c.delivery_id == refused_id, notices.c.state == "planned")
    await tx.execute(sa.update(notices).where(*mine).values(state="cancelled", remind_at=None))


async def _on_the_next(
    tx: Transaction, before: Any, recipient: Recipient | None, now: Instant, asking: Asking, *, may_repeat: str | None
) -> str | None:
    carried = await _still_to_tell(tx, before.delivery_id)
    if recipient is None:
        return None
    begun: str | None = None
    for endpoint in await _not_tried(tx, before, recipient.endpoints) if carried else ():
        going, waiting = await _as_approved(tx, carried, endpoint, asking, now)
        if not (going or waiting) or await _told_there(tx, [*going, *waiting], endpoint):
            continue
        planned = await _plan(tx, before, carried[0], replace(recipient, endpoints=(endpoint,)), now)
        if planned is None:
            return begun
        # A digest stays one message; it does not wait for the next digest. What waits for approval has one of its own.
        messages = [(delivery_id(endpoint.endpoint_id, before.delivery_id, "fallback"), going, planned)] if going else []
        held = replace(planned, departure=Departure(UNTIL_APPROVED, "approval"))
        for one in waiting:
            messages.append((delivery_id(endpoint.endpoint_id, before.delivery_id, "fallback", one.notice_id), [one], held))
        for new_id, those, plan in messages:
            row = delivery_row(_matter(those[0], before), plan, new_id, now)
            same = {"kind": before.kind, "segment": before.segment, "language": before.language, "may_repeat": may_repeat}
            await insert_new(tx, deliveries, [row | same])
            await tx.execute(
                sa.update(notices)
                .where(notices.c.notice_id.in_([one.notice_id for one in those]))
                .values(delivery_id=new_id, address_hash=endpoint.address_hash)
            )
        begun = begun or messages[0][0]
        carried = [one for one in carried if one not in going and one not in waiting]
        if not carried:
            break
    return begun


async def _as_approved(
    tx: Transaction, carried: Sequence[Any], endpoint: Endpoint, asking: Asking, now: Instant
) -> tuple[list[Any], list[Any]]:
    """What may be told on the endpoint now, and what waits for two people; what they refused is in neither."""
    if endpoint.channel != ASKED_CHANNEL:
        return list(carried), []
    said = {one.event_id: await asking.word_for_one_more(tx, one.event_id, one.publication_id, now) for one in carried}
    going = [one for one in carried if said[one.event_id] in ("", "approved")]
    return going, [one for one in carried if said[one.event_id] == "waiting"]


async def _still_to_tell(tx: Transaction, failed_id: str) -> list[Any]:
    """What the message carried, without what was planned anew since (it has no mailbox any more) or is out of date."""
    carried = await tx.execute(
        sa.select(notices)
        .where(notices.c.delivery_id == failed_id, notices.c.state == "planned", notices.c.address_hash.is_not(None))
        .order_by(notices.c.created_at, notices.c.notice_id)
    )
    rows = carried.all()
    stands = {publication: await standing(tx, publication) for publication in {row.publication_id for row in rows}}
    return [row for row in rows if not ((now := stands[row.publication_id]) and now.overtaken(row.revision))]


async def _not_tried(tx: Transaction, before: Any, endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """The endpoints on which this message has not failed yet, and where it is not on its way without a word of it."""
    same = sa.select(deliveries.c.delivery_id, deliveries.c.endpoint_id, deliveries.c.state).where(
        deliveries.c.subscriber_no == before.subscriber_no, deliveries.c.segment == before.segment
    )
    others = (await tx.execute(same)).all()
    now_carried = sa.select(notices.c.notice_id).where(notices.c.delivery_id == before.delivery_id)
    carried = (await tx.execute(now_carried)).scalars().all()
    # All digests of a language are one segment: that an old one failed says nothing of this one.
    tried = {row.endpoint_id for row in others if row.state == "failed" and before.kind != "digest"}
    came_from: Any = before
    while came_from is not None:
        tried.add(came_from.endpoint_id)
        came_from = next((row for row in others if came_from.delivery_id in _next_ids(row, came_from, carried)), None)
    return [endpoint for endpoint in endpoints if endpoint.endpoint_id not in tried]


def _next_ids(before: Any, after: Any, carried: Sequence[str]) -> set[str]:
    """The ids under which `before` would be said on the endpoint of `after`: as a whole, or one of its notices alone."""
    named = (before.delivery_id, "fallback")
    return {delivery_id(after.endpoint_id, *named, *one) for one in ((), *((notice,) for notice in carried))}


async def _told_there(tx: Transaction, carried: Sequence[Any], endpoint: Endpoint) -> bool:
    """Whether somebody else who shares that address has a notice of the same."""
    for one in carried:
        told = await book.mailboxes_told(tx, [endpoint.address_hash], [one.work_id], one.kind, one.reason)
        if told.get(endpoint.address_hash, one.subscriber_no) != one.subscriber_no:
            return True
    return False


async def _plan(tx: Transaction, failed: Any, first: Any, recipient: Recipient, now: Instant) -> Plan | None:
    messages = await book.messages_since(tx, [recipient.subscriber_no], now - A_LONG_DAY)
    person = Person(recipient.subscriber_no, recipient, first.eligibility, first.reasons, in_digest=False)
    matter = await emergencies.as_approved(tx, _matter(first, failed), now)
    decided = decide(matter, person, messages.get(recipient.subscriber_no, ()), now)
    return decided if isinstance(decided, Plan) else None


def _matter(first: Any, failed: Any) -> Matter:
    return Matter(
        first.event_id, first.publication_id, first.revision, first.version_id, (first.work_id,), first.kind, first.reason,
        urgent=failed.urgent, deadline=first.deadline,
    )  # fmt: skip
