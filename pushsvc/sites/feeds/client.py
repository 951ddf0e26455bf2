"""Asks a server for a feed: only what is new since the last time, from the site's own addresses, within hard limits."""

from __future__ import annotations

import asyncio
import re
import ssl
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp

from pushsvc.errors import PushsvcError
from pushsvc.sites.addresses import Address
from pushsvc.sites.networks import Network, Resolve, system_resolve
from pushsvc.sites.one_request import (
    MAX_REDIRECTS,
    REDIRECTS,
    Owns,
    Refused,
    Road,
    Unavailable,
    asked,
    body_of,
    charset_of,
    faults_named,
    parsed,
    unpacked,
    wait_of,
)

MAX_FEED_BYTES = 10 * 1024 * 1024  # unpacked
#: 国办秘函〔2019〕19号 counts a visit as failed after 15 s.
TOTAL_SECONDS = 15.0
_PERMANENT = frozenset({301, 308})
_GZIP = b"\x1f\x8b"
_MAX_HEADER = 500
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_HEADERS = {
    "User-Agent": "pushsvc (reads feeds of registered government sites)",
    "Accept": "application/atom+xml,application/rss+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.5",
    "Accept-Encoding": "gzip",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
}


class Gone(PushsvcError):
    """The server says that there is no such feed any more (410)."""


@dataclass(frozen=True)
class Answer:
    """What came. `body` is None when nothing has changed (304). `url` is where it lies now.

    `moved_to` is its new address for good; `max_age` is for how many seconds the server calls it fresh.
    """

    url: str
    body: bytes | None
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    max_age: int | None = None
    moved_to: str | None = None


@dataclass(frozen=True)
class FeedClient:
    """Fetches feeds. `allowed` are the networks of FETCH_ALLOW; `tls` is None for the system's certificates."""

    allowed: Sequence[Network] = ()
    resolve: Resolve = system_resolve
    tls: ssl.SSLContext | None = None
    total_seconds: float = TOTAL_SECONDS

    async def ask(self, url: str, owns: Owns, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """The feed at `url`, unless it is as it was at `etag` and `modified`.

        Raises Refused (it breaks a rule of ours), Unavailable (for now, perhaps with the wait that the server asks for), Gone.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = _HEADERS | {name: value for name, value in conditions.items() if value}
        with faults_named("feed", self.total_seconds):
            async with asyncio.timeout(self.total_seconds):
                return await self._follow(url, owns, headers)

    async def _follow(self, url: str, owns: Owns, headers: dict[str, str]) -> Answer:
        moved_to, for_good = None, True
        for _ in range(MAX_REDIRECTS + 1):
            address = parsed(url, "feed")
            if not await owns(address):
                raise Refused(f"{address.url} is not one of the site's own addresses")
            async with asked(Road(self.allowed, self.resolve, self.tls), address, headers) as answer:
                if answer.status not in REDIRECTS or "Location" not in answer.headers:
                    return await _answer(answer, address, moved_to)
                for_good = for_good and answer.status in _PERMANENT
                url = urljoin(address.url, answer.headers["Location"])
                moved_to = url if for_good else moved_to
        raise Refused(f"the feed redirects more than {MAX_REDIRECTS} times")


async def _answer(answer: aiohttp.ClientResponse, address: Address, moved_to: str | None) -> Answer:
    if answer.status == 410:
        raise Gone(f"the server says that {address.url} is gone for good (410)")
    if answer.status not in (200, 304):
        raise Unavailable(f"the server answers {answer.status} for {address.url}", wait_of(answer))
    body = None if answer.status == 304 else _plain(await body_of(answer, MAX_FEED_BYTES, "feed"))
    return Answer(
        address.url,
        body,
        charset_of(answer),
        _header(answer, "ETag"),
        _header(answer, "Last-Modified"),
        _max_age(answer),
        moved_to,
    )


def _plain(body: bytes) -> bytes:
    """A feed that is itself a packed file, as sitemap.xml.gz is."""
    if not body.startswith(_GZIP):
        return body
    unpack = zlib.decompressobj(wbits=31)
    plain = unpacked(unpack, body, MAX_FEED_BYTES + 1, "feed")
    if len(plain) > MAX_FEED_BYTES:
        raise Refused(f"the feed is larger than {MAX_FEED_BYTES // 1024 // 1024} MiB")
    if not unpack.eof:
        raise Unavailable("the packed feed ends too early")
    return plain


def _header(answer: aiohttp.ClientResponse, name: str) -> str | None:
    """What is sent back at the next visit: so nothing that could break a header, and nothing endless."""
    value = answer.headers.get(name, "").strip()
    return value if value and len(value) <= _MAX_HEADER and value.isascii() and value.isprintable() else None


def _max_age(answer: aiohttp.ClientResponse) -> int | None:
    found = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
    return int(found.group(1)) if found else None


def retry_wait(error: Unavailable) -> timedelta:
    """How long the server asked to be left alone."""
    return error.wait or timedelta()
