"""What happened in the last hour, day or week, read from the tallies: a few hundred rows, however many people were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.ledger.tallies import BOUNDS, HOUR, MINUTE, floor
from pushsvc.storage.tables.operations import tallies

SpanName = Literal["hour", "day", "week"]


@dataclass(frozen=True)
class Span:
    """`buckets` tallies of `width` seconds, the running one last; a chart shows `bars` of them, `together` buckets each."""

    name: SpanName
    width: int
    buckets: int
    together: int

    @property
    def bars(self) -> int:
        return self.buckets // self.together

    def start(self, now: Instant) -> Instant:
        return floor(now, self.width) - timedelta(seconds=self.width * (self.buckets - 1))


SPANS: Mapping[str, Span] = {
    "hour": Span("hour", MINUTE, 60, 2),
    "day": Span("day", HOUR, 24, 1),
    "week": Span("week", HOUR, 168, 6),
}


@dataclass(frozen=True)
class Swiftness:
    """How long it took until people were told who are told at once: how many of them by the bins of BOUNDS."""

    people: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.people)

    def within(self, seconds: int) -> float:
        """The share of people told sooner than `seconds`, which is one of BOUNDS."""
        return sum(self.people[: BOUNDS.index(seconds) + 1]) / self.total if self.total else 0.0

    def percentile(self, share: float) -> float:
        """About after how many seconds so many had been told, taking them as evenly spread inside a bin."""
        left = share * self.total
        for place, people in enumerate(self.people):
            if people and left <= people:
                lower = BOUNDS[place - 1] if place else 0
                upper = BOUNDS[place] if place < len(BOUNDS) else BOUNDS[-1]
                return lower + (upper - lower) * left / people
            left -= people
        return 0.0


@dataclass(frozen=True)
class Happened:
    """`totals` by what and channel (or, of events, by what became of them); `bars` by what, the oldest first."""

    span: Span
    start: Instant
    totals: Mapping[tuple[str, str], int]
    bars: Mapping[str, Sequence[int]]
    swiftness: Swiftness

    def total(self, what: str) -> int:
        return sum(value for (name, _), value in self.totals.items() if name == what)

    def by_channel(self, what: str, channel: str) -> int:
        return self.totals.get((what, channel), 0)


async def happened(tx: AsyncConnection, span: Span, now: Instant) -> Happened:
    """The tallies of `span` until `now`."""
    start = span.start(now)
    within = sa.and_(tallies.c.width == span.width, tallies.c.bucket >= start, tallies.c.bucket <= now)
    total = sa.func.sum(tallies.c.value)
    columns = (tallies.c.what, tallies.c.channel, tallies.c.bin)
    totals: Counter[tuple[str, str]] = Counter()
    bins = [0] * (len(BOUNDS) + 1)
    for what, channel, place, value in await tx.execute(sa.select(*columns, total).where(within).group_by(*columns)):
        if what == "at_once":
            bins[place] += int(value)
        else:
            totals[what, channel] += int(value)
    charted = sa.select(tallies.c.bucket, tallies.c.what, total).where(within, tallies.c.what.in_(("events", "told", "failed")))
    bars = {what: [0] * span.bars for what in ("events", "told", "failed")}
    step = timedelta(seconds=span.width * span.together)
    for bucket, what, value in await tx.execute(charted.group_by(tallies.c.bucket, tallies.c.what)):
        bars[what][min((bucket - start) // step, span.bars - 1)] += int(value)
    return Happened(span, start, totals, bars, Swiftness(bins))


async def troubled_lately(tx: AsyncConnection, now: Instant, minutes: int = 15) -> Mapping[str, tuple[int, int]]:
    """By channel how many people of the last minutes were told, and for how many it failed or is in doubt."""
    within = sa.and_(tallies.c.width == MINUTE, tallies.c.bucket >= now - timedelta(minutes=minutes), tallies.c.bucket <= now)
    query = (
        sa.select(tallies.c.channel, tallies.c.what, sa.func.sum(tallies.c.value))
        .where(within, tallies.c.what.in_(("told", "failed", "unknown")))
        .group_by(tallies.c.channel, tallies.c.what)
    )
    found: dict[str, tuple[int, int]] = {}
    for channel, what, value in await tx.execute(query):
        told, failed = found.get(channel, (0, 0))
        found[channel] = (told + int(value), failed) if what == "told" else (told, failed + int(value))
    return found
