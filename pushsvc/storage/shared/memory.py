"""What one process knows by itself: all there is when the service is one process, and the stand-in while Redis is away."""

from __future__ import annotations

import hmac
import time
from collections import deque
from dataclasses import dataclass

from pushsvc.clock import Clock
from pushsvc.domain.ports import Slowness
from pushsvc.storage.shared import rules
from pushsvc.storage.shared.tokens import Tokens

#: Entries of one kind kept at most: whoever makes up subjects must not fill the memory.
_MOST_KEPT = 50_000


@dataclass
class _Code:
    code: str
    ends_at: float
    guesses: int


@dataclass
class _Breaker:
    failures: int = 0
    open_until: float = 0.0


@dataclass
class _Slowing:
    gap: float = 0.0
    paused_until: float = 0.0


class MemoryShared:
    """Implements Shared. People's waiting follows `clock`; pauses towards providers are real time, like the waits in them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens = Tokens(self._now)
        self._attempts: dict[str, deque[float]] = {}
        self._codes: dict[tuple[str, str], _Code] = {}
        self._breakers: dict[str, _Breaker] = {}
        self._slowings: dict[str, _Slowing] = {}

    async def take(self, bucket: str, a_second: float, burst: float, count: int = 1) -> float:
        return self._tokens.take(bucket, a_second, burst, count)

    async def attempt(self, key: str, most: int, within_seconds: float) -> float:
        now = self._now()
        made = self._attempts.pop(key, None) or deque(maxlen=most)
        if made.maxlen != most:
            made = deque(made, maxlen=most)
        self._attempts[key] = made  # the latest stand last
        if len(made) == most and (wait := made[0] + within_seconds - now) > 0:
            return min(wait, within_seconds)
        made.append(now)
        if len(self._attempts) > _MOST_KEPT:
            for oldest in list(self._attempts)[: _MOST_KEPT // 2]:
                del self._attempts[oldest]
        return 0.0

    async def issue(self, purpose: str, subject: str, code: str, seconds: float, guesses: int = 5) -> None:
        self._codes.pop((purpose, subject), None)
        self._codes[purpose, subject] = _Code(code, self._now() + seconds, guesses)
        if len(self._codes) > _MOST_KEPT:
            for oldest in list(self._codes)[: _MOST_KEPT // 2]:
                del self._codes[oldest]

    async def redeem(self, purpose: str, subject: str, code: str) -> bool:
        kept = self._codes.get((purpose, subject))
        if kept is None:
            return False
        kept.guesses -= 1
        in_time = self._now() < kept.ends_at
        right = in_time and hmac.compare_digest(kept.code.encode(), code.encode())
        if right or not in_time or kept.guesses <= 0:
            del self._codes[purpose, subject]
        return right

    async def note(self, provider: str, ok: bool) -> None:
        if ok:
            self._breakers.pop(provider, None)
            return
        now = time.monotonic()
        breaker = self._breakers.setdefault(provider, _Breaker())
        if now < breaker.open_until:
            return  # tried before it opened: no news
        breaker.failures += 1
        if (over := breaker.failures - rules.OPENS_AFTER) >= 0:
            rest = min(rules.LONGEST_REST_SECONDS, rules.FIRST_REST_SECONDS * 2 ** min(over, 16))
            breaker.open_until = now + rest

    async def rest(self, provider: str) -> float:
        breaker = self._breakers.get(provider)
        return max(0.0, breaker.open_until - time.monotonic()) if breaker else 0.0

    async def slow_down(self, channel: str, pause_seconds: float) -> Slowness:
        now = time.monotonic()
        slowing = self._slowings.setdefault(channel, _Slowing())
        if now >= slowing.paused_until:
            slowing.gap = min(rules.LONGEST_GAP_SECONDS, max(rules.FIRST_GAP_SECONDS, slowing.gap * 2))
        slowing.paused_until = max(slowing.paused_until, now + min(pause_seconds, rules.LONGEST_PAUSE_SECONDS))
        return self._slowness(slowing, now)

    async def ease(self, channel: str, messages: int) -> Slowness:
        slowing = self._slowings.get(channel)
        if slowing is None:
            return Slowness()
        eased = slowing.gap * (1 - rules.EASING) ** messages
        slowing.gap = eased if eased > rules.SMALLEST_GAP_SECONDS else 0.0
        return self._slowness(slowing, time.monotonic())

    def remember(self, channel: str, slowness: Slowness) -> None:
        """Know as much as somebody else, who will perhaps not answer the next time."""
        self._slowings[channel] = _Slowing(slowness.gap_seconds, time.monotonic() + slowness.pause_seconds)

    def state(self) -> str:
        return "ok"

    async def look(self) -> str:
        return "ok"

    async def close(self) -> None:
        """Nothing is held open."""

    def _now(self) -> float:
        return self._clock.now().timestamp()

    @staticmethod
    def _slowness(slowing: _Slowing, now: float) -> Slowness:
        return Slowness(slowing.gap, max(0.0, slowing.paused_until - now))
