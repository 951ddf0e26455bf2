"""What the processes of one service know together for a while: rates, throttles, one-time codes, how providers fare.

In memory where there is one process, in Redis where there are several (`Shared`, domain/ports.py).
"""

from __future__ import annotations

from pushsvc.clock import Clock
from pushsvc.domain.ports import Shared
from pushsvc.errors import BadSetting
from pushsvc.storage.shared.examining import examine
from pushsvc.storage.shared.guarded import CONNECT_SECONDS, GuardedShared
from pushsvc.storage.shared.memory import MemoryShared
from pushsvc.storage.shared.redis import RedisShared
from pushsvc.storage.shared.tokens import Tokens
from pushsvc.telemetry import gauge

__all__ = ["MemoryShared", "Tokens", "examine", "open_shared"]


def open_shared(url: str | None, clock: Clock, secret: str) -> Shared:
    """On the Redis at `url`, in memory without one. Nothing is connected before the first use; `await close()` at the end.

    `secret` is the service's: what is kept in Redis is hashed with a key derived from it. BadSetting for a malformed url.
    """
    if url is None:
        gauge("shared_state_up", 1)
        return MemoryShared(clock)
    try:
        there = RedisShared(url, secret, CONNECT_SECONDS)
    except ValueError as error:
        raise BadSetting(f"REDIS_URL cannot be read ({error}): redis[s]://[user:password@]host:port[/number]") from None
    return GuardedShared(there, MemoryShared(clock))
