"""Reading what LatelyIndex holds: which publications moved, and what each is now."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.publications import Version
from pushsvc.domain.summary_json import from_json
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import deadline_instant
from pushsvc.storage.tables.publications import contents, publications, revisions, summaries, versions
from pushsvc.storage.tables.search import search_entries
from pushsvc.streams.lately.documents import Document
from pushsvc.streams.match import question_of
from pushsvc.taxonomy.folding import fold_document

_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Moved:
    """A publication as its row says it is: enough to see whether what is held of it is still right."""

    publication_id: str
    version_id: str
    revision: int
    withdrawn: bool
    changed_at: Instant


async def moved(tx: AsyncConnection, since: Instant) -> list[Moved]:
    """The publications that changed since then, the oldest change first."""
    return await _moved(tx, publications.c.changed_at >= since)


async def still_open(tx: AsyncConnection, at: Instant) -> list[Moved]:
    """The publications whose proven deadline is not before `at`, whenever they changed."""
    is_open = sa.select(search_entries.c.publication_id).where(search_entries.c.open_until >= at)
    return await _moved(tx, publications.c.publication_id.in_(is_open))


async def _moved(tx: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Moved]:
    row = publications.c
    wanted = sa.select(row.publication_id, row.version_id, row.revision, row.withdrawn, row.changed_at).where(which)
    result = await tx.stream(wanted.order_by(row.changed_at))
    found = list[Moved]()
    async for page in result.partitions(_ROWS_AT_ONCE):
        found += [Moved(*each) for each in page]
    return found


async def standing(tx: AsyncConnection, publication_ids: Collection[str]) -> Sequence[Any]:
    """The rows that `documents` reads; a publication that is withdrawn, or not summarised yet, is absent."""
    row = publications.c
    # As text: it is parsed in the thread that needs it, not on the loop. Only a cast keeps the driver of PostgreSQL from it.
    summary = sa.cast(summaries.c.summary, sa.Text).label("summary")
    found = await tx.execute(
        sa.select(
            row.publication_id, row.work_id, row.first_at, versions.c.version_id, versions.c.content_id, versions.c.site,
            versions.c.url, versions.c.title, versions.c.language, versions.c.declared, versions.c.published_at,
            contents.c.source_text, revisions.c.accepted_at, summary,
        )
        .join(versions, versions.c.version_id == row.version_id)
        .join(contents, contents.c.content_id == versions.c.content_id)
        .join(summaries, summaries.c.version_id == row.version_id)
        .join(revisions, sa.and_(revisions.c.publication_id == row.publication_id, revisions.c.revision == row.revision))
        .where(row.publication_id.in_(publication_ids), row.withdrawn.is_(False))
    )  # fmt: skip
    return found.all()


def document(row: Any, zone: ZoneInfo) -> Document:
    """One row of `standing` as it is held. `zone`: in which a deadline's day ends."""
    summary = from_json(json.loads(row.summary))
    version = Version(
        row.version_id, row.publication_id, row.content_id, row.work_id, row.site, row.url, row.title, row.language,
        row.declared, row.published_at, row.source_text,
    )  # fmt: skip
    question = question_of(version, summary, row.accepted_at)
    since = min(row.published_at or row.first_at, row.first_at)
    until = deadline_instant(summary.last_deadline(), zone, row.published_at or row.accepted_at)
    return Document(
        row.publication_id, row.version_id, row.work_id, replace(question, title="", text="", accepted_at=None),
        fold_document(question.title, question.text), since, until, until.astimezone(zone).date() if until else None,
        {language: wording.headline for language, wording in summary.wordings.items()},
        summary.language, row.url, row.published_at,
    )  # fmt: skip
