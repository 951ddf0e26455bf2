"""What the pages of both imports share: taking a file or a pasted text, and saying what is wrong with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from pushsvc.domain.decoding import decode
from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput, InvalidRecord, Problem
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.line_words import in_words
from pushsvc.web.words import say

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024
#: Beside the file a form has its mark and the borders of its parts.
_ROOM = 64 * 1024
#: Of a file that is too large so much is taken and thrown away, so that the browser hears our answer and not a broken line.
_MOST_DRAINED = 200 * 1024 * 1024
_HTTP_TOO_LARGE = 413
_TOKEN_BYTES = 16
#: A pasted text is shown again beside its mistakes while it is short.
_MOST_SHOWN_AGAIN = 20_000


class TooLarge(Exception):
    """More than LARGEST: the command line takes any size."""


@dataclass(frozen=True)
class Given:
    """`body`: the file, or what was pasted. `pasted`: to show again."""

    body: bytes
    pasted: str


def new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


async def receive(request: Request) -> Given:
    """The file `file` of the form, else the text `text`. Raises as `Forms.read` does, and TooLarge."""
    try:
        form = await forms(request).read(request, largest=LARGEST + _ROOM, files=1)
    except HTTPException as refused:
        if refused.status_code != _HTTP_TOO_LARGE:
            raise
        await _drain(request)
        raise TooLarge from None
    file, pasted = form.get("file"), field(form, "text", LARGEST)
    body = await file.read() if isinstance(file, UploadFile) else b""
    if len(body) > LARGEST:
        raise TooLarge
    return Given(body or pasted.encode("utf-8", "replace"), pasted[:_MOST_SHOWN_AGAIN])


def text_of(body: bytes) -> str:
    """A file's text, from UTF-8, UTF-16 with its mark, or the GBK that a spreadsheet writes. BadInput for what is no text."""
    if not body.strip():
        raise BadInput(Problem("", "empty"))
    try:
        return decode(body, None)
    except InvalidRecord:
        raise BadInput(Problem("", "workbook")) from None


def problems_of(error: BadInput, reader: Language) -> list[str]:
    """Each problem in the reader's language, with the line and the field."""
    return [in_words(problem, reader) for problem in error.problems]


def too_large(reader: Language, command: str) -> list[str]:
    return [say(reader, "upload.too_large", megabytes=MEGABYTES, command=command)]


async def _drain(request: Request) -> None:
    taken = 0
    try:
        while taken < _MOST_DRAINED:
            message = await request.receive()
            taken += len(message.get("body", b"")) + 1
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return
    except ClientDisconnect:
        return
