"""Dead letters by their cause: a hundred records that died of one thing are one thing to mend."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant, from_micros
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.streams.dead_letters import UNREADABLE

#: What a person can do about it differs by these.
Kind = Literal[
    "unreadable", "nothing_there", "not_in_store", "malformed", "too_large", "fetch", "no_text", "unforeseen", "other"
]  # fmt: skip
KINDS: Sequence[Kind] = get_args(Kind)
#: Letters that one look reads: more than these are counted among the newest only.
MOST_READ = 100_000
_READ_AT_ONCE = 5_000
#: Keys that one statement names.
_ASKED_AT_ONCE = 500
#: Reasons that were folded before: a page that is looked at again need not fold 20,000 of them anew.
_REMEMBERED = 32_768

_SIGNS: Sequence[tuple[Kind, re.Pattern[str]]] = (
    ("nothing_there", re.compile(r"nothing was published at")),
    ("not_in_store", re.compile(r"is not in the store|has no summary in the store")),
    ("too_large", re.compile(r"bytes; at most|larger than its topic")),
    ("malformed", re.compile(r"without \w|is none of|no JSON|no envelope|malformed|no UTF-8|cannot be written as JSON")),
    ("no_text", re.compile(r"no main text")),
    ("unforeseen", re.compile(r"^\w*(Error|Exception|Warning|Interrupt)\b")),
)
#: What differs from record to record is not the cause: addresses, quoted values, ids, codes, numbers.
_FOLDS = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”"), "<…>"),
    (re.compile(r"\b[a-z]{3}_[0-9a-f]{8,32}\b"), "<id>"),
    (re.compile(r"\b0x[0-9a-f]+\b|\b[0-9a-f]{16,}\b"), "<id>"),
    (re.compile(r"\d+(?:[.,:]\d+)*"), "<n>"),
)


@dataclass(frozen=True)
class Cause:
    """`key` names it in an address. `reason`: what its letters say, without what differs. `example`: the newest letter's id."""

    key: str
    stage: str
    reason: str
    kind: Kind
    letters: tuple[int, ...]
    oldest: Instant
    newest: Instant
    example: int
    said: str
    """The whole reason of the example."""
    again: int = 0
    """How many of them are of events whose records were replayed before: trying once more will not help by itself."""


@lru_cache(maxsize=_REMEMBERED)
def folded(reason: str) -> str:
    """`reason` without ids, numbers, quoted values and addresses."""
    for pattern, sign in _FOLDS:
        reason = pattern.sub(sign, reason)
    return reason


def kind_of(stage: str, reason: str, *, readable: bool) -> Kind:
    if not readable:
        return "unreadable"
    if stage == "fetch":
        return "fetch"
    return next((kind for kind, sign in _SIGNS if sign.search(reason)), "other")


@dataclass
class _Alike:
    """The letters of one cause, the newest first; moments in microseconds, because there may be 100,000."""

    said: str
    letters: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    again: int = 0


async def causes(tx: AsyncConnection, *, since: int = 0) -> list[Cause]:
    """The causes of the letters that wait, the largest first. `since`: only letters with a higher id, of what died after."""
    found: dict[tuple[str, str], _Alike] = {}
    replayed = await _replayed_before(tx)
    async for page in _waiting(tx, since):
        for letter, stage, reason, event, at in page:
            named = stage, folded(reason)
            if named not in found:
                found[named] = _Alike(reason)
            alike = found[named]
            alike.letters.append(letter)
            alike.at.append(at)
            alike.again += event in replayed
    unreadable = await _unreadable(tx, [alike.letters[0] for alike in found.values()])
    known = [
        _cause(stage, reason, alike, readable=alike.letters[0] not in unreadable) for (stage, reason), alike in found.items()
    ]
    return sorted(known, key=lambda one: -len(one.letters))


async def cause(tx: AsyncConnection, key: str) -> Cause | None:
    """None when no letter that waits is of it (any more)."""
    return next((one for one in await causes(tx) if one.key == key), None)


def _cause(stage: str, reason: str, alike: _Alike, *, readable: bool) -> Cause:
    return Cause(
        key=hashlib.sha256(f"{stage}\0{reason}".encode()).hexdigest()[:12],
        stage=stage, reason=reason, kind=kind_of(stage, alike.said, readable=readable),
        letters=tuple(reversed(alike.letters)), oldest=from_micros(min(alike.at)), newest=from_micros(max(alike.at)),
        example=alike.letters[0], said=alike.said, again=alike.again,
    )  # fmt: skip


async def _waiting(tx: AsyncConnection, since: int) -> AsyncIterator[Sequence[Any]]:
    """Pages, the newest first, as (id, stage, reason, event, moment in microseconds). The records, which may be large, are
    not read."""
    columns = dead_letters.c
    wanted = (
        sa.select(
            columns.dead_letter_id, columns.stage, columns.reason, columns.event_id, sa.type_coerce(columns.at, sa.BigInteger)
        )
        .where(columns.replayed_at.is_(None), columns.dead_letter_id > since)
        .order_by(columns.dead_letter_id.desc())
        .limit(_READ_AT_ONCE)
    )
    read, page = 0, (await tx.execute(wanted)).all()
    while page and read < MOST_READ:
        yield page
        read += len(page)
        page = (await tx.execute(wanted.where(columns.dead_letter_id < page[-1].dead_letter_id))).all()


async def _unreadable(tx: AsyncConnection, letters: Collection[int]) -> set[int]:
    """Which of these, one a cause, were no records of ours."""
    columns = dead_letters.c
    found = sa.select(columns.dead_letter_id).where(columns.value[UNREADABLE].as_string().is_not(None))
    unreadable: set[int] = set()
    some = list(letters)
    for start in range(0, len(some), _ASKED_AT_ONCE):
        piece = columns.dead_letter_id.in_(some[start : start + _ASKED_AT_ONCE])
        unreadable.update((await tx.execute(found.where(piece))).scalars())
    return unreadable


async def _replayed_before(tx: AsyncConnection) -> set[str]:
    columns = dead_letters.c
    found = sa.select(columns.event_id).where(columns.replayed_at.is_not(None), columns.event_id.is_not(None)).distinct()
    return {event for event in (await tx.execute(found.limit(MOST_READ))).scalars() if event is not None}
