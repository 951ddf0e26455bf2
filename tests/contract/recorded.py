"""What lies on an engine's topics, read beside the engine."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping

import sqlalchemy as sa

from pushsvc.storage.tables.flow import log
from tests.contract.port import EngineUnderTest

Recorded = Mapping[str, list[tuple[str, int]]]
"""For each topic every record, (key, number), in the order of each partition; a repeat as often as it is there."""


async def recorded(under: EngineUnderTest) -> Recorded:
    return await READERS[under.kind](under)


async def _in_the_database(under: EngineUnderTest) -> Recorded:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    async with under.database.read() as tx:
        for row in await tx.execute(sa.select(log).order_by(log.c.topic, log.c.part, log.c.offset)):
            found[row.topic].append((row.key, json.loads(row.value)["number"]))
    return found


READERS: Mapping[str, Callable[[EngineUnderTest], Awaitable[Recorded]]] = {"embedded": _in_the_database}
