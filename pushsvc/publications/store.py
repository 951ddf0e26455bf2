"""Publications as they stand, and how a batch of new states is written: a few statements a batch, whatever its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.publications import Reading, RevisionKind, Version, change_id
from pushsvc.domain.time import Instant, iso
from pushsvc.publications.interpretations import Said, write_names
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, upsert
from pushsvc.storage.tables import publications as tables


@dataclass(frozen=True)
class Publication:
    """A publication's current state. `accepted_at`: when the event of its current revision was received."""

    publication_id: str
    address: str
    site: str
    work_id: str
    declared: Mapping[str, Any]
    revision: int
    version_id: str
    content_id: str
    withdrawn: bool
    published_at: Instant | None
    published_at_said: bool
    first_at: Instant
    accepted_at: Instant


@dataclass(frozen=True)
class Revision:
    """One accepted change of state. `before` is the version that stood until then."""

    publication_id: str
    revision: int
    version_id: str
    event_id: str
    kind: RevisionKind
    accepted_at: Instant
    before: str | None = None
    restored: bool = False


@dataclass
class Changes:
    """What a batch wants written; rows that are there already stay as they are, publications are written anew."""

    addresses: dict[str, str] = field(default_factory=dict)
    publications: dict[str, Publication] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)
    versions: dict[str, Version] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    works: dict[str, str] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)


async def publications_at(tx: AsyncConnection, addresses: Collection[str]) -> dict[str, str]:
    """Which publication each known address leads to."""
    columns = tables.addresses.c
    rows = await tx.execute(sa.select(columns.address, columns.publication_id).where(columns.address.in_(addresses)))
    return {row.address: row.publication_id for row in rows}


async def current(tx: Transaction, publication_ids: Collection[str]) -> dict[str, Publication]:
    """The publications as they stand; an unknown one is absent. Who is going to move them keeps others away first.

    Not with a row lock here: on PostgreSQL, where somebody else has just moved the row, the join would find neither the old
    revision nor the new one, and the publication would look as if it were new.
    """
    columns, revisions = tables.publications.c, tables.revisions.c
    rows = await tx.execute(
        sa.select(tables.publications, revisions.accepted_at)
        .join(
            tables.revisions,
            sa.and_(revisions.publication_id == columns.publication_id, revisions.revision == columns.revision),
        )
        .where(columns.publication_id.in_(publication_ids))
    )
    return {
        row.publication_id: Publication(
            row.publication_id, row.address, row.site, row.work_id, row.declared, row.revision, row.version_id,
            row.content_id, row.withdrawn, row.published_at, row.published_at_said, row.first_at, row.accepted_at,
        )
        for row in rows
    }  # fmt: skip


async def revisions_of(tx: AsyncConnection, event_ids: Collection[str]) -> dict[str, Revision]:
    """The revisions that these events made, by event id."""
    now = tables.revisions.alias("now")
    before = tables.revisions.alias("before")
    rows = await tx.execute(
        sa.select(now, before.c.version_id.label("version_before"), before.c.kind.label("kind_before"))
        .outerjoin(before, sa.and_(before.c.publication_id == now.c.publication_id, before.c.revision == now.c.revision - 1))
        .where(now.c.event_id.in_(event_ids))
    )
    return {
        row.event_id: Revision(
            row.publication_id, row.revision, row.version_id, row.event_id, row.kind, row.accepted_at,
            row.version_before, row.kind == "changed" and row.kind_before == "withdrawn",
        )
        for row in rows
    }  # fmt: skip


async def works_of(tx: AsyncConnection, work_keys: Collection[str]) -> dict[str, str]:
    """The works that are known under these keys."""
    columns = tables.works.c
    rows = await tx.execute(sa.select(columns.work_key, columns.work_id).where(columns.work_key.in_(work_keys)))
    return {row.work_key: row.work_id for row in rows}


