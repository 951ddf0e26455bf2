"""Redis as long as it answers, and the safe answer when it does not. Nobody waits for a Redis that is away.

The first question that is not answered within ANSWER_SECONDS closes the way to Redis for everybody; a watch in the background
opens it again once Redis answers. Meanwhile each process goes on by itself, slower; only codes cannot be checked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal, TypeVar

from pushsvc.domain.ports import Slowness
from pushsvc.errors import TryLater
from pushsvc.storage.shared.answering import answer_within
from pushsvc.storage.shared.faults import FAULTS, why
from pushsvc.storage.shared.memory import MemoryShared
from pushsvc.storage.shared.redis import RedisShared
from pushsvc.telemetry import count, gauge, log

#: No request waits longer for Redis, which answers in a fraction of a millisecond when it is well.
ANSWER_SECONDS = 0.2
#: How long the watch waits for the first answer after a pause: a connection may have to be made, with TLS and login. No
#: socket waits longer, either.
CONNECT_SECONDS = 1.0
#: How often the watch looks while Redis is well, and while it is away.
WATCH_SECONDS = 1.0
MEND_SECONDS = 0.5
#: What each process goes on with, as a share of the rate and of the throttles: without Redis it cannot know how many others
#: there are. Up to four processes that use one rate stay within it together; more are rare, and a provider's own "slow
#: down" is still heard.
SAFE_SHARE = 0.25

_Kind = Literal["tokens", "throttle", "code", "breaker", "pace"]
_T = TypeVar("_T")


class _Away(Exception):
    """Redis was not asked, or did not answer."""


class GuardedShared:
    """Implements Shared on `there`, with `here` as the stand-in."""

    def __init__(self, there: RedisShared, here: MemoryShared) -> None:
        self._there, self._here = there, here
        self._trouble: str | None = None
        self._known = False
        self._fault = asyncio.Event()
        self._closed = False
        self._watch: asyncio.Task[None] | None = None
        #: One probe at a time: what one drops as idle, another might have just taken.
        self._probing = asyncio.Lock()
        #: Channels that were asked to slow down while Redis was away: it does not know.
        self._heard_alone: set[str] = set()

    async def take(self, bucket: str, a_second: float, burst: float, count: int = 1) -> float:
        try:
            return await self._ask("tokens", lambda: self._there.take(bucket, a_second, burst, count))
        except _Away:
            return await self._here.take(bucket, a_second * SAFE_SHARE, max(count, burst * SAFE_SHARE), count)

    async def attempt(self, key: str, most: int, within_seconds: float) -> float:
        try:
            return await self._ask("throttle", lambda: self._there.attempt(key, most, within_seconds))
        except _Away:
            return await self._here.attempt(key, max(1, int(most * SAFE_SHARE)), within_seconds)

    async def issue(self, purpose: str, subject: str, code: str, seconds: float, guesses: int = 5) -> None:
        try:
            await self._ask("code", lambda: self._there.issue(purpose, subject, code, seconds, guesses))
        except _Away:
            raise TryLater("codes cannot be sent for a moment: ask for one again soon", MEND_SECONDS * 4) from None

    async def redeem(self, purpose: str, subject: str, code: str) -> bool:
        try:
            return await self._ask("code", lambda: self._there.redeem(purpose, subject, code))
        except _Away:
            raise TryLater("codes cannot be checked for a moment: try again soon", MEND_SECONDS * 4) from None

    async def note(self, provider: str, ok: bool) -> None:
        if ok:  # what was noted here alone is over, too
            await self._here.note(provider, True)
        try:
            await self._ask("breaker", lambda: self._there.note(provider, ok))
        except _Away:
            await self._here.note(provider, ok)

    async def rest(self, provider: str) -> float:
        try:
            return await self._ask("breaker", lambda: self._there.rest(provider))
        except _Away:
            return await self._here.rest(provider)

    async def slow_down(self, channel: str, pause_seconds: float) -> Slowness:
        try:
            return self._learned(channel, await self._ask("pace", lambda: self._there.slow_down(channel, pause_seconds)))
        except _Away:
            self._heard_alone.add(channel)
            return await self._here.slow_down(channel, pause_seconds)

    async def ease(self, channel: str, messages: int) -> Slowness:
        try:
            theirs = await self._ask("pace", lambda: self._there.ease(channel, messages))
        except _Away:
            return await self._here.ease(channel, messages)
        if channel not in self._heard_alone:
            return self._learned(channel, theirs)
        mine = await self._here.ease(channel, messages)
        slower = Slowness(max(mine.gap_seconds, theirs.gap_seconds), max(mine.pause_seconds, theirs.pause_seconds))
        if slower == theirs:
            self._heard_alone.discard(channel)
        return slower

    def state(self) -> str:
        self._watched()
        if not self._known:
            return "Redis was not asked yet: look again in a moment"
        if self._trouble is None:
            return "ok"
        return f"{self._trouble}. Until then rates are {SAFE_SHARE:.0%} for each process, and codes cannot be checked"

    async def look(self) -> str:
        await self._probe()
        return self.state()

    async def close(self) -> None:
        self._closed = True
        self._fault.set()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        with suppress(*FAULTS):
            await self._there.close()

    async def _ask(self, kind: _Kind, question: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        self._watched()
        if self._trouble is None:
            try:
                answer = await answer_within(question(), ANSWER_SECONDS)
            except FAULTS as fault:
                self._fell(fault)
            else:
                self._known = True
                return answer
        count("shared_state_fallbacks", kind=kind)
        raise _Away

    def _learned(self, channel: str, theirs: Slowness) -> Slowness:
        """Should Redis vanish now, this process goes no faster than it did with it."""
        self._here.remember(channel, theirs)
        return theirs

    def _watched(self) -> None:
        """From the first use on somebody looks after Redis, also while nobody asks it anything."""
        if self._watch is None and not self._closed:
            with suppress(RuntimeError):  # no loop runs: nothing can be asked either
                self._watch = asyncio.get_running_loop().create_task(self._look_after(), name="watch Redis")

    async def _look_after(self) -> None:
        while not self._closed:
            self._fault.clear()
            await self._probe()
            with suppress(asyncio.TimeoutError):
                # A fault that a request met is looked into at once: it may have been one slow answer.
                pause = WATCH_SECONDS if self._trouble is None else MEND_SECONDS
                await asyncio.wait_for(self._fault.wait(), pause)

    async def _probe(self) -> None:
        async with self._probing:
            await self._probe_alone()

    async def _probe_alone(self) -> None:
        try:
            if self._trouble is not None:
                await answer_within(self._there.drop_idle(), ANSWER_SECONDS)
            await answer_within(self._there.probe(), CONNECT_SECONDS)
            # The first may have made a connection. A Redis that is too slow for requests is not well yet.
            await answer_within(self._there.probe(), ANSWER_SECONDS)
        except FAULTS as fault:
            self._fell(fault)
        else:
            self._rose()

    def _fell(self, fault: BaseException) -> None:
        trouble = why(fault, self._there.url)
        if self._trouble is None:
            self._fault.set()
            gauge("shared_state_up", 0)
        if trouble != self._trouble:
            log.warning("redis does not serve", why=trouble)
        self._trouble, self._known = trouble, True

    def _rose(self) -> None:
        gauge("shared_state_up", 1)
        if self._trouble is not None:
            log.info("redis serves again")
        self._trouble, self._known = None, True
