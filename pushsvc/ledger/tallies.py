"""What happened, counted from the ledger by minutes and hours for whoever watches: made anew, never counted up.

A bucket is `[start, start + width)`. Messages stand in the bucket in which they ended, in people and things told: one for
each notice that a message carries. Events stand in the bucket in which they were received, whatever became of them later.

    events    by what became of them: new, changed, same, withdrawn, dead, working
    matched   people whom these events concern
    told, failed, unknown   by channel
    at_once   told people by channel and by how long it took since the event was received (`bin`: BOUNDS). Left out is who
              was told later by their own wish or by the clock: digests, reminders, quiet hours
    counted   of an hour: it is complete
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.ledger.layouts import Layout
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import expect_many, upsert
from pushsvc.storage.tables.ledger import attempts, deliveries, ends, notices
from pushsvc.storage.tables.operations import tallies
from pushsvc.storage.tables.sites import events

MINUTE, HOUR = 60, 3600
MICROSECONDS = 1_000_000
#: Upper ends of the bins of `at_once`, seconds; the last bin has none.
BOUNDS = (
    1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1_200, 1_800, 2_700, 3_600, 7_200, 14_400, 28_800,
    86_400,
)  # fmt: skip
EVENTS = ("events", "matched")
MESSAGES = ("told", "failed", "unknown", "at_once")
COMPLETE = "counted"
#: A first message that was planned to leave so much later than it was written waited for its hour.
BY_THE_CLOCK = timedelta(minutes=10)

Key = tuple[int, str, str, int]
"""Start of the bucket in microseconds, what, channel, bin."""
Counted = Mapping[Key, int]


@dataclass(frozen=True)
class Range:
    """Buckets of `width` seconds from `start` on and before `end`, both at a bucket's edge."""

    width: int
    start: Instant
    end: Instant

    @classmethod
    def around(cls, width: int, first: Instant, last: Instant) -> Range:
        """The buckets that hold `first`, `last` and what is between them."""
        return cls(width, floor(first, width), floor(last, width) + timedelta(seconds=width))


