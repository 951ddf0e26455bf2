"""Did she get it, and why (not)?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.emergencies import SAYS, stands
from pushsvc.domain.notices import TOLD_STATES
from pushsvc.domain.time import iso
from pushsvc.ledger.emergencies import marked
from pushsvc.ledger.funnel import funnel
from pushsvc.ledger.standing import standing
from pushsvc.storage.tables.ledger import attempts, deliveries, notices
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.profiles import subscribers
from pushsvc.storage.tables.publications import addresses, publications, revisions
from pushsvc.storage.tables.sites import events

WhyNot = Callable[[AsyncConnection, int, str], Awaitable[Sequence[str]]]
"""(subscriber_no, event_id) -> the clauses that the event's version does not answer; empty when one interest is answered."""


async def trace_pair(tx: AsyncConnection, subscriber: str, event: str, why_not: WhyNot | None = None) -> dict[str, Any] | None:
    """`{"told", "state", "channel", "at", "reasons"}` for a subscriber's id and an event id, publication id or address.

    Told: the reasons are those of the match. Not told: they name the hold, the suppression, or the clauses that failed. None
    when either is not known here. Where a message was made, `delivery` is its id and `attempts` lists each try,
    `{"at", "outcome", "code"}`: one that was in doubt stays listed as `unknown`, whatever came of its repeat.
    `possible_repeat`: an urgent message of which nothing was heard (`repeats` is its id) was told on this channel too.
    """
    person = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == subscriber)
    number = (await tx.execute(person)).scalar()
    asked = await _asked(tx, event)
    if number is None or asked is None:
        return None
    event_id, publication = asked
    whose = notices.c.publication_id == publication if event_id is None else notices.c.event_id == event_id
    rows = await _notices(tx, sa.and_(notices.c.subscriber_no == number, whose, notices.c.kind != "reminder"))
    behind_a_copy = [row for row in rows if row.suppressed == "told_before"]
    own = [row for row in rows if row.suppressed != "told_before"]
    if own:
        found = max(own, key=lambda row: (_told(row), row.revision, row.created_at))
        return {**await _from_notice(tx, found), **await _tries(tx, found.delivery_id)}
    reasons = await _why_no_notice(tx, int(number), event_id, publication, why_not)
    return _answer(False, ["told_before"] if behind_a_copy and "told_before" not in reasons else reasons)


async def publication_of(tx: AsyncConnection, what: str) -> str | None:
    """The publication with this id, or at this address."""
    by_id = sa.select(publications.c.publication_id).where(publications.c.publication_id == what)
    by_address = sa.select(addresses.c.publication_id).where(addresses.c.address == what)
    by_url = sa.select(events.c.publication_id).where(events.c.url == what, events.c.publication_id.is_not(None)).limit(1)
    for query in (by_id, by_address) if "://" not in what else (by_address, by_url):
        found = (await tx.execute(query)).scalar()
        if found is not None:
            return str(found)
    return None


async def _asked(tx: AsyncConnection, what: str) -> tuple[str | None, str | None] | None:
    """(event, publication): of an event that brought what was there already, only the publication is asked for."""
    row = (await tx.execute(sa.select(events.c.publication_id, events.c.outcome).where(events.c.event_id == what))).first()
    if row is not None:
        return (None, row.publication_id) if row.outcome == "same" else (what, row.publication_id)
    publication = await publication_of(tx, what)
    return None if publication is None else (None, publication)


