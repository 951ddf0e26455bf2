"""Calls to a provider over kept HTTP connections: what was answered, or how far the call came when it broke."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from pushsvc.domain.notices import SendResult
from pushsvc.settings.providers import ProviderUrl

#: For a whole call, so that a message ends while its lease of 20 s has time left.
CALL_SECONDS = 15.0
CONNECT_SECONDS = 5.0
#: A provider's answer has some hundred bytes; what never ends is not read to its end.
LARGEST_ANSWER = 1024 * 1024
#: How many seconds to wait a provider may ask for.
_LONGEST_WAIT_SECONDS = 86_400.0


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: its status, its headers in small letters, its body (at most 1 MiB)."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Mapping[str, Any] | None:
        """The JSON object of the body; None when it holds none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def retry_after_seconds(self) -> float | None:
        written = self.headers.get("retry-after", "")
        return min(float(written), _LONGEST_WAIT_SECONDS) if written.isdecimal() else None


class HttpCalls:
    """One provider's kept connections. Redirects are not followed: nobody else gets our messages."""

    def __init__(self, provider: str, base: str, *, at_once: int = 10, call_seconds: float = CALL_SECONDS) -> None:
        self.provider, self.base, self._at_once, self._call_seconds = provider, base.rstrip("/"), at_once, call_seconds
        self._session: aiohttp.ClientSession | None = None

    async def call(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer | SendResult:
        """The answer, whatever its status; else `not_sent` (nothing left) or `unknown` (it may have been taken)."""
        try:
            async with asyncio.timeout(self._call_seconds):
                async with self._open().request(
                    method, f"{self.base}{path}", data=body, headers=dict(headers or {}), allow_redirects=False
                ) as answer:
                    read = await answer.content.read(LARGEST_ANSWER)
                    while len(read) < LARGEST_ANSWER and (more := await answer.content.read(LARGEST_ANSWER - len(read))):
                        read += more
                    return Answer(answer.status, read, {name.lower(): value for name, value in answer.headers.items()})
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as fault:
            return SendResult("not_sent", "connect", f"{self.provider} cannot be reached: {fault}", provider=self.provider)
        except aiohttp.InvalidURL as fault:
            return SendResult("refused", "url", f"{self.provider}: {type(fault).__name__}", provider=self.provider)
        except TimeoutError:
            why = f"{self.provider} did not answer within {self._call_seconds:g} s"
            return SendResult("unknown", "no_answer", why, provider=self.provider)
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            why = f"the connection to {self.provider} broke: {type(fault).__name__}"
            return SendResult("unknown", "broke", why, provider=self.provider)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # A header or a cookie of one answer may not colour the next call.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._at_once, keepalive_timeout=30.0, ttl_dns_cache=60),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def base_of(provider: ProviderUrl, *, https: bool = True) -> str:
    """`https://host[:port]` of a provider's setting; plain HTTP where it says so, which only loopback may."""
    scheme = "https" if https and not provider.insecure else "http"
    host = f"[{provider.host}]" if ":" in provider.host else provider.host
    return f"{scheme}://{host}{f':{provider.port}' if provider.port else ''}"
