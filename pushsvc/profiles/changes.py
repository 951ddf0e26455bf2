"""The change feed: every profile change gets a number in the transaction that makes it, and the numbers are commit order.

Whoever writes profiles begins with `hold_the_pen`. It locks one counter row until the commit, so that a number is never
seen before a lower one (a bare sequence on PostgreSQL promises no such thing), and so that two writers who touch the same
people wait for each other instead of deadlocking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_all, insert_new
from pushsvc.storage.tables.profiles import matcher_positions, profile_changes, profile_counters

Each = TypeVar("Each")
FEED_LIMIT = 1_000
"""Changes that one look at the feed reads at most."""
KEPT = timedelta(days=7)
FORGOTTEN_AT_ONCE = 10_000


async def hold_the_pen(tx: Transaction) -> None:
    """Wait until no other transaction is writing profiles, and keep others waiting until this one ends."""
    if (await tx.execute(_advance("change", 0))).first() is None:
        await insert_new(tx, profile_counters, [{"name": "change", "value": 0}, {"name": "subscriber", "value": 0}])
        await next_numbers(tx, "change", 0)


async def next_numbers(tx: Transaction, of: Literal["change", "subscriber"], count: int) -> range:
    """The next `count` numbers. Needs the pen; a rollback gives them back."""
    last = int((await tx.execute(_advance(of, count))).scalar_one())
    return range(last - count + 1, last + 1)


def _advance(of: str, count: int) -> Any:
    counter = profile_counters.c
    moved = sa.update(profile_counters).where(counter.name == of).values(value=counter.value + count)
    return moved.returning(counter.value)


async def note_changes(tx: Transaction, subscriber_nos: Iterable[int], at: Instant) -> int:
    """Put the profiles on the feed, once each. Gives the last change number; 0 when there is nothing to note."""
    changed = sorted(set(subscriber_nos))
    if not changed:
        return 0
    numbers = await next_numbers(tx, "change", len(changed))
    await insert_all(
        tx,
        profile_changes,
        [
            {"change_no": change_no, "subscriber_no": subscriber_no, "at": at}
            for change_no, subscriber_no in zip(numbers, changed, strict=True)
        ],
    )
    return numbers[-1]


async def changes_after(tx: Transaction, change_no: int, limit: int = FEED_LIMIT) -> list[tuple[int, int]]:
    """(change_no, subscriber_no) of the next `limit` changes after `change_no`, in order."""
    query = (
        sa.select(profile_changes.c.change_no, profile_changes.c.subscriber_no)
        .where(profile_changes.c.change_no > change_no)
        .order_by(profile_changes.c.change_no)
        .limit(limit)
    )
    return [(row.change_no, row.subscriber_no) for row in await tx.execute(query)]


async def last_change(tx: Transaction) -> int:
    """The number of the newest committed change; 0 when there was none yet."""
    counter = sa.select(profile_counters.c.value).where(profile_counters.c.name == "change")
    return int((await tx.execute(counter)).scalar_one_or_none() or 0)


async def forget_changes(database: Database, clock: Clock, keep: timedelta = KEPT) -> int:
    """A daily duty: drop what is older than `keep`, but nothing that a matcher who was seen within `keep` has not followed.
    Gives how many changes went. One that starts later reads the tables, not the feed. Raises NotDurable."""
    oldest, since, gone = profile_changes.c.change_no, clock.now() - keep, 0
    async with database.read() as tx:
        first = await tx.scalar(sa.select(sa.func.min(oldest)))
        last = await tx.scalar(sa.select(sa.func.max(oldest)).where(profile_changes.c.at < since))
        behind = sa.select(sa.func.min(matcher_positions.c.change_no)).where(matcher_positions.c.at >= since)
        followed = await tx.scalar(behind)
    if first is None or last is None:
        return 0
    # In pieces by number, so that nobody else who writes waits for long.
    end = (last if followed is None else min(last, followed)) + 1
    for start in range(first, end, FORGOTTEN_AT_ONCE):
        piece = sa.and_(oldest >= start, oldest < min(start + FORGOTTEN_AT_ONCE, end))
        async with database.write() as tx:
            gone += (await tx.execute(sa.delete(profile_changes).where(piece))).rowcount
    return gone


def in_chunks(values: Sequence[Each], size: int) -> Iterable[Sequence[Each]]:
    """`values` in runs of `size`, because a statement carries a limited number of them (32,766 on SQLite)."""
    return (values[start : start + size] for start in range(0, len(values), size))