async def _notices(tx: AsyncConnection, which: sa.ColumnElement[bool]) -> Sequence[Any]:
    query = (
        sa.select(
            notices, deliveries.c.state.label("delivery_state"), deliveries.c.channel, deliveries.c.held, deliveries.c.due_at,
            deliveries.c.code, deliveries.c.why, deliveries.c.ended_at,
        )
        .outerjoin(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .where(which)
    )  # fmt: skip
    return (await tx.execute(query)).all()


def _told(row: Any) -> bool:
    return row.state == "planned" and row.delivery_state in TOLD_STATES


async def _from_notice(tx: AsyncConnection, row: Any) -> dict[str, Any]:
    if _told(row):
        reasons = list(dict.fromkeys(reason for said in (row.reasons or {}).values() for reason in said))
        if row.eligibility == "unknown":
            reasons.append("eligibility:unknown")
        reasons += await _of_emergency(tx, row, told_at=row.told_at or row.ended_at)
        return _answer(True, reasons, row.delivery_state, row.channel, row.told_at or row.ended_at)
    if row.state != "planned":
        return _answer(False, [row.suppressed or row.state], row.state, row.channel)
    if row.delivery_state == "planned":
        paused = set((await tx.execute(sa.select(paused_channels.c.channel))).scalars())
        held = "paused" if paused & {row.channel, "all"} else row.held
        state, waits = ("held", [f"held:{held}"]) if held else ("pending", [])
        waits += await _of_emergency(tx, row) if held == "quiet_hours" else []
        return _answer(False, [*waits, f"due:{iso(row.due_at)}"], state, row.channel)
    reasons = [f"{row.delivery_state}:{row.code}" if row.code else row.delivery_state]
    return _answer(False, reasons, "pending" if row.delivery_state == "claimed" else row.delivery_state, row.channel)


async def _of_emergency(tx: AsyncConnection, row: Any, *, told_at: Any = None) -> list[str]:
    """`emergency:` with why quiet hours hold it, or that it came after two approvals."""
    one = (await marked(tx, {row.event_id})).get(row.event_id)
    said = stands(one, held=told_at is None) if one else None
    # By day nobody is asked: then an approval has nothing to do with it.
    if one is None or said is None or (told_at and (one.second_at is None or told_at < one.second_at)):
        return []
    return [f"emergency:{SAYS[said]}"]


async def _tries(tx: AsyncConnection, delivery_id: str | None) -> dict[str, Any]:
    if delivery_id is None:
        return {}
    tried = sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.attempt)
    each = [{"at": iso(one.at), "outcome": one.outcome, "code": one.code} for one in await tx.execute(tried)]
    found = {"delivery": delivery_id, "attempts": each}
    repeated = sa.select(deliveries.c.may_repeat).where(deliveries.c.delivery_id == delivery_id)
    before = (await tx.execute(repeated)).scalar()
    return found | {"possible_repeat": True, "repeats": before} if before else found


async def _why_no_notice(
    tx: AsyncConnection, number: int, event_id: str | None, publication: str | None, why_not: WhyNot | None
) -> list[str]:
    event_id = event_id or await _latest_event(tx, publication)
    counted = await funnel(tx, event_id) if event_id else None
    if event_id is None or counted is None or counted["state"] in ("received", "dead"):
        return [counted["state"] if counted else "received"]
    if publication and (stands := await standing(tx, publication)):
        same_work = sa.and_(notices.c.subscriber_no == number, notices.c.work_id.in_(stands.works), notices.c.kind == "new")
        told = [row for row in await _notices(tx, same_work) if row.state == "planned"]
        told.sort(key=lambda row: (not _told(row), row.created_at))
        if told:
            return ["told_before", f"event:{told[0].event_id}"]
    failed = list(await why_not(tx, number, event_id)) if why_not else ["no_match"]
    if failed:
        return failed
    return ["test"] if counted["outcome"] == "test" else [counted["state"] if counted["state"] == "working" else "no_match"]


async def _latest_event(tx: AsyncConnection, publication: str | None) -> str | None:
    query = (
        sa.select(revisions.c.event_id)
        .join(
            publications,
            sa.and_(
                publications.c.publication_id == revisions.c.publication_id, publications.c.revision == revisions.c.revision
            ),
        )
        .where(revisions.c.publication_id == publication)
    )
    found = (await tx.execute(query)).scalar()
    return None if found is None else str(found)


def _answer(
    told: bool, reasons: Sequence[str], state: str | None = None, channel: str | None = None, at: Any = None
) -> dict[str, Any]:
    return {
        "told": told,
        "state": state,
        "channel": channel,
        "at": iso(at) if at else None,
        "reasons": list(reasons),
    }