def floor(at: Instant, width: int) -> Instant:
    """The start of the bucket that holds `at`."""
    step = width * MICROSECONDS
    return from_micros(to_micros(at) // step * step)


_step = sa.bindparam("step", type_=sa.BigInteger)
_ended, _received = (sa.type_coerce(each, sa.BigInteger) for each in (deliveries.c.ended_at, events.c.received_at))
_waited = sa.type_coerce(deliveries.c.due_at, sa.BigInteger) - sa.type_coerce(deliveries.c.created_at, sa.BigInteger)
_took = _ended - _received
_later = sa.or_(
    deliveries.c.kind.in_(("digest", "reminder")),
    sa.and_(deliveries.c.tries <= 1, _waited > BY_THE_CLOCK // timedelta(microseconds=1)),
)
_bin = sa.case(
    (sa.or_(_later, events.c.received_at.is_(None)), -1),
    *((_took < bound * MICROSECONDS, place) for place, bound in enumerate(BOUNDS)),
    else_=len(BOUNDS),
)
_within = sa.and_(deliveries.c.ended_at >= sa.bindparam("start"), deliveries.c.ended_at < sa.bindparam("end"))
_MESSAGES = (
    sa.select(
        (_ended // _step).label("bucket"), deliveries.c.channel, deliveries.c.state, _bin.label("bin"),
        sa.func.count().label("people"),
    )
    .select_from(deliveries)
    .join(notices, sa.and_(notices.c.delivery_id == deliveries.c.delivery_id, notices.c.state == "planned"))
    .outerjoin(events, events.c.event_id == notices.c.event_id)
    .where(_within, deliveries.c.state.in_(("accepted", "delivered", "failed", "unknown")))
    .group_by(sa.text("1"), deliveries.c.channel, deliveries.c.state, sa.text("4"))
)  # fmt: skip


async def count_messages(tx: AsyncConnection, of: Range) -> Counted:
    """What ended in `of`, by bucket."""
    await expect_many(tx)
    counted: Counter[Key] = Counter()
    step = of.width * MICROSECONDS
    for row in await tx.execute(_MESSAGES, {"step": step, "start": of.start, "end": of.end}):
        bucket, told = row.bucket * step, row.state in ("accepted", "delivered")
        counted[bucket, "told" if told else row.state, row.channel, 0] += row.people
        if told and row.bin >= 0:
            counted[bucket, "at_once", row.channel, row.bin] += row.people
    return counted


_became = sa.case(
    (events.c.dead_at.is_not(None), "dead"), (events.c.outcome.is_(None), "working"), else_=events.c.outcome
)  # fmt: skip
_came = sa.and_(
    events.c.received_at >= sa.bindparam("start"), events.c.received_at < sa.bindparam("end"), events.c.test.is_(False)
)
_EVENTS = (
    sa.select((_received // _step).label("bucket"), _became.label("became"), sa.func.count().label("many"))
    .where(_came)
    .group_by(sa.text("1"), sa.text("2"))
)
_MATCHED = (
    sa.select(
        (_received // _step).label("bucket"), events.c.event_id, ends.c.of, sa.func.count(), sa.func.sum(ends.c.matched),
        sa.func.max(ends.c.planned_at),
    )
    .join(ends, ends.c.event_id == events.c.event_id)
    .where(_came, ends.c.shard >= 0)
    .group_by(sa.text("1"), events.c.event_id, ends.c.of)
)  # fmt: skip


async def count_events(tx: AsyncConnection, of: Range) -> Counted:
    """What was received in `of`, by bucket. People are counted in one layout of shards, as funnels do."""
    await expect_many(tx)
    step = of.width * MICROSECONDS
    asked = {"step": step, "start": of.start, "end": of.end}
    counted = {(row.bucket * step, "events", row.became, 0): row.many for row in await tx.execute(_EVENTS, asked)}
    said: dict[tuple[int, str], list[Layout]] = defaultdict(list)
    for bucket, event_id, *layout in await tx.execute(_MATCHED, asked):
        said[bucket, event_id].append(Layout(*layout))
    for (bucket, _), layouts in said.items():
        key = (bucket * step, "matched", "", 0)
        best = max(layouts, key=lambda layout: (layout.ended / layout.of, layout.last_at))
        counted[key] = counted.get(key, 0) + int(best.matched)
    return {key: value for key, value in counted.items() if value}


_MOVED = (
    sa.select((sa.type_coerce(attempts.c.at, sa.BigInteger) // _step).label("bucket"))
    .select_from(deliveries)
    .join(attempts, attempts.c.delivery_id == deliveries.c.delivery_id)
    .where(
        _within,
        # The others ended once: at their only attempt.
        sa.or_(deliveries.c.state.in_(("delivered", "failed")), deliveries.c.tries > 1, deliveries.c.channel == "wechat"),
        attempts.c.outcome.in_(("accepted", "unknown")),
        sa.type_coerce(attempts.c.at, sa.BigInteger) // _step < _ended // _step,
    )
    .distinct()
)


async def moved_from(tx: AsyncConnection, of: Range) -> set[Instant]:
    """The earlier buckets in which messages stood that ended again in `of`: a receipt, or a repeat, said more of them."""
    step = of.width * MICROSECONDS
    found = await tx.execute(_MOVED, {"step": step, "start": of.start, "end": of.end})
    return {from_micros(bucket * step) for bucket in found.scalars()}


async def read_counted(tx: AsyncConnection, of: Range, whats: Collection[str]) -> Counted:
    """What is written of these buckets."""
    rows = await tx.execute(sa.select(tallies).where(_of(of, whats)))
    return {(to_micros(row.bucket), row.what, row.channel, row.bin): row.value for row in rows}


async def write_counted(tx: Transaction, of: Range, whats: Collection[str], counted: Counted) -> None:
    """Make these buckets anew."""
    await tx.execute(sa.delete(tallies).where(_of(of, whats)))
    rows = [
        {"width": of.width, "bucket": from_micros(start), "what": what, "channel": channel, "bin": place, "value": value}
        for (start, what, channel, place), value in counted.items()
    ]
    await upsert(tx, tallies, rows, update=["value"])


async def sum_minutes(tx: AsyncConnection, of: Range) -> Counted:
    """The messages of hours from what is written of their minutes."""
    minutes = Range(MINUTE, of.start, of.end)
    summed: Counter[Key] = Counter()
    step = of.width * MICROSECONDS
    for (start, what, channel, place), value in (await read_counted(tx, minutes, MESSAGES)).items():
        summed[start // step * step, what, channel, place] += value
    return summed


def _of(of: Range, whats: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        tallies.c.width == of.width, tallies.c.bucket >= of.start, tallies.c.bucket < of.end, tallies.c.what.in_(whats)
    )
