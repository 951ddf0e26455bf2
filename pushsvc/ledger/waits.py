"""What stands now: the messages that wait, by channel, and the events on their way, by the stage that they wait for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.ledger.matters import UNTIL_APPROVED, UNTIL_RELEASED
from pushsvc.ledger.moves import NOTHING_ANSWERED
from pushsvc.storage.rows import expect_many
from pushsvc.storage.tables.ledger import deliveries, ends
from pushsvc.storage.tables.publications import revisions, summaries
from pushsvc.storage.tables.sites import events, fetches

#: The stages that an event can be seen to wait for, in the order of the flow; what is due waits for `deliver`.
STAGES = ("fetch", "normalise", "summarise", "match")
#: How far back events are looked at that may still be on their way.
ON_THE_WAY = timedelta(hours=26)


@dataclass(frozen=True)
class Waiting:
    """Messages of one channel. `due` could leave now, the first since `since`; `later` wait for their hour (a digest, quiet
    hours, the next try); `release` wait for an operator's word, `approval` for
    that of two; `leaving` are in a connection's hands; `unknown` are in doubt,
    of all time."""

    due: int = 0
    later: int = 0
    release: int = 0
    approval: int = 0
    leaving: int = 0
    unknown: int = 0
    since: Instant | None = None


_due = deliveries.c.due_at <= sa.bindparam("now")
_place = sa.case(
    (deliveries.c.state == "claimed", "leaving"),
    (deliveries.c.state == "unknown", "unknown"),
    (_due, "due"),
    (deliveries.c.due_at == UNTIL_RELEASED, "release"),
    (deliveries.c.due_at == UNTIL_APPROVED, "approval"),
    else_="later",
)
#: The index of claims alone answers it (ix_deliveries_due): no row of the table is read.
_WAITING = (
    sa.select(deliveries.c.channel, _place.label("place"), sa.func.count().label("many"), sa.func.min(deliveries.c.due_at))
    .where(deliveries.c.channel.in_(CHANNELS), deliveries.c.state.in_(("planned", "claimed", "unknown")))
    .group_by(deliveries.c.channel, sa.text("2"))
)


async def waiting(tx: AsyncConnection, now: Instant) -> Mapping[str, Waiting]:
    """The messages that wait, for each channel."""
    found: dict[str, dict[str, object]] = {channel: {} for channel in CHANNELS}
    for channel, place, many, first in await tx.execute(_WAITING, {"now": now}):
        found[channel][place] = many
        if place == "due":
            found[channel]["since"] = first
    return {channel: Waiting(**places) for channel, places in found.items()}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Stuck:
    """A channel whose first message was tried and did not leave: `why`, as its carrier said it, and since when it is due."""

    since: Instant
    why: str


async def stuck(tx: AsyncConnection, now: Instant) -> Mapping[str, Stuck]:
    """By channel, of those whose provider does not answer."""
    found: dict[str, Stuck] = {}
    for channel in CHANNELS:
        # Urgent ones are tried first. Each look is one step into the index of claims, however many wait.
        for urgent in (True, False):
            row = (await tx.execute(_FIRST_DUE, {"of": channel, "is_urgent": urgent, "now": now})).first()
            if row is not None and row.code == NOTHING_ANSWERED:
                found.setdefault(channel, Stuck(row.due_at, row.why))
    return found


_FIRST_DUE = (
    sa.select(deliveries.c.due_at, deliveries.c.code, deliveries.c.why)
    .where(deliveries.c.channel == sa.bindparam("of"), deliveries.c.state == "planned")
    .where(deliveries.c.urgent == sa.bindparam("is_urgent", type_=sa.Boolean()), _due)
    .order_by(deliveries.c.due_at)
    .limit(1)
)


@dataclass(frozen=True)
class OnTheWay:
    """Events that wait for one stage; the oldest came at `since`."""

    events: int
    since: Instant


_has_end = sa.exists().where(ends.c.event_id == events.c.event_id)
_has_summary = sa.exists().where(summaries.c.version_id == events.c.version_id)
_is_fetched = sa.exists().where(fetches.c.event_id == events.c.event_id, fetches.c.state == "waiting")
_waits_for = sa.case(
    (sa.and_(events.c.outcome.is_(None), _is_fetched), "fetch"),
    (events.c.outcome.is_(None), "normalise"),
    (_has_summary, "match"),
    else_="summarise",
)


async def on_the_way(tx: AsyncConnection, now: Instant) -> Mapping[str, OnTheWay]:
    """By stage, from the database alone: the same in one process and on a cluster. What `match` found is counted there until
    the planner is through with it."""
    query = (
        sa.select(_waits_for.label("stage"), sa.func.count(), sa.func.min(events.c.received_at))
        .where(
            events.c.received_at > now - ON_THE_WAY,
            events.c.dead_at.is_(None),
            sa.or_(events.c.outcome.is_(None), sa.and_(events.c.outcome != "same", sa.not_(_has_end))),
        )
        .group_by(sa.text("1"))
    )
    return {stage: OnTheWay(many, since) for stage, many, since in await tx.execute(query)}


async def held_by_version(tx: AsyncConnection) -> Mapping[str, Mapping[str, int]]:
    """Whose messages wait for a release: people by channel for each version. Such a message carries one notice, and says in
    its segment of which version.

    It reads each of the messages, up to a second for 100,000 on a busy machine.
    """
    held = (
        # The index of claims finds them: nothing else is due so late.
        deliveries.c.channel.in_(CHANNELS),
        deliveries.c.state == "planned",
        deliveries.c.urgent.in_((False, True)),
        deliveries.c.due_at == UNTIL_RELEASED,
    )
    columns = (deliveries.c.segment, deliveries.c.channel)
    await expect_many(tx)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for segment, channel, people in await tx.execute(sa.select(*columns, sa.func.count()).where(*held).group_by(*columns)):
        found[segment.rpartition(":")[2]][channel] += people
    return found


async def versions_held(tx: AsyncConnection) -> Mapping[str, int]:
    """The versions that wait for a release because they concern very many, with how many people. Those that were released
    and are being planned are not among them.

    As slow as `held_by_version`: ask it when `Waiting.release` has changed, and not often.
    """
    found = {version: sum(people.values()) for version, people in (await held_by_version(tx)).items()}
    let_go = (
        sa.select(revisions.c.version_id)
        .join(events, events.c.event_id == revisions.c.event_id)
        .where(revisions.c.version_id.in_(found), events.c.released_at.is_not(None))
    )
    for version in (await tx.execute(let_go)).scalars() if found else ():
        found.pop(version, None)
    return found
