"""What needs a person now, and where to go with it: the first thing that an operator reads.

A need is something that does not mend itself. What the service tries again by itself is none until it has taken too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.operations.installation import value
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.ledger import emergencies
from pushsvc.storage.tables.operations import paused_channels, paused_sites, reports, service_messages
from pushsvc.storage.tables.sites import site_states

Kind = Literal[
    "emergency", "restored", "unreachable", "failing", "codes_wait", "oldest", "behind", "release", "approval", "dead",
    "channel_paused", "site_paused", "reports", "sites_failing", "unknown",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "emergency", "restored", "unreachable", "failing", "codes_wait", "oldest", "behind", "release", "approval", "dead",
    "channel_paused", "site_paused", "reports", "sites_failing", "unknown",
)  # fmt: skip
#: Where each is put right.
WHERE: Mapping[Kind, str] = {
    "restored": "/o/pauses", "unreachable": "/o/pauses", "failing": "/o/pauses", "codes_wait": "/o/pauses",
    "oldest": "/o/pauses", "behind": "/o/dlq",
    "release": "/o/waiting", "approval": "/o/waiting", "emergency": "/o/waiting", "dead": "/o/dlq",
    "channel_paused": "/o/pauses", "site_paused": "/o/pauses",
    "reports": "/o/reports", "sites_failing": "/o/sites", "unknown": "/o/find?show=doubt",
}  # fmt: skip
#: A message that could leave should leave within seconds; a code is looked for at once.
OLDEST_AFTER, CODES_AFTER, BEHIND_AFTER = timedelta(minutes=10), timedelta(minutes=2), timedelta(minutes=10)
#: A provider that restarts is back sooner.
UNREACHABLE_AFTER = timedelta(minutes=2)
#: A page is fetched again after 10 s, 1, 5 and 30 minutes before it is given up.
FETCH_AFTER = timedelta(hours=1)
#: A channel fails when of the last quarter of an hour's messages so many went wrong, and more than went well.
FAILING_FROM = 10
#: A broken connection leaves one message in doubt, now and then: nobody need look before it is so many, and such a share.
UNKNOWN_FROM, UNKNOWN_SHARE = 10, 0.005


@dataclass(frozen=True)
class Need:
    """`number` of what, `since` when; `names`: the channels or stages that it is about. `href`: the page for it."""

    kind: Kind
    number: int = 0
    since: Instant | None = None
    names: tuple[str, ...] = ()
    people: int = 0

    @property
    def href(self) -> str:
        return WHERE[self.kind]


@dataclass(frozen=True)
class Seen:
    """What the ledger says.

    By channel: `due` (people, since when), `stuck` (since when its provider does not answer), and `lately` (told, failed).
    By stage: `behind` (events that wait, since when). `release`: (documents that wait for one, people). `approval`: SMS that
    wait for two people. `unknown`: of the last day, (people of whom nobody knows, people told).
    """

    due: Mapping[str, tuple[int, Instant]] = field(default_factory=dict)
    stuck: Mapping[str, Instant] = field(default_factory=dict)
    lately: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    behind: Mapping[str, tuple[int, Instant]] = field(default_factory=dict)
    release: tuple[int, int] = (0, 0)
    approval: int = 0
    unknown: tuple[int, int] = (0, 0)


async def needs(tx: Transaction, now: Instant, seen: Seen) -> Sequence[Need]:
    """The most pressing first; empty: nothing needs anybody."""
    paused = (await tx.execute(sa.select(paused_channels).order_by(paused_channels.c.paused_at))).all()
    found = [*_of_the_ledger(now, seen, {row.channel for row in paused}), *await _asked(tx, now)]
    if await value(tx, "paused"):
        found.append(Need("restored"))
    else:
        found += [Need("channel_paused", 1, row.paused_at, (row.channel,)) for row in paused]
    return sorted(found, key=lambda need: KINDS.index(need.kind))


async def dead_by_stage(tx: Transaction) -> Mapping[str, int]:
    """How many dead letters of each stage wait for somebody."""
    counted = sa.select(dead_letters.c.stage, sa.func.count().label("number")).where(_WAITING_LETTERS)
    return {row.stage: row.number for row in await tx.execute(counted.group_by(dead_letters.c.stage))}


_WAITING_LETTERS = dead_letters.c.replayed_at.is_(None)


def _of_the_ledger(now: Instant, seen: Seen, paused: set[str]) -> Iterator[Need]:
    for channel, (told, failed) in seen.lately.items():
        if failed >= FAILING_FROM and failed > told:
            yield Need("failing", failed, names=(channel,))
    for channel, (people, since) in seen.due.items():
        if not people or paused & {channel, "all"}:
            continue
        if now - seen.stuck.get(channel, now) > UNREACHABLE_AFTER:
            yield Need("unreachable", people, seen.stuck[channel], (channel,))
        elif now - since > OLDEST_AFTER:
            yield Need("oldest", people, since, (channel,))
    for stage, (number, since) in seen.behind.items():
        if now - since > (FETCH_AFTER if stage == "fetch" else BEHIND_AFTER):
            yield Need("behind", number, since, (stage,))
    if seen.release[1]:
        yield Need("release", seen.release[0], people=seen.release[1])
    if seen.approval:
        yield Need("approval", seen.approval)
    unknown, told = seen.unknown
    if unknown >= UNKNOWN_FROM and unknown > told * UNKNOWN_SHARE:
        yield Need("unknown", unknown)


async def _asked(tx: Transaction, now: Instant) -> list[Need]:
    """What other tables say: each a count and the first of them."""
    late = sa.and_(service_messages.c.state == "waiting", service_messages.c.due_at < now - CODES_AFTER)
    asked: Sequence[tuple[Kind, sa.Column[Instant], sa.ColumnElement[bool]]] = (
        ("site_paused", paused_sites.c.paused_at, sa.true()),
        ("sites_failing", site_states.c.since, site_states.c.state == "failing"),
        ("reports", reports.c.at, reports.c.closed_at.is_(None)),
        ("codes_wait", service_messages.c.due_at, late),
        ("dead", dead_letters.c.at, _WAITING_LETTERS),
    )
    found = await _emergencies(tx, now)
    for kind, since, which in asked:
        number, first = (await tx.execute(sa.select(sa.func.count(), sa.func.min(since)).where(which))).one()
        if number:
            found.append(Need(kind, number, first))
    return found


async def _emergencies(tx: Transaction, now: Instant) -> list[Need]:
    """People in quiet hours of whom two were asked, and who do not hear by themselves yet."""
    waits = (emergencies.c.asked_at.is_not(None), emergencies.c.second_by.is_(None), emergencies.c.refused_by.is_(None))
    query = sa.select(sa.func.sum(emergencies.c.people), sa.func.min(emergencies.c.asked_at))
    people, first = (await tx.execute(query.where(*waits, emergencies.c.ends_at > now))).one()
    return [Need("emergency", int(people), first)] if people else []
