"""What an import of sites would do, before it does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.sites.registry import refuse_taken_domains
from pushsvc.sites.site_lines import SiteLine
from pushsvc.storage.tables import sites as tables

FIELDS = ("name", "organisation", "region", "reach", "domains", "feeds")


@dataclass(frozen=True)
class Changed:
    """A site that is there already, and what of it the file says otherwise (names of FIELDS)."""

    line: SiteLine
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    new: Sequence[SiteLine]
    changed: Sequence[Changed]
    unchanged: int


async def preview(tx: AsyncConnection, lines: Sequence[SiteLine]) -> Preview:
    """Each line beside the registry as it stands. BadInput where a domain belongs to a site that the file does not name."""
    await refuse_taken_domains(tx, lines)
    stands = await _standing(tx)
    new, changed, unchanged = list[SiteLine](), list[Changed](), 0
    for line in lines:
        before = stands.get(line.code)
        if before is None:
            new.append(line)
            continue
        now = _said(line)
        if differ := tuple(name for name in FIELDS if now[name] != before[name]):
            changed.append(Changed(line, differ))
        else:
            unchanged += 1
    return Preview(new, changed, unchanged)


def _said(line: SiteLine) -> dict[str, object]:
    return {
        "name": line.name, "organisation": line.organisation, "region": line.region, "reach": set(line.reach),
        "domains": {(each.host, each.path) for each in line.domains}, "feeds": set(line.feeds),
    }  # fmt: skip


async def _standing(tx: AsyncConnection) -> dict[str, dict[str, object]]:
    domains, feeds = dict[str, set[object]](), dict[str, set[object]]()
    for row in await tx.execute(sa.select(tables.site_domains)):
        domains.setdefault(row.site, set()).add((row.host, row.path))
    for row in await tx.execute(sa.select(tables.site_feeds)):
        feeds.setdefault(row.site, set()).add(row.url)
    return {
        row.site: {
            "name": row.name, "organisation": row.organisation, "region": row.region, "reach": set(row.reach or ()),
            "domains": domains.get(row.site, set()), "feeds": feeds.get(row.site, set()),
        }
        for row in await tx.execute(sa.select(tables.sites))
    }  # fmt: skip
