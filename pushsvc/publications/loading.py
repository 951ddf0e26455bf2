"""Reading versions and summaries back, a batch at a time, and writing down what summarise found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.publications import Change, Version
from pushsvc.domain.summaries import Summary
from pushsvc.domain.summary_json import from_json, to_json
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables import publications as tables
from pushsvc.storage.tables import sites as site_tables


async def versions(tx: AsyncConnection, version_ids: Collection[str]) -> dict[str, Version]:
    """The versions by id, each with its content's source text; an unknown id is absent."""
    columns = tables.versions.c
    found = await tx.execute(
        sa.select(tables.versions, tables.contents.c.source_text, tables.contents.c.meta)
        .join(tables.contents, tables.contents.c.content_id == columns.content_id)
        .where(columns.version_id.in_(version_ids))
    )
    return {
        row.version_id: Version(
            row.version_id, row.publication_id, row.content_id, row.work_id, row.site, row.url, row.title,
            row.language, row.declared, row.published_at, row.source_text, row.meta or {},
        )
        for row in found
    }  # fmt: skip


async def summaries(tx: AsyncConnection, version_ids: Collection[str]) -> dict[str, Summary]:
    """The summaries that are written already, by version id."""
    found = await tx.execute(
        sa.select(tables.summaries.c.version_id, tables.summaries.c.summary).where(
            tables.summaries.c.version_id.in_(version_ids)
        )
    )
    return {row.version_id: from_json(row.summary) for row in found}


async def save_summaries(tx: Transaction, written: Mapping[str, Summary], at: Instant) -> None:
    """Keep the summaries; one that is there already stays as it is."""
    rows = [{"version_id": version, "summary": to_json(summary), "at": at} for version, summary in written.items()]
    await insert_new(tx, tables.summaries, rows)


async def judge_revisions(tx: Transaction, judged: Sequence[tuple[str, int, Change]]) -> None:
    """Note on each revision (publication, number) whether it is material and how it is told."""
    if not judged:
        return
    columns = tables.revisions.c
    await tx.execute(
        sa.update(tables.revisions)
        .where(columns.publication_id == sa.bindparam("whose"), columns.revision == sa.bindparam("number"))
        .values(material=sa.bindparam("is_material"), change=sa.bindparam("what")),
        [
            {
                "whose": publication,
                "number": revision,
                "is_material": change.material,
                "what": {"told": dict(change.told), "urgent": change.urgent},
            }
            for publication, revision, change in judged
        ],
    )


async def accepted_at(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, Instant]:
    """When each event was received: interests that were saved later do not answer it."""
    events = site_tables.events.c
    found = await tx.execute(sa.select(events.event_id, events.received_at).where(events.event_id.in_(event_ids)))
    return {row.event_id: row.received_at for row in found}


async def standing(tx: AsyncConnection, publication_ids: Collection[str]) -> dict[str, tuple[int, bool]]:
    """How each publication stands now: its current revision, and whether it is withdrawn."""
    columns = tables.publications.c
    found = await tx.execute(
        sa.select(columns.publication_id, columns.revision, columns.withdrawn).where(
            columns.publication_id.in_(publication_ids)
        )
    )
    return {row.publication_id: (row.revision, row.withdrawn) for row in found}


async def told_changes(tx: AsyncConnection, revisions: Collection[tuple[str, int]]) -> dict[tuple[str, int], Mapping[str, str]]:
    """What each (publication, revision) changed, in plain words by language."""
    columns = tables.revisions.c
    found = await tx.execute(
        sa.select(columns.publication_id, columns.revision, columns.change).where(
            sa.tuple_(columns.publication_id, columns.revision).in_(revisions)
        )
    )
    return {(row.publication_id, row.revision): (row.change or {}).get("told", {}) for row in found}


async def latest(tx: AsyncConnection, most: int) -> list[Version]:
    """The publications that stand now, newest first, without their text."""
    publications, columns = tables.publications.c, tables.versions.c
    found = await tx.execute(
        sa.select(tables.versions)
        .join(tables.publications, publications.version_id == columns.version_id)
        .where(publications.withdrawn.is_(False))
        .order_by(publications.changed_at.desc())
        .limit(most)
    )
    return [
        Version(
            row.version_id, row.publication_id, row.content_id, row.work_id, row.site, row.url, row.title,
            row.language, row.declared, row.published_at, "",
        )
        for row in found
    ]  # fmt: skip


async def titles(tx: AsyncConnection, publication_ids: Collection[str]) -> dict[str, str]:
    """The title of each publication as it stands; one that is not known, or has none, is absent."""
    publications, columns = tables.publications.c, tables.versions.c
    found = await tx.execute(
        sa.select(publications.publication_id, columns.title)
        .join(tables.versions, publications.version_id == columns.version_id)
        .where(publications.publication_id.in_(publication_ids), columns.title.is_not(None))
    )
    return {row.publication_id: row.title for row in found}


async def site_names(tx: AsyncConnection, sites: Collection[str]) -> dict[str, str]:
    """The name of each site, for a reader."""
    columns = site_tables.sites.c
    found = await tx.execute(sa.select(columns.site, columns.name).where(columns.site.in_(sites)))
    return {row.site: row.name for row in found}
