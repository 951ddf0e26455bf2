"""Who is here already, of the ids that a file names."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.profiles.changes import in_chunks
from pushsvc.storage.tables.profiles import subscribers

_PIECE = 1_000


async def count_known(tx: AsyncConnection, ids: Sequence[str]) -> int:
    """How many of these subscriber ids an import would write anew."""
    known = 0
    for piece in in_chunks(ids, _PIECE):
        counted = sa.select(sa.func.count()).select_from(subscribers).where(subscribers.c.subscriber_id.in_(piece))
        known += int(await tx.scalar(counted) or 0)
    return known


async def number_of(tx: AsyncConnection, subscriber_id: str) -> int | None:
    """The subscriber_no of this id."""
    known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == subscriber_id)
    number: int | None = (await tx.execute(known)).scalar_one_or_none()
    return number
