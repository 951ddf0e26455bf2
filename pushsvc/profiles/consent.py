"""Consent decides. Who says stop is heard at once, and what a stop moved can be moved back.

A stop is said by a mailbox: whoever shares it hears no more there either. Nothing is deleted: `withdrawn_at` stands until
a consent that is newer. Every call is safe to repeat, and begins by taking the pen, so call it first in a transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.profiles import consents, endpoints, interests, stop_effects, stopped_subjects, stops

Scope = Literal["endpoint", "everything", "subject"]


@dataclass(frozen=True)
class Stop:
    """What a stop closed, or an undo opened: the caller cancels, or brings back, what waits for these endpoints.

    `stop_id` is what `undo` takes; a repeated stop gives the first one's. None: there is nothing to undo. `at` is when the
    stop that an undo moved back was made.
    """

    stop_id: int | None
    endpoint_ids: tuple[int, ...] = ()
    interest_ids: tuple[str, ...] = ()
    subscriber_nos: tuple[int, ...] = ()
    at: Instant | None = None


async def stop_endpoint(tx: Transaction, endpoint_id: int, at: Instant, source: str) -> Stop:
    """Stop everything at this endpoint's mailbox. An endpoint that is no more has nothing to stop, which is no error."""
    await hold_the_pen(tx)
    return await _stop_mailboxes(tx, "endpoint", endpoints.c.endpoint_id == endpoint_id, at, source)


async def stop_everything(tx: Transaction, subscriber_no: int, at: Instant, source: str) -> Stop:
    """Stop every channel of this subscriber."""
    await hold_the_pen(tx)
    return await _stop_mailboxes(tx, "everything", endpoints.c.subscriber_no == subscriber_no, at, source)


async def stop_subject(tx: Transaction, subscriber_no: int, positions: Collection[int], at: Instant, source: str) -> Stop:
    """Pause the interests at these positions, the ones that a notice's reasons name. Nothing else changes.

    After `stop_endpoint`, undo that one first: "only this subject" stands in its place.
    """
    await hold_the_pen(tx)
    query = sa.select(interests.c.interest_id, interests.c.paused).where(
        interests.c.subscriber_no == subscriber_no, interests.c.position.in_(positions)
    )
    rows = (await tx.execute(query)).all()
    awake = [row.interest_id for row in rows if not row.paused]
    if not awake:
        return Stop(await _standing_stop(tx, [row.interest_id for row in rows]))
    await tx.execute(sa.update(interests).where(interests.c.interest_id.in_(awake)).values(paused=True))
    await insert_new(tx, stopped_subjects, [{"subscriber_no": subscriber_no, "subject": key, "at": at} for key in awake])
    stop_id = await _note_stop(tx, "subject", subscriber_no, at, source, [(key, None, at) for key in awake])
    await note_changes(tx, [subscriber_no], at)
    return Stop(stop_id, interest_ids=tuple(awake), subscriber_nos=(subscriber_no,))


async def undo(tx: Transaction, stop_id: int, at: Instant, source: str) -> Stop:
    """Move back exactly what that stop moved, and nothing that was changed again since. Undoing twice does nothing more."""
    await hold_the_pen(tx)
    open_stop = sa.update(stops).where(stops.c.stop_id == stop_id, stops.c.undone_at.is_(None))
    made = open_stop.values(undone_at=at).returning(stops.c.scope, stops.c.subscriber_no, stops.c.at)
    stop = (await tx.execute(made)).first()
    if stop is None:
        return Stop(None)
    effects = (await tx.execute(sa.select(stop_effects).where(stop_effects.c.stop_id == stop_id))).all()
    if stop.scope == "subject":
        return await _wake(tx, stop.subscriber_no, [effect.subject for effect in effects], at)
    reopened = [row for effect in effects if (row := await _move_back(tx, effect))]
    await _note_evidence(tx, reopened, True, at, f"undo: {source}")
    people = {row.subscriber_no for row in reopened}
    await note_changes(tx, people, at)
    return Stop(None, tuple(row.endpoint_id for row in reopened), subscriber_nos=tuple(sorted(people)), at=stop.at)


async def stopped_by(tx: Transaction, endpoint_id: int) -> Stop | None:
    """The stop that keeps this endpoint closed, to show it and to offer its undo; None while it is open, or is no more."""
    query = sa.select(endpoints.c.withdrawn_at, endpoints.c.consent_at).where(endpoints.c.endpoint_id == endpoint_id)
    row = (await tx.execute(query)).first()
    if row is None or row.withdrawn_at is None or row.consent_at > row.withdrawn_at:
        return None
    return Stop(await _standing_stop(tx, [str(endpoint_id)]), (endpoint_id,))


