"""How many are told, by kind, channel, frequency and place: counts alone, for whoever runs the service."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.time import Instant
from pushsvc.profiles.recipients import is_open
from pushsvc.storage.tables.profiles import endpoints, erasures, interests, stops, subscribers

#: What is new and what went is counted for so long.
LATELY = timedelta(days=30)
TOP_PLACES = 12
#: A count of fewer people could point at one of them.
FEWEST = 5


@dataclass(frozen=True)
class Census:
    """`endpoints`: by channel, how many are open, stopped, suppressed, removed. `unreachable`: people without an open one.

    `places`: the codes with the most people, each with FEWEST or more; `small_places`: how many places have fewer.
    """

    people: int
    kinds: Mapping[str, int]
    frequencies: Mapping[str, int]
    endpoints: Mapping[str, Mapping[str, int]]
    unreachable: int
    resting: int
    interests: int
    new: int
    stopped: int
    erased: int
    places: Sequence[tuple[str, int]]
    small_places: int


async def census(tx: AsyncConnection, now: Instant) -> Census:
    """Counts everybody. With 100,000 people it takes a part of a second: keep the answer for a while."""
    people, since = subscribers.c, now - LATELY
    kinds = await _by(tx, people.kind)
    places = _places(await _by(tx, sa.cast(people.places, sa.Text)))
    frequency = sa.func.coalesce(people.preferences["frequency"].as_string(), "immediate")
    reached = sa.exists().where(endpoints.c.subscriber_no == people.subscriber_no, is_open())
    named = [(code, many) for code, many in places.most_common() if many >= FEWEST]
    return Census(
        people=sum(kinds.values()),
        kinds=kinds,
        frequencies=await _by(tx, frequency),
        endpoints=await _endpoints(tx),
        unreachable=await _count(tx, subscribers, ~reached),
        resting=await _count(tx, subscribers, people.paused_until > now),
        interests=await _count(tx, interests),
        new=await _count(tx, subscribers, people.created_at > since),
        stopped=await _distinct(tx, stops.c.subscriber_no, stops.c.at > since, stops.c.undone_at.is_(None), _of_all()),
        # One erasure writes a hash of the id and of each address, all with its own moment: nobody can say which is whose.
        erased=await _distinct(tx, erasures.c.erased_at, erasures.c.erased_at > since),
        places=named[:TOP_PLACES],
        small_places=len(places) - len(named),
    )


def _of_all() -> sa.ColumnElement[bool]:
    return stops.c.scope.in_(("endpoint", "everything"))


async def _by(tx: AsyncConnection, what: sa.ColumnElement[Any]) -> dict[Any, int]:
    """How many people there are of each `what`."""
    return {row[0]: int(row[1]) for row in await tx.execute(sa.select(what, sa.func.count()).group_by(what))}


async def _count(tx: AsyncConnection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return int(await tx.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)


async def _distinct(tx: AsyncConnection, column: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> int:
    return int(await tx.scalar(sa.select(sa.func.count(column.distinct())).where(*where)) or 0)


async def _endpoints(tx: AsyncConnection) -> dict[str, dict[str, int]]:
    columns = endpoints.c
    state = sa.case(
        (is_open(), "open"),
        (columns.closed_at.is_not(None), "removed"),
        (columns.suppressed_at.is_not(None), "suppressed"),
        else_="stopped",
    )
    counted = sa.select(columns.channel, state, sa.func.count()).group_by(columns.channel, state)
    found: dict[str, dict[str, int]] = {}
    for channel, how, many in await tx.execute(counted):
        found.setdefault(channel, {})[how] = int(many)
    return found


def _places(counted: Mapping[str, int]) -> Counter[str]:
    """From lists of codes as they are written in the table: most people name one place, so there are few different lists."""
    found: Counter[str] = Counter()
    for written, many in counted.items():
        for code in set(json.loads(written or "[]")):
            found[code] += many
    return found