async def write(tx: Transaction, changes: Changes, now: Instant) -> None:
    """Writes what a batch decided. In the order of the keys: two batches with copies of the same texts never deadlock."""
    await insert_new(tx, tables.contents, [_content_row(key, each, now) for key, each in sorted(changes.readings.items())])
    await insert_new(tx, tables.works, [{"work_key": key, "work_id": work} for key, work in sorted(changes.works.items())])
    await insert_new(tx, tables.versions, [_version_row(each, now) for _key, each in sorted(changes.versions.items())])
    await insert_new(
        tx,
        tables.addresses,
        [{"address": address, "publication_id": each} for address, each in changes.addresses.items()],
    )
    await _write_publications(tx, changes.publications.values(), now)
    await insert_new(tx, tables.revisions, [_revision_row(each) for each in changes.revisions])
    await write_names(tx, list(changes.said.values()))


async def page(tx: AsyncConnection, publication_id: str) -> dict[str, Any] | None:
    """A publication with its summary, as `GET /api/v1/publications/{id}` answers; None for an unknown id."""
    publications, versions, summaries = tables.publications, tables.versions, tables.summaries
    row = (
        await tx.execute(
            sa.select(publications, versions.c.url, versions.c.title, versions.c.language, summaries.c.summary)
            .join(versions, versions.c.version_id == publications.c.version_id)
            .outerjoin(summaries, summaries.c.version_id == publications.c.version_id)
            .where(publications.c.publication_id == publication_id)
        )
    ).one_or_none()
    if row is None:
        return None
    return {
        "publication_id": row.publication_id,
        "url": row.url,
        "site": row.site,
        "title": row.title,
        "language": row.language,
        "published_at": None if row.published_at is None else iso(row.published_at),
        "changed_at": iso(row.changed_at),
        "withdrawn": row.withdrawn,
        "revision": row.revision,
        "version_id": row.version_id,
        "work_id": row.work_id,
        "declared": row.declared,
        "summary": row.summary,
    }


async def _write_publications(tx: Transaction, changed: Iterable[Publication], now: Instant) -> None:
    rows: Sequence[dict[str, Any]] = [
        {
            "publication_id": each.publication_id, "address": each.address, "site": each.site, "work_id": each.work_id,
            "declared": dict(each.declared), "revision": each.revision, "version_id": each.version_id,
            "content_id": each.content_id, "withdrawn": each.withdrawn, "published_at": each.published_at,
            "published_at_said": each.published_at_said, "first_at": each.first_at, "changed_at": now,
        }
        for each in changed
    ]  # fmt: skip
    fixed = {"publication_id", "address", "first_at"}
    await upsert(tx, tables.publications, rows, update=[each for each in (rows[0] if rows else ()) if each not in fixed])


def _content_row(content_id: str, reading: Reading, now: Instant) -> dict[str, Any]:
    meta = dict(reading.meta)
    if reading.doc_number:
        meta["doc_number"] = reading.doc_number
    return {
        "content_id": content_id, "title": reading.title, "language": reading.language, "meta": meta,
        "source_text": reading.source_text, "first_at": now,
    }  # fmt: skip


def _version_row(version: Version, now: Instant) -> dict[str, Any]:
    return {
        "version_id": version.version_id, "publication_id": version.publication_id, "content_id": version.content_id,
        "work_id": version.work_id, "site": version.site, "url": version.url, "title": version.title,
        "language": version.language, "declared": dict(version.declared), "published_at": version.published_at,
        "first_at": now,
    }  # fmt: skip


def _revision_row(revision: Revision) -> dict[str, Any]:
    return {
        "publication_id": revision.publication_id, "revision": revision.revision, "version_id": revision.version_id,
        "event_id": revision.event_id, "change_id": change_id(revision.publication_id, revision.revision),
        "kind": revision.kind, "accepted_at": revision.accepted_at, "material": None, "change": None,
    }  # fmt: skip
