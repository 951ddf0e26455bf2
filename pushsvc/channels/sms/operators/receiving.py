"""What an operator delivers to us is answered only after somebody has made it durable, many at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pushsvc.domain.receipts import Heard, Incoming, Said
from pushsvc.telemetry import log

OnHeard = Callable[[Heard], Awaitable[None]]
"""Makes what it is given durable, or raises. A repeat of it must change nothing."""
Done = Callable[[bool], None]
"""Hears once whether a thing is durable now; False: the operator shall deliver it again."""
#: More than any operator leaves unanswered. What comes above it is asked for again later, so a flood costs no memory.
MOST_WAITING = 1000
_AT_ONCE = 200
_DURABLE_SECONDS = 20.0
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class _Thing:
    said: tuple[Said, ...]
    incoming: Incoming | None
    done: Done


class Receiver:
    """Collects what comes while the last batch is being written down, and hands it on as one `Heard`."""

    def __init__(self, on_heard: OnHeard, name: str) -> None:
        self._on_heard, self._name = on_heard, name
        self._waiting: deque[_Thing] = deque()
        self._working: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def hear(self, done: Done, *, said: tuple[Said, ...] = (), incoming: Incoming | None = None) -> None:
        """`done(True)` follows when it is durable; `done(False)` when it could not be made so, or too much waits."""
        if len(self._waiting) >= MOST_WAITING:
            done(False)
            return
        self._waiting.append(_Thing(said, incoming, done))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work(), name=f"hear {self._name}")

    async def close(self) -> None:
        """Wait until what came is durable, for a few seconds."""
        if self._working is not None and not self._working.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._working, 5.0)

    async def _work(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
            said = tuple(one for thing in batch for one in thing.said)
            incoming = tuple(thing.incoming for thing in batch if thing.incoming)
            durable = True
            try:
                if said or incoming:
                    async with asyncio.timeout(_DURABLE_SECONDS):
                        await self._on_heard(Heard(said=said, incoming=incoming))
            except Exception as fault:
                log.warning(
                    "what an operator said could not be kept", provider=self._name, why=str(fault) or type(fault).__name__
                )
                durable = False
            for thing in batch:
                thing.done(durable)
            if not durable:
                await asyncio.sleep(_PAUSE_SECONDS)
