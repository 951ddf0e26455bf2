"""Whose receipt is it, when it names an id that the ledger does not know? Of a message whose sending broke off it is the only
word that will ever come, and the process that sent it may be dead.

By our own reference (SMPP) it is found wherever it was sent from. Where an operator repeats nothing of ours (CMPP) it is found
by the phone and the minute, and only if it can be no other: one message to that phone was on its way then, it was a single
SMS (parts of a longer one have ids of their own that nobody wrote down), and it is in doubt. Else it stays a stranger's: a
message that is wrongly called delivered would be lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.receipts import Said, Trace, reference
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import attempts, deliveries
from pushsvc.storage.tables.operations import service_messages
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.storage.tables.providers import charges
from pushsvc.storage.vault import Vault

#: An operator writes whole minutes of a clock of its own.
CLOCKS_DIFFER_BY = timedelta(minutes=2)
#: Whoever has nothing to say for so long is asked about no more, and its row does not move.
_LOOKED_BACK = timedelta(days=3)
_ON_ITS_WAY = ("claimed", "unknown")
_MOMENTS = (deliveries.c.created_at, deliveries.c.ended_at)


async def named(tx: AsyncConnection, vault: Vault, provider: str, said: Sequence[Said], now: Instant) -> list[Said]:
    """`said`, with our id wherever the ledger can tell whose it is."""
    traced = {one.provider_id: one.trace for one in said if one.trace is not None and one.delivery_id is None}
    for known in await _known(tx, provider, traced):
        del traced[known]
    boxes = {own: box for own, trace in traced.items() if (box := _mailbox(vault, trace)) is not None}
    rows = await _to_these_phones(tx, provider, set(boxes.values()), now)
    names = {own: _the_one(rows[box], traced[own]) for own, box in boxes.items()}
    return [replace(one, delivery_id=one.delivery_id or names.get(one.provider_id)) for one in said]


async def _known(tx: AsyncConnection, provider: str, provider_ids: Collection[str]) -> Sequence[str]:
    if not provider_ids:
        return ()
    """Those of our messages, and of the codes and welcomes that the service itself sent: such a one says nothing of a message
    in doubt to the same phone."""
    ids = sorted(provider_ids)
    of_theirs = (one_of(tx, deliveries.c.provider_id, ids), deliveries.c.provider == provider)
    of_the_service = (one_of(tx, service_messages.c.provider_id, ids), service_messages.c.channel == "sms")
    known = sa.union(
        sa.select(deliveries.c.provider_id).where(*of_theirs),
        sa.select(service_messages.c.provider_id).where(*of_the_service),
    )
    return [str(own) for own in (await tx.execute(known)).scalars()]


def _mailbox(vault: Vault, trace: Trace) -> bytes | None:
    try:
        return vault.find("sms", trace.phone)
    except BadInput:
        return None


async def _to_these_phones(
    tx: AsyncConnection, provider: str, boxes: set[bytes], now: Instant
) -> Mapping[bytes, Sequence[Any]]:
    """What was or is being sent to each of these phones, as far as this provider may have had it."""
    found = defaultdict[bytes, list[Any]](list)
    if not boxes:
        return found
    before = deliveries.alias("before")
    query = (
        sa.select(
            endpoints.c.address_hash, deliveries.c.delivery_id, deliveries.c.state, deliveries.c.provider_id,
            deliveries.c.created_at, deliveries.c.ended_at, charges.c.segments,
            sa.select(sa.func.max(attempts.c.at))
            .where(attempts.c.delivery_id == deliveries.c.delivery_id, attempts.c.outcome == "unknown")
            .scalar_subquery()
            .label("noted_at"),
        )
        .select_from(endpoints)
        .join(deliveries, deliveries.c.endpoint_id == endpoints.c.endpoint_id)
        .outerjoin(charges, charges.c.delivery_id == deliveries.c.delivery_id)
        .where(
            endpoints.c.channel == "sms",
            one_of(tx, endpoints.c.address_hash, boxes),
            # What was planned long ago (a weekly digest) may be on its way all the same, or have left a moment ago.
            sa.or_(deliveries.c.state.in_(_ON_ITS_WAY), *(moment > now - _LOOKED_BACK for moment in _MOMENTS)),
            sa.or_(deliveries.c.state.in_((*_ON_ITS_WAY, "accepted", "delivered")), deliveries.c.provider_id.is_not(None)),
            sa.or_(deliveries.c.provider.is_(None), deliveries.c.provider == provider),
            # Of a claim only the first without an outcome can have left.
            ~sa.exists().where(
                deliveries.c.state == "claimed", before.c.claim == deliveries.c.claim,
                before.c.claim_order < deliveries.c.claim_order,
            ),
        )
    )  # fmt: skip
    for row in await tx.execute(query):
        found[row.address_hash].append(row)
    return found


def _the_one(rows: Iterable[Any], trace: Trace) -> str | None:
    """The delivery that it must be; None when there is none, or more than one."""
    nameless = [row for row in rows if row.state in _ON_ITS_WAY and row.provider_id is None]
    if trace.reference is not None:
        parts = (trace.reference & 0xF) + 1
        fits = [row for row in nameless if reference(row.delivery_id, parts) == trace.reference]
    elif trace.taken_at is not None:
        # Only a single SMS has one id, which the ledger knows where the sending went well.
        open_then = [row for row in rows if row in nameless or row.segments != 1]
        fits = [row for row in open_then if _was_on_its_way(row, trace.taken_at)]
        fits = fits if all(row in nameless and row.segments == 1 for row in fits) else []
    else:
        fits = []
    return str(fits[0].delivery_id) if len(fits) == 1 else None


def _was_on_its_way(row: Any, moment: Instant) -> bool:
    """From when it was planned until its outcome was noted, which after a crash is when somebody found it without one."""
    noted = row.noted_at if row.state == "unknown" else row.ended_at
    late = noted is not None and moment > noted + CLOCKS_DIFFER_BY
    return not late and bool(moment > row.created_at - CLOCKS_DIFFER_BY)
