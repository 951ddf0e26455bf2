"""Fetches one page of a site, and nothing else: own domains only, public addresses only, within hard limits.

Every hop is checked anew: the address belongs to the site, the host's network addresses are looked up and checked, and the
connection goes to a checked one, so that a second look-up cannot give another. Certificates are verified for the host.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pushsvc.errors import BadInput, PushsvcError
from pushsvc.sites.addresses import DEFAULT_PORTS, Address, parse
from pushsvc.sites.events import Body, Form
from pushsvc.sites.networks import Network, NotReachable, Resolve, reachable, system_resolve

MAX_PAGE_BYTES = 5 * 1024 * 1024  # decompressed
MAX_REDIRECTS = 5
TOTAL_SECONDS = 20.0
_CHUNK_BYTES = 64 * 1024
_FORMS: dict[str, Form] = {"text/html": "html-bytes", "application/xhtml+xml": "html-bytes", "text/plain": "text-bytes"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_WAIT_SECONDS = 3600
_HEADERS = {
    "User-Agent": "pushsvc (fetches published pages of registered government sites)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "Accept-Encoding": "gzip",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
}

Owns = Callable[[Address], Awaitable[bool]]
"""Whether an address belongs to the site that asked."""


class Refused(PushsvcError):
    """No repeat can make this page good."""


class Unavailable(PushsvcError):
    """The page may come later; `wait` is what the server asked for."""

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class PageClient:
    """Fetches pages. `allowed` are the networks of FETCH_ALLOW; `tls` is None for the system's certificates."""

    allowed: Sequence[Network] = ()
    resolve: Resolve = system_resolve
    tls: ssl.SSLContext | None = None
    total_seconds: float = TOTAL_SECONDS
    headers: dict[str, str] = field(default_factory=lambda: dict(_HEADERS))

    async def fetch(self, url: str, owns: Owns) -> Body:
        """The page at `url`, undecoded. Raises Refused (for good) or Unavailable (for now), each with its reason."""
        try:
            async with asyncio.timeout(self.total_seconds):
                return await self._follow(url, owns)
        except TimeoutError:
            raise Unavailable(f"the page did not come within {self.total_seconds:g} seconds") from None
        except NotReachable as error:
            raise Refused(str(error)) from None
        except aiohttp.ClientConnectorCertificateError as error:
            raise Unavailable(f"the server's certificate is not valid: {error.certificate_error}") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unavailable(f"the server could not be read: {type(error).__name__}: {str(error)[:200]}") from None

    async def _follow(self, url: str, owns: Owns) -> Body:
        for _ in range(MAX_REDIRECTS + 1):
            address = _parsed(url)
            if not await owns(address):
                raise Refused(f"{address.url} is not one of the site's own addresses")
            answer = await self._one(address)
            if isinstance(answer, Body):
                return answer
            url = urljoin(address.url, answer)
        raise Refused(f"the page redirects more than {MAX_REDIRECTS} times")

    async def _one(self, address: Address) -> Body | str:
        """The page, or where it has gone."""
        port = address.port or DEFAULT_PORTS[address.scheme]
        numbers = await reachable(address.host, port, self.allowed, self.resolve)
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(numbers), use_dns_cache=False, force_close=True, limit=1, ssl=self.tls or True
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            ) as session,
            session.get(URL(address.url, encoded=True), headers=self.headers, allow_redirects=False) as answer,
        ):
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                return answer.headers["Location"]
            if answer.status != 200:
                raise Unavailable(f"the server answers {answer.status} for {address.url}", _wait_of(answer))
            return Body(_form_of(answer), await _read(answer), _charset_of(answer))


class _Pinned(AbstractResolver):
    """Knows only the addresses that were checked."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self._numbers = numbers

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=number,
                port=port,
                family=socket.AF_INET6 if ":" in number else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for number in self._numbers
        ]

    async def close(self) -> None:
        return None


def _parsed(url: str) -> Address:
    try:
        return parse(url)
    except BadInput as error:
        raise Refused(f"the page redirects to an address that is none: {error}") from None


def _form_of(answer: aiohttp.ClientResponse) -> Form:
    kind = answer.headers.get("Content-Type", "text/html").split(";")[0].strip().lower()
    if kind not in _FORMS:
        raise Refused(f"the page is {kind[:60]}; only HTML and plain text are read")
    return _FORMS[kind]


def _charset_of(answer: aiohttp.ClientResponse) -> str | None:
    charset = answer.charset
    return charset[:40] if charset and charset.isascii() else None


def _wait_of(answer: aiohttp.ClientResponse) -> timedelta | None:
    written = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(written), _MAX_WAIT_SECONDS)) if written.isascii() and written.isdigit() else None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise Refused(f'the page is packed as "{coding[:40]}", which was not asked for')
    unpack = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    page = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        page += chunk if unpack is None else _unpacked(unpack, chunk, MAX_PAGE_BYTES + 1 - len(page))
        if len(page) > MAX_PAGE_BYTES:
            raise Refused(f"the page is larger than {MAX_PAGE_BYTES // 1024 // 1024} MiB")
    if unpack is not None and not unpack.eof:
        raise Unavailable("the packed page ends too early")
    return bytes(page)


def _unpacked(unpack: zlib._Decompress, chunk: bytes, most: int) -> bytes:
    """At most `most` bytes: a small packed page can hold a mountain."""
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise Unavailable(f"the page cannot be unpacked ({error})") from None
