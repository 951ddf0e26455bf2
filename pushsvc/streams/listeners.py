"""Who hears of what happens in the lanes: metrics and alerts. What they raise is their own fault, never a record's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from pushsvc.streams.dead_letters import DeadLetter
from pushsvc.streams.faults import reason_of

logger = structlog.get_logger(__name__)

OnDead = Callable[[DeadLetter], Awaitable[None]]
OnBatch = Callable[[str, int, float], None]
OnRetry = Callable[[str, str], None]


@dataclass
class Listeners:
    on_dead: OnDead | None = None
    """After a dead letter is written. Runs beside the lanes: it may take its time."""
    on_batch: OnBatch | None = None
    """Stage, number of records, seconds: after each commit."""
    on_retry: OnRetry | None = None
    """Stage, reason: before each pause for a passing fault."""
    running: set[asyncio.Task[None]] = field(default_factory=set)

    def done(self, stage: str, records: int, seconds: float) -> None:
        if self.on_batch is not None:
            with _harmless("on_batch"):
                self.on_batch(stage, records, seconds)

    def waits(self, stage: str, reason: str) -> None:
        if self.on_retry is not None:
            with _harmless("on_retry"):
                self.on_retry(stage, reason)

    def buried(self, letter: DeadLetter) -> None:
        if self.on_dead is not None:
            task = asyncio.create_task(_tell(self.on_dead, letter))
            self.running.add(task)
            task.add_done_callback(self.running.discard)


async def _tell(on_dead: OnDead, letter: DeadLetter) -> None:
    with _harmless("on_dead"):
        await on_dead(letter)


@contextmanager
def _harmless(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        logger.warning("listener_failed", listener=name, reason=reason_of(error))
