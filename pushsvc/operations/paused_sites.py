"""Sites that an operator has paused: what they publish is read and planned, and waits.

The ledger's part is `ledger/site_pause.py`; both together `bootstrap/site_pausing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.operations import paused_sites


@dataclass(frozen=True)
class SitePause:
    site: str
    paused_at: Instant
    who: str
    why: str


async def pauses(tx: AsyncConnection) -> Mapping[str, SitePause]:
    """The paused sites by their codes, the first to be paused first."""
    rows = await tx.execute(sa.select(paused_sites).order_by(paused_sites.c.paused_at, paused_sites.c.site))
    return {row.site: SitePause(row.site, row.paused_at, row.who, row.why) for row in rows}


async def begin(tx: Transaction, site: str, now: Instant, *, who: str, why: str) -> bool:
    """Write the pause down; False where the site was paused already."""
    return await insert_one(tx, paused_sites, {"site": site, "paused_at": now, "who": who, "why": why})


async def end(tx: Transaction, site: str) -> bool:
    """Take the pause away; False where there was none."""
    return bool((await tx.execute(sa.delete(paused_sites).where(paused_sites.c.site == site))).rowcount)
