"""Each site's health: when it was last heard of, how its feeds stand, and what the national rules say to that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.sites.feeds.standings import FeedStanding, feeds_of
from pushsvc.sites.health_rules import HealthState, Judgement, SiteFacts, judge, longest_look
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables import publications as documents
from pushsvc.storage.tables import sites as tables
from pushsvc.telemetry import gauge

STATES: tuple[HealthState, ...] = ("ok", "due", "late", "failing")
_PIECE = 500
#: A transaction that began before the last look may have committed after it.
_OVERLAP = timedelta(hours=1)


@dataclass(frozen=True)
class SiteHealth:
    """How one site stands, for the operator's page. `rule` names the rule that decided: news, notices, home, never, feed.

    `last_at` is the last sign of life: an event, or the newest date in a feed; `told_at` when followers heard of the silence.
    """

    site: str
    name: str
    region: str
    state: HealthState
    rule: str
    since: Instant
    last_at: Instant | None
    checked_at: Instant
    told_at: Instant | None
    feeds: tuple[FeedStanding, ...]

    def silent_for(self, now: Instant) -> timedelta | None:
        """How long nothing has come; None for a site that never published here."""
        return now - self.last_at if self.last_at else None


@dataclass(frozen=True)
class Silence:
    """A site of which nothing has come for longer than its rule allows, and whose followers have not heard of it."""

    site: str
    name: str
    last_at: Instant


async def check_sites(database: Database, clock: Clock) -> list[Silence]:
    """Judges every site and writes down how it stands (`site_states`); gives the silences that nobody was told of yet."""
    now = clock.now()
    async with database.read() as tx:
        facts, before = await _facts(tx, now)
        names = {row.site: row.name for row in await tx.execute(sa.select(tables.sites.c.site, tables.sites.c.name))}
    judged = {site: judge(each, now) for site, each in facts.items()}
    rows = [_row(site, judged[site], facts[site], before.get(site), now) for site in sorted(facts)]
    for start in range(0, len(rows), _PIECE):
        async with database.write() as tx:
            await _write(tx, rows[start : start + _PIECE])
    for state in STATES:
        gauge("sites", sum(1 for each in judged.values() if each.state == state), state=state)
    untold = {row["site"] for row in rows if row["told_at"] is None}
    return [
        Silence(site, names.get(site, site), last)
        for site, each in sorted(judged.items())
        if each.silent and site in untold and (last := facts[site].last_at)
    ]


async def note_told(tx: Transaction, sites: Iterable[str], now: Instant) -> None:
    """Followers have heard of these silences: they hear of the next one only after the site has spoken again."""
    await tx.execute(sa.update(tables.site_states).where(tables.site_states.c.site.in_(list(sites))).values(told_at=now))


async def site_health(tx: AsyncConnection, *, site: str | None = None, state: HealthState | None = None) -> list[SiteHealth]:
    """Every site that was checked, those that need a person first: failing, late, due, ok; then by how long it has been so."""
    states, sites = tables.site_states, tables.sites
    wanted = sa.select(states, sites.c.name, sites.c.region).join(sites, sites.c.site == states.c.site)
    if site:
        wanted = wanted.where(states.c.site == site)
    if state:
        wanted = wanted.where(states.c.state == state)
    feeds: dict[str, list[FeedStanding]] = {}
    for feed in await feeds_of(tx, site):
        feeds.setdefault(feed.site, []).append(feed)
    found = [
        SiteHealth(
            row.site, row.name, row.region, row.state, row.rule, row.since, row.last_event_at, row.checked_at, row.told_at,
            tuple(feeds.get(row.site, ())),
        )
        for row in await tx.execute(wanted)
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-STATES.index(each.state), each.since, each.site))


async def _facts(tx: AsyncConnection, now: Instant) -> tuple[dict[str, SiteFacts], Mapping[str, sa.Row[tuple[object, ...]]]]:
    registered = {
        row.site: row.created_at for row in await tx.execute(sa.select(tables.sites.c.site, tables.sites.c.created_at))
    }
    before = {row.site: row for row in await tx.execute(sa.select(tables.site_states))}
    last = {site: row.last_event_at for site, row in before.items() if row.last_event_at}
    feeds: dict[str, list[tuple[str, int]]] = {}
    for site, at in await _heard(tx, before):
        last[site] = max(at, last.get(site, at))
    for feed in await feeds_of(tx):
        feeds.setdefault(feed.site, []).append((feed.state, feed.failures))
        if feed.newest_at:
            last[feed.site] = max(feed.newest_at, last.get(feed.site, feed.newest_at))
    types = await _last_of_type(tx, now)
    return {
        site: SiteFacts(at, last.get(site), types.get(site, {}), feeds.get(site, ())) for site, at in registered.items()
    }, before


async def _heard(tx: AsyncConnection, before: Mapping[str, sa.Row[tuple[object, ...]]]) -> list[tuple[str, Instant]]:
    """Of each site the last event since the last check, test events and withdrawals left out: they publish nothing."""
    columns = tables.events.c
    wanted = (
        sa.select(columns.site, sa.func.max(columns.received_at).label("at"))
        .where(columns.test.is_(False), columns.event != "withdrawn")
        .group_by(columns.site)
    )
    checked = max((row.checked_at for row in before.values()), default=None)
    if checked:
        wanted = wanted.where(columns.received_at >= checked - _OVERLAP)
    return [(row.site, row.at) for row in await tx.execute(wanted)]


async def _last_of_type(tx: AsyncConnection, now: Instant) -> dict[str, dict[str, Instant]]:
    """When each type of publication last came from each site, "" for those of no known type."""
    pages, kind = documents.publications.c, documents.summaries.c.summary["type"].as_string()
    wanted = (
        sa.select(pages.site, kind.label("type"), sa.func.max(pages.changed_at).label("at"))
        .select_from(
            documents.publications.outerjoin(documents.summaries, documents.summaries.c.version_id == pages.version_id)
        )
        .where(pages.changed_at > now - longest_look(), pages.withdrawn.is_(False))
        .group_by(pages.site, kind)
    )
    found: dict[str, dict[str, Instant]] = {}
    for row in await tx.execute(wanted):
        found.setdefault(row.site, {})[row.type or ""] = row.at
    return found


def _row(
    site: str, judged: Judgement, facts: SiteFacts, before: sa.Row[tuple[object, ...]] | None, now: Instant
) -> dict[str, object]:
    same = before is not None and (before.state, before.rule) == (judged.state, judged.rule)
    told = before.told_at if before is not None else None
    spoke_again = told is not None and facts.last_at is not None and facts.last_at > told
    return {
        "site": site, "state": judged.state, "rule": judged.rule, "since": before.since if same and before else judged.since,
        "last_event_at": facts.last_at, "checked_at": now, "told_at": None if spoke_again else told,
    }  # fmt: skip


async def _write(tx: Transaction, rows: Sequence[Mapping[str, object]]) -> None:
    await upsert(tx, tables.site_states, rows, update=("state", "rule", "since", "last_event_at", "checked_at", "told_at"))
