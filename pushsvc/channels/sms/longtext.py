"""A text as the parts that a phone puts together again, and parts as the text that they were.

3GPP TS 23.038 is the alphabet, TS 23.040 9.2.3.24.1 the header that numbers the parts. Parts are cut as `sms_length` counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pushsvc.channels.rendering.lengths import Encoding, sms_length
from pushsvc.errors import BadInput

#: In the order of their codes, 0 to 127: TS 23.038, 6.2.1. Code 27 leads to the second table.
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
_ESCAPE = 0x1B
_GSM = {sign: bytes((code,)) for code, sign in enumerate(_BASIC) if code != _ESCAPE} | {
    sign: bytes((_ESCAPE, code)) for sign, code in _SECOND.items()
}
_FROM_SECOND = {code: sign for sign, code in _SECOND.items()}
_HEADER_OCTETS = 6
_CONCATENATED_8, _CONCATENATED_16 = 0x00, 0x08
#: Septets or UTF-16 units in one of several parts.
_EACH = {"gsm7": 153, "ucs2": 67}
#: Nobody reads a longer one, and operators take no more.
MOST_PARTS = 10


@dataclass(frozen=True)
class LongText:
    """`parts` are what a submit carries, one octet a septet in `gsm7`; `headed`: each begins with its header."""

    encoding: Encoding
    parts: tuple[bytes, ...]
    headed: bool


@dataclass(frozen=True)
class Place:
    """Where a part stands in its message. `reference` is the sender's, the same in all parts."""

    reference: int
    total: int
    number: int


def part_reference(delivery_id: str) -> int:
    """The 8-bit reference of a message: derived, so that a repeat has the same and a phone drops the parts that it has."""
    return hashlib.blake2b(delivery_id.encode(), digest_size=1).digest()[0]


def cut(text: str, reference: int, *, ascii_only: bool = False) -> LongText:
    """The parts of `text`. No sign is cut in two, be it two UTF-16 units or an escape and its sign.

    `ascii_only`: where the peer reads the narrow encoding as ASCII, a text is narrow only if all its signs are ASCII.
    BadInput for half of a sign and for more than MOST_PARTS parts.
    """
    length = sms_length(text)
    encoding = length.encoding
    if ascii_only and encoding == "gsm7" and not text.isascii():
        encoding = "ucs2"
    try:
        signs = [_GSM[sign] for sign in text] if encoding == "gsm7" else [sign.encode("utf-16-be") for sign in text]
    except UnicodeEncodeError:
        raise BadInput("the text contains half of a sign (a lone surrogate); send whole characters") from None
    unit = 1 if encoding == "gsm7" else 2
    if sum(map(len, signs)) <= (160 if encoding == "gsm7" else 140):
        return LongText(encoding, (_octets(text, signs, ascii_only, encoding),), headed=False)
    spans = _spans([len(sign) // unit for sign in signs], _EACH[encoding])
    if len(spans) > MOST_PARTS:
        raise BadInput(f"the text needs {len(spans)} SMS, at most {MOST_PARTS} are sent; shorten it")
    parts = tuple(
        bytes((5, _CONCATENATED_8, 3, reference, len(spans), number))
        + _octets(text[start:end], signs[start:end], ascii_only, encoding)
        for number, (start, end) in enumerate(spans, start=1)
    )
    return LongText(encoding, parts, headed=True)


def _octets(text: str, signs: list[bytes], ascii_only: bool, encoding: Encoding) -> bytes:
    return text.encode("ascii") if ascii_only and encoding == "gsm7" else b"".join(signs)


def _spans(widths: list[int], each: int) -> list[tuple[int, int]]:
    spans, start, used = [], 0, 0
    for at, width in enumerate(widths):
        if used + width > each:
            spans.append((start, at))
            start, used = at, 0
        used += width
    return [*spans, (start, len(widths))]


def read_header(octets: bytes) -> tuple[Place | None, bytes]:
    """The place that a user data header names, and what follows it. A broken header is no header: all of it is text."""
    if not octets or octets[0] >= len(octets):
        return None, octets
    at, end, place = 1, octets[0] + 1, None
    while at + 2 <= end:
        kind, size = octets[at], octets[at + 1]
        element = octets[at + 2 : min(at + 2 + size, end)]
        if kind == _CONCATENATED_8 and len(element) == 3:
            place = _place(element[0], element[1], element[2])
        elif kind == _CONCATENATED_16 and len(element) == 4:
            place = _place(element[0] << 8 | element[1], element[2], element[3])
        at += 2 + size
    return place, octets[end:]


def _place(reference: int, total: int, number: int) -> Place | None:
    return Place(reference, total, number) if 1 <= number <= total and total > 1 else None


def read_gsm(octets: bytes) -> str:
    """Text of unpacked GSM 7-bit octets; what has no sign is shown as `?`."""
    signs, escaped = [], False
    for octet in octets:
        if escaped:
            signs.append(_FROM_SECOND.get(octet, "?"))
            escaped = False
        elif octet == _ESCAPE:
            escaped = True
        else:
            signs.append(_BASIC[octet] if octet < len(_BASIC) else "?")
    return "".join(signs)
