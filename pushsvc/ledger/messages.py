"""What one message told: its delivery and the notices that it carried, for the page that the reader opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.storage.tables import ledger as tables


@dataclass(frozen=True)
class Told:
    """One notice of a message, with the version that it was told from."""

    notice_id: str
    kind: str
    publication_id: str
    revision: int
    version_id: str
    eligibility: str | None
    reasons: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Letter:
    """One delivery as its reader sees it."""

    delivery_id: str
    subscriber_no: int
    endpoint_id: int
    channel: Channel
    language: Language
    told: tuple[Told, ...]


async def letter(tx: AsyncConnection, delivery_id: str) -> Letter | None:
    """The message of that delivery; None when there is none."""
    deliveries, notices = tables.deliveries, tables.notices
    row = (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).first()
    if row is None:
        return None
    found = await tx.execute(
        sa.select(notices).where(notices.c.delivery_id == delivery_id).order_by(notices.c.created_at, notices.c.notice_id)
    )
    told = tuple(
        Told(
            notice.notice_id, notice.kind, notice.publication_id, notice.revision, notice.version_id, notice.eligibility,
            notice.reasons or {},
        )
        for notice in found
    )  # fmt: skip
    return Letter(row.delivery_id, row.subscriber_no, row.endpoint_id, row.channel, row.language, told)
