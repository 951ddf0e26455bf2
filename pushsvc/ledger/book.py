"""The book: which notices there are already, what they became, and how new ones are written down, many rows a statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.ids import derived_id
from pushsvc.domain.notices import TOLD_STATES, WAITING_STATES, DeliveryKind, DeliveryState, NoticeKind, NoticeState
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import TryLater
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import Row, expect_many, insert_new, one_of
from pushsvc.storage.tables.ledger import deliveries, notices, turns
from pushsvc.telemetry import count

#: Values that one statement names at most: SQLite takes 32,766 parameters, and a longer list is no faster.
NAMED_AT_ONCE = 1_000
LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True)
class Entry:
    """A notice that is in the book, with the delivery that carries it (None when it is suppressed)."""

    notice_id: str
    subscriber_no: int
    kind: NoticeKind
    event_id: str
    publication_id: str
    revision: int
    version_id: str
    state: NoticeState
    created_at: Instant
    delivery_id: str | None
    delivery_state: DeliveryState | None
    delivery_kind: DeliveryKind | None
    claim: str | None
    eligibility: str | None = None
    reasons: Mapping[str, Sequence[str]] | None = None

    @property
    def told(self) -> bool:
        return self.state == "planned" and self.delivery_state in TOLD_STATES

    @property
    def waiting(self) -> bool:
        return self.state == "planned" and self.delivery_state in WAITING_STATES

    @property
    def repeating(self) -> bool:
        """Told or not is in doubt, and a connection is sending it once more at this moment."""
        return self.told and self.claim is not None


_ENTRY: sa.Select[Any] = sa.select(
    notices.c.notice_id, notices.c.subscriber_no, notices.c.kind, notices.c.event_id, notices.c.publication_id,
    notices.c.revision, notices.c.version_id, notices.c.state, notices.c.created_at, notices.c.delivery_id,
    deliveries.c.state.label("delivery_state"), deliveries.c.kind.label("delivery_kind"), deliveries.c.claim,
).select_from(notices.outerjoin(deliveries, deliveries.c.delivery_id == notices.c.delivery_id))  # fmt: skip


def pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Short enough for one statement each."""
    listed = list(values)
    for start in range(0, len(listed), NAMED_AT_ONCE):
        yield listed[start : start + NAMED_AT_ONCE]


_TURN = sa.select(turns).where(turns.c.name == "plan").with_for_update()


async def plan_alone(tx: Transaction) -> None:
    """Wait for the other planners: two copies of one work, or two people at one mailbox, are seen one after the other.

    Call it before the first read of what the plan is made from, and before any row is locked: what was read earlier may be
    out of date when the turn comes, and who waits for the turn with rows of a planner in hand deadlocks with it.
    """
    await expect_many(tx)
    if (await tx.execute(_TURN)).first() is None:
        await insert_new(tx, turns, [{"name": "plan"}])
        await tx.execute(_TURN)


async def entries(tx: AsyncConnection, notice_ids: Collection[str]) -> list[Entry]:
    """Those of the notices that are in the book."""
    found: list[Entry] = []
    for piece in pieces(notice_ids):
        found += [Entry(*row) for row in (await tx.execute(_ENTRY.where(one_of(tx, notices.c.notice_id, piece)))).all()]
    return found


async def page_of(tx: AsyncConnection, publication_id: str, *, before_revision: int, after: int, limit: int) -> list[Entry]:
    """What the next `limit` subscribers after number `after` have of the publication's earlier revisions, in order."""
    earlier = sa.and_(
        notices.c.publication_id == publication_id, notices.c.revision < before_revision, notices.c.subscriber_no > after
    )
    numbers = (
        sa.select(notices.c.subscriber_no).where(earlier).distinct().order_by(notices.c.subscriber_no).limit(limit).subquery()
    )
    last = (await tx.execute(sa.select(sa.func.max(numbers.c.subscriber_no)))).scalar()
    if last is None:
        return []
    wanted = (
        _ENTRY.add_columns(notices.c.eligibility, notices.c.reasons)
        .where(earlier, notices.c.subscriber_no <= last)
        .order_by(notices.c.subscriber_no, notices.c.revision, notices.c.created_at)
    )
    return [Entry(*row) for row in (await tx.execute(wanted)).all()]


async def mailboxes_told(
    tx: AsyncConnection, hashes: Collection[bytes], works: Sequence[str], kind: NoticeKind, reason: str
) -> dict[bytes, int]:
    """Which mailboxes have a notice of this already, and for which subscriber."""
    told: dict[bytes, int] = {}
    for piece in pieces(hashes):
        rows = await tx.execute(
            sa.select(notices.c.address_hash, notices.c.subscriber_no).where(
                one_of(tx, notices.c.address_hash, piece),
                notices.c.state == "planned",
                notices.c.work_id.in_(works),
                notices.c.kind == kind,
                notices.c.reason == reason,
            )
        )
        told.update({row.address_hash: row.subscriber_no for row in rows})
    return told


