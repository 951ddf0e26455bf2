"""The budgets as operators see them: what is set, what of it is spent, and which messages wait for a person to act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.notices import Held
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.ledger.by_provider import CHANNELS
from pushsvc.ledger.charges import ALL, spent_of
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import budgets

#: What a person on duty can end: by a larger budget, by mending a template.
FOR_A_PERSON: tuple[Held, ...] = ("budget", "template")


@dataclass(frozen=True)
class Purse:
    """A day's or a month's: `spent` of `most`, millionths of a yuan; `most` None: no limit."""

    spent: int
    most: int | None

    @property
    def percent(self) -> int | None:
        """Rounded down, as for the warnings; None without a limit."""
        if self.most is None:
            return None
        return 100 * self.spent // self.most if self.most else 100


@dataclass(frozen=True)
class Budget:
    """What a site, or all of them together (`all`), may spend on a channel."""

    tenant: str
    day: Purse
    month: Purse
    set_by: str = ""
    set_at: Instant | None = None


async def budgets_of(tx: AsyncConnection, channel: Channel, today: date) -> Sequence[Budget]:
    """That of all first, whether it has a limit or not; then those of the sites that have one, by code."""
    spent = await spent_of(tx, channel, today)
    rows = {row.tenant: row for row in await tx.execute(sa.select(budgets).where(budgets.c.channel == channel))}
    found = []
    for tenant in (ALL, *sorted(set(rows) - {ALL})):
        row, (day, month) = rows.get(tenant), spent.get(tenant, (0, 0))
        if row is None:
            found.append(Budget(tenant, Purse(day, None), Purse(month, None)))
        elif tenant == ALL or row.day_most is not None or row.month_most is not None:
            found.append(Budget(tenant, Purse(day, row.day_most), Purse(month, row.month_most), row.set_by, row.set_at))
    return found


async def held_for_a_person(tx: AsyncConnection) -> Mapping[str, int]:
    """How many messages of all channels with providers wait for a budget, and how many for a template."""
    query = (
        sa.select(deliveries.c.held, sa.func.count().label("many"))
        .where(deliveries.c.channel.in_(CHANNELS), deliveries.c.state == "planned", deliveries.c.held.in_(FOR_A_PERSON))
        .group_by(deliveries.c.held)
    )
    return dict.fromkeys(FOR_A_PERSON, 0) | {row.held: row.many for row in await tx.execute(query)}


async def look_again(tx: Transaction, channel: Channel, held: Held, now: Instant) -> int:
    """What waits for this is due at once. Gives how many messages that is."""
    waiting = (deliveries.c.channel == channel, deliveries.c.state == "planned", deliveries.c.held == held)
    return (await tx.execute(sa.update(deliveries).where(*waiting).values(due_at=now))).rowcount


async def set_budget(
    tx: Transaction, channel: Channel, tenant: str, day_most: int | None, month_most: int | None, who: str, now: Instant
) -> int:
    """Set a tenant's budgets (None: no limit); what waits for one looks again at once. Gives how many messages that is."""
    row = {
        "tenant": tenant, "channel": channel, "day_most": day_most, "month_most": month_most, "set_by": who, "set_at": now,
        "warned_day": None, "warned_month": None,
    }  # fmt: skip
    await upsert(tx, budgets, [row], update=("day_most", "month_most", "set_by", "set_at", "warned_day", "warned_month"))
    return await look_again(tx, channel, "budget", now)
