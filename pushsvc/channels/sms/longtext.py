"""A text as the parts that a phone puts together again, and parts as the text that they were.

3GPP TS 23.038 is the alphabet, TS 23.040 9.2.3.24.1 the header that numbers the parts. Parts are cut as `sms_length` counts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pushsvc.channels.rendering.lengths import Encoding
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
_CONCATENATED_8, _CONCATENATED_16 = 0x00, 0x08
#: In one SMS, and in one of several behind its header of six octets.
_ALONE_SEPTETS, _EACH_SEPTETS, _ALONE_OCTETS, _EACH_UCS2 = 160, 153, 140, 67
_WIDE = re.compile(f"[^{re.escape(''.join(_GSM))}]")
#: Nobody reads a longer one, and operators take no more.
MOST_PARTS = 10


class LongText(NamedTuple):
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


def part_reference(delivery_id: str, cuts: Sequence[bytes]) -> int:
    """The 8-bit reference of a message: derived, so that a repeat has the same and a phone drops the parts that it has. With
    other words it is another, so that no phone joins parts of two texts."""
    return hashlib.blake2b(b"".join((delivery_id.encode(), *cuts)), digest_size=1).digest()[0]


def cut(text: str, delivery_id: str, *, ascii_only: bool = False) -> LongText:
    """The parts of `text`. No sign is cut in two, be it two UTF-16 units or an escape and its sign.

    `ascii_only`: where the peer reads the narrow encoding as ASCII, a text is narrow only if all its signs are ASCII.
    BadInput for half of a sign and for more than MOST_PARTS parts.
    """
    if _WIDE.search(text) or (ascii_only and not text.isascii()):
        try:
            octets = text.encode("utf-16-be")
        except UnicodeEncodeError:
            raise BadInput("the text contains half of a sign (a lone surrogate); send whole characters") from None
        if len(octets) <= _ALONE_OCTETS:
            return LongText("ucs2", (octets,), False)  # by its place: a third of the time of a short text
        return _headed("ucs2", _by_units(octets), delivery_id)
    signs = [_GSM[sign] for sign in text]
    spans = _spans([len(sign) for sign in signs])
    cuts = [text[start:end].encode("ascii") if ascii_only else b"".join(signs[start:end]) for start, end in spans]
    return LongText("gsm7", tuple(cuts), headed=False) if len(spans) == 1 else _headed("gsm7", cuts, delivery_id)


def _headed(encoding: Encoding, cuts: list[bytes], delivery_id: str) -> LongText:
    if len(cuts) > MOST_PARTS:
        raise BadInput(f"the text needs {len(cuts)} SMS, at most {MOST_PARTS} are sent; shorten it")
    reference = part_reference(delivery_id, cuts)
    heads = (bytes((5, _CONCATENATED_8, 3, reference, len(cuts), number)) for number in range(1, len(cuts) + 1))
    return LongText(encoding, tuple(head + octets for head, octets in zip(heads, cuts, strict=True)), headed=True)


def _by_units(octets: bytes) -> list[bytes]:
    """Sixty-seven UTF-16 units each, one less where the last would be the first half of a sign."""
    cuts, at = [], 0
    while at < len(octets):
        end = at + 2 * _EACH_UCS2
        if end < len(octets) and 0xD8 <= octets[end - 2] <= 0xDB:
            end -= 2
        cuts.append(octets[at:end])
        at = end
    return cuts


def _spans(widths: list[int]) -> list[tuple[int, int]]:
    """Where the parts begin and end, in signs, when the signs have these widths in septets."""
    if sum(widths) <= _ALONE_SEPTETS:
        return [(0, len(widths))]
    spans, start, used = [], 0, 0
    for at, width in enumerate(widths):
        if used + width > _EACH_SEPTETS:
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