async def suppress(tx: Transaction, endpoint_id: int, reason: str, at: Instant) -> tuple[int, ...]:
    """A mailbox is dead: nobody is written to there any more. Gives the endpoints that this closed, sharers' too."""
    await hold_the_pen(tx)
    rows = await _at_the_mailbox_of(tx, endpoints.c.endpoint_id == endpoint_id)
    living = [row for row in rows if row.suppressed_at is None]
    if not living:
        return ()
    dead = tuple(row.endpoint_id for row in living)
    await tx.execute(
        sa.update(endpoints).where(endpoints.c.endpoint_id.in_(dead)).values(suppressed_at=at, suppressed_reason=reason)
    )
    await note_changes(tx, {row.subscriber_no for row in living}, at)
    return dead


async def _stop_mailboxes(tx: Transaction, scope: Scope, of: sa.ColumnElement[bool], at: Instant, source: str) -> Stop:
    rows = await _at_the_mailbox_of(tx, of)
    standing = [row for row in rows if row.withdrawn_at is None or row.consent_at > row.withdrawn_at]
    if not standing:
        return Stop(await _standing_stop(tx, [str(row.endpoint_id) for row in rows]))
    effects: list[tuple[str, Instant | None, Instant]] = []
    for row in standing:
        # A consent of another machine whose clock runs ahead of ours is stopped too.
        after = max(at, row.consent_at)
        effects.append((str(row.endpoint_id), row.withdrawn_at, after))
        await tx.execute(sa.update(endpoints).where(endpoints.c.endpoint_id == row.endpoint_id).values(withdrawn_at=after))
    await _note_evidence(tx, standing, False, at, source)
    asker = next((row.subscriber_no for row in rows if row.asked), standing[0].subscriber_no)
    stop_id = await _note_stop(tx, scope, asker, at, source, effects)
    people = {row.subscriber_no for row in standing}
    await note_changes(tx, people, at)
    return Stop(stop_id, tuple(row.endpoint_id for row in standing), subscriber_nos=tuple(sorted(people)))


async def _at_the_mailbox_of(tx: Transaction, of: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
    """The endpoints that `of` selects (`asked`), and every other endpoint with the same address on the same channel."""
    mailboxes = sa.select(endpoints.c.channel, endpoints.c.address_hash).where(of).distinct().subquery()
    query = (
        sa.select(endpoints, of.label("asked"))
        .join(
            mailboxes,
            sa.and_(endpoints.c.channel == mailboxes.c.channel, endpoints.c.address_hash == mailboxes.c.address_hash),
        )
        .order_by(endpoints.c.endpoint_id)
    )
    return (await tx.execute(query)).all()


async def _standing_stop(tx: Transaction, subjects: Sequence[str]) -> int | None:
    """The last stop of any of these that was not undone: what the undo of a repeated stop means."""
    query = (
        sa.select(sa.func.max(stops.c.stop_id))
        .join(stop_effects, stop_effects.c.stop_id == stops.c.stop_id)
        .where(stop_effects.c.subject.in_(subjects), stops.c.undone_at.is_(None))
    )
    stop_id: int | None = (await tx.execute(query)).scalar_one_or_none()
    return stop_id


async def _note_stop(
    tx: Transaction, scope: Scope, subscriber_no: int, at: Instant, source: str,
    effects: Iterable[tuple[str, Instant | None, Instant]],
) -> int:  # fmt: skip
    row = {"scope": scope, "subscriber_no": subscriber_no, "at": at, "source": source}
    stop_id = int((await tx.execute(sa.insert(stops).values(row).returning(stops.c.stop_id))).scalar_one())
    await tx.execute(
        sa.insert(stop_effects),
        [{"stop_id": stop_id, "subject": subject, "before": before, "after": after} for subject, before, after in effects],
    )
    return stop_id


async def _note_evidence(tx: Transaction, rows: Sequence[sa.Row[Any]], given: bool, at: Instant, source: str) -> None:
    await insert_new(
        tx,
        consents,
        [
            {
                "subscriber_no": row.subscriber_no, "channel": row.channel, "address_hash": row.address_hash,
                "given": given, "at": at, "source": source, "noted_at": at,
            }
            for row in rows
        ],
    )  # fmt: skip


async def _move_back(tx: Transaction, effect: sa.Row[Any]) -> sa.Row[Any] | None:
    unchanged = sa.and_(endpoints.c.endpoint_id == int(effect.subject), endpoints.c.withdrawn_at == effect.after)
    moved = sa.update(endpoints).where(unchanged).values(withdrawn_at=effect.before).returning(endpoints)
    row: sa.Row[Any] | None = (await tx.execute(moved)).first()
    return row


async def _wake(tx: Transaction, subscriber_no: int, keys: Sequence[str], at: Instant) -> Stop:
    theirs = stopped_subjects.c.subscriber_no == subscriber_no
    await tx.execute(sa.delete(stopped_subjects).where(theirs, stopped_subjects.c.subject.in_(keys)))
    await tx.execute(sa.update(interests).where(interests.c.interest_id.in_(keys)).values(paused=False))
    await note_changes(tx, [subscriber_no], at)
    return Stop(None, interest_ids=tuple(keys), subscriber_nos=(subscriber_no,))
