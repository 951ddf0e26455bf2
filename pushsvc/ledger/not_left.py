"""Finding a few of the messages that have not left, behind any number that have: along the index of claims."""

from __future__ import annotations

from itertools import product
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.ledger.book import NAMED_AT_ONCE
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.ledger import deliveries


async def first_planned(tx: Transaction, what: sa.Select[Any], *, before: Instant | None = None) -> list[sa.Row[Any]]:
    """The next rows of `what`, a query over deliveries, that are planned and (with `before`) due earlier; a page at most.

    Each channel and urgency is asked for by itself: only then do both databases walk the index in its order and stop at the
    limit. Left to choose, PostgreSQL read the table in the order of its key, past all that was ever sent, for every page.
    """
    for channel, urgent in product(CHANNELS, (True, False)):
        wanted = what.where(
            deliveries.c.channel == channel, deliveries.c.state == "planned", deliveries.c.urgent == sa.literal(urgent)
        )
        if before is not None:
            wanted = wanted.where(deliveries.c.due_at < before)
        in_order = wanted.order_by(deliveries.c.due_at, deliveries.c.delivery_id).limit(NAMED_AT_ONCE)
        rows = (await tx.execute(in_order)).all()
        if rows:
            return list(rows)
    return []
