"""Which message a check code stands for: a few rows of the primary key, never a scan. See domain/check_codes.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.check_codes import CHECKED_AS, CheckCode, check_code
from pushsvc.domain.notices import TOLD_STATES
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.storage.tables.ledger import deliveries

#: After any hex digit in every collation: the end of what begins alike.
_PAST_HEX = "g"


@dataclass(frozen=True)
class Sent:
    """A message that has left us. `at`: when the provider took it, or said that it arrived."""

    delivery_id: str
    endpoint_id: int
    channel: Channel
    at: Instant


async def find_sent(tx: AsyncConnection, code: CheckCode, keyed_hash: Callable[[str, str], bytes]) -> Sent | None:
    """The message of that code, when we sent it; `keyed_hash` is the vault's."""
    alike = deliveries.c.delivery_id.between(code.beginning, code.beginning + _PAST_HEX)
    for row in await tx.execute(sa.select(deliveries).where(alike).order_by(deliveries.c.created_at.desc())):
        if check_code(row.delivery_id, keyed_hash(CHECKED_AS, row.delivery_id)) == code:
            return _sent(row)
    return None


async def find_sent_delivery(tx: AsyncConnection, delivery_id: str) -> Sent | None:
    """The same for a delivery that a link names."""
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).first()
    return _sent(row) if row else None


def _sent(row: sa.Row[tuple[object, ...]]) -> Sent | None:
    told = row.state in TOLD_STATES
    return Sent(row.delivery_id, row.endpoint_id, row.channel, row.ended_at or row.due_at) if told else None
