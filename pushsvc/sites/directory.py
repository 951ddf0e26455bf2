"""All sites as an operator looks through them: searched, narrowed to a state, page by page, what needs somebody first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.sites.health import STATES
from pushsvc.storage.tables.operations import paused_sites
from pushsvc.storage.tables.sites import feeds, site_domains, site_feeds, site_keys, site_states, sites

Filter = Literal["failing", "late", "due", "ok", "unchecked", "paused", "no_feed"]
FILTERS: tuple[Filter, ...] = get_args(Filter)
#: A site that was registered a moment ago has not been judged yet.
UNCHECKED = "unchecked"
_NEED = sa.case({state: len(STATES) - at for at, state in enumerate(STATES)}, value=site_states.c.state, else_=len(STATES) - 1)


@dataclass(frozen=True)
class Listed:
    """A site in the list. `feeds`: how many of its feeds are in each state; `last_at`: its last sign of life."""

    code: str
    name: str
    organisation: str
    region: str
    state: str
    rule: str
    since: Instant | None
    last_at: Instant | None
    paused: bool
    feeds: dict[str, int]


@dataclass(frozen=True)
class KeyLife:
    """A signing key without its secret."""

    site_key_id: int
    created_at: Instant
    revoked_at: Instant | None


async def listed(tx: AsyncConnection, asked: str, only: Filter | None, most: int, skip: int = 0) -> Sequence[Listed]:
    """At most `most` sites after the first `skip`: failing, late, due, not judged yet, ok; in each the longest first."""
    columns, states = sites.c, site_states.c
    query = (
        sa.select(
            columns.site, columns.name, columns.organisation, columns.region, states.state, states.rule, states.since,
            states.last_event_at, paused_sites.c.site.label("paused"),
        )
        .select_from(_joined())
        .where(*_wanted(asked, only))
        .order_by(_NEED, states.since, columns.site)
        .limit(most)
        .offset(skip)
    )  # fmt: skip
    found = (await tx.execute(query)).all()
    polled = await _feed_states(tx, [row.site for row in found])
    return [
        Listed(
            row.site, row.name, row.organisation, row.region, row.state or UNCHECKED, row.rule or "", row.since,
            row.last_event_at, row.paused is not None, polled.get(row.site, {}),
        )
        for row in found
    ]  # fmt: skip


async def counts(tx: AsyncConnection) -> dict[Filter, int]:
    """How many sites each filter leaves."""
    state = sa.func.coalesce(site_states.c.state, UNCHECKED)
    by_state = sa.select(state, sa.func.count()).select_from(sites.outerjoin(site_states, site_states.c.site == sites.c.site))
    found = {str(row[0]): int(row[1]) for row in await tx.execute(by_state.group_by(state))}
    paused = await tx.scalar(sa.select(sa.func.count()).select_from(paused_sites)) or 0
    whole = sum(found.values())
    with_feed = await tx.scalar(sa.select(sa.func.count(site_feeds.c.site.distinct()))) or 0
    found |= {"paused": paused, "no_feed": whole - with_feed}
    return {each: found.get(each, 0) for each in FILTERS}


async def keys_of_site(tx: AsyncConnection, site: str) -> list[KeyLife]:
    """Every key that the site ever had, the newest first."""
    columns = site_keys.c
    query = sa.select(columns.site_key_id, columns.created_at, columns.revoked_at).where(columns.site == site)
    return [KeyLife(*row) for row in await tx.execute(query.order_by(columns.site_key_id.desc()))]


async def feeds_registered(tx: AsyncConnection, site: str) -> list[str]:
    """The feeds that the registry names, whether they were looked at yet or not."""
    columns = site_feeds.c
    return list((await tx.execute(sa.select(columns.url).where(columns.site == site).order_by(columns.url))).scalars())


def _joined() -> Any:
    return sites.outerjoin(site_states, site_states.c.site == sites.c.site).outerjoin(
        paused_sites, paused_sites.c.site == sites.c.site
    )


def _wanted(asked: str, only: Filter | None) -> list[sa.ColumnElement[bool]]:
    columns, wanted = sites.c, list[sa.ColumnElement[bool]]()
    if asked:
        plain = asked.lower()
        somewhere = [sa.func.lower(column).contains(plain, autoescape=True) for column in (columns.name, columns.organisation)]
        if plain.isascii():
            at_host = sa.exists().where(
                site_domains.c.site == columns.site, site_domains.c.host.contains(plain, autoescape=True)
            )
            somewhere += [columns.site.startswith(plain, autoescape=True), at_host]
        wanted.append(sa.or_(*somewhere))
    if only == "paused":
        wanted.append(paused_sites.c.site.is_not(None))
    elif only == "no_feed":
        wanted.append(~sa.exists().where(site_feeds.c.site == columns.site))
    elif only == "unchecked":
        wanted.append(site_states.c.state.is_(None))
    elif only:
        wanted.append(site_states.c.state == only)
    return wanted


async def _feed_states(tx: AsyncConnection, codes: Sequence[str]) -> dict[str, dict[str, int]]:
    columns = feeds.c
    query = (
        sa.select(columns.site, columns.state, sa.func.count())
        .where(columns.site.in_(codes))
        .group_by(columns.site, columns.state)
    )
    found: dict[str, dict[str, int]] = {}
    for site, state, many in await tx.execute(query):
        found.setdefault(site, {})[state] = many
    return found
