"""A small pipeline for the suite: three stages that copy their records on, and note in SQL that they did."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pushsvc.domain.records import Output, Record, Topic
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.base import Counter
from pushsvc.streams.stage import Retry, Stage
from tests.contract.port import EngineUnderTest

_metadata = sa.MetaData()
effects = sa.Table(
    "contract_effects",
    _metadata,
    sa.Column("seq", Counter, primary_key=True, autoincrement=True),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.UniqueConstraint("stage", "key", "number"),
)

TOPICS: tuple[Topic, ...] = ("publication-events", "versions", "summaries")
NAMES = ("first", "second", "third")
QUICK = Retry(first=0.01, most=0.05)
Hook = Callable[[Sequence[Record]], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    """One effect: that `stage` handled record `number` of `key`, in this place of all effects, so many times."""

    seq: int
    stage: str
    key: str
    number: int
    times: int


def copying_stage(
    name: str, *, prepare: Hook | None = None, apply: Hook | None = None, batch: int = 20, retry: Retry = QUICK
) -> Stage:
    """The stage `name` of the three; `prepare` and `apply` are called first with the records, and may raise."""
    here = NAMES.index(name)
    following = TOPICS[here + 1] if here + 1 < len(TOPICS) else None

    async def prepare_copies(records: Sequence[Record]) -> Sequence[Record]:
        if prepare is not None:
            await prepare(records)
        return records

    async def apply_copies(tx: Transaction, records: Sequence[Record]) -> list[Output]:
        await _note(tx, name, records)
        if apply is not None:
            await apply(records)
        return [Output(following, record.key, record.value) for record in records] if following else []

    return Stage(name, (TOPICS[here],), (following,) if following else (), prepare_copies, apply_copies, batch, retry)


def copying_pipeline(**changed: Stage) -> list[Stage]:
    """All three stages; a stage given by its name stands in place of the plain one."""
    return [changed.get(name) or copying_stage(name) for name in NAMES]


def slow_pipeline() -> list[Stage]:
    """Slow enough that a kill meets it at work in every stage: 5 records in about 5 ms."""

    async def take_a_while(records: Sequence[Record]) -> None:
        await asyncio.sleep(0.001 * (1 + zlib.crc32(records[0].key.encode()) % 5))

    return [copying_stage(name, prepare=take_a_while, batch=5) for name in NAMES]


async def make_effects(database: Database) -> None:
    async with database.write() as tx:
        await tx.run_sync(_metadata.create_all)


async def seen(database: Database) -> list[Seen]:
    """All effects, in the order of their first appearance."""
    async with database.read() as tx:
        return [Seen(**row._mapping) for row in await tx.execute(sa.select(effects).order_by(effects.c.seq))]


def outputs(keys: Sequence[str], numbers: Sequence[int]) -> list[Output]:
    """For each number one record of each key, on the first topic."""
    return [Output(TOPICS[0], key, {"event_id": f"evt_{key}_{number}", "number": number}) for number in numbers for key in keys]


async def send(under: EngineUnderTest, records: Sequence[Output]) -> None:
    async with under.database.write() as tx:
        await under.publisher.publish(tx, records)
    under.publisher.ring()


def a_key_in(under: EngineUnderTest, part: int) -> str:
    return next(key for key in (f"pub_{n}" for n in range(1_000)) if under.part_of(key) == part)


async def _note(tx: Transaction, stage: str, records: Sequence[Record]) -> None:
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = insert(effects).on_conflict_do_update(
        index_elements=["stage", "key", "number"], set_={"times": effects.c.times + 1}
    )
    rows = [{"stage": stage, "key": record.key, "number": record.value["number"], "times": 1} for record in records]
    await tx.execute(statement, rows)
