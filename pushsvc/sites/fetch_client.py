"""Fetches one page of a site, and nothing else: own domains only, public addresses only, within hard limits.

Every hop is checked anew: the address belongs to the site, the host's network addresses are looked up and checked, and the
connection goes to a checked one, so that a second look-up cannot give another. Certificates are verified for the host.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp

from pushsvc.sites.addresses import Address
from pushsvc.sites.events import Body, Form
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
    wait_of,
)

__all__ = ["MAX_REDIRECTS", "Owns", "PageClient", "Refused", "Unavailable"]
MAX_PAGE_BYTES = 5 * 1024 * 1024  # decompressed
TOTAL_SECONDS = 20.0
_FORMS: dict[str, Form] = {"text/html": "html-bytes", "application/xhtml+xml": "html-bytes", "text/plain": "text-bytes"}
_HEADERS = {
    "User-Agent": "pushsvc (fetches published pages of registered government sites)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "Accept-Encoding": "gzip",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
}


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
        with faults_named("page", self.total_seconds):
            async with asyncio.timeout(self.total_seconds):
                return await self._follow(url, owns)

    async def _follow(self, url: str, owns: Owns) -> Body:
        for _ in range(MAX_REDIRECTS + 1):
            address = parsed(url, "page")
            if not await owns(address):
                raise Refused(f"{address.url} is not one of the site's own addresses")
            answer = await self._one(address)
            if isinstance(answer, Body):
                return answer
            url = urljoin(address.url, answer)
        raise Refused(f"the page redirects more than {MAX_REDIRECTS} times")

    async def _one(self, address: Address) -> Body | str:
        """The page, or where it has gone."""
        async with asked(Road(self.allowed, self.resolve, self.tls), address, self.headers) as answer:
            if answer.status in REDIRECTS and "Location" in answer.headers:
                return answer.headers["Location"]
            if answer.status != 200:
                raise Unavailable(f"the server answers {answer.status} for {address.url}", wait_of(answer))
            return Body(_form_of(answer), await body_of(answer, MAX_PAGE_BYTES, "page"), charset_of(answer))


def _form_of(answer: aiohttp.ClientResponse) -> Form:
    kind = answer.headers.get("Content-Type", "text/html").split(";")[0].strip().lower()
    if kind not in _FORMS:
        raise Refused(f"the page is {kind[:60]}; only HTML and plain text are read")
    return _FORMS[kind]
