"""Forms that only our own pages can send: read in bounds, and each with a mark that ties it to its reader.

The mark is a keyed hash of a random cookie (`reader`), so no table is written for somebody who only looks. Beside it the
browser's own word counts: a form that another origin sends is refused by `Sec-Fetch-Site` or `Origin`.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from pushsvc.storage.vault import Unreadable, Vault
from pushsvc.web.readers import is_secure

READER = "reader"
MARK = "mark"
#: A form of ours has some kilobytes; one that carries a pasted text or a file says how much it may have.
LARGEST_FORM = 64 * 1024
MOST_FIELDS = 300
_READER_BYTES = 16
#: Control signs but for tab and line ends, and halves of a pair that no database stores.
_UNSEEN = dict.fromkeys([*(sign for sign in range(0x20) if sign not in (9, 10, 13)), 0x7F, *range(0xD800, 0xE000)])
_KEPT_AS = "kept cookie"
#: A browser keeps 4,096 bytes of a cookie, its name and its attributes with it.
_LARGEST_COOKIE = 3_800


class FormRefused(HTTPException):
    """The form did not come from a page of ours that this reader opened: 403, with a page that says what to do."""

    def __init__(self) -> None:
        super().__init__(403)


@dataclass(frozen=True)
class Forms:
    """Stands in `app.state.forms`."""

    vault: Vault

    def mark(self, request: Request) -> str:
        """The mark of this reader's forms; makes the reader's cookie where there is none yet (`keep_reader` sets it)."""
        reader = self._reader(request)
        if reader is None:
            reader = secrets.token_urlsafe(_READER_BYTES)
            request.state.new_reader = reader
        return self._mark(reader)

    async def read(self, request: Request, *, largest: int = LARGEST_FORM, files: int = 0) -> FormData:
        """The fields of a POST. Raises FormRefused, HTTPException 413 for one that is too large, 400 for one that is none."""
        if not _same_origin(request):
            raise FormRefused
        form = await bounded(request, largest).form(max_files=files, max_fields=MOST_FIELDS, max_part_size=largest)
        reader, said = self._reader(request), form.get(MARK)
        if reader is None or not isinstance(said, str) or not hmac.compare_digest(self._mark(reader).encode(), said.encode()):
            raise FormRefused
        return form

    def keep(
        self, request: Request, response: Response, name: str, value: Mapping[str, Any] | None, seconds: int = 86_400
    ) -> None:
        """Keep `value` (JSON, a few kilobytes) in this browser, sealed; None forgets it. ValueError when it is too much."""
        if value is None:
            response.delete_cookie(name, path="/")
            return
        sealed = self.vault.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")), f"{_KEPT_AS} {name}")
        written = base64.urlsafe_b64encode(sealed).decode()
        if len(written) > _LARGEST_COOKIE:
            raise ValueError(f"{len(written)} bytes are too much for a cookie")
        response.set_cookie(name, written, max_age=seconds, httponly=True, samesite="lax", secure=is_secure(request), path="/")

    def kept(self, request: Request, name: str) -> dict[str, Any]:
        """What `keep` kept; empty for nothing, or for what somebody else wrote."""
        try:
            sealed = base64.urlsafe_b64decode(request.cookies.get(name, ""))
            value = json.loads(self.vault.open(sealed, f"{_KEPT_AS} {name}"))
        except (Unreadable, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    def _reader(self, request: Request) -> str | None:
        return getattr(request.state, "new_reader", None) or request.cookies.get(READER) or None

    def _mark(self, reader: str) -> str:
        return base64.urlsafe_b64encode(self.vault.keyed_hash("form", reader)[:18]).decode()


def forms(request: Request) -> Forms:
    made: Forms = request.app.state.forms
    return made


def keep_reader(request: Request, response: Response) -> None:
    """Set the cookie that `mark` made."""
    reader = getattr(request.state, "new_reader", None)
    if reader:
        response.set_cookie(READER, reader, httponly=True, samesite="lax", secure=is_secure(request), path="/")


def field(form: FormData, name: str, longest: int = 2_000) -> str:
    """A field's text without blanks at its ends and without control signs (PostgreSQL takes no NUL), cut at `longest`; "" for
    none and for a file."""
    value = form.get(name)
    return value.translate(_UNSEEN).strip()[:longest] if isinstance(value, str) else ""


def fields(form: FormData, name: str, most: int = 100) -> list[str]:
    """The values of a field that may be chosen several times."""
    written = (value.translate(_UNSEEN).strip()[:200] for value in form.getlist(name) if isinstance(value, str))
    return [value for value in written if value][:most]


def _same_origin(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


def bounded(request: Request, largest: int) -> Request:
    """The same request, whose body may not be larger: a parser by itself reads whatever comes. HTTPException 413."""
    left = largest

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return Request(request.scope, receive)
