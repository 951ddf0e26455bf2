"""Keeping the log short: records that every stage has read, and that are old, go."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import cast

import sqlalchemy as sa

from pushsvc.domain.records import Topic
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import log, log_heads, positions
from pushsvc.streams.embedded.log import Place
from pushsvc.streams.stage import Stage

PIECE = 1_000
"""Records a transaction: the writer is never held for long."""


async def trim(database: Database, stages: Sequence[Stage], before: Instant) -> int:
    """Remove the records from before `before` that every one of `stages` has read. Answers how many."""
    removed = 0
    for place, read_up_to in (await _read_by_all(database, stages)).items():
        while (piece := await _trim_piece(database, place, read_up_to, before)) > 0:
            removed += piece
            if piece < PIECE:
                break
    return removed


async def _read_by_all(database: Database, stages: Sequence[Stage]) -> dict[Place, int]:
    """Up to which offset each partition has been read by all its readers; a topic that nobody reads, up to its head."""
    names = {(stage.name, topic) for stage in stages for topic in stage.sources}
    async with database.read() as tx:
        heads = await tx.execute(sa.select(log_heads.c.topic, log_heads.c.part, log_heads.c.next_offset))
        lowest: dict[Place, int] = {(cast(Topic, row.topic), row.part): row.next_offset for row in heads}
        for row in await tx.execute(sa.select(positions)):
            place = (cast(Topic, row.topic), row.part)
            if (row.stage, row.topic) in names and place in lowest:
                lowest[place] = min(lowest[place], row.next_offset)
    return lowest


async def _trim_piece(database: Database, place: Place, read_up_to: int, before: Instant) -> int:
    here = sa.and_(log.c.topic == place[0], log.c.part == place[1])
    async with database.read() as tx:
        rows = await tx.execute(
            sa.select(log.c.offset, log.c.at).where(here, log.c.offset < read_up_to).order_by(log.c.offset).limit(PIECE)
        )
        old = [row.offset for row in takewhile(lambda row: row.at < before, rows)]
    if old:
        async with database.write() as tx:
            await tx.execute(log.delete().where(here, log.c.offset <= old[-1]))
    return len(old)
