"""A claim is the rows that one connection took to send, in a fixed order, under a lease: that is the intent.

How a delivery in doubt is kept: state `unknown` with `ended_at` empty has one more repeat to come (an email under the same
Message-ID, an SMS under its id) and stays `unknown` in every funnel until that repeat has an outcome; `unknown` with
`ended_at` set is final. Every doubt stays listed for good as an attempt with the outcome `unknown`.

Two machines, two clocks: `leased_until` is written by the clock of who claims and read by the clock of who sweeps. No
difference between them makes anybody tell twice unseen. Who sends counts its own seconds, and the transaction that notes one
message looks whether the next is still under its claim (`claims_of`). So a claim that was voided under a living connection
stops there, and the one message in its hand is the first without an outcome: in doubt, listed, repeated under its
Message-ID. What a difference costs: a sweeper that is ahead by more than the lease less the longest send (20 s - 16 s = 4 s)
makes such doubts where there was no need; one that is behind mends a crash that much later. Keep NTP on, within a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from pushsvc.domain.notices import Due, Held, SendResult
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.ledger.moves import ASKED_FIRST, MOST_TRIES_WHERE_ASKED, note_unknown
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_channels

MOST_LEASE_SECONDS = 20.0
#: After a crash a message in doubt is tried again until it was tried so often: most of them had not left at all.
MOST_TRIES_IN_DOUBT = 4
#: Nothing leaves on these before the ledger names the provider.
NAMED_FIRST: frozenset[Channel] = frozenset({"sms"})
WAITING_FOR_A_PERSON = ("release", "site", "approval")
_PIECE = 500


async def claim(
    tx: Transaction, channel: Channel, claim_name: str, limit: int, now: Instant, lease_seconds: float = MOST_LEASE_SECONDS
) -> list[Due]:
    """Take up to `limit` due deliveries of `channel`, in the order in which they must be sent.

    First what is in doubt and still to be repeated, then urgent ones, then the others by the time when they fell due. None
    while the channel is paused. `claim_name` is used once in all: two claims never share rows.
    """
    if lease_seconds > MOST_LEASE_SECONDS:
        raise BadInput(
            f"a lease of {lease_seconds:g} s is too long: {MOST_LEASE_SECONDS:g} s at most, so that a crash is mended soon"
        )
    if channel in await closed_channels(tx):
        return []
    until = now + timedelta(seconds=lease_seconds)
    asked = {"of_channel": channel, "at": now, "by": claim_name, "until": until}
    taken: list[Row[Any]] = []
    for take in _TAKE:
        if len(taken) < limit:
            rows = await tx.execute(take, {**asked, "most": limit - len(taken), "first": len(taken)})
            # RETURNING promises no order: the order of the claim is the number in the row.
            taken += sorted(rows, key=lambda row: row.claim_order)
    return await _as_due(tx, taken, claim_name, until)


async def anything_due(tx: Transaction, channel: Channel, now: Instant) -> bool:
    """Whether a claim may find something: a read, so that nobody takes the writer's turn to find nothing."""
    return bool(await tx.scalar(_ANYTHING, {"of_channel": channel, "at": now}))


_OURS = deliveries.c.channel == sa.bindparam("of_channel")
_DUE = deliveries.c.due_at <= sa.bindparam("at")
_IN_DOUBT = sa.and_(deliveries.c.state == "unknown", deliveries.c.ended_at.is_(None), deliveries.c.claim.is_(None))
_READY = sa.and_(deliveries.c.state == "planned", deliveries.c.held.not_in(WAITING_FOR_A_PERSON))
_URGENT, _PLAIN = sa.and_(_READY, deliveries.c.urgent), sa.and_(_READY, sa.not_(deliveries.c.urgent))
_ANYTHING = sa.select(sa.or_(*(sa.exists().where(_OURS, wanted, _DUE) for wanted in (_IN_DOUBT, _URGENT, _PLAIN))))
_DUE_COLUMNS = (
    deliveries.c.delivery_id,
    deliveries.c.subscriber_no,
    deliveries.c.endpoint_id,
    deliveries.c.channel,
    deliveries.c.kind,
    deliveries.c.language,
    deliveries.c.segment,
    deliveries.c.tries,
    deliveries.c.claim_order,
    # After a claim: one whose first sending is in doubt keeps that state.
    deliveries.c.state,
)


