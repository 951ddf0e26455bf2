"""How a delivery moves on: the state that each outcome leads to, and the rows that say so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.notices import NEVER_KNOWN, DeliveryState, Due, SendResult, Suppression
from pushsvc.domain.ports import Fallen
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, insert_new_at_once
from pushsvc.storage.tables.ledger import attempts, deliveries, notices

#: The pauses before the next try, by how often it was tried; after the last one it has failed (about a day in all).
TRY_AGAIN_AFTER = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 3600, 7200, 14400, 28800, 28800))
SLOWED_DOWN_FOR = timedelta(seconds=60)
REPEATED_AFTER = timedelta(seconds=30)
#: A message in doubt is sent once more, where a repeat is harmless: under the same Message-ID, under the same SMS id, under
#: the same client_msg_id. A carrier that cannot (WeChat's subscription messages) leaves it in doubt.
REPEATABLE: frozenset[Channel] = frozenset({"email", "sms", "wechat"})
MOST_TRIES_IN_DOUBT = 2
#: Of an SMS the provider is asked before each repeat: one that broke off again after the provider had said no is a new doubt,
#: and is asked about as the first one was. Its time ends it (a day, see channels/sms/settling.py), hardly ever the tries: a
#: crash in the middle of asking counts as one too.
ASKED_FIRST: frozenset[Channel] = frozenset({"sms"})
MOST_TRIES_WHERE_ASKED = 20
_LONGEST_DOUBLINGS = 7
#: The code of a carrier that reached no provider at all.
NOTHING_ANSWERED = "connect"
WAITS_FOR = timedelta(seconds=2)
#: A message that waits for a person (a budget, a template) is looked at again so often.
HELD_FOR_SECONDS = 600.0
LONGEST_CODE, LONGEST_WHY = 40, 500


def write_results(connection: sa.Connection, results: Sequence[tuple[Due, SendResult]], now: Instant) -> None:
    """The new state of each delivery, and a row for each attempt: two statements for any number.

    In the order in which planners lock deliveries (`book.states_of`), so that nobody deadlocks.
    """
    if not results:
        return
    results = sorted(results, key=lambda noted: noted[0].delivery_id)
    connection.execute(_MOVE_ON, [_moved(due, result, now) for due, result in results])
    tried = [_attempt(due.delivery_id, due.tries, result, now) for due, result in results if _counts(result)]
    insert_new_at_once(connection, attempts, tried)


async def note_unknown(
    tx: Transaction, delivery_id: str, channel: Channel, tries: int, doubt: SendResult, now: Instant, *, most_tries: int
) -> None:
    """A delivery in doubt after a crash or an expired lease; a repeat is due at once. Its provider stays as the intent names
    it: that one is asked, or told again."""
    again = channel in REPEATABLE and tries + 1 < most_tries
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.delivery_id == delivery_id)
        .values(
            state="unknown", held="", tries=tries + 1, due_at=now, claim=None, claim_order=None, leased_until=None,
            # Empty: in the hands of a version that named none (migration 0008). Nobody knows which, as where there is none.
            provider=sa.func.nullif(deliveries.c.provider, ""), code=doubt.code, why=doubt.why, ended_at=None if again else now,
        )
    )  # fmt: skip
    await insert_new(tx, attempts, [_attempt(delivery_id, tries, doubt, now)])


def has_failed(due: Due, result: SendResult) -> bool:
    """Whether this outcome is the definitive failure of the delivery."""
    exhausted = result.verdict == "try_later" and due.tries + 1 > len(TRY_AGAIN_AFTER)
    return result.verdict in ("refused", "suppress") or exhausted


def _counts(result: SendResult) -> bool:
    """Not an attempt on this message: nothing of it left, or the whole channel was told to slow down."""
    return result.verdict not in ("not_sent", "slow_down", "hold")


def _attempt(delivery_id: str, tries: int, result: SendResult, now: Instant) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id, "attempt": tries + 1, "outcome": result.verdict,
        "code": result.code[:LONGEST_CODE], "why": result.why[:LONGEST_WHY], "at": now,
    }  # fmt: skip


def _moved(due: Due, result: SendResult, now: Instant) -> dict[str, Any]:
    tries = due.tries + (1 if _counts(result) else 0)
    state, due_at = _next_state(due, result, tries, now)
    return {
        "of": due.delivery_id, "under": due.claim, "new_state": state, "new_due": due_at, "new_tries": tries,
        "new_provider": result.provider[:40] or None, "new_provider_id": result.provider_id,
        "new_code": result.code[:LONGEST_CODE], "new_why": result.why[:LONGEST_WHY], "new_held": result.held,
        "new_end": None if due_at or state == "planned" else now,
    }  # fmt: skip


def _next_state(due: Due, result: SendResult, tries: int, now: Instant) -> tuple[DeliveryState, Instant | None]:
    """The state after `tries` tries, and when it is due again (None: never by itself; of what is
    planned, as before)."""
    match result.verdict:
        case "accepted":
            return "accepted", None
        case "refused" | "suppress":
            return "failed", None
        case "not_sent":
            # Nothing answered: it keeps its turn, so that whoever looks sees how long it has waited. A connection that
            # broke may be this message's own doing: the others go first.
            return "planned", None if result.code == NOTHING_ANSWERED else now
        case "slow_down":
            pause = timedelta(seconds=result.retry_after_seconds) if result.retry_after_seconds else SLOWED_DOWN_FOR
            return "planned", now + pause
        case "hold":
            return "planned", now + timedelta(seconds=result.retry_after_seconds or HELD_FOR_SECONDS)
        case "unknown":
            return "unknown", _repeated_at(due.channel, result, tries, now)
        case "try_later":
            if tries > len(TRY_AGAIN_AFTER):
                return "failed", None
            asked = timedelta(seconds=result.retry_after_seconds or 0)
            return "planned", now + max(TRY_AGAIN_AFTER[tries - 1], asked)


def _repeated_at(channel: Channel, result: SendResult, tries: int, now: Instant) -> Instant | None:
    """When a message in doubt is sent, or asked about, once more; None: it stays in doubt, unless a receipt comes."""
    if channel not in REPEATABLE or result.code == NEVER_KNOWN:
        return None
    if channel in ASKED_FIRST:
        pause = REPEATED_AFTER * 2 ** min(max(tries - 1, 0), _LONGEST_DOUBLINGS)
        return now + pause if tries < MOST_TRIES_WHERE_ASKED else None
    return now + REPEATED_AFTER if tries < MOST_TRIES_IN_DOUBT else None


_COLUMNS = deliveries.c
_new_state = sa.bindparam("new_state", type_=_COLUMNS.state.type)
_new_provider = sa.bindparam("new_provider", type_=_COLUMNS.provider.type)
_new_provider_id = sa.bindparam("new_provider_id", type_=_COLUMNS.provider_id.type)
#: A repeat that could not be made leaves the doubt as it was, with the provider that is asked about it.
_still_in_doubt = sa.and_(_COLUMNS.state == "unknown", _new_state == "planned")
_MOVE_ON = (
    sa.update(deliveries)
    .where(
        _COLUMNS.delivery_id == sa.bindparam("of", type_=_COLUMNS.delivery_id.type),
        # Under another claim it is somebody else's by now; an outcome that came after its lease still settles the doubt.
        sa.or_(
            _COLUMNS.claim == sa.bindparam("under", type_=_COLUMNS.claim.type),
            sa.and_(_COLUMNS.state == "unknown", _COLUMNS.claim.is_(None)),
        ),
    )
    .values(
        state=sa.case((_still_in_doubt, "unknown"), else_=_new_state),
        held=sa.bindparam("new_held", type_=_COLUMNS.held.type),
        due_at=sa.func.coalesce(sa.bindparam("new_due", type_=_COLUMNS.due_at.type), _COLUMNS.due_at),
        tries=sa.bindparam("new_tries", type_=_COLUMNS.tries.type),
        provider=sa.case((_still_in_doubt, _COLUMNS.provider), else_=_new_provider),
        provider_id=sa.case((_still_in_doubt, _COLUMNS.provider_id), else_=_new_provider_id),
        code=sa.bindparam("new_code", type_=_COLUMNS.code.type),
        why=sa.bindparam("new_why", type_=_COLUMNS.why.type),
        ended_at=sa.bindparam("new_end", type_=_COLUMNS.ended_at.type),
        claim=None,
        claim_order=None,
        leased_until=None,
    )
)


async def write_fallen(tx: Transaction, due: Due, fallen: Fallen, now: Instant) -> None:
    """What the late check stopped: `wait` goes back for a moment, everything else is suppressed, visibly.

    A delivery whose first sending is in doubt stays in doubt: it may have left before the person said stop. Only its repeat
    is stopped.
    """
    stopped = {notice: reason for notice, reason in fallen.items() if reason != "wait"}
    left = len(stopped) < len(due.notices)
    in_doubt = sa.exists().where(deliveries.c.delivery_id == due.delivery_id, deliveries.c.state == "unknown")
    for notice, reason in stopped.items():
        await tx.execute(
            sa.update(notices)
            .where(notices.c.notice_id == notice, notices.c.state == "planned", sa.not_(in_doubt))
            .values(state="suppressed", suppressed=reason, remind_at=None)
        )
    if left and "wait" not in fallen.values():
        return
    values: dict[str, Any] = {"claim": None, "claim_order": None, "leased_until": None}
    if left:
        values |= {"state": _unless_in_doubt("planned"), "due_at": now + WAITS_FOR}
    else:
        why = next(iter(stopped.values()), "replaced")
        values |= {"state": _unless_in_doubt("suppressed"), "why": why, "ended_at": now}
    mine = sa.and_(deliveries.c.delivery_id == due.delivery_id, deliveries.c.claim == due.claim)
    await tx.execute(sa.update(deliveries).where(mine).values(**values))


async def suppress_delivery(tx: Transaction, delivery_id: str, reason: Suppression, now: Instant) -> None:
    """Nothing of it was ever sent, and nothing can be: it moves to `suppressed`, with what it carries. One that carries
    nothing any more stays as it is."""
    carried = await tx.execute(
        sa.update(notices)
        .where(notices.c.delivery_id == delivery_id, notices.c.state == "planned")
        .values(state="suppressed", suppressed=reason, remind_at=None)
    )
    if not carried.rowcount:
        return
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.delivery_id == delivery_id)
        .values(state="suppressed", held="", why=reason, ended_at=now)
    )


def _unless_in_doubt(state: DeliveryState) -> sa.ColumnElement[str]:
    return sa.case((deliveries.c.state == "unknown", "unknown"), else_=state)
