"""Interests, one at a time: what a page does where an import brings the full state.

An interest is named after its question, so an edited one is a new question with a new id at the old position, and answers
only what is accepted from now on. Positions are never given anew to others: reasons of old notices name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.subscribers import Interest, interest_id
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.fields import MAX_INTERESTS
from pushsvc.profiles.positions import next_position, retire
from pushsvc.profiles.reading import body_of
from pushsvc.profiles.self_service import Stale
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.profiles import interests, stopped_subjects, subscribers


async def add_interest(tx: Transaction, subscriber_no: int, interest: Interest, at: Instant) -> str:
    """Save a question. Gives its id; a question that is there already keeps its row (and wakes, where it was paused).

    `interest` is checked already (`taxonomy.interests.checked_interest`). NotFound; BadInput for more than MAX_INTERESTS.
    """
    await hold_the_pen(tx)
    key, body = await _named(tx, subscriber_no, interest)
    held = await _held(tx, subscriber_no)
    if any(row.interest_id == key for row in held):
        await _wake(tx, subscriber_no, key)
    else:
        if len(held) >= MAX_INTERESTS:
            raise BadInput(Problem("", f"{MAX_INTERESTS} interests are the most: remove one first"))
        row = {
            "interest_id": key, "subscriber_no": subscriber_no, "body": body, "paused": False, "saved_at": at,
            "position": await next_position(tx, subscriber_no),
        }  # fmt: skip
        await tx.execute(sa.insert(interests).values(row))
        await _wake(tx, subscriber_no, key)
    await note_changes(tx, [subscriber_no], at)
    return key


async def change_interest(tx: Transaction, subscriber_no: int, old: str, interest: Interest, at: Instant) -> str:
    """Put another question in the place of `old`. Gives its id; a paused one stays paused.

    The same question again changes nothing. Stale when `old` is not there any more; BadInput when another interest of this
    person asks the new question already.
    """
    await hold_the_pen(tx)
    key, body = await _named(tx, subscriber_no, interest)
    held = {row.interest_id: row for row in await _held(tx, subscriber_no)}
    if old not in held:
        raise Stale("the interest was changed or removed since this form was made")
    if key == old:
        return old
    if key in held:
        raise BadInput(Problem("", "another interest asks this already: change that one, or remove this one"))
    this = sa.update(interests).where(interests.c.interest_id == old)
    await tx.execute(this.values(interest_id=key, body=body, saved_at=at))
    theirs = stopped_subjects.c.subscriber_no == subscriber_no
    await tx.execute(sa.delete(stopped_subjects).where(theirs, stopped_subjects.c.subject.in_([old, key])))
    if held[old].paused:
        await insert_new(tx, stopped_subjects, [{"subscriber_no": subscriber_no, "subject": key, "at": at}])
    await note_changes(tx, [subscriber_no], at)
    return key


async def wake_interest(tx: Transaction, subscriber_no: int, key: str, at: Instant) -> None:
    """End the pause of one interest. NotFound for one that is not this person's."""
    await hold_the_pen(tx)
    await position_of(tx, subscriber_no, key)
    await _wake(tx, subscriber_no, key)
    await note_changes(tx, [subscriber_no], at)


async def remove_interest(tx: Transaction, subscriber_no: int, key: str, at: Instant) -> int:
    """Take one interest away. Gives its position, whose waiting messages the caller cancels. NotFound."""
    await hold_the_pen(tx)
    position = await position_of(tx, subscriber_no, key)
    await retire(tx, subscriber_no)
    await tx.execute(sa.delete(interests).where(interests.c.interest_id == key))
    theirs = stopped_subjects.c.subscriber_no == subscriber_no
    await tx.execute(sa.delete(stopped_subjects).where(theirs, stopped_subjects.c.subject == key))
    await note_changes(tx, [subscriber_no], at)
    return position


async def position_of(tx: Transaction, subscriber_no: int, key: str) -> int:
    """Where the interest stands among this person's. NotFound for anybody else's."""
    query = sa.select(interests.c.position).where(interests.c.interest_id == key, interests.c.subscriber_no == subscriber_no)
    position: int | None = (await tx.execute(query)).scalar_one_or_none()
    if position is None:
        raise NotFound(f"interest {key} is not one of this subscriber")
    return position


async def _named(tx: Transaction, subscriber_no: int, interest: Interest) -> tuple[str, Mapping[str, Any]]:
    query = sa.select(subscribers.c.subscriber_id).where(subscribers.c.subscriber_no == subscriber_no)
    subscriber_id = (await tx.execute(query)).scalar_one_or_none()
    if subscriber_id is None:
        raise NotFound(f"there is no subscriber number {subscriber_no}: they were erased, or never imported")
    body = body_of(interest)
    return interest_id(subscriber_id, body), body


async def _held(tx: Transaction, subscriber_no: int) -> Sequence[Any]:
    query = sa.select(interests.c.interest_id, interests.c.position, interests.c.paused)
    return (await tx.execute(query.where(interests.c.subscriber_no == subscriber_no))).all()


async def _wake(tx: Transaction, subscriber_no: int, key: str) -> None:
    theirs = stopped_subjects.c.subscriber_no == subscriber_no
    await tx.execute(sa.delete(stopped_subjects).where(theirs, stopped_subjects.c.subject == key))
    await tx.execute(sa.update(interests).where(interests.c.interest_id == key).values(paused=False))
