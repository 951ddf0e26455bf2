"""Small facts of this installation. `paused`: a restore has left everything paused until an operator has looked."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.operations import installation

Fact = Literal["paused"]


async def value(tx: Transaction, name: Fact) -> Any:
    """None when it was never set. `paused`: {"paused": true, "at": "…", "why": "…"}."""
    return (await tx.execute(sa.select(installation.c.value).where(installation.c.name == name))).scalar()


async def set_value(tx: Transaction, name: Fact, to: Any) -> None:
    await upsert(tx, installation, [{"name": name, "value": to}], update=["value"])


async def forget(tx: Transaction, name: Fact) -> None:
    await tx.execute(sa.delete(installation).where(installation.c.name == name))
