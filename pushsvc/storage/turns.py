"""Whose turn it is to write where there is one writer: who waits outside for an answer goes first, and so does sending."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pushsvc.errors import NotDurable

#: Longer than any transaction, another process's import piece included; then something is wrong, and the sender hears so.
MOST_WAIT_SECONDS = 30.0
#: Whoever held the writer for less than this owes nothing: a small event is not slowed down.
LONG_TURN_SECONDS = 0.02
MOST_WAY_SECONDS = 0.5


class Turns:
    """A lock with two queues: nobody of the second is served while somebody of the first waits.

    That alone is not fair to short turns. Two connections write one outcome together, and have no other until they have sent
    again; a stage that waits would take its long turn after each of them. So it also gives way: see `give_way`.
    """

    def __init__(self, most_wait_seconds: float = MOST_WAIT_SECONDS) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._most_wait_seconds = most_wait_seconds
        self._last_hurry = -math.inf

    @asynccontextmanager
    async def turn(self, *, first: bool) -> AsyncIterator[None]:
        """Wait for a turn, hold it for the block. Raises NotDurable when none came in time."""
        if self._taken:
            if first:
                self._last_hurry = asyncio.get_running_loop().time()
            await self._wait(self._first if first else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def give_way(self, held_seconds: float) -> None:
        """For who has just had a turn of `held_seconds`: when it was long, and one of the first waited during it, this returns
        only after as long again. So work in many long turns takes half of the writer, and leaves half to who is in a hurry."""
        somebody_waited = self._last_hurry >= asyncio.get_running_loop().time() - held_seconds
        if held_seconds >= LONG_TURN_SECONDS and somebody_waited:
            await asyncio.sleep(min(held_seconds, MOST_WAY_SECONDS))

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
