"""Whose turn it is to write where there is one writer: who waits outside for an answer goes first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pushsvc.errors import NotDurable

#: Longer than any transaction, another process's import piece included; then something is wrong, and the sender hears so.
MOST_WAIT_SECONDS = 30.0


class Turns:
    """A lock with two queues: nobody of the second is served while somebody of the first waits."""

    def __init__(self, most_wait_seconds: float = MOST_WAIT_SECONDS) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._most_wait_seconds = most_wait_seconds

    @asynccontextmanager
    async def turn(self, *, first: bool) -> AsyncIterator[None]:
        """Wait for a turn, hold it for the block. Raises NotDurable when none came in time."""
        if self._taken:
            await self._wait(self._first if first else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            async with asyncio.timeout(self._most_wait_seconds):
                await mine
        except BaseException as error:
            if mine.done() and not mine.cancelled():
                self._pass_on()  # the turn came in the very moment in which we stopped waiting for it
            else:
                queue.remove(mine)
            if isinstance(error, TimeoutError):
                raise NotDurable(f"no turn to write came within {self._most_wait_seconds:g} s: the database is busy") from None
            raise

    def _pass_on(self) -> None:
        for queue in (self._first, self._others):
            while queue:
                following = queue.popleft()
                if not following.done():
                    following.set_result(None)
                    return
        self._taken = False
