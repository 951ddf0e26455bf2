"""Which chunks of an event were planned, so that a repeat of one is a no-op."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import Suppression
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import chunks

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


def _hash(members: Members) -> str:
    return hashlib.sha256(json.dumps([list(member) for member in members]).encode()).hexdigest()[:32]
