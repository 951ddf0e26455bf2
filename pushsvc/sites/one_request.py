"""One request to a site's server, within hard limits: it goes to an address that was checked, and reads so much and no more."""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pushsvc.errors import BadInput, PushsvcError
from pushsvc.sites.addresses import DEFAULT_PORTS, Address, parse
from pushsvc.sites.networks import Network, NotReachable, Resolve, reachable, system_resolve

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 64 * 1024
_MAX_WAIT_SECONDS = 3600
_CONNECT_SECONDS = 10

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
class Road:
    """How servers are reached. `allowed` are the networks of FETCH_ALLOW; `tls` is None for the system's certificates."""

    allowed: Sequence[Network] = ()
    resolve: Resolve = system_resolve
    tls: ssl.SSLContext | None = None


@asynccontextmanager
async def asked(road: Road, address: Address, headers: Mapping[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
    """The server's answer, its body not yet read, no redirect followed. NotReachable for an address that is out of bounds."""
    port = address.port or DEFAULT_PORTS[address.scheme]
    numbers = await reachable(address.host, port, road.allowed, road.resolve)
    connector = aiohttp.TCPConnector(
        resolver=_Pinned(numbers), use_dns_cache=False, force_close=True, limit=1, ssl=road.tls or True
    )
    async with (
        aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        ) as session,
        session.get(URL(address.url, encoded=True), headers=headers, allow_redirects=False) as answer,
    ):
        yield answer


@contextmanager
def faults_named(what: str, total_seconds: float) -> Iterator[None]:
    """What a network does is Refused (for good) or Unavailable (for now), with its reason. `what` is "page" or "feed"."""
    try:
        yield
    except TimeoutError:
        raise Unavailable(f"the {what} did not come within {total_seconds:g} seconds") from None
    except NotReachable as error:
        raise Refused(str(error)) from None
    except aiohttp.ClientConnectorCertificateError as error:
        raise Unavailable(f"the server's certificate is not valid: {error.certificate_error}") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise Unavailable(f"the server could not be read: {type(error).__name__}: {str(error)[:200]}") from None


def parsed(url: str, what: str) -> Address:
    """The address of a hop. Refused when it is none."""
    try:
        return parse(url)
    except BadInput as error:
        raise Refused(f"the {what} redirects to an address that is none: {error}") from None


def charset_of(answer: aiohttp.ClientResponse) -> str | None:
    """The charset that the server declares."""
    charset = answer.charset
    return charset[:40] if charset and charset.isascii() else None


def wait_of(answer: aiohttp.ClientResponse) -> timedelta | None:
    """What Retry-After asks for in seconds, an hour at most."""
    written = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(written), _MAX_WAIT_SECONDS)) if written.isascii() and written.isdigit() else None


async def body_of(answer: aiohttp.ClientResponse, most: int, what: str) -> bytes:
    """The unpacked body, at most `most` bytes. Refused when it is larger, Unavailable when it ends too early."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise Refused(f'the {what} is packed as "{coding[:40]}", which was not asked for')
    unpack = zlib.decompressobj(wbits=47) if coding not in ("identity", "") else None
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        body += chunk if unpack is None else unpacked(unpack, chunk, most + 1 - len(body), what)
        if len(body) > most:
            raise Refused(f"the {what} is larger than {most // 1024 // 1024} MiB")
    if unpack is not None and not unpack.eof:
        raise Unavailable(f"the packed {what} ends too early")
    return bytes(body)


def unpacked(unpack: zlib._Decompress, chunk: bytes, most: int, what: str) -> bytes:
    """At most `most` bytes: a small packed page can hold a mountain."""
    try:
        return unpack.decompress(chunk, most)
    except zlib.error as error:
        raise Unavailable(f"the {what} cannot be unpacked ({error})") from None


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
