"""The duty that keeps the tallies: each turn counts anew what may have moved since the last one, and writes what differs.

What may have moved: messages of the minutes since the last turn; minutes whose messages ended again, by a receipt that came
later; events of the last hours, because an event goes on for a while. An hour that is over is counted whole once more, and
hours that nobody counted (the service was down, an upgrade) are counted from the newest back, a piece a turn.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant, to_micros
from pushsvc.ledger.tallies import (
    COMPLETE,
    EVENTS,
    HOUR,
    MESSAGES,
    MINUTE,
    Counted,
    Key,
    Range,
    count_events,
    count_messages,
    floor,
    moved_from,
    read_counted,
    sum_minutes,
    write_counted,
)
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.operations import tallies
from pushsvc.storage.tables.sites import events

#: An outcome is dated a moment before its commit, and by another machine's clock.
LATE, AHEAD = timedelta(seconds=15), timedelta(seconds=5)
MINUTES_KEPT, HOURS_KEPT = timedelta(hours=26), timedelta(days=400)
#: How far back hours that nobody counted are counted: the longest span of the dashboard, and a day.
COUNTED_BACK = timedelta(days=8)
CLOSED_AFTER = timedelta(minutes=2)
#: Events of the last so many hours are counted again every so often: they go on for a while.
EVENTS_AGAIN = (
    (timedelta(0), timedelta(hours=2)),
    (timedelta(minutes=1), timedelta(hours=26)),
    (timedelta(hours=1), COUNTED_BACK),
)
#: No question reads more of a busy hour than this, so that none takes long.
PIECE = timedelta(minutes=10)
BACKLOG_SECONDS = 1.0
MOVED_A_TURN = 20
Count = Callable[[AsyncConnection, Range], Awaitable[Counted]]


class Tallier:
    """One at a time: the timekeeper's. Another that takes over begins with the running hour, and finds what is missing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._until: Instant | None = None
        self._moved: set[Instant] = set()
        self._counted_events: dict[timedelta, Instant] = {}
        self._back: Instant | None = None
        self._closed: Instant | None = None

    async def look(self) -> None:
        """One turn."""
        now = self._clock.now()
        await self._recent(now)
        await self._moved_minutes(now)
        await self._events(now)
        await self._backlog(now)

    async def _recent(self, now: Instant) -> None:
        hour = floor(now, HOUR)
        begin = hour if self._until is None else max(self._until - LATE, hour - timedelta(seconds=HOUR))
        recent = Range.around(MINUTE, begin, now + AHEAD)
        async with self._database.read() as tx:
            self._moved |= {at for at in await moved_from(tx, recent) if at < recent.start}
        await self._minutes(recent)
        self._until = now

    async def _moved_minutes(self, now: Instant) -> None:
        taken = sorted(self._moved, reverse=True)[:MOVED_A_TURN]
        for at in taken:
            # Of an hour that began before, some minutes may never have been written: its sum would leave them out.
            if floor(at, HOUR) >= now - MINUTES_KEPT:
                await self._minutes(Range.around(MINUTE, at, at))
            else:
                await self._anew(Range.around(HOUR, at, at), MESSAGES, count_messages)
        self._moved -= set(taken)

    async def _events(self, now: Instant) -> None:
        await self._anew(Range.around(MINUTE, now - timedelta(hours=1), now + AHEAD), EVENTS, count_events)
        for every, back in EVENTS_AGAIN:
            if now - self._counted_events.get(every, now - COUNTED_BACK) >= every:
                await self._anew(Range.around(HOUR, now - back, now + AHEAD), EVENTS, count_events)
                self._counted_events[every] = now

    async def _minutes(self, of: Range) -> None:
        """Count these minutes of messages, and where they differ sum up their hours."""
        if await self._anew(of, MESSAGES, count_messages):
            await self._anew(Range.around(HOUR, of.start, of.end - timedelta(seconds=1)), MESSAGES, sum_minutes)

    async def _anew(self, of: Range, whats: Collection[str], count: Count) -> bool:
        """Gives whether something was written: in an idle house nothing is."""
        async with self._database.read() as tx:
            written = await read_counted(tx, of, whats)
            counted: Counter[Key] = Counter()
            for piece in _pieces(of) if count is count_messages else (of,):
                counted.update(await count(tx, piece))
        if dict(counted) == dict(written):
            return False
        async with self._database.write() as tx:
            await write_counted(tx, of, whats, counted)
        return True

    async def _backlog(self, now: Instant) -> None:
        closed = floor(now - CLOSED_AFTER, HOUR)
        if closed != self._closed:
            self._closed = self._back = closed
            await self._forget(now)
        end = time.monotonic() + BACKLOG_SECONDS
        while self._back is not None and time.monotonic() < end:
            self._back = await self._hour_before(self._back, now)

    async def _hour_before(self, before: Instant, now: Instant) -> Instant | None:
        """Count the last hour before `before` in which something happened, unless it is complete. Gives its start."""
        async with self._database.read() as tx:
            last = await _last_before(tx, before)
            if last is None or last < now - COUNTED_BACK:
                return None
            hour = Range.around(HOUR, last, last)
            if await read_counted(tx, hour, (COMPLETE,)):
                return hour.start
        if hour.start >= now - MINUTES_KEPT:
            await self._anew(Range(MINUTE, hour.start, hour.end), MESSAGES, count_messages)
            await self._anew(hour, MESSAGES, sum_minutes)
        else:
            await self._anew(hour, MESSAGES, count_messages)
        await self._anew(hour, (*EVENTS, COMPLETE), _complete)
        return hour.start

    async def _forget(self, now: Instant) -> None:
        old = sa.or_(
            sa.and_(tallies.c.width == MINUTE, tallies.c.bucket < floor(now - MINUTES_KEPT, HOUR)),
            sa.and_(tallies.c.width == HOUR, tallies.c.bucket < floor(now - HOURS_KEPT, HOUR)),
        )
        async with self._database.read() as tx:
            there = (await tx.execute(sa.select(sa.literal(1)).where(old).limit(1))).first()
        if there:
            async with self._database.write() as tx:
                await tx.execute(sa.delete(tallies).where(old))


async def _complete(tx: AsyncConnection, of: Range) -> Counted:
    return {**await count_events(tx, of), (to_micros(of.start), COMPLETE, "", 0): 1}


async def _last_before(tx: AsyncConnection, before: Instant) -> Instant | None:
    ended = sa.select(sa.func.max(deliveries.c.ended_at)).where(deliveries.c.ended_at < before)
    received = sa.select(sa.func.max(events.c.received_at)).where(events.c.received_at < before)
    found = [at for query in (ended, received) if (at := (await tx.execute(query)).scalar()) is not None]
    return max(found, default=None)


def _pieces(of: Range) -> Iterator[Range]:
    start = of.start
    while start < of.end:
        yield Range(of.width, start, min(start + PIECE, of.end))
        start += PIECE
