"""Emergencies: two people approve that an event passes quiet hours (DESIGN, promise 6).

The planner marks an event that was declared an emergency. Who is awake hears at once, as of anything urgent. Who sleeps waits
until the morning, or until two have approved it: a record then tells the planner to wake them, in its own turn, so that what
is being planned meanwhile is either woken or passes by itself. What a sender is just putting off is kept in step by a lock on
the emergency's row (`passing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.approvals import answer_of
from pushsvc.domain.emergencies import Emergency, EmergencyAnswer
from pushsvc.domain.records import Output
from pushsvc.domain.time import Instant
from pushsvc.ledger.matters import Matter
from pushsvc.ledger.standing import standing
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, one_of
from pushsvc.storage.tables.ledger import deliveries, emergencies, notices

#: The columns of an Emergency, in its order.
COLUMNS = [emergencies.c[each.name] for each in fields(Emergency)]


async def mark(tx: Transaction, event_id: str, publication_id: str, revision: int, now: Instant) -> None:
    """The event is being planned, and was declared an emergency. Again changes nothing."""
    row = {"event_id": event_id, "publication_id": publication_id, "revision": revision, "seen_at": now, "people": 0}
    await insert_new(tx, emergencies, [row])


async def marked(tx: AsyncConnection, event_ids: Collection[str], *, lock: bool = False) -> Mapping[str, Emergency]:
    """Those of the events that are emergencies. `lock`: nobody answers before this transaction ends."""
    query = sa.select(*COLUMNS).where(one_of(tx, emergencies.c.event_id, sorted(event_ids))).order_by(emergencies.c.event_id)
    rows = await tx.execute(query.with_for_update(read=True) if lock else query)
    return {row.event_id: Emergency(*row) for row in rows}


async def as_approved(tx: AsyncConnection, matter: Matter, now: Instant) -> Matter:
    """The matter as one that may pass quiet hours, where two have approved that. A reminder never does."""
    if not matter.urgent or matter.kind == "reminder":
        return matter
    known = (await marked(tx, {matter.event_id})).get(matter.event_id)
    return replace(matter, may_pass_quiet_hours=True) if known is not None and known.passes(now) else matter


async def passing(tx: AsyncConnection, delivery_ids: Collection[str], now: Instant, *, lock: bool = False) -> set[str]:
    """Those of the messages that may ring at night: all that they carry is of approved emergencies.

    `lock`: for whoever is about to put off the others. An approval then comes after that, and finds them.
    """
    carried: dict[str, set[str]] = defaultdict(set)
    query = sa.select(notices.c.delivery_id, notices.c.event_id, notices.c.kind).where(
        one_of(tx, notices.c.delivery_id, sorted(delivery_ids)), notices.c.state == "planned"
    )
    for delivery, event, kind in await tx.execute(query):
        carried[delivery].add("" if kind == "reminder" else event)
    known = await marked(tx, {event for events in carried.values() for event in events}, lock=lock) if carried else {}
    approved = {event for event, one in known.items() if one.passes(now)}
    return {delivery for delivery, events in carried.items() if events <= approved}


async def approve(
    tx: Transaction, event_id: str, who: str, author: str | None, now: Instant
) -> tuple[EmergencyAnswer, Sequence[Output]]:
    """`who` approves that the event passes quiet hours. Publish the outputs of the second approval in this transaction.

    Again is a no-op, and so is what comes after a newer version or a withdrawal: the answer says which.
    """
    asked = await _locked(tx, event_id)
    if asked is None:
        return "already", ()
    if await is_overtaken(tx, asked):
        return "overtaken", ()
    answer = answer_of(asked, who, author)
    if answer == "first":
        await _note(tx, event_id, first_by=who, first_at=now)
    if answer != "second":
        return answer, ()
    await _note(tx, event_id, second_by=who, second_at=now)
    return answer, [waking(event_id, asked.publication_id)]


async def refuse(tx: Transaction, event_id: str, who: str, now: Instant) -> bool:
    """One refusal is enough: who sleeps hears after their quiet hours. False where it was decided already."""
    asked = await _locked(tx, event_id)
    if asked is None or asked.word != "waiting":
        return False
    await _note(tx, event_id, refused_by=who, refused_at=now)
    return True


async def is_overtaken(tx: AsyncConnection, one: Emergency) -> bool:
    """Whether something newer stands in its place."""
    now = await standing(tx, one.publication_id)
    return now is not None and now.overtaken(one.revision)


def waking(event_id: str, publication_id: str) -> Output:
    """The record that tells the planner to wake who sleeps."""
    return Output("matches", publication_id, {"type": "wake", "event_id": event_id, "publication_id": publication_id})


async def wake(tx: Transaction, event_id: str, publication_id: str, now: Instant) -> int:
    """What quiet hours, or a spent budget, hold of an approved emergency is due now. Gives how many messages; again none.

    A digest is left: it carries other things too. Nobody else plans meanwhile (`book.plan_alone`).
    """
    one = (await marked(tx, {event_id})).get(event_id)
    if one is None or not one.passes(now):
        return 0
    carried = sa.select(notices.c.delivery_id).where(*of_emergency(event_id, publication_id))
    held = (
        # In the order in which everybody locks several deliveries (`book.states_of`).
        sa.select(deliveries.c.delivery_id)
        .where(deliveries.c.delivery_id.in_(carried), deliveries.c.state == "planned", deliveries.c.kind != "digest")
        .where(deliveries.c.held.in_(("quiet_hours", "budget")))
        .order_by(deliveries.c.delivery_id)
        .with_for_update()
        .subquery("asleep")
    )
    woken = sa.update(deliveries).where(deliveries.c.delivery_id == held.c.delivery_id).values(held="", due_at=now)
    return int((await tx.execute(woken)).rowcount)


def of_emergency(event_id: str, publication_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Its notices that stand."""
    return (
        notices.c.publication_id == publication_id, notices.c.event_id == event_id, notices.c.state == "planned",
        notices.c.kind != "reminder",
    )  # fmt: skip


async def _locked(tx: Transaction, event_id: str) -> Emergency | None:
    """How it stands; until the commit nobody else answers."""
    row = (await tx.execute(sa.select(*COLUMNS).where(emergencies.c.event_id == event_id).with_for_update())).first()
    return None if row is None else Emergency(*row)


async def _note(tx: Transaction, event_id: str, **said: object) -> None:
    await tx.execute(sa.update(emergencies).where(emergencies.c.event_id == event_id).values(said))
