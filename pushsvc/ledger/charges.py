"""What messages cost: charged before they leave, so that a budget is never passed; made exact when the provider says so.
Only codes and other words of the service itself pass one: they are charged, and never held.

Budgets are of a tenant, the site whose publication a message tells, and of the whole installation (`all`): a day's and a
month's. Money is whole millionths of a yuan. What does not fit waits for the next day or month, or for an operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, insert_one, one_of
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.providers import budgets, charges, spending, spending_by_provider

#: The whole installation, as a tenant.
ALL = "all"
WARN_AT_PERCENT = 80
#: Nothing of these left, or the provider took none of it.
_NEVER_LEFT = ("cancelled", "suppressed", "failed")
_LOOKED_AT_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Charge:
    """What one message will cost. `tenant` is a site's code."""

    delivery_id: str
    tenant: str
    provider: str
    segments: int
    price: int


@dataclass(frozen=True)
class Warning:
    """A budget of which at least 80 % is spent: of `period` (a day or a month), in millionths of a yuan."""

    tenant: str
    channel: Channel
    period: str
    spent: int
    most: int
    full: bool
    """Something waits for it."""

    @property
    def percent(self) -> int:
        return 100 * self.spent // self.most if self.most else 100


@dataclass(frozen=True)
class Afforded:
    """`waits`: the deliveries that do not fit, each with the day on which they may. `warnings`: what operators should hear."""

    waits: Mapping[str, date]
    warnings: tuple[Warning, ...] = ()


@dataclass
class _Purse:
    """One budget of a tenant: a day's or a month's. `most` None: there is none."""

    period: str
    most: int | None
    spent: int
    reopens: date
    refused: bool = False

    def takes(self, price: int) -> bool:
        fits = self.most is None or self.spent + price <= self.most
        self.refused = self.refused or not fits
        return fits


def _opens(purses: Sequence[_Purse], price: int) -> date | None:
    """None when `price` fits into all of them, and is taken; else the first day on which it may."""
    full = [purse.reopens for purse in purses if not purse.takes(price)]
    if full:
        return max(full)
    for purse in purses:
        purse.spent += price
    return None


async def reserve(
    tx: Transaction,
    channel: Channel,
    wanted: Sequence[Charge],
    today: date,
    now: Instant,
    *,
    unheld: Callable[[Collection[str]], Awaitable[Collection[str]]] | None = None,
) -> Afforded:
    """Charge what fits, in this order. One that was charged before (a repeat of its sending) costs nothing more. `unheld`: of
    the messages that do not fit, says which leave all the same."""
    await one_after_another(tx, "budget", {channel})
    charged = await _charged(tx, [one.delivery_id for one in wanted])
    purses = await _purses(tx, channel, {one.tenant for one in wanted} | {ALL}, today)
    waits, fits, spent = dict[str, date](), list[Charge](), defaultdict[str, int](int)
    for one in wanted:
        if one.delivery_id in charged:
            continue
        own = [purse for name in {one.tenant, ALL} for purse in purses.get(name, ())]
        if (opens := _opens(own, one.price)) is not None:
            waits[one.delivery_id] = opens
        else:
            fits.append(one)
    leaving = await unheld(waits) if unheld and waits else ()
    over = [one for one in wanted if one.delivery_id in waits and one.delivery_id in leaving]
    for one in over:
        del waits[one.delivery_id]
        for purse in (purse for name in {one.tenant, ALL} for purse in purses.get(name, ())):
            purse.spent += one.price
    fits += over
    for one in fits:
        for name in {one.tenant, ALL}:
            spent[name] += one.price
    await _write(tx, channel, fits, spent, today, now)
    return Afforded(waits, await _warnings(tx, channel, purses))


async def charge_unheld(tx: Transaction, channel: Channel, one: Charge, today: date, now: Instant) -> tuple[Warning, ...]:
    """Charge what no budget holds, whatever is left of it. One that was charged before and did not
    leave costs its price anew."""
    await one_after_another(tx, "budget", {channel})
    if await _charged(tx, [one.delivery_id]):
        await settle(tx, {one.delivery_id: Bill(one.segments, one.price)})
        return ()
    purses = await _purses(tx, channel, {one.tenant, ALL}, today)
    await _write(tx, channel, [one], dict.fromkeys({one.tenant, ALL}, one.price), today, now)
    for both in purses.values():
        for purse in both:
            purse.spent += one.price
    return await _warnings(tx, channel, purses)


async def without_a_delivery(tx: AsyncConnection, named: Mapping[str, str]) -> set[str]:
    """Of these message ids, each with the provider that names it, those that this provider carried for the service itself."""
    if not named:
        return set()
    found = sa.select(charges.c.delivery_id, charges.c.provider).where(
        one_of(tx, charges.c.delivery_id, named),
        ~sa.exists().where(deliveries.c.delivery_id == charges.c.delivery_id),
    )
    return {row.delivery_id for row in await tx.execute(found) if row.provider == named[row.delivery_id]}


