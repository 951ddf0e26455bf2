"""The registry: which site holds which address, and whom it may speak to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc import taxonomy
from pushsvc.clock import Clock
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.sites.addresses import Address, parse
from pushsvc.sites.site_lines import Domain, SiteLine, plain_code, read_sites
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_new, upsert
from pushsvc.storage.tables import sites as tables

_PIECE = 500


@dataclass(frozen=True)
class Site:
    """A government website. `reach` holds the regions at and below which it may address people."""

    code: str
    name: str
    organisation: str
    region: str
    reach: tuple[str, ...]

    def reaches(self, region: str) -> bool:
        """Whether the (normalised) region is one of the site's reach, or lies below one."""
        return not set(self.reach).isdisjoint(taxonomy.regions().above(region))


@dataclass(frozen=True)
class Imported:
    """What an import of sites did: how many are new, how many were written anew."""

    new: int
    changed: int


async def import_sites(database: Database, clock: Clock, text: str) -> Imported:
    """Registers the sites of a CSV file (see `site_lines.read_sites`); a site that is there already is written anew.

    Sites that the file does not name stay as they are. BadInput names every bad line; then nothing is changed.
    """
    return await register(database, clock, read_sites(text))


async def register(
    database: Database,
    clock: Clock,
    lines: Sequence[SiteLine],
    and_then: Callable[[Transaction, Imported], Awaitable[None]] | None = None,
) -> Imported:
    """The same with lines that are read already; `and_then` is called in their transaction, for whoever keeps a trail."""
    async with database.write() as tx:
        # Two imports at once could each find a domain free.
        await one_after_another(tx, "sites", ["import"])
        known = await _known_codes(tx)
        await refuse_taken_domains(tx, lines)
        for piece in _pieces(lines):
            await _write(tx, piece, clock)
        # All old domains are gone before a new one comes: a domain may move from one line's site to another's.
        for piece in _pieces(lines):
            await _write_domains(tx, piece)
        new = sum(1 for line in lines if line.code not in known)
        done = Imported(new, len(lines) - new)
        if and_then:
            await and_then(tx, done)
    return done


async def find_site(tx: AsyncConnection, code: str) -> Site | None:
    """The site with this identification code."""
    row = (await tx.execute(sa.select(tables.sites).where(tables.sites.c.site == plain_code(code)))).one_or_none()
    return None if row is None else _site(row)


async def site(tx: AsyncConnection, code: str) -> Site:
    """The site with this identification code; NotFound says how to register one."""
    found = await find_site(tx, code)
    if found is None:
        raise NotFound(f'site "{code}" is not registered: `pushsvc sites import FILE.csv` registers it')
    return found


async def all_sites(tx: AsyncConnection) -> list[Site]:
    """Every site, by code."""
    return [_site(row) for row in await tx.execute(sa.select(tables.sites).order_by(tables.sites.c.site))]


async def owner_of(tx: AsyncConnection, url: str | Address) -> str | None:
    """The code of the site that holds this address: by host, then by the longest path prefix. BadInput for a bad URL."""
    address = parse(url) if isinstance(url, str) else url
    columns = tables.site_domains.c
    rows = await tx.execute(sa.select(columns.path, columns.site).where(columns.host == address.authority))
    holders = [(row.path, row.site) for row in rows if Domain(address.authority, row.path).holds(address.path)]
    return max(holders, key=lambda holder: len(holder[0]))[1] if holders else None


async def names_and_regions(tx: AsyncConnection, codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """Of each known site, who publishes there and its region."""
    columns = tables.sites.c
    rows = await tx.execute(sa.select(columns.site, columns.organisation, columns.region).where(columns.site.in_(codes)))
    return {row.site: (row.organisation, row.region) for row in rows}


def _site(row: sa.Row[tuple[object, ...]]) -> Site:
    reach: Sequence[str] = row.reach or (row.region,)
    return Site(row.site, row.name, row.organisation, row.region, tuple(reach))


def _pieces(lines: Sequence[SiteLine]) -> list[Sequence[SiteLine]]:
    return [lines[start : start + _PIECE] for start in range(0, len(lines), _PIECE)]


async def _known_codes(tx: AsyncConnection) -> set[str]:
    return set((await tx.execute(sa.select(tables.sites.c.site))).scalars())


async def refuse_taken_domains(tx: AsyncConnection, lines: Sequence[SiteLine]) -> None:
    """BadInput names each line that claims a domain of a site which the file does not name."""
    here = {line.code for line in lines}
    taken: Mapping[Domain, str] = {
        Domain(row.host, row.path): row.site for row in await tx.execute(sa.select(tables.site_domains)) if row.site not in here
    }
    problems = [
        Problem(
            f"sites line {line.line}, domains",
            f"{domain} belongs to {taken[domain]} already: choose another path prefix, or name that site in this file too",
        )
        for line in lines
        for domain in line.domains
        if domain in taken
    ]
    if problems:
        raise BadInput(problems)


async def _write(tx: Transaction, lines: Sequence[SiteLine], clock: Clock) -> None:
    codes = [line.code for line in lines]
    await tx.execute(sa.delete(tables.site_domains).where(tables.site_domains.c.site.in_(codes)))
    await tx.execute(sa.delete(tables.site_feeds).where(tables.site_feeds.c.site.in_(codes)))
    rows = [
        {
            "site": line.code,
            "name": line.name,
            "organisation": line.organisation,
            "region": line.region,
            "reach": list(line.reach),
            "created_at": clock.now(),
        }
        for line in lines
    ]
    await upsert(tx, tables.sites, rows, update=("name", "organisation", "region", "reach"))


async def _write_domains(tx: Transaction, lines: Sequence[SiteLine]) -> None:
    domains = [{"host": each.host, "path": each.path, "site": line.code} for line in lines for each in line.domains]
    await insert_new(tx, tables.site_domains, domains)
    await insert_new(tx, tables.site_feeds, [{"site": line.code, "url": url} for line in lines for url in line.feeds])