def _taking(wanted: sa.ColumnElement[bool]) -> sa.Executable:
    """Made once: building these statements anew for every claim took a quarter of the time of a small event."""
    locked = (
        sa.select(deliveries.c.delivery_id, deliveries.c.due_at)
        .where(_OURS, wanted, _DUE)
        .order_by(deliveries.c.due_at, deliveries.c.delivery_id)
        .limit(sa.bindparam("most"))
        .with_for_update(skip_locked=True)
        .subquery("locked")
    )
    place = sa.func.row_number().over(order_by=(locked.c.due_at, locked.c.delivery_id))
    picked = sa.select(locked.c.delivery_id, place.label("place")).subquery("picked")
    return (
        sa.update(deliveries)
        .where(deliveries.c.delivery_id == picked.c.delivery_id)
        .values(
            # A repeat stays `unknown` until it has an outcome of its own.
            state=sa.case((deliveries.c.state == "unknown", "unknown"), else_="claimed"),
            held="",
            # Who tried it before is not who sends it now; one in doubt keeps the provider that may have it (ledger/intents.py).
            provider=sa.case((deliveries.c.state == "unknown", deliveries.c.provider), else_=sa.null()),
            claim=sa.bindparam("by"),
            claim_order=picked.c.place + sa.bindparam("first", type_=sa.Integer),
            leased_until=sa.bindparam("until"),
        )
        .returning(*_DUE_COLUMNS)
    )


_TAKE = tuple(_taking(wanted) for wanted in (_IN_DOUBT, _URGENT, _PLAIN))


async def _as_due(tx: Transaction, taken: Sequence[Row[Any]], claim_name: str, until: Instant) -> list[Due]:
    carried: dict[str, list[str]] = defaultdict(list)
    for piece in range(0, len(taken), _PIECE):
        ids = [row.delivery_id for row in taken[piece : piece + _PIECE]]
        found = await tx.execute(
            sa.select(notices.c.delivery_id, notices.c.notice_id)
            .where(one_of(tx, notices.c.delivery_id, ids))
            .order_by(notices.c.created_at, notices.c.notice_id)
        )
        for delivery, notice in found:
            carried[delivery].append(notice)
    return [
        Due(
            row.delivery_id, row.subscriber_no, row.endpoint_id, row.channel, row.kind, row.language, row.segment, row.tries,
            until, tuple(carried[row.delivery_id]), claim_name, row.state == "unknown",
        )
        for row in taken
    ]  # fmt: skip


def claims_of(connection: sa.Connection, delivery_ids: Sequence[str]) -> dict[str, str | None]:
    """Under which claim each of them is now: read once a message, in the transaction that allows it to leave."""
    return {row.delivery_id: row.claim for row in connection.execute(_UNDER, {"ids": list(delivery_ids)})}


_UNDER = sa.select(deliveries.c.delivery_id, deliveries.c.claim).where(
    deliveries.c.delivery_id.in_(sa.bindparam("ids", expanding=True))
)


async def closed_channels(tx: Transaction) -> frozenset[Channel]:
    """The channels that an operator has paused. What is planned on them counts as held."""
    names = set((await tx.execute(sa.select(paused_channels.c.channel))).scalars())
    return frozenset(CHANNELS if "all" in names else (channel for channel in CHANNELS if channel in names))


async def waiting_by_channel(tx: Transaction, now: Instant) -> dict[Channel, tuple[int, int]]:
    """For each channel how many deliveries could leave now, and how many are in doubt: for the gauges."""
    due = sa.and_(_READY, deliveries.c.due_at <= now)
    counted = (
        sa.select(deliveries.c.channel, due.label("is_due"), sa.func.count().label("many"))
        .where(sa.or_(due, deliveries.c.state == "unknown"))
        .group_by(deliveries.c.channel, due)
    )
    found: dict[Channel, tuple[int, int]] = dict.fromkeys(CHANNELS, (0, 0))
    for row in await tx.execute(counted):
        could_leave, doubtful = found[row.channel]
        found[row.channel] = (row.many, doubtful) if row.is_due else (could_leave, row.many)
    return found


