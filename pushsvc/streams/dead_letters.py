"""The dead letters: records that no repeat could make good, each with its reason, and their second chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.records import Output, Publisher, Record, Topic
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.sites import events

MAX_REASON_CHARACTERS = 500
Verdict = Literal["replayed", "would be replayed", "replayed before", "cannot be read"]
UNREADABLE = "unreadable"
"""The only field of a letter's value when what lay on the topic was no record of ours: its beginning, for a person to see."""


@dataclass(frozen=True)
class DeadLetter:
    """A record that stage `stage` could not use, where it lay, and why. `dead_letter_id` is 0 until it is written."""

    stage: str
    topic: Topic
    part: int
    offset: int
    key: str
    value: Mapping[str, Any]
    reason: str
    event_id: str | None
    at: Instant
    replayed_at: Instant | None = None
    dead_letter_id: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether there is a record that could be put on its topic again."""
        return set(self.value) != {UNREADABLE}


@dataclass(frozen=True)
class Replay:
    """What a replay did with one dead letter, or would do."""

    dead_letter_id: int
    stage: str
    topic: Topic
    key: str
    event_id: str | None
    verdict: Verdict


def dead_letter(stage: str, record: Record, reason: str, at: Instant) -> DeadLetter:
    """The letter for `record`; its event is the one that the value names, if it names one."""
    event_id = record.value.get("event_id") if isinstance(record.value, Mapping) else None
    return DeadLetter(
        stage=stage, topic=record.topic, part=record.part, offset=record.offset, key=record.key, value=record.value,
        reason=reason[:MAX_REASON_CHARACTERS], event_id=event_id if isinstance(event_id, str) else None, at=at,
    )  # fmt: skip


async def bury(tx: Transaction, letter: DeadLetter) -> None:
    """Write the letter, and let the funnel of its event say `dead`. A second time changes nothing."""
    fields = ("stage", "topic", "part", "offset", "key", "value", "reason", "event_id", "at")
    await insert_new(tx, dead_letters, [{name: getattr(letter, name) for name in fields}])
    if letter.event_id is not None:
        await tx.execute(
            events.update()
            .where(events.c.event_id == letter.event_id, events.c.dead_at.is_(None))
            .values(dead_at=letter.at, dead_reason=letter.reason)
        )


async def list_dead(
    tx: AsyncConnection, *, stage: str | None = None, replayed: bool = False, limit: int = 100, before: int | None = None
) -> list[DeadLetter]:
    """The newest first, without those replayed already unless `replayed`; `before`: only ids below it, for the next page."""
    wanted = sa.select(dead_letters).order_by(dead_letters.c.dead_letter_id.desc()).limit(limit)
    if stage is not None:
        wanted = wanted.where(dead_letters.c.stage == stage)
    if not replayed:
        wanted = wanted.where(dead_letters.c.replayed_at.is_(None))
    if before is not None:
        wanted = wanted.where(dead_letters.c.dead_letter_id < before)
    return [_letter(row) for row in await tx.execute(wanted)]


async def count_dead(tx: AsyncConnection) -> dict[str, int]:
    """How many letters of each stage wait for somebody to look at them."""
    waiting = (
        sa.select(dead_letters.c.stage, sa.func.count().label("waiting"))
        .where(dead_letters.c.replayed_at.is_(None))
        .group_by(dead_letters.c.stage)
    )
    return {row.stage: row.waiting for row in await tx.execute(waiting)}


async def show(tx: AsyncConnection, dead_letter_id: int) -> DeadLetter:
    """Raises NotFound."""
    return (await _find(tx, [dead_letter_id]))[0]


async def show_all(tx: AsyncConnection, ids: Sequence[int]) -> list[DeadLetter]:
    """These letters, in the order of their ids. Raises NotFound."""
    return await _find(tx, ids)


async def replay(
    tx: Transaction, publisher: Publisher, ids: Sequence[int], clock: Clock, *, dry_run: bool = False
) -> list[Replay]:
    """Put the records of these letters on their topics again, in the order of their ids; ring the publisher after the commit.

    Every stage of the topic reads them once more, which their derived ids make harmless. A letter that was replayed before
    is left alone, and one that cannot be read too. A record that fails again becomes a new letter. Raises NotFound, and then
    replays none.
    """
    letters = await _find(tx, ids, held=not dry_run)
    fresh = [letter for letter in letters if letter.replayed_at is None and letter.is_readable]
    if fresh and not dry_run:
        await publisher.publish(tx, [Output(letter.topic, letter.key, letter.value) for letter in fresh])
        await tx.execute(
            dead_letters.update()
            .where(dead_letters.c.dead_letter_id.in_([letter.dead_letter_id for letter in fresh]))
            .values(replayed_at=clock.now())
        )
        await _revive(tx, {letter.event_id for letter in fresh if letter.event_id is not None})
    return [
        Replay(
            letter.dead_letter_id, letter.stage, letter.topic, letter.key, letter.event_id, _verdict(letter, dry_run=dry_run)
        )
        for letter in letters
    ]


def _verdict(letter: DeadLetter, *, dry_run: bool) -> Verdict:
    if not letter.is_readable:
        return "cannot be read"
    if letter.replayed_at is not None:
        return "replayed before"
    return "would be replayed" if dry_run else "replayed"


async def _revive(tx: Transaction, event_ids: set[str]) -> None:
    """These events are dead no longer, unless another letter of theirs still waits."""
    still = sa.select(dead_letters.c.event_id).where(
        dead_letters.c.event_id.in_(event_ids), dead_letters.c.replayed_at.is_(None)
    )
    await tx.execute(
        events.update()
        .where(events.c.event_id.in_(event_ids), events.c.event_id.not_in(still))
        .values(dead_at=None, dead_reason=None)
    )


async def _find(tx: AsyncConnection, ids: Sequence[int], *, held: bool = False) -> list[DeadLetter]:
    """`held`: until the transaction ends, so that of two who replay a letter at once the second finds it replayed."""
    wanted = sorted(set(ids))
    query = sa.select(dead_letters).where(dead_letters.c.dead_letter_id.in_(wanted)).order_by(dead_letters.c.dead_letter_id)
    letters = [_letter(row) for row in await tx.execute(query.with_for_update() if held else query)]
    missing = set(wanted) - {letter.dead_letter_id for letter in letters}
    if missing:
        numbers = ", ".join(str(number) for number in sorted(missing))
        raise NotFound(f"no dead letter has the id {numbers}; `pushsvc dlq list` shows which there are")
    return letters


def _letter(row: sa.Row[Any]) -> DeadLetter:
    return DeadLetter(**{**row._mapping, "topic": cast(Topic, row.topic)})
