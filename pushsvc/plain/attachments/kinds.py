"""What a file is: by its first bytes, and whether its name says the same."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal

from pushsvc.domain.attachments import WhyNot

Readable = Literal["pdf", "docx", "html", "text"]
Family = Literal["pdf", "zip", "ole", "picture", "html", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A DOCX with a password is an old-style container around the encrypted package.
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
#: A PDF may begin with some bytes of a mail gateway before its mark.
_PDF_HEAD = 1024

_BY_NAME: dict[str, Family] = {
    "pdf": "pdf", "docx": "zip", "docm": "zip", "xlsx": "zip", "pptx": "zip", "zip": "zip", "ofd": "zip", "odt": "zip",
    "doc": "ole", "xls": "ole", "ppt": "ole", "wps": "ole", "et": "ole",
    "png": "picture", "jpg": "picture", "jpeg": "picture", "gif": "picture", "bmp": "picture", "tif": "picture",
    "tiff": "picture",
    "html": "html", "htm": "html", "txt": "text", "md": "text", "csv": "text",
}  # fmt: skip
_BY_TYPE: dict[str, Family] = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "zip",
    "application/msword": "ole",
    "text/html": "html",
    "text/plain": "text",
}
_OLD_NAMES = frozenset({"doc", "xls", "ppt", "wps", "et"})
_OTHER_ZIPS = frozenset({"xlsx", "pptx", "zip", "ofd", "odt"})


def kind_of(name: str, media_type: str | None, body: bytes) -> Readable | WhyNot:
    """How a file is to be read, or why it is not."""
    ending = PurePosixPath(name.strip().lower()).suffix.lstrip(".")
    said = _BY_NAME.get(ending) or _BY_TYPE.get((media_type or "").split(";")[0].strip().lower())
    found = _family(body)
    if not body.strip():
        return "empty"
    if found == "ole":
        if _ENCRYPTED_PACKAGE in body and said in ("zip", None):
            return "encrypted"
        return "old_format" if said in ("ole", None) or ending == "docx" else "mismatch"
    if found == "picture":
        return "scan" if said in ("picture", None) else "mismatch"
    if found == "zip":
        return _package(ending, said)
    if found == "pdf":
        return "pdf" if said in ("pdf", None) else "mismatch"
    # What has no mark of its own is text, where its name does not promise another kind.
    if said in ("html", "text"):
        return said
    if said is None:
        return found if ending == "" else "not_read"
    # Old Word documents are often pages or rich text under another name.
    return "old_format" if ending in _OLD_NAMES else "mismatch"


def _package(ending: str, said: Family | None) -> Readable | WhyNot:
    if ending in _OTHER_ZIPS:
        return "not_read"
    return "docx" if said in ("zip", None) else "mismatch"


def _family(body: bytes) -> Family:
    if body.startswith(_OLE):
        return "ole"
    if body.startswith(b"PK\x03\x04") or body.startswith(b"PK\x05\x06"):
        return "zip"
    if b"%PDF-" in body[:_PDF_HEAD]:
        return "pdf"
    if body.startswith(_PICTURES):
        return "picture"
    head = body[:_PDF_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if head.startswith((b"<!doctype html", b"<html", b"<?xml")) else "text"
