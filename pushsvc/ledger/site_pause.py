"""A paused site: what it publishes is read and planned, and nobody is told of it until it is resumed.

While it is paused, whatever is planned of it is held as `site`, on a message of its own, so that a digest leaves without it.
The resume hands each event to the planner again, oldest first (`holding.plan_released`): each person is planned anew for that
hour, and a version that changed meanwhile is what they are told. What a connection has in hand at the moment of the pause may
still leave; what comes back from there, or is planned another way (a second channel after a failure), the late check keeps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import delivery_id
from pushsvc.domain.records import Output
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.ledger import book
from pushsvc.ledger.claims import WAITING_FOR_A_PERSON
from pushsvc.ledger.holding import released
from pushsvc.ledger.matters import UNTIL_RESUMED
from pushsvc.ledger.not_left import first_planned
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, one_of
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.operations import paused_sites
from pushsvc.storage.tables.publications import publications
from pushsvc.storage.tables.sites import events

WHY = "its site is paused"
_STANDS = (notices.c.state == "planned", deliveries.c.channel.in_(CHANNELS), deliveries.c.state == "planned")


async def is_paused(tx: AsyncConnection, publication_id: str) -> bool:
    """Whether the publication's site is paused. Who plans by it has the turn already (`book.plan_alone`)."""
    named = sa.select(publications.c.site).where(publications.c.publication_id == publication_id)
    return await tx.scalar(sa.select(sa.exists().where(paused_sites.c.site.in_(named.scalar_subquery())))) or False


async def count_to_hold(tx: AsyncConnection, site: str) -> dict[str, int]:
    """How many people's messages of the site wait to leave and would be held, by channel."""
    return await _count(tx, site, deliveries.c.held.not_in(WAITING_FOR_A_PERSON))


async def count_held(tx: AsyncConnection, site: str) -> dict[str, int]:
    """How many people's messages a resume of the site would let go, by channel."""
    return await _count(tx, site, deliveries.c.held == "site")


async def held_by_site(tx: AsyncConnection) -> dict[str, int]:
    """How many people's messages wait for the resume of each paused site."""
    counted = (
        sa.select(publications.c.site, sa.func.count())
        .select_from(deliveries)
        .join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
        .join(publications, publications.c.publication_id == notices.c.publication_id)
        .where(*_STANDS, deliveries.c.urgent.in_((False, True)), deliveries.c.due_at == UNTIL_RESUMED)
        .group_by(publications.c.site)
    )
    return {row[0]: row[1] for row in await tx.execute(counted)}


async def _count(tx: AsyncConnection, site: str, held: sa.ColumnElement[bool]) -> dict[str, int]:
    counted = _of(site, sa.select(deliveries.c.channel, sa.func.count())).where(held).group_by(deliveries.c.channel)
    return {row[0]: row[1] for row in await tx.execute(counted)}


async def hold_page(tx: Transaction, site: str, now: Instant) -> int | None:
    """Hold the next page of what is planned of a paused site. Gives how many notices; None: nothing is left to hold."""
    await book.plan_alone(tx)
    what = _of(
        site,
        sa.select(
            notices,
            deliveries.c.endpoint_id,
            deliveries.c.channel,
            deliveries.c.language,
            deliveries.c.segment,
            deliveries.c.kind.label("message"),
        ),
    )
    rows = await first_planned(tx, what, before=UNTIL_RESUMED)
    if not rows:
        return None
    # A connection may have taken some of them since: those are on their way.
    states = await book.states_of(tx, {row.delivery_id for row in rows})
    rows = [row for row in rows if states[row.delivery_id] == "planned"]
    before = await _stood_in_for(tx, [row for row in rows if row.message == "digest"])
    alone = [row.delivery_id for row in rows if row.message != "digest" or _own_name(row, before) == row.delivery_id]
    await tx.execute(
        sa.update(deliveries).where(one_of(tx, deliveries.c.delivery_id, alone)).values(held="site", due_at=UNTIL_RESUMED)
    )
    await _leave_the_digest(tx, [row for row in rows if row.delivery_id not in alone], before, now)
    return len(rows)


