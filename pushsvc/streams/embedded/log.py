"""The log of the embedded engine: records lie in the table `log`, in the transaction that made them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from pushsvc.clock import Clock, SystemClock
from pushsvc.domain.records import MAX_RECORD_BYTES, Output, Record, Topic, part_of
from pushsvc.errors import InvalidRecord
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.flow import log, log_heads

MAX_KEY_CHARACTERS = 80
Place = tuple[Topic, int]
"""A topic and one of its partitions."""


class EmbeddedLog:
    """A `Publisher` into the database, and what the engine reads from it.

    Offsets of a partition are dense and in commit order: the row of `log_heads` that hands them out stays locked until the
    transaction ends. `heads` is what this process knows of the next free offsets, without asking: never less than what it
    has committed, for a moment more than that while a transaction of its own is still open.
    """

    def __init__(self, partitions: int = 4, clock: Clock | None = None) -> None:
        self.partitions = partitions
        self.heads: dict[Place, int] = {}
        self._clock = clock or SystemClock()
        self._listeners: list[Callable[[], None]] = []

    def part_of(self, key: str) -> int:
        return part_of(key.encode(), self.partitions)

    async def publish(self, tx: Transaction, outputs: Sequence[Output]) -> None:
        """Append `outputs` in their order. Raises InvalidRecord when one is over 64 KiB or its key over 80 characters."""
        if not outputs:
            return
        texts = [_checked(output) for output in outputs]
        places: list[Place] = [(output.topic, self.part_of(output.key)) for output in outputs]
        counts = Counter(places)
        following = await _reserve(tx, counts)
        now = self._clock.now()
        rows = []
        for output, text, place in zip(outputs, texts, places, strict=True):
            topic, part = place
            offset = following[place]
            following[place] += 1
            rows.append({"topic": topic, "part": part, "offset": offset, "key": output.key, "value": text, "at": now})
        await tx.execute(log.insert(), rows)
        self._know(following)
        if tx.sync_connection is not None:
            event.listen(tx.sync_connection, "rollback", lambda _connection: self._forget(following, counts), once=True)

    def ring(self) -> None:
        """After a commit: wake the stages of this process. Another process's engine notices by itself within 250 ms."""
        for listener in self._listeners:
            listener()

    def on_ring(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every ring; the answer takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def look(self, tx: Transaction) -> dict[Place, int]:
        """The heads as the database has them; learns what other processes have appended."""
        rows = await tx.execute(_HEADS)
        heads = {(cast(Topic, row.topic), row.part): int(row.next_offset) for row in rows}
        self._know(heads)
        return heads

    async def read(self, tx: Transaction, place: Place, offset: int, limit: int) -> list[Record]:
        """At most `limit` records of one partition from `offset` on, in order."""
        rows = await tx.execute(_READ, {"of_topic": place[0], "of_part": place[1], "start": offset, "most": limit})
        return [Record(*place, row.offset, row.key, json.loads(row.value), row.at) for row in rows]

    def _know(self, heads: Mapping[Place, int]) -> None:
        for place, head in heads.items():
            # The greater one: a look that began before an append of ours must not hide it.
            self.heads[place] = max(head, self.heads.get(place, 0))

    def _forget(self, following: Mapping[Place, int], counts: Mapping[Place, int]) -> None:
        """The transaction was rolled back: nobody else has taken offsets beyond its own, for it held the rows."""
        for place, head in following.items():
            if self.heads.get(place) == head:
                self.heads[place] = head - counts[place]


_HEADS = sa.select(log_heads.c.topic, log_heads.c.part, log_heads.c.next_offset)
_READ = (
    sa.select(log.c.offset, log.c.key, log.c.value, log.c.at)
    .where(log.c.topic == sa.bindparam("of_topic"), log.c.part == sa.bindparam("of_part"))
    .where(log.c.offset >= sa.bindparam("start"))
    .order_by(log.c.offset)
    .limit(sa.bindparam("most"))
)


def _checked(output: Output) -> str:
    """The value as JSON text, when record and key are small enough."""
    text = json.dumps(output.value, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode())
    if size > MAX_RECORD_BYTES:
        raise InvalidRecord(
            f"record for {output.topic} with key {output.key[:MAX_KEY_CHARACTERS]} has {size} bytes; at most"
            f" {MAX_RECORD_BYTES} are allowed: keep what is large in SQL and send its id"
        )
    if len(output.key) > MAX_KEY_CHARACTERS:
        raise InvalidRecord(
            f"record for {output.topic} has a key of {len(output.key)} characters; at most {MAX_KEY_CHARACTERS} are"
            " allowed: use a derived id"
        )
    return text


async def _reserve(tx: Transaction, wanted: Mapping[Place, int]) -> dict[Place, int]:
    """Take so many offsets of each partition, in one statement: the first one of each."""
    rows: list[dict[str, Any]] = [
        # Always in one order, so that two transactions wait for each other's rows and never deadlock.
        {"topic": topic, "part": part, "next_offset": count}
        for (topic, part), count in sorted(wanted.items())
    ]
    after = {(cast(Topic, row.topic), row.part): row.next_offset for row in await tx.execute(_RESERVE[tx.dialect.name], rows)}
    return {place: after[place] - count for place, count in wanted.items()}


def _reserving(insert: Any) -> sa.Executable:
    """Made once, so that SQLAlchemy compiles it once; for several rows it still sends one statement."""
    statement = insert(log_heads)
    made: sa.Executable = statement.on_conflict_do_update(
        index_elements=[log_heads.c.topic, log_heads.c.part],
        set_={"next_offset": log_heads.c.next_offset + statement.excluded.next_offset},
    ).returning(log_heads.c.topic, log_heads.c.part, log_heads.c.next_offset)
    return made


_RESERVE = {"sqlite": _reserving(sqlite.insert), "postgresql": _reserving(postgresql.insert)}
