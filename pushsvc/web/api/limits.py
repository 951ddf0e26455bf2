"""How many requests a site may make, over all processes that serve it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pushsvc.domain.ports import Shared


@dataclass(frozen=True)
class RateLimit:
    """`a_second` requests for each key in the long run, `burst` at once."""

    shared: Shared
    a_second: float = 50.0
    burst: int = 1_000

    async def wait_seconds(self, key: str) -> int:
        """0 when the request may pass (and is counted), else the whole seconds until the next may."""
        wait = await self.shared.take(f"requests {key}", self.a_second, self.burst)
        # The rounding of floats is no second.
        return max(1, math.ceil(wait - 1e-3)) if wait else 0
