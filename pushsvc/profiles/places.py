"""The places of subscribers, for counting whom a publication would reach."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from pushsvc.profiles.changes import in_chunks
from pushsvc.profiles.recipients import PAGE
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.profiles import subscribers


async def places_of(tx: Transaction, subscriber_nos: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The region codes of these subscribers by number; who is erased is absent."""
    found: dict[int, tuple[str, ...]] = {}
    columns = subscribers.c
    for numbers in in_chunks(sorted(set(subscriber_nos)), PAGE):
        query = sa.select(columns.subscriber_no, columns.places).where(one_of(tx, columns.subscriber_no, numbers))
        found |= {row.subscriber_no: tuple(row.places) for row in await tx.execute(query)}
    return found
