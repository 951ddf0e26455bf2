"""What `pushsvc summarise` is given: a document in a file, the attachments of an event."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pushsvc.domain.attachments import MOST_ATTACHMENTS, Attachment
from pushsvc.domain.decoding import decode
from pushsvc.errors import BadInput, Problem

#: As much as the service takes in one request; a PDF or DOCX by itself may be larger, for it is read behind walls.
_MOST_BYTES, _MOST_FILE_BYTES = 5 * 2**20, 20 * 2**20
_PAGES, _TEXTS, _FILES = (".html", ".htm"), (".txt", ".md"), (".pdf", ".docx", ".docm")


def line_from_file(path: Path) -> dict[str, Any]:
    """An event from a document in a file: .html, .htm, .txt, .md, .pdf, .docx, or .json with an event. BadInput for
    anything else, and for a file that is larger than a document can be."""
    suffix = path.suffix.lower()
    body = _bytes(path, _MOST_FILE_BYTES if suffix in _FILES else _MOST_BYTES)
    if suffix == ".json":
        try:
            event = json.loads(decode(body, None))
        except (ValueError, RecursionError) as fault:
            raise BadInput(Problem(str(path), f"is not JSON: {fault}")) from fault
        if not isinstance(event, dict):
            raise BadInput(Problem(str(path), "is not one event; give JSONL on stdin for several"))
        return {"id": path.name, **event}
    if suffix in _FILES:
        carried = {"name": path.name, "content_base64": base64.b64encode(body).decode("ascii")}
        return {"id": path.name, "attachments": [carried]}
    if suffix not in (*_PAGES, *_TEXTS):
        raise BadInput(Problem(str(path), f'"{suffix}" is not read; give .html, .txt, .pdf, .docx or .json (an event)'))
    return {"id": path.name, "content_html" if suffix in _PAGES else "content_text": decode(body, None)}


def attachments_of(event: Mapping[str, Any]) -> list[Attachment]:
    """The attachments that an event carries, checked as at intake. BadInput names what breaks a rule."""
    said = event.get("attachments")
    if said is None:
        return []
    if not isinstance(said, list):
        raise BadInput(Problem("attachments", "is not a list"))
    if len(said) > MOST_ATTACHMENTS:
        raise BadInput(Problem("attachments", f"has more than {MOST_ATTACHMENTS} values"))
    return [_attachment(each, f"attachments[{position}]") for position, each in enumerate(said)]


def _attachment(said: object, place: str) -> Attachment:
    if not isinstance(said, Mapping) or not isinstance(said.get("name"), str):
        raise BadInput(Problem(place, "must be an object with a name, and content_base64 or url"))
    content, url = said.get("content_base64"), said.get("url")
    if (content is None) == (url is None) or not isinstance(content if url is None else url, str):
        raise BadInput(Problem(place, "needs either content_base64 or url"))
    kind = said.get("type") if isinstance(said.get("type"), str) else None
    if content is None:
        return Attachment(said["name"], kind, url=url)
    try:
        return Attachment(said["name"], kind, base64.b64decode("".join(content.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadInput(Problem(f"{place}.content_base64", f"is not base64 ({error})")) from None


def _bytes(path: Path, most: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most:
            raise BadInput(Problem(str(path), f"has {size:,} bytes, and a document has at most {most:,}"))
        return path.read_bytes()
    except OSError as fault:
        raise BadInput(Problem(str(path), f"cannot be read: {fault.strerror}")) from fault
