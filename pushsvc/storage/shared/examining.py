"""What `pushsvc doctor` asks Redis once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from pushsvc.storage.shared.faults import FAULTS, place_of, why
from pushsvc.storage.shared.redis import RedisShared

_SECONDS = 3.0
_OLDEST = (5, 0)


async def examine(url: str) -> tuple[bool, str]:
    """Whether what is needed works on the Redis at `url` (a script that writes), and one line that says what was found: what
    is wrong and how to mend it, or the version and what an operator should know. Never raises for what Redis does."""
    try:
        shared = RedisShared(url, "of the doctor, who keeps nothing", _SECONDS)
    except ValueError as error:
        return False, f"REDIS_URL cannot be read: {error}"
    try:
        async with asyncio.timeout(_SECONDS):
            await shared.probe()
            return _found(await shared.told(), url)
    except FAULTS as fault:
        return False, why(fault, url)
    finally:
        with suppress(*FAULTS):
            await shared.close()


def _found(told: dict[str, Any], url: str) -> tuple[bool, str]:
    version = str(told.get("redis_version", "of a version that it does not tell"))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers and numbers < _OLDEST:
        return False, f"Redis at {place_of(url)} is {version}: 5.0 or later is needed"
    words = [f"Redis {version} at {place_of(url)} takes writes"]
    if told and not told.get("aof_enabled"):
        words.append("appendonly is off: codes that were sent and rates that were used are forgotten when it restarts")
    policy = str(told.get("maxmemory_policy", ""))
    if told.get("maxmemory") and policy.startswith("allkeys"):
        words.append(f"maxmemory-policy {policy} may drop codes and throttles: volatile-ttl is better, or more memory")
    return True, "; ".join(words)