async def _stood_in_for(tx: Transaction, digests: Sequence[Any]) -> Mapping[str, str]:
    """Of those digests that fell back, by their ids, the message that failed: what leaves them falls back from there too."""
    if not digests:
        return {}
    ended = sa.select(deliveries.c.subscriber_no, deliveries.c.delivery_id).where(
        one_of(tx, deliveries.c.subscriber_no, sorted({row.subscriber_no for row in digests})),
        deliveries.c.kind == "digest",
        deliveries.c.state.in_(("failed", "cancelled")),
    )
    failed = defaultdict[int, list[str]](list)
    for number, name in await tx.execute(ended):
        failed[number].append(name)
    found = {}
    for row in digests:
        for name in failed[row.subscriber_no]:
            whole, single = (delivery_id(row.endpoint_id, name, "fallback", *one) for one in ((), (row.notice_id,)))
            if row.delivery_id in (whole, single):
                found[row.delivery_id] = name
    return found


def _own_name(row: Any, before: Mapping[str, str]) -> str:
    """What its message is called when it leaves its digest: as the planner would call it, or as what falls back alone is
    (fallback.py)."""
    if row.delivery_id in before:
        return delivery_id(row.endpoint_id, before[row.delivery_id], "fallback", row.notice_id)
    return delivery_id(row.endpoint_id, row.notice_id, row.event_id)


async def _leave_the_digest(tx: Transaction, rows: Sequence[Any], before: Mapping[str, str], now: Instant) -> None:
    if not rows:
        return
    own = {row.notice_id: _own_name(row, before) for row in rows}

    def as_what(row: Any) -> dict[str, Any]:
        # By segment and moment a message that falls back is found from the one that failed (fallback.py, arrived.py).
        if row.delivery_id in before:
            return {"kind": "digest", "segment": row.segment, "created_at": now}
        return {"kind": row.kind, "segment": f"{row.language}:{row.kind}:{row.version_id}", "created_at": row.created_at}

    held = [
        {
            "delivery_id": own[row.notice_id], "subscriber_no": row.subscriber_no, "endpoint_id": row.endpoint_id,
            "channel": row.channel, "language": row.language, "urgent": False, "state": "planned",
            "held": "site", "due_at": UNTIL_RESUMED, "tries": 0, **as_what(row),
        }
        for row in rows
    ]  # fmt: skip
    await insert_new(tx, deliveries, held)
    await tx.execute(
        sa.update(notices).where(notices.c.notice_id == sa.bindparam("of")).values(delivery_id=sa.bindparam("now_on")),
        [{"of": notice, "now_on": delivery} for notice, delivery in own.items()],
    )
    await book.cancel_empty(tx, {row.delivery_id for row in rows}, WHY, now)


async def let_go(tx: Transaction, site: str) -> list[Output]:
    """The records by which the planner plans all that was held of the site, oldest event first. Publish them in the same
    transaction, in which the site is resumed: it has the planner's turn, so that nothing is held behind its back."""
    await book.plan_alone(tx)
    waiting = _of(site, sa.select(notices.c.event_id, notices.c.publication_id)).where(deliveries.c.held == "site").distinct()
    found = {row.event_id: row.publication_id for row in await tx.execute(waiting)}
    order: list[tuple[Instant, str]] = []
    for piece in book.pieces(sorted(found)):
        rows = await tx.execute(sa.select(events.c.received_at, events.c.event_id).where(one_of(tx, events.c.event_id, piece)))
        order += [(row.received_at, row.event_id) for row in rows]
    return [released(event, found[event], 0, "site") for _, event in sorted(order)]


def _of(site: str, what: sa.Select[Any]) -> sa.Select[Any]:
    return (
        what.select_from(deliveries)
        .join(notices, notices.c.delivery_id == deliveries.c.delivery_id)
        .join(publications, publications.c.publication_id == notices.c.publication_id)
        # Not by the index of sites: that would read all that the site ever told, to find the few that wait.
        .where(sa.func.coalesce(publications.c.site, "") == site, *_STANDS)
    )
