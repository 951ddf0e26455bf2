"""Counts that take a moment: kept in the process for a minute, made anew behind the page, and shown with their time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.telemetry import log

T = TypeVar("T")

FRESH = timedelta(seconds=60)
#: What is older is not shown: whoever opens the page waits for new counts.
STALE = timedelta(minutes=10)
_MOST_KEPT = 200


@dataclass(frozen=True)
class Counted(Generic[T]):
    value: T
    at: Instant


@dataclass(frozen=True)
class Kept(Generic[T]):
    """`count` asks the database for what stands under a key."""

    clock: Clock
    count: Callable[[str], Awaitable[T]]
    _held: OrderedDict[str, Counted[T]] = field(default_factory=OrderedDict)
    _asking: dict[str, asyncio.Task[Counted[T]]] = field(default_factory=dict)

    async def now(self, key: str = "") -> Counted[T]:
        """As it was a minute ago at most. Between FRESH and STALE the answer is the old one, and a new one is on its way."""
        held = self._held.get(key)
        age = self.clock.now() - held.at if held else STALE
        if held and age < FRESH:
            return held
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(key), name="counting for a page")
            task.add_done_callback(lambda _done: self._asking.pop(key, None))
        if held and age < STALE:
            task.add_done_callback(_heard)
            return held
        # Whoever goes away while they wait does not take the answer from the others.
        return await asyncio.shield(task)

    async def _ask(self, key: str) -> Counted[T]:
        at = self.clock.now()
        counted = Counted(await self.count(key), at)
        self._held[key] = counted
        self._held.move_to_end(key)
        while len(self._held) > _MOST_KEPT:
            self._held.popitem(last=False)
        return counted


def _heard(task: asyncio.Task[Counted[T]]) -> None:
    """Nobody waits for this one: a fault is said in the log, and the next page asks again."""
    if not task.cancelled() and (fault := task.exception()):
        log.warning("counts_failed", why=type(fault).__name__)
