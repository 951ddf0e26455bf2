"""Errors that readers reported: which sentence of ours is wrong, and what the operator did about it.

A report carries no name: it hangs on a delivery. The reader's own words may say anything, so they are sealed like a contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.operations import reports
from pushsvc.storage.vault import Unreadable, Vault

SEALED_AS = "report"
MOST_WORDS = 1_000
"""Characters of a reader's own words that are kept."""
_LONGEST_SENTENCE = 600


@dataclass(frozen=True)
class Report:
    """`sentence` is ours, `words` the reader's ("" for none). `closed_at`, `closed_by` and `answer` once it was looked at."""

    report_id: int
    delivery_id: str
    publication_id: str
    version_id: str
    sentence: str
    words: str
    at: Instant
    closed_at: Instant | None = None
    closed_by: str | None = None
    answer: str | None = None


async def file_report(
    tx: Transaction, vault: Vault, now: Instant,
    *, delivery_id: str, publication_id: str, version_id: str, sentence: str, words: str = "",
) -> int:  # fmt: skip
    """Keep what a reader found wrong. Gives the report_id."""
    row = {
        "delivery_id": delivery_id, "publication_id": publication_id, "version_id": version_id,
        "sentence": sentence[:_LONGEST_SENTENCE],
        "words": vault.seal(words[:MOST_WORDS], SEALED_AS) if words else None, "at": now,
    }  # fmt: skip
    return int((await tx.execute(sa.insert(reports).values(row).returning(reports.c.report_id))).scalar_one())


async def open_reports(tx: AsyncConnection, vault: Vault, *, after: int = 0, most: int = 50) -> list[Report]:
    """What nobody has looked at yet, the oldest first; a page goes on behind the `after` of the page before (its last id)."""
    waiting = reports.c.closed_at.is_(None), reports.c.report_id > after
    found = await tx.execute(sa.select(reports).where(*waiting).order_by(reports.c.report_id).limit(most))
    return _read(vault, found.all())


async def closed_reports(tx: AsyncConnection, vault: Vault, *, most: int = 50) -> list[Report]:
    """What was looked at, the newest first."""
    done = sa.select(reports).where(reports.c.closed_at.is_not(None)).order_by(reports.c.report_id.desc()).limit(most)
    return _read(vault, (await tx.execute(done)).all())


async def find_report(tx: AsyncConnection, vault: Vault, report_id: int) -> Report:
    """One report, open or closed. Raises NotFound."""
    found = await tx.execute(sa.select(reports).where(reports.c.report_id == report_id))
    row = found.first()
    if row is None:
        raise NotFound(f"there is no report {report_id}")
    return _read(vault, [row])[0]


async def close_report(tx: Transaction, report_id: int, who: str, answer: str, now: Instant) -> bool:
    """`who` has looked at it: `answer` says what came of it. False where somebody had closed it before, or there is none."""
    still_open = sa.update(reports).where(reports.c.report_id == report_id, reports.c.closed_at.is_(None))
    closed = await tx.execute(still_open.values(closed_at=now, closed_by=who, answer=answer))
    return closed.rowcount == 1


async def count_open(tx: AsyncConnection) -> int:
    counted = await tx.execute(sa.select(sa.func.count()).select_from(reports).where(reports.c.closed_at.is_(None)))
    return int(counted.scalar_one())


def _read(vault: Vault, rows: Sequence[sa.Row[Any]]) -> list[Report]:
    return [
        Report(
            row.report_id, row.delivery_id, row.publication_id, row.version_id, row.sentence, _words(vault, row.words),
            row.at, row.closed_at, row.closed_by, row.answer,
        )
        for row in rows
    ]  # fmt: skip


def _words(vault: Vault, sealed: bytes | None) -> str:
    """A report whose words no key opens any more is still a report."""
    try:
        return vault.open(sealed, SEALED_AS) if sealed else ""
    except Unreadable:
        return "…"