@dataclass(frozen=True)
class Bill:
    """What a provider bills for one message: so many segments, at `price` in all. None: it did not say that. `provider`: who
    carried it, where that is known now."""

    segments: int | None = None
    price: int | None = None
    provider: str = ""


async def settle(tx: Transaction, bills: Mapping[str, Bill]) -> None:
    """What was billed for these deliveries; segments without a price cost what they were charged at. One that was never
    charged is passed over, one that was charged so already stays as it is."""
    await _move(tx, await _settled(tx, bills))


async def settle_accepted(tx: Transaction, channel: Channel, accepted: Collection[Charge], today: date, now: Instant) -> None:
    """These were accepted at this price, by this provider: not always the one that was to have them. One that left uncharged,
    because nobody seemed to take it then, is charged now."""
    known = {one.delivery_id: one for one in accepted}
    missing = [known[delivery] for delivery in sorted(set(known) - await _charged(tx, known))]
    new = [one for one in missing if await insert_one(tx, charges, _row(one, channel, today, now))]
    moved = await _settled(tx, {one.delivery_id: Bill(one.segments, one.price, one.provider) for one in accepted})
    for one in new:
        moved.add(one.tenant, one.provider, channel, today.isoformat(), one.price)
    await _move(tx, moved)


@dataclass
class _Moved:
    """What is added to the sums of tenants and of providers, by name, channel and day."""

    tenants: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    providers: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, tenant: str, provider: str, channel: str, day: str, price: int) -> None:
        for name in {tenant, ALL}:
            self.tenants[name, channel, day] += price
        self.providers[provider, channel, day] += price


async def _settled(tx: Transaction, bills: Mapping[str, Bill]) -> _Moved:
    """Write down what was billed; the sums are still as they were."""
    moved = _Moved()
    if not bills:
        return moved
    # Locked: two processes that settle the same message would both take back what it was charged at.
    charged = (
        sa.select(charges).where(one_of(tx, charges.c.delivery_id, bills)).order_by(charges.c.delivery_id).with_for_update()
    )
    for row in (await tx.execute(charged)).all():
        bill, before = bills[row.delivery_id], row.estimated if row.exact is None else row.exact
        segments = row.segments if bill.segments is None else bill.segments
        price = (before or row.estimated) * segments // max(row.segments, 1) if bill.price is None else bill.price
        provider = bill.provider or row.provider or ""
        if (price, segments, provider) == (before, row.segments, row.provider or ""):
            continue
        mine = charges.c.delivery_id == row.delivery_id
        exact = row.exact if bill.price is None and bill.segments is None else price
        await tx.execute(sa.update(charges).where(mine).values(exact=exact, segments=segments, provider=provider))
        moved.add(row.tenant, row.provider or "", row.channel, row.day, -before)
        moved.add(row.tenant, provider, row.channel, row.day, price)
    return moved


async def _move(tx: Transaction, moved: _Moved) -> None:
    """In one order, as everybody: two that add to the same rows in different ones wait for each other for ever."""
    for (tenant, channel, day), difference in sorted(moved.tenants.items()):
        await _add(tx, spending.c.tenant, tenant, channel, day, difference)
    for (provider, channel, day), difference in sorted(moved.providers.items()):
        await _add(tx, spending_by_provider.c.provider, provider, channel, day, difference)


async def _charged(tx: Transaction, delivery_ids: Collection[str]) -> set[str]:
    """Those of the deliveries that were charged before."""
    named = one_of(tx, charges.c.delivery_id, delivery_ids)
    return set((await tx.execute(sa.select(charges.c.delivery_id).where(named))).scalars())


async def charged_otherwise(tx: AsyncConnection, accepted: Collection[Charge]) -> list[Charge]:
    """Those of `accepted` that are not charged as they were accepted."""
    at = sa.func.coalesce(charges.c.exact, charges.c.estimated).label("at")
    named = one_of(tx, charges.c.delivery_id, [one.delivery_id for one in accepted])
    rows = await tx.execute(sa.select(charges.c.delivery_id, charges.c.segments, at, charges.c.provider).where(named))
    known = {row.delivery_id: (row.segments, row.at, row.provider) for row in rows}
    return [one for one in accepted if known.get(one.delivery_id) != (one.segments, one.price, one.provider)]


