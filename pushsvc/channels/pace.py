"""The pace of one channel: its rate, what its provider asked for, and whether the provider can be reached at all.

One for all connections of a process. What it learns it shares with the other processes, and it asks them twice a second at
most: a message costs no question of its own, unless the provider asked to slow down.
"""

from __future__ import annotations

import math
import time

from pushsvc.domain.ports import Shared, Slowness

#: The pause after the first "slow down", when the provider names none.
FIRST_PAUSE_SECONDS = 5.0
#: How often it asks what other processes learned, while messages leave.
LOOK_SECONDS = 0.5
#: Tokens are taken for so long at a time, and are good for so long: then somebody else may use them.
TAKEN_SECONDS = 0.1
GOOD_SECONDS = 1.0
#: A connection claims no more than its channel sends in so long; the rest would go back to the ledger.
CLAIM_SECONDS = 2.0
#: As long as one waits at most before it asks again: another process may have found the provider well.
LONGEST_WAIT_SECONDS = 1.0


class Pace:
    """`channel`'s pace towards `provider`, at most `a_second` messages in all processes together (None: no limit)."""

    def __init__(self, shared: Shared, channel: str, provider: str, a_second: float | None = None) -> None:
        self._shared, self._channel, self._provider, self._most_a_second = shared, channel, provider, a_second
        self._gap = 0.0
        #: Moments of the monotonic clock: the provider's pause, an open breaker, no token before.
        self._paused_until = self._rests_until = self._no_token_until = 0.0
        self._look_at = 0.0
        self._tokens, self._tokens_end_at = 0, 0.0
        self._taken_since_look, self._well_at = 0, 0.0

    @property
    def gap_seconds(self) -> float:
        """Between two messages, because the provider asked for it; 0 when it did not."""
        return self._gap

    @property
    def wait_seconds(self) -> float:
        """As far as this process knows, how long until a message may go."""
        until = max(self._paused_until, self._rests_until, self._no_token_until)
        return max(0.0, until - time.monotonic()) if until else 0.0

    async def turn(self) -> float:
        """0: one message may go now, and its place is taken (`give_back` when it does not go). Else the seconds to wait
        before asking again."""
        if time.monotonic() >= self._look_at:
            await self._look()
        if self.wait_seconds:
            return min(self.wait_seconds, LONGEST_WAIT_SECONDS)
        rate = self._rate()
        if rate is None:
            return 0.0
        if self._tokens > 0 and time.monotonic() < self._tokens_end_at:
            self._tokens -= 1
            return 0.0
        return await self._take(rate)

    async def hear(self) -> float:
        """0: it is worth claiming messages. Else the seconds to wait before asking again."""
        if self.wait_seconds and time.monotonic() >= self._look_at:
            await self._look()
        return min(self.wait_seconds, LONGEST_WAIT_SECONDS)

    def give_back(self) -> None:
        """The message whose turn it was does not go."""
        self._tokens += 1

    def most(self, batch: int) -> int:
        """How many of a `batch` are worth claiming."""
        rate = self._rate()
        return batch if rate is None else min(batch, max(1, math.ceil(rate * CLAIM_SECONDS)))

    def reached(self, taken: bool) -> None:
        """The provider answered; `taken`: and took the message, so the gap shrinks."""
        self._well_at = time.monotonic()
        if taken and self._gap:
            self._taken_since_look += 1

    async def not_reached(self) -> None:
        """Everybody hears of it. After some in a row, in any process, nobody tries for a while."""
        self._well_at = self._look_at = 0.0
        await self._shared.note(self._provider, False)

    async def slow_down(self, asked_seconds: float | None) -> None:
        """The provider has had enough for now: everybody pauses, then goes on with twice the gap."""
        pause = FIRST_PAUSE_SECONDS if asked_seconds is None else asked_seconds
        self._learn(await self._shared.slow_down(self._channel, pause))

    async def _look(self) -> None:
        """Say what went well since the last look, and hear what the others learned."""
        now = time.monotonic()
        self._look_at = now + LOOK_SECONDS  # first: the other connections need not look too
        taken, self._taken_since_look = self._taken_since_look, 0
        well = now - self._well_at < LOOK_SECONDS * 2  # older news may be overtaken by another process's
        self._learn(await self._shared.ease(self._channel, taken))
        if well:
            await self._shared.note(self._provider, True)
            self._rests_until = 0.0
        elif rest := await self._shared.rest(self._provider):
            self._rests_until = time.monotonic() + rest
            # At its end one process may try: that has to be asked, not assumed.
            self._look_at = min(self._look_at, self._rests_until)
        else:
            self._rests_until = 0.0

    async def _take(self, rate: float) -> float:
        """Take tokens for this message and the next few."""
        burst = max(1.0, rate)
        count = max(1, int(rate * TAKEN_SECONDS))
        now = time.monotonic()
        if wait := await self._shared.take(f"pace {self._channel}", rate, burst, count):
            self._no_token_until = time.monotonic() + wait  # the other connections need not ask before
            return min(wait, LONGEST_WAIT_SECONDS)
        self._no_token_until = 0.0
        left = self._tokens if now < self._tokens_end_at else 0  # another connection may have taken some meanwhile
        self._tokens, self._tokens_end_at = left + count - 1, now + GOOD_SECONDS
        return 0.0

    def _rate(self) -> float | None:
        asked = 1 / self._gap if self._gap else None
        return min(asked, self._most_a_second) if asked and self._most_a_second else asked or self._most_a_second

    def _learn(self, slowness: Slowness) -> None:
        if slowness.gap_seconds > self._gap:
            self._tokens = 0  # taken at a rate that is too fast now
        self._gap = slowness.gap_seconds
        self._paused_until = time.monotonic() + slowness.pause_seconds if slowness.pause_seconds else 0.0
