"""Records that flow into a pipeline of other processes all the while, and the count of what came through in the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType

import sqlalchemy as sa

from pushsvc.streams.faults import kind_of
from tests.contract.copying import NAMES, TOPICS, effects, make_effects, outputs, seen
from tests.contract.port import EngineUnderTest
from tests.contract.recorded import recorded

KEYS = tuple(f"pub_{n}" for n in range(20))
#: Records that may wait before the last stage: always work in hand, never minutes of it.
AHEAD = 600
LOOK_SECONDS = 0.02
_fed = sa.Table("contract_fed", sa.MetaData(), sa.Column("number", sa.Integer, primary_key=True))


@dataclass(frozen=True)
class Counted:
    """What became of the records. `lost` counts a stage that never saw a record, and a record that is on no topic."""

    records: int
    lost: int
    handled_again: int
    sent_again: int
    out_of_order: int
    """Records of which a later one of the same key came first, in a stage's effects or on a topic; repeats do not count."""
    missing: Mapping[str, int] = field(default_factory=dict)
    """What `lost` is made of: how many records at each stage, and on each topic."""


class Flow:
    """`async with Flow(under) as flow`: feeds one record of each key a time, until `stop_feeding`.

    What it has fed it writes down in the same transaction. So a commit whose answer was lost with the database is not made
    twice, and every repeat that is counted is the engine's.
    """

    def __init__(self, under: EngineUnderTest) -> None:
        self.under = under
        self.numbers = 0
        self._feeding: asyncio.Task[None] | None = None
        self._enough = False
        self._through: Counter[str] = Counter()

    async def __aenter__(self) -> Flow:
        await make_effects(self.under.database)
        async with self.under.database.write() as tx:
            await tx.run_sync(_fed.metadata.create_all)
        self._feeding = asyncio.create_task(self._feed(), name="feed")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        await self.stop_feeding()

    async def stop_feeding(self) -> None:
        self._enough = True
        if self._feeding is not None:
            await self._feeding

    async def until_flowing(self, since: float, seconds: float = 180.0) -> float:
        """Seconds from `since` (time.monotonic) until the last stage has done a further record of every key."""
        before = await self._look()
        while not all(self._through[key] > before[key] for key in KEYS):
            if time.monotonic() - since > seconds:
                behind = [key for key in KEYS if self._through[key] <= before[key]]
                raise TimeoutError(f"{seconds:g} s after the fault ended, nothing came through of {behind}")
            await asyncio.sleep(LOOK_SECONDS)
            await self._look()
        return time.monotonic() - since

    async def until_through(self, seconds: float = 120.0) -> None:
        """Stop feeding; wait until every record is through, or nothing has moved for `seconds`: `counted` says what is lost."""
        await self.stop_feeding()
        moved, last = time.monotonic(), -1
        while (now := (await self._look()).total()) < self.numbers * len(KEYS):
            if now > last:
                moved, last = time.monotonic(), now
            if time.monotonic() - moved > seconds:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def counted(self) -> Counted:
        wanted = {(key, number) for key in KEYS for number in range(self.numbers)}
        handled: dict[str, list[tuple[str, int]]] = defaultdict(list)
        again = 0
        for effect in await seen(self.under.database):
            handled[effect.stage].append((effect.key, effect.number))
            again += effect.times - 1
        sent = await recorded(self.under)
        places = {**{f"stage {name}": handled[name] for name in NAMES}, **{f"topic {topic}": sent[topic] for topic in TOPICS}}
        missing = {place: len(wanted - set(records)) for place, records in places.items()}
        return Counted(
            len(wanted),
            sum(missing.values()),
            again,
            sum(len(sent[topic]) - len(set(sent[topic])) for topic in TOPICS),
            sum(map(overtaken, places.values())),
            {place: count for place, count in missing.items() if count},
        )

    async def _look(self) -> Counter[str]:
        """How many records of each key the last stage has done; while the database is away, the last that it said."""
        question = (
            sa.select(effects.c.key, sa.func.count().label("done")).where(effects.c.stage == NAMES[-1]).group_by(effects.c.key)
        )
        with _forgiving():
            async with self.under.database.read() as tx:
                self._through = Counter({row.key: int(row.done) for row in await tx.execute(question)})
        return self._through

    async def _feed(self) -> None:
        while not self._enough:
            if self.numbers * len(KEYS) - (await self._look()).total() > AHEAD:
                await asyncio.sleep(LOOK_SECONDS)
            elif await self._publish(self.numbers):
                self.numbers += 1
            else:
                await asyncio.sleep(LOOK_SECONDS)

    async def _publish(self, number: int) -> bool:
        """Whether the records of `number` are committed, by this call or by one whose answer was lost."""
        with _forgiving():
            async with self.under.database.write() as tx:
                if (await tx.execute(sa.select(_fed).where(_fed.c.number == number))).first() is None:
                    await self.under.publisher.publish(tx, outputs(KEYS, [number]))
                    await tx.execute(_fed.insert().values(number=number))
            self.under.publisher.ring()
            return True
        return False


def overtaken(records: Iterable[tuple[str, int]]) -> int:
    """How many records came, for the first time, after a later one of their key."""
    latest: dict[str, int] = {}
    early: set[tuple[str, int]] = set()
    late = 0
    for key, number in records:
        if (key, number) not in early:
            early.add((key, number))
            late += number < latest.get(key, -1)
            latest[key] = max(number, latest.get(key, -1))
    return late


@contextmanager
def _forgiving() -> Iterator[None]:
    """A database that is away is asked again at the next look."""
    try:
        yield
    except Exception as error:
        if kind_of(error) != "passing":
            raise
