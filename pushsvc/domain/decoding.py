"""From bytes to text. Government pages say one encoding and use another often enough that the bytes decide."""

from __future__ import annotations

import codecs
import re

from pushsvc.errors import InvalidRecord

_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
#: Bytes at the head of a document in which an encoding may be declared.
_HEAD_BYTES = 4096
#: A UTF-8 document that was cut or spoilt in a few places is still UTF-8 below this share of bad characters.
_SPOILT_SHARE = 0.01
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Line ends and full-width punctuation, of which two bytes of another encoding hardly ever make one.
_USUAL = frozenset("\n\r\t\u3000\u3001\u3002\uff0c\uff1a\uff1b\uff08\uff09\u201c\u201d\u300a\u300b")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "hz"})


def decode(body: bytes, declared: str | None) -> str:
    """The text of `body`. `declared` is the charset of the HTTP header, if any; a byte order mark and valid UTF-8 win over it.

    Raises InvalidRecord when the bytes are no text at all.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    if (wide := _wide(body)) and not _is_utf8(body):
        return body.decode(wide, errors="replace")
    if _is_binary(body):
        raise InvalidRecord("content: the bytes are not text (binary); send HTML or plain text as UTF-8 or GB18030")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    names = {name for name in (_canonical(declared), *_declared_inside(body)) if name}
    if not names & _CHINESE and _looks_western(body):
        return body.decode("cp1252", errors="replace")
    for name in ("big5", "big5hkscs", "utf-16", "shift_jis", "euc_kr"):
        if name in names and not names & _CHINESE:
            return body.decode(name, errors="replace")
    return _chinese_or_spoilt(body)


def _chinese_or_spoilt(body: bytes) -> str:
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError:
        as_utf8, as_gb = body.decode("utf-8", errors="replace"), body.decode("gb18030", errors="replace")
        bad_utf8, bad_gb = as_utf8.count("\ufffd"), as_gb.count("\ufffd")
        return as_utf8 if bad_utf8 <= max(bad_gb, len(as_utf8) * _SPOILT_SHARE) else as_gb


def _wide(body: bytes) -> str | None:
    """UTF-16 without its mark: Chinese signs and their punctuation, every one of two bytes.

    The punctuation decides: any Latin text, read in pairs, looks like rare Chinese characters, but has none.
    """
    sample = body[: _HEAD_BYTES & ~1]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) & ~1].decode(encoding, errors="replace")
        usual = sum(
            1 for character in text if character in _USUAL or "\u4e00" <= character <= "\u9fff" or " " <= character <= "~"
        )
        if len(text) > 7 and usual > 0.95 * len(text) and any(character in _USUAL for character in text):
            return encoding
    return None


def _is_binary(body: bytes) -> bool:
    head = body[:_HEAD_BYTES]
    return head.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xd0\xcf\x11\xe0")) or head.count(0) > len(head) // 50


def _is_utf8(body: bytes) -> bool:
    """Without zero bytes, which valid UTF-8 may hold and no text does."""
    if 0 in body[:_HEAD_BYTES]:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _canonical(name: str | None) -> str | None:
    try:
        return codecs.lookup(name.strip()).name if name else None
    except (LookupError, ValueError):
        return None


def _declared_inside(body: bytes) -> list[str | None]:
    head = body[:_HEAD_BYTES]
    return [_canonical(found.group(1).decode("ascii")) for found in (_XML.search(head), _META.search(head)) if found]


def _looks_western(body: bytes) -> bool:
    """Accented letters and curly quotes stand alone between ASCII letters; Chinese bytes come in pairs and runs."""
    runs = _HIGH_RUN.findall(body[: 64 * 1024])
    return bool(runs) and sum(1 for run in runs if len(run) == 1) * 2 > len(runs)