async def never_left(tx: AsyncConnection, now: Instant, limit: int = 1_000) -> list[str]:
    """Messages that were charged and then did not leave: stopped, or refused by the provider."""
    gone = (
        sa.select(charges.c.delivery_id)
        .join(deliveries, deliveries.c.delivery_id == charges.c.delivery_id)
        .where(
            charges.c.at > now - _LOOKED_AT_FOR,
            charges.c.exact.is_(None),
            deliveries.c.state.in_(_NEVER_LEFT),
            deliveries.c.provider_id.is_(None),
        )
        .limit(limit)
    )
    return list((await tx.execute(gone)).scalars())


async def release_what_never_left(tx: Transaction, now: Instant, limit: int = 1_000) -> int:
    """They cost nothing. Gives how many there were."""
    ids = await never_left(tx, now, limit)
    await settle(tx, dict.fromkeys(ids, Bill(price=0)))
    return len(ids)


async def spent_of(tx: AsyncConnection, channel: Channel, today: date) -> dict[str, tuple[int, int]]:
    """(today, this month) by tenant."""
    month = today.isoformat()[:8]
    rows = await tx.execute(
        sa.select(
            spending.c.tenant,
            sa.func.sum(sa.case((spending.c.day == today.isoformat(), spending.c.spent), else_=0)).label("today"),
            sa.func.sum(spending.c.spent).label("month"),
        )
        .where(spending.c.channel == channel, spending.c.day >= f"{month}01", spending.c.day <= f"{month}31")
        .group_by(spending.c.tenant)
    )
    return {row.tenant: (int(row.today), int(row.month)) for row in rows}


async def _purses(tx: Transaction, channel: Channel, tenants: set[str], today: date) -> dict[str, tuple[_Purse, _Purse]]:
    """Those of the tenants that have a budget: the day's and the month's."""
    which = (budgets.c.channel == channel, one_of(tx, budgets.c.tenant, tenants))
    rows = (await tx.execute(sa.select(budgets).where(*which))).all()
    spent = await spent_of(tx, channel, today) if rows else {}
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = {}
    for row in rows:
        day, month = spent.get(row.tenant, (0, 0))
        found[row.tenant] = (
            _Purse(today.isoformat(), row.day_most, day, today + timedelta(days=1)),
            _Purse(today.isoformat()[:7], row.month_most, month, next_month),
        )
    return found


async def _write(
    tx: Transaction, channel: Channel, fits: Sequence[Charge], spent: Mapping[str, int], today: date, now: Instant
) -> None:
    day = today.isoformat()
    await insert_new(tx, charges, [_row(one, channel, today, now) for one in fits])
    # In one order: two that add to the same rows in different ones wait for each other for ever.
    for tenant, price in sorted(spent.items()):
        await _add(tx, spending.c.tenant, tenant, channel, day, price)
    by_provider: dict[str, int] = defaultdict(int)
    for one in fits:
        by_provider[one.provider] += one.price
    for provider, price in sorted(by_provider.items()):
        await _add(tx, spending_by_provider.c.provider, provider, channel, day, price)


def _row(one: Charge, channel: Channel, today: date, now: Instant) -> dict[str, object]:
    return {
        "delivery_id": one.delivery_id, "channel": channel, "tenant": one.tenant, "day": today.isoformat(),
        "provider": one.provider, "segments": one.segments, "estimated": one.price, "exact": None, "at": now,
    }  # fmt: skip


async def _add(tx: Transaction, whose: sa.Column[str], name: str, channel: str, day: str, price: int) -> None:
    """To the sum of a tenant's day, or of a provider's: `whose` is the column that names it."""
    table = whose.table
    assert isinstance(table, sa.Table)
    await insert_new(tx, table, [{whose.name: name, "channel": channel, "day": day, "spent": 0}])
    which = (whose == name, table.c.channel == channel, table.c.day == day)
    await tx.execute(sa.update(table).where(*which).values(spent=table.c.spent + price))


async def _warnings(tx: Transaction, channel: Channel, purses: Mapping[str, tuple[_Purse, _Purse]]) -> tuple[Warning, ...]:
    """Each budget is told of once at 80 % and once when it stops something, in each of its periods."""
    found = []
    for tenant, both in purses.items():
        for purse, column in zip(both, (budgets.c.warned_day, budgets.c.warned_month), strict=True):
            if purse.most is None or (100 * purse.spent < WARN_AT_PERCENT * purse.most and not purse.refused):
                continue
            told = f"{purse.period} {'full' if purse.refused else WARN_AT_PERCENT}"
            own = (budgets.c.tenant == tenant, budgets.c.channel == channel, sa.or_(column.is_(None), column < told))
            if (await tx.execute(sa.update(budgets).where(*own).values({column.name: told}))).rowcount:
                found.append(Warning(tenant, channel, purse.period, purse.spent, purse.most, purse.refused))
    return tuple(found)
