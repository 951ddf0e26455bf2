"""Putting a narrower question in an interest's place, resting it, or ending it, each with its way back.

What is narrower keeps the moment at which it was saved: it asks for nothing that was not asked for before. Every call takes
the pen, so call it first in a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.subscribers import Interest, interest_id
from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.consent import stop_subject
from pushsvc.profiles.consent import undo as undo_stop
from pushsvc.profiles.positions import retire
from pushsvc.profiles.reading import body_of, interest_of
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.profiles import interests, stopped_subjects, subscribers


@dataclass(frozen=True)
class WayBack:
    """All that an undo needs, to be carried by a sealed token. `now`: what stands in the place of `before`; "" for nothing."""

    subscriber_no: int
    before: str = ""
    body: Mapping[str, Any] | None = None
    position: int = 0
    saved_micros: int = 0
    now: str = ""
    stop_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


async def held_at(tx: Transaction, subscriber_no: int, positions: Sequence[int]) -> dict[int, Interest]:
    """The person's interests at these positions that are awake."""
    wanted = (interests.c.subscriber_no == subscriber_no, interests.c.position.in_(positions), interests.c.paused.is_(False))
    found = await tx.execute(sa.select(interests.c.position, interests.c.body).where(*wanted))
    return {row.position: interest_of(row.body) for row in found}


async def narrow(
    tx: Transaction, subscriber_no: int, position: int, expected: Interest, narrower: Interest, at: Instant
) -> WayBack | None:
    """Put `narrower` in the place of `expected`. None, and nothing changes, when something else stands there by now, or the
    person asks the narrower question already."""
    await hold_the_pen(tx)
    row = await _row(tx, subscriber_no, position)
    if row is None or interest_of(row.body) != expected or expected == narrower:
        return None
    whose = sa.select(subscribers.c.subscriber_id).where(subscribers.c.subscriber_no == subscriber_no)
    body = body_of(narrower)
    key = interest_id(str((await tx.execute(whose)).scalar_one()), body)
    if (await tx.execute(sa.select(interests.c.interest_id).where(interests.c.interest_id == key))).first():
        return None
    await tx.execute(sa.update(interests).where(interests.c.interest_id == row.interest_id).values(interest_id=key, body=body))
    # A question that was ended once is asked anew by whoever narrows another to it.
    await _forget_stop(tx, subscriber_no, key)
    await note_changes(tx, [subscriber_no], at)
    return _way_back(row, now=key)


async def rest(
    tx: Transaction, subscriber_no: int, position: int, expected: Interest, at: Instant, source: str
) -> WayBack | None:
    """Pause the interest until its owner wakes it."""
    await hold_the_pen(tx)
    row = await _row(tx, subscriber_no, position)
    if row is None or interest_of(row.body) != expected:
        return None
    stop = await stop_subject(tx, subscriber_no, [position], at, source)
    return WayBack(subscriber_no, stop_id=stop.stop_id, position=position)


async def end(tx: Transaction, subscriber_no: int, position: int, expected: Interest, at: Instant) -> WayBack | None:
    """Remove the interest. An import that brings the same question back does not wake it."""
    await hold_the_pen(tx)
    row = await _row(tx, subscriber_no, position)
    if row is None or interest_of(row.body) != expected:
        return None
    await retire(tx, subscriber_no)
    await tx.execute(sa.delete(interests).where(interests.c.interest_id == row.interest_id))
    await insert_new(tx, stopped_subjects, [{"subscriber_no": subscriber_no, "subject": row.interest_id, "at": at}])
    await note_changes(tx, [subscriber_no], at)
    return _way_back(row)


async def take_back(tx: Transaction, way: WayBack, at: Instant, source: str) -> bool:
    """Undo. False when the interest was changed or removed since, or this was undone before: then nothing changes."""
    await hold_the_pen(tx)
    if way.stop_id is not None:
        return bool((await undo_stop(tx, way.stop_id, at, source)).interest_ids)
    if (await tx.execute(sa.select(interests.c.interest_id).where(interests.c.interest_id == way.before))).first():
        return False
    known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_no == way.subscriber_no)
    if (await tx.execute(known)).first() is None:
        return False
    if way.now:
        this = sa.update(interests).where(interests.c.interest_id == way.now, interests.c.subscriber_no == way.subscriber_no)
        changed = (await tx.execute(this.values(interest_id=way.before, body=way.body))).rowcount
        if not changed:
            return False
    else:
        row = {
            "interest_id": way.before, "subscriber_no": way.subscriber_no, "position": way.position, "body": way.body,
            "paused": False, "saved_at": from_micros(way.saved_micros),
        }  # fmt: skip
        await insert_new(tx, interests, [row])
        await _forget_stop(tx, way.subscriber_no, way.before)
    await note_changes(tx, [way.subscriber_no], at)
    return True


async def _row(tx: Transaction, subscriber_no: int, position: int) -> sa.Row[Any] | None:
    at_place = (interests.c.subscriber_no == subscriber_no, interests.c.position == position, interests.c.paused.is_(False))
    row: sa.Row[Any] | None = (await tx.execute(sa.select(interests).where(*at_place))).first()
    return row


async def _forget_stop(tx: Transaction, subscriber_no: int, key: str) -> None:
    theirs = stopped_subjects.c.subscriber_no == subscriber_no
    await tx.execute(sa.delete(stopped_subjects).where(theirs, stopped_subjects.c.subject == key))


def _way_back(row: sa.Row[Any], now: str = "") -> WayBack:
    return WayBack(row.subscriber_no, row.interest_id, row.body, row.position, to_micros(row.saved_at), now)
