"""Putting up for the search what is not there yet: publications of before it existed, of a restored backup, of a move."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import deadline_instant
from pushsvc.publications import loading
from pushsvc.publications.passages import Shelved, shelve, shelved
from pushsvc.storage.database import Database
from pushsvc.storage.tables.publications import publications, summaries
from pushsvc.storage.tables.search import search_entries
from pushsvc.telemetry import log

#: Publications that one transaction puts up: it holds the only writer of SQLite for some 30 ms.
AT_ONCE = 20
#: Publications that are looked at for what is missing.
LOOKED_AT_ONCE = 2_000
#: The zone in which the day of a deadline ends.
ZONE = ZoneInfo("Asia/Shanghai")


def ready(version: Version, summary: Summary, known_at: Instant) -> Shelved:
    """A version as the search finds it. `known_at`: when it became known, for one that says no date."""
    since = version.published_at or known_at
    return shelved(version, summary, deadline_instant(summary.last_deadline(), ZONE, since), known_at)


async def fill(database: Database) -> int:
    """Put up every publication that stands and is not found yet in its present version; gives how many. Between its pieces
    others write."""
    done, after = 0, ""
    while True:
        missing, last = await _missing(database, after)
        for start in range(0, len(missing), AT_ONCE):
            piece = missing[start : start + AT_ONCE]
            began = time.monotonic()
            await _put_up(database, dict(piece))
            done += len(piece)
            await database.give_way(time.monotonic() - began)
        if last is None:
            break
        after = last
    if done:
        log.info("publications were put up for the search", publications=done)
    return done


async def _missing(database: Database, after: str) -> tuple[list[tuple[str, Instant]], str | None]:
    """Of the next LOOKED_AT_ONCE publications those that are missing, as (version_id, known since), and the last id."""
    now, there = publications.c, search_entries.c
    looked = (
        sa.select(now.publication_id, now.version_id, now.withdrawn, now.first_at)
        .where(now.publication_id > after)
        .order_by(now.publication_id)
        .limit(LOOKED_AT_ONCE)
        .subquery()
    )
    is_there = sa.and_(there.publication_id == looked.c.publication_id, there.version_id == looked.c.version_id)
    async with database.read() as tx:
        last = (await tx.execute(sa.select(sa.func.max(looked.c.publication_id)))).scalar()
        found = await tx.execute(
            sa.select(looked.c.version_id, looked.c.first_at)
            .join(summaries, summaries.c.version_id == looked.c.version_id)
            .outerjoin(search_entries, is_there)
            .where(looked.c.withdrawn.is_(False), there.entry_no.is_(None))
        )
        return [(row.version_id, row.first_at) for row in found], last


async def _put_up(database: Database, known_at: Mapping[str, Instant]) -> None:
    async with database.read() as tx:
        versions = await loading.versions(tx, known_at)
        written = await loading.summaries(tx, known_at)
    made = await asyncio.to_thread(
        lambda: [ready(each, written[key], known_at[key]) for key, each in versions.items() if key in written]
    )
    async with database.write() as tx:
        await shelve(tx, made)
