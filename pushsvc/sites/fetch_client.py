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
#: Types of files, and those under which servers send any file: the first bytes say which of the two it is.
_FILES = frozenset(
    {
        "application/pdf", "application/x-pdf", "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
        "application/octet-stream", "binary/octet-stream", "application/force-download", "application/x-download",
    }
)  # fmt: skip
#: A PDF may begin with some bytes before its mark (ISO 32000-1, annex H.3.4.1).
_PDF_HEAD = 1024
_ACCEPTED_FILES = ",application/pdf;q=0.8,application/vnd.openxmlformats-officedocument.wordprocessingml.document;q=0.8"
_HEADERS = {
    "User-Agent": "pushsvc (fetches published pages of registered government sites)",
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "Accept-Encoding": "gzip",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
}


@dataclass(frozen=True)
class PageClient:
    """Fetches pages. `allowed` are the networks of FETCH_ALLOW; `tls` is None for the system's certificates.

    `files`: a PDF or DOCX at the address is the document, and comes too, within the same limits.
    """

    allowed: Sequence[Network] = ()
    resolve: Resolve = system_resolve
    tls: ssl.SSLContext | None = None
    total_seconds: float = TOTAL_SECONDS
    headers: dict[str, str] = field(default_factory=lambda: dict(_HEADERS))
    files: bool = False

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
        headers = {**self.headers, "Accept": self.headers["Accept"] + _ACCEPTED_FILES} if self.files else self.headers
        async with asked(Road(self.allowed, self.resolve, self.tls), address, headers) as answer:
            if answer.status in REDIRECTS and "Location" in answer.headers:
                return answer.headers["Location"]
            if answer.status != 200:
                raise Unavailable(f"the server answers {answer.status} for {address.url}", wait_of(answer))
            kind = _kind_of(answer, files=self.files)
            content = await body_of(answer, MAX_PAGE_BYTES, "page")
            return Body(self._form_of(kind, content), content, charset_of(answer))

    def _form_of(self, kind: str, content: bytes) -> Form:
        """What came, by the type that the server says; a file by its first bytes, for servers call them all sorts of things."""
        marked = _marked(content) if self.files else None
        if marked == "pdf-bytes" or (marked and kind not in _FORMS):
            return marked
        if kind in _FORMS:
            return _FORMS[kind]
        raise Refused(
            f"the page is sent as {kind}, and its bytes are no PDF and no DOCX; only HTML, plain text, PDF and DOCX are read"
        )


def _kind_of(answer: aiohttp.ClientResponse, *, files: bool) -> str:
    """The media type. Refused before anything is read where it is of no kind that is read."""
    kind = answer.headers.get("Content-Type", "text/html").split(";")[0].strip().lower()
    if kind in _FORMS or (files and kind in _FILES):
        return kind
    read = "HTML, plain text, PDF and DOCX" if files else "HTML and plain text"
    raise Refused(f"the page is {kind[:60]}; only {read} are read")


def _marked(content: bytes) -> Form | None:
    """What the first bytes say: a PDF, or the package that a DOCX is."""
    if b"%PDF-" in content[:_PDF_HEAD]:
        return "pdf-bytes"
    return "docx-bytes" if content.startswith(b"PK\x03\x04") else None
