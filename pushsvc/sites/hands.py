"""Several tasks at work beside each other, and the loop that hands them out: what the fetcher and the feed poller are."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Hands:
    """At most `most` tasks at once. A stop lets go of all of them: what was in hand is taken up again after its lease."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._busy: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._freed = asyncio.Event()

    @property
    def free(self) -> int:
        return self.most - len(self._busy)

    def begin(self, loop: Coroutine[Any, Any, None], name: str) -> None:
        """Run the loop that hands out work."""
        self._loop = asyncio.create_task(loop, name=name)

    def take(self, work: Coroutine[Any, Any, None]) -> None:
        """Put a free hand to work."""
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._done)

    async def half_free(self) -> None:
        """Wait until at least half of the hands are free."""
        while self.free * 2 < self.most:
            self._freed.clear()
            await self._freed.wait()

    async def let_go(self) -> None:
        """Stop at once."""
        tasks = [*self._busy, *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._freed.set()
