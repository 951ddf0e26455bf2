"""How many requests a site may make: a bucket of tokens for each, in this process's memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant

#: Buckets kept at most; the fullest go first, because a full one says nothing.
_MOST_BUCKETS = 50_000


@dataclass
class RateLimit:
    """`a_second` requests for each key in the long run, `burst` at once."""

    clock: Clock
    a_second: float = 50.0
    burst: int = 1_000
    _buckets: dict[str, tuple[float, Instant]] = field(default_factory=dict)

    def wait_seconds(self, key: str) -> int:
        """0 when the request may pass (and is counted), else the whole seconds until the next may."""
        now = self.clock.now()
        tokens, since = self._buckets.get(key, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + max(0.0, (now - since).total_seconds()) * self.a_second)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            return max(1, math.ceil((1 - tokens) / self.a_second))
        self._buckets[key] = (tokens - 1, now)
        if len(self._buckets) > _MOST_BUCKETS:
            fullest = sorted(self._buckets, key=lambda each: self._buckets[each][0], reverse=True)
            for each in fullest[: _MOST_BUCKETS // 2]:
                del self._buckets[each]
        return 0