async def give_back(tx: Transaction, claim_name: str) -> None:
    """What of a claim has no outcome and was not begun returns to where it was: due at once, for anybody."""
    ours = deliveries.c.claim == claim_name
    # In the order in which everybody locks several deliveries (`book.states_of`).
    await tx.execute(sa.select(deliveries.c.delivery_id).where(ours).order_by(deliveries.c.delivery_id).with_for_update())
    await tx.execute(sa.update(deliveries).where(ours).values(_GIVEN_BACK))


#: Nobody's any more. One in doubt stays so; only its repeat is given back.
_GIVEN_BACK: dict[str, Any] = {
    "state": sa.case((deliveries.c.state == "claimed", "planned"), else_=deliveries.c.state), "claim": None,
    "claim_order": None, "leased_until": None,
}  # fmt: skip


async def put_off(tx: Transaction, claim_name: str, until: Mapping[str, Instant], held: Held) -> None:
    """Give these claimed deliveries back: they wait, each until its moment. One in doubt stays so; only its repeat waits."""
    mine = (one_of(tx, deliveries.c.delivery_id, sorted(until)), deliveries.c.claim == claim_name)
    # In the order in which everybody locks several deliveries (`book.states_of`).
    await tx.execute(sa.select(deliveries.c.delivery_id).where(*mine).order_by(deliveries.c.delivery_id).with_for_update())
    for moment in sorted(set(until.values())):
        ids = sorted(delivery for delivery, waits_until in until.items() if waits_until == moment)
        which = (one_of(tx, deliveries.c.delivery_id, ids), deliveries.c.claim == claim_name)
        await tx.execute(sa.update(deliveries).where(*which).values({**_GIVEN_BACK, "held": held, "due_at": moment}))


async def void_all_leases(tx: Transaction, now: Instant) -> int:
    """At the start of the embedded engine, when nobody else can be sending. Gives how many deliveries are in doubt."""
    return await _void(tx, sa.true(), now)


async def void_expired_leases(tx: Transaction, now: Instant) -> int:
    """The sweep's part: claims whose connection has not come back in time. Gives how many deliveries are in doubt."""
    return await _void(tx, deliveries.c.leased_until < now, now)


async def _void(tx: Transaction, which: sa.ColumnElement[bool], now: Instant) -> int:
    """The first claimed row without an outcome may have left: it is `unknown`. The later ones had not begun, and nor had an SMS
    that was not named to a provider yet (ledger/intents.py)."""
    rows = await tx.execute(
        sa.select(
            deliveries.c.delivery_id, deliveries.c.claim, deliveries.c.claim_order, deliveries.c.channel, deliveries.c.tries,
            deliveries.c.state, deliveries.c.provider,
        )
        .where(deliveries.c.claim.is_not(None), which)
        # In the order in which everybody locks several deliveries (`book.states_of`).
        .order_by(deliveries.c.delivery_id)
        # Waits for an outcome that is being written, else the row after it would look like the first without one.
        .with_for_update()
    )  # fmt: skip
    first: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.claim, row.claim_order)):
        first.setdefault(row.claim, row)
    in_doubt = 0
    for claim_name, row in first.items():
        if row.channel in NAMED_FIRST and row.state == "claimed" and row.provider is None:
            await give_back(tx, claim_name)
            continue
        in_doubt += 1
        doubt = SendResult("unknown", "lease", "the process stopped while it was sending: it may have left, or not")
        most = MOST_TRIES_WHERE_ASKED if row.channel in ASKED_FIRST else MOST_TRIES_IN_DOUBT
        await note_unknown(tx, row.delivery_id, row.channel, row.tries, doubt, now, most_tries=most)
        await give_back(tx, claim_name)
    return in_doubt
