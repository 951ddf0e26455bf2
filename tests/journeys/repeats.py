"""Everything comes twice: what "at least once" may do at its worst, in every batch of every stage.

A stage's outputs lie on their topics twice. And some batches are done once more by somebody who does not know that another
has done them, at the same time as the batches after them: as a worker does that stood still, lost its partitions, and goes
on. By their derived ids all of it must change nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pushsvc.bootstrap.house import House
from pushsvc.domain.records import Output, Record
from pushsvc.storage.database import Transaction
from pushsvc.streams.stage import Stage

#: Of a hundred batches so many are done again.
AGAIN_PERCENT = 50
MOST_PAUSE_SECONDS = 0.03
"""Somebody who repeats a batch is at most so late: the batches after it are under way then."""


@dataclass
class Repeats:
    """Wraps the stages of one house. `chance` decides, so a seed gives the same repeats in the same order of batches."""

    house: House
    chance: random.Random
    repeated: int = 0
    """Batches that were done again, to the end."""
    faults: list[str] = field(default_factory=list)
    """What those who repeated could not do. The one who did it first must not notice; here it is only told."""
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def around(self, stage: Stage) -> Stage:
        async def prepare(records: Sequence[Record]) -> Any:
            return records, await stage.prepare(records)

        async def apply(tx: Transaction, prepared: Any) -> Sequence[Output]:
            records, own = prepared
            outputs = await stage.apply(tx, own)
            if self.chance.randrange(100) < AGAIN_PERCENT:
                running = asyncio.create_task(self._again(stage, records, self.chance.random() * MOST_PAUSE_SECONDS))
                self._running.add(running)
                running.add_done_callback(self._running.discard)
            feeds_itself = set(stage.sources) & set(stage.sinks)  # twice at each of its pages would be 2 to the power of pages
            return outputs if feeds_itself else self._twice(outputs)

        return replace(stage, prepare=prepare, apply=apply)

    async def ended(self) -> bool:
        """Wait for those who repeat; says whether there were any."""
        running = list(self._running)
        if running:
            await asyncio.wait(running)
        return bool(running)

    def _twice(self, outputs: Sequence[Output]) -> Sequence[Output]:
        """Each behind itself, or all behind all."""
        if self.chance.random() < 0.5:
            return [*outputs, *outputs]
        return [output for output in outputs for _ in range(2)]

    async def _again(self, stage: Stage, records: Sequence[Record], pause: float) -> None:
        try:
            prepared = await stage.prepare(records)  # it had read what it needs before it stood still
            await asyncio.sleep(pause)
            async with self.house.database.write() as tx:
                await self.house.publisher.publish(tx, await stage.apply(tx, prepared))
        except Exception as error:
            self.faults.append(f"{stage.name}: {type(error).__name__}: {error}")
        else:
            self.repeated += 1
            self.house.publisher.ring()
