"""Who did what, when: append only, written in the transaction of what was done, and chained (`audit_chain`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.storage.audit_chain import append
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.operations import audit

#: Who stands in the trail when it was the command line: whoever may run it holds the whole installation anyway.
COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Deed:
    """One line of the trail. `subject` names a thing by its id or name; nothing here is a contact of a person."""

    audit_id: int
    at: Instant
    who: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


async def note(
    tx: Transaction, at: Instant, who: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Add a deed: `note(tx, now, "lina", "channel paused", "sms", {"why": "…"})`.

    Best at the end of the transaction: until its commit every other deed waits.
    """
    row = {"at": at, "who": who, "action": action, "subject": subject, "detail": dict(detail) if detail else None}
    await append(tx, row)


async def latest_deeds(tx: Transaction, *, limit: int = 100, before: int | None = None) -> Sequence[Deed]:
    """The newest first; `before` is the audit_id that the page before ended with."""
    newest = sa.select(audit).order_by(audit.c.audit_id.desc()).limit(limit)
    rows = await tx.execute(newest if before is None else newest.where(audit.c.audit_id < before))
    return [Deed(row.audit_id, row.at, row.who, row.action, row.subject, row.detail or {}) for row in rows]