async def messages_since(
    tx: AsyncConnection, subscriber_nos: Collection[int], since: Instant
) -> dict[int, list[tuple[Channel, Instant]]]:
    """The messages that each subscriber got or will get from `since` on: channel and moment."""
    found: dict[int, list[tuple[Channel, Instant]]] = defaultdict(list)
    for piece in pieces(subscriber_nos):
        rows = await tx.execute(
            sa.select(deliveries.c.subscriber_no, deliveries.c.channel, deliveries.c.due_at).where(
                one_of(tx, deliveries.c.subscriber_no, piece),
                deliveries.c.due_at >= since,
                deliveries.c.state.not_in(("cancelled", "suppressed", "failed")),
            )
        )
        for row in rows:
            found[row.subscriber_no].append((row.channel, row.due_at))
    return found


async def states_of(tx: Transaction, delivery_ids: Collection[str]) -> dict[str, DeliveryState]:
    """The deliveries' states, locked until the commit, so that none is claimed while something joins it.

    Whoever locks several deliveries locks them by their ids, and before their notices: then nobody deadlocks.
    """
    return {
        row.delivery_id: row.state
        for piece in pieces(sorted(delivery_ids))
        for row in await tx.execute(
            sa.select(deliveries.c.delivery_id, deliveries.c.state)
            .where(one_of(tx, deliveries.c.delivery_id, piece))
            .order_by(deliveries.c.delivery_id)
            .with_for_update()
        )
    }


async def hold_back(tx: Transaction, waiting: Sequence[Entry]) -> None:
    """Keep these messages from being claimed until the commit. Raises TryLater when a connection has one in hand: only its
    outcome can say whether it left."""
    states = await states_of(tx, {one.delivery_id for one in waiting if one.delivery_id})
    if any(state != "planned" for state in states.values()):
        raise TryLater("messages of the version before are just leaving; looking again", LOOK_AGAIN_SECONDS)


async def write(tx: Transaction, new_notices: Sequence[Row], new_deliveries: Sequence[Row], revived: Collection[str]) -> None:
    """Notices with their deliveries; `revived` are digests that had been cancelled and have something to carry again."""
    for (kind, suppressed), many in Counter((row["kind"], row.get("suppressed")) for row in new_notices).items():
        count("notices_suppressed", many, reason=suppressed) if suppressed else count("notices_planned", many, kind=kind)
    await insert_new(tx, deliveries, new_deliveries)
    for piece in pieces(revived):
        await tx.execute(
            sa.update(deliveries)
            .where(one_of(tx, deliveries.c.delivery_id, piece))
            .values(state="planned", held="digest", why=None, ended_at=None)
        )
    await insert_new(tx, notices, new_notices)


#: A mailbox is taken by what is planned for it, also by what failed there; what is suppressed may be brought back to it.
_FREED = sa.case((notices.c.state == "planned", sa.null()), else_=notices.c.address_hash)


async def set_aside(tx: Transaction, which: Sequence[Entry], state: NoticeState | None = None) -> None:
    """Free the notices' keys, the mailbox's too, for a new plan. They stay in the book, for the funnel of the event that
    planned them, under a key of their own; `state` is what they are from now on, where that changes."""
    if not which:
        return
    values: dict[str, Any] = {"notice_id": sa.bindparam("new_id"), "address_hash": _FREED, "remind_at": None}
    if state:
        values["state"] = state
    await tx.execute(
        sa.update(notices).where(notices.c.notice_id == sa.bindparam("old_id")).values(values),
        [{"old_id": one.notice_id, "new_id": derived_id("ntc", one.notice_id, one.event_id)} for one in which],
    )


async def take_back(
    tx: Transaction, which: Sequence[Entry], state: NoticeState, now: Instant, *, suppressed: str | None = None
) -> None:
    """Mark waiting notices as `state`, and cancel the deliveries that then carry nothing any more."""
    for piece in pieces(one.notice_id for one in which):
        await tx.execute(
            sa.update(notices)
            .where(one_of(tx, notices.c.notice_id, piece))
            .values(state=state, suppressed=suppressed, remind_at=None)
        )
    await cancel_empty(tx, {one.delivery_id for one in which if one.delivery_id}, suppressed or state, now)


async def cancel_empty(tx: Transaction, delivery_ids: Collection[str], why: str, now: Instant) -> None:
    """Cancel those of the deliveries, not yet claimed, that no notice stands behind.

    Locked first, in a statement of its own: a planner that is adding to a digest has it locked, and on PostgreSQL a statement
    that began before that commit would not see what was added, and would cancel it.
    """
    await states_of(tx, delivery_ids)
    carries = sa.exists().where(notices.c.delivery_id == deliveries.c.delivery_id, notices.c.state == "planned")
    for piece in pieces(sorted(delivery_ids)):
        await tx.execute(
            sa.update(deliveries)
            .where(one_of(tx, deliveries.c.delivery_id, piece), deliveries.c.state == "planned", sa.not_(carries))
            .values(state="cancelled", held="", why=why, ended_at=now)
        )
