"""Which chunks of an event were planned, so that a repeat of one is a no-op."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import Suppression
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import chunks, notices

Members = Sequence[Sequence[int]]


async def is_planned(tx: AsyncConnection, event_id: str, of: int, shard: int, chunk: int, members: Members) -> bool:
    """Whether this very chunk was planned. A matcher that starts over may cut its chunks elsewhere, when people have left
    since: then the same number holds others, who must not be lost."""
    here = sa.and_(
        chunks.c.event_id == event_id,
        chunks.c.of == of,
        chunks.c.shard == shard,
        chunks.c.chunk == chunk,
        chunks.c.members_hash == _hash(members),
    )
    return (await tx.execute(sa.select(sa.literal(1)).where(here))).scalar() is not None


async def note_planned(
    tx: Transaction,
    event_id: str,
    of: int,
    shard: int,
    chunk: int,
    members: Members,
    passed_over: Mapping[Suppression, int],
    now: Instant,
) -> None:
    """`passed_over`: how many of its people have no notice row, by reason."""
    row = {
        "event_id": event_id, "of": of, "shard": shard, "chunk": chunk, "people": len(members), "members_hash": _hash(members),
        "suppressed": dict(passed_over), "planned_at": now,
    }  # fmt: skip
    await insert_new(tx, chunks, [row])


async def passed_over_by(tx: AsyncConnection, event_id: str, of: int) -> Counter[str]:
    """How many people have no notice row for this event, by reason, as the shards of one layout found them."""
    passed_over: Counter[str] = Counter()
    for suppressed in (
        await tx.execute(sa.select(chunks.c.suppressed).where(chunks.c.event_id == event_id, chunks.c.of == of))
    ).scalars():
        passed_over.update(suppressed)
    return passed_over


async def without_a_notice(tx: AsyncConnection, event_id: str, publication_id: str, people: Collection[int]) -> int:
    """How many of `people` (at most a chunk's) have no notice of this event yet: shards of another number may have got as
    far as them before they were stopped."""
    had = sa.select(sa.func.count(notices.c.subscriber_no.distinct())).where(
        notices.c.publication_id == publication_id,
        notices.c.subscriber_no.in_(people),
        notices.c.event_id == event_id,
        notices.c.kind == "new",
    )
    return len(people) - int((await tx.execute(had)).scalar_one())


def _hash(members: Members) -> str:
    return hashlib.sha256(json.dumps([list(member) for member in members]).encode()).hexdigest()[:32]
