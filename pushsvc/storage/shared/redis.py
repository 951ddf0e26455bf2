"""What the processes of a cluster know together, in Redis: every question is one script, so that no two answers cross."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from pushsvc.domain.ports import Slowness
from pushsvc.storage.shared import rules, scripts
from pushsvc.storage.vault_keys import derived_key

#: Connections of one process. Each carries one question at a time, and Redis answers in a fraction of a millisecond.
_CONNECTIONS = 16
_MICROS = 1_000_000


def connect(url: str, socket_seconds: float) -> Redis:
    """A client of Redis at `url`, not yet connected. Nothing is repeated: who asks knows what is safe to ask twice."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_CONNECTIONS,
        timeout=socket_seconds,
        socket_timeout=socket_seconds,
        socket_connect_timeout=socket_seconds,
        retry=Retry(NoBackoff(), 0),
        # One trip less at each connect: Redis need not know the library's name.
        driver_info=None,
        # Notices of a hosted Redis that moves would be one more question at each connect.
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    return Redis.from_pool(pool)


class RedisShared:
    """Implements the questions of Shared; every fault of Redis is raised as redis-py raises it (see guarded.py)."""

    def __init__(self, url: str, secret: str, socket_seconds: float) -> None:
        """`secret` is the service's: names and codes are hashed with a key derived from it."""
        self.url = url
        self._key = derived_key(secret, "shared-1")
        self._me = secrets.token_hex(8)
        self._redis = connect(url, socket_seconds)
        self._scripts: dict[str, Any] = {}

    async def take(self, bucket: str, a_second: float, burst: float, count: int = 1) -> float:
        if count > burst:
            raise ValueError(f"{count} tokens at once never fit a bucket of {burst:g}")
        return await self._wait(scripts.TAKE, self._name("tokens", bucket), _MICROS / a_second, burst, count)

    async def attempt(self, key: str, most: int, within_seconds: float) -> float:
        return await self._wait(scripts.ATTEMPT, self._name("attempts", key), most, int(within_seconds * _MICROS))

    async def issue(self, purpose: str, subject: str, code: str, seconds: float, guesses: int = 5) -> None:
        hashed = self._hash("value", purpose, subject, code)
        await self._run(scripts.ISSUE, self._name("code", purpose, subject), hashed, guesses, int(seconds * 1000))

    async def redeem(self, purpose: str, subject: str, code: str) -> bool:
        hashed = self._hash("value", purpose, subject, code)
        return bool(await self._run(scripts.REDEEM, self._name("code", purpose, subject), hashed))

    async def note(self, provider: str, ok: bool) -> None:
        name = self._name("breaker", provider)
        if ok:
            await self._redis.delete(name)
            return
        first, longest = int(rules.FIRST_REST_SECONDS * _MICROS), int(rules.LONGEST_REST_SECONDS * _MICROS)
        await self._run(scripts.FAIL, name, rules.OPENS_AFTER, first, longest, int(rules.FORGET_SECONDS * 1000))

    async def rest(self, provider: str) -> float:
        trial, again = int(rules.TRIAL_SECONDS * _MICROS), int(rules.ASK_AGAIN_SECONDS * _MICROS)
        return await self._wait(scripts.REST, self._name("breaker", provider), self._me, trial, again)

    async def slow_down(self, channel: str, pause_seconds: float) -> Slowness:
        pause = int(min(pause_seconds, rules.LONGEST_PAUSE_SECONDS) * _MICROS)
        gaps = (rules.FIRST_GAP_SECONDS, rules.LONGEST_GAP_SECONDS)
        return _slowness(await self._run(scripts.SLOW_DOWN, self._name("pace", channel), pause, *gaps))

    async def ease(self, channel: str, messages: int) -> Slowness:
        left = (1 - rules.EASING) ** messages if messages else 1.0
        return _slowness(await self._run(scripts.EASE, self._name("pace", channel), left, rules.SMALLEST_GAP_SECONDS))

    async def probe(self) -> None:
        """Ask what every question asks: a script that writes. It raises what they would raise."""
        await self.take("probe", 1_000_000.0, 1_000_000.0)

    async def drop_idle(self) -> None:
        """Close the connections that carry nothing: those to a Redis that went away would each break once more."""
        await self._redis.connection_pool.disconnect(inuse_connections=False)

    async def told(self) -> dict[str, Any]:
        """What Redis says of itself; nothing where this user may not ask."""
        try:
            return dict(await self._redis.info())
        except ResponseError:
            return {}

    async def close(self) -> None:
        await self._redis.aclose()

    async def _wait(self, script: str, name: str, *args: float | str) -> float:
        return int(await self._run(script, name, *args)) / _MICROS

    async def _run(self, script: str, name: str, *args: float | str) -> Any:
        # By its hash; a Redis that has restarted has forgotten the script, and is told it again.
        known = self._scripts.get(script)
        if known is None:
            known = self._scripts[script] = self._redis.register_script(script)
        return await known(keys=[name], args=args)

    def _name(self, kind: str, *parts: str) -> str:
        return f"pushsvc:{kind}:{self._hash(kind, *parts)}"

    def _hash(self, *parts: str) -> str:
        """Nobody who reads Redis learns a number or an address from it, nor can try them all without the secret."""
        packed = b"".join(len(part := text.encode()).to_bytes(4, "big") + part for text in parts)
        return hmac.digest(self._key, packed, "sha256")[:16].hex()


def _slowness(answer: Sequence[Any]) -> Slowness:
    gap, pause = answer
    return Slowness(float(gap), int(pause) / _MICROS)
