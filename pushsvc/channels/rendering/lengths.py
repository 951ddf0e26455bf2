"""How long an SMS is, and how to shorten words without breaking what they say.

3GPP TS 23.038: the GSM 7-bit alphabet takes 160 signs in one SMS and 153 in each of several, its extension signs count two;
any other sign makes the whole message UCS-2: 70 and 67 UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("^{}\\[~]|€\f")
_SIZES = {"gsm7": (160, 153), "ucs2": (70, 67)}
ELLIPSIS = "…"
#: Where a sentence may end early: after these, and at a blank between Latin words.
_BOUNDARY = re.compile(r"[，。；、！？：,;.!?:](?![0-9])|[ ）)]")
#: What must stay whole: a number with its unit, a date, an amount, a Latin word.
_WHOLE = re.compile(r"[0-9０-９][0-9０-９.,:：/\-—~～年月日时分%％]*(?:[万亿千百]?[元吨人户岁米个]|[万亿])?|[A-Za-z]+")
Encoding = Literal["gsm7", "ucs2"]


@dataclass(frozen=True)
class SmsLength:
    """`units` are septets in `gsm7` and UTF-16 units in `ucs2`; `segments` is what a carrier counts and bills."""

    encoding: Encoding
    units: int
    segments: int


def sms_length(text: str) -> SmsLength:
    """How a carrier counts `text`."""
    if all(sign in _GSM or sign in _GSM_EXTENSION for sign in text):
        widths, encoding = [2 if sign in _GSM_EXTENSION else 1 for sign in text], "gsm7"
    else:
        # A surrogate pair may not be cut by the end of a segment either.
        widths, encoding = [2 if ord(sign) > 0xFFFF else 1 for sign in text], "ucs2"
    units = sum(widths)
    alone, each = _SIZES[encoding]
    return SmsLength("gsm7" if encoding == "gsm7" else "ucs2", units, 1 if units <= alone else _segments(widths, each))


def _segments(widths: list[int], each: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > each:
            segments, used = segments + 1, 0
        used += width
    return segments


def shorten(text: str, most: int) -> str:
    """At most `most` signs of `text`, cut at a boundary and marked with "…"; a number or a word is never cut.

    Empty when not even the first word fits.
    """
    if len(text) <= most:
        return text
    room = most - len(ELLIPSIS)
    ends = [found.end() for found in _BOUNDARY.finditer(text) if found.end() <= room]
    # A boundary that would throw away more than half is too early: then the cut is between two signs.
    end = ends[-1] if ends and ends[-1] * 2 >= room else room
    for whole in _WHOLE.finditer(text):
        if whole.start() < end < whole.end():
            end = whole.start()
    kept = text[:end].rstrip(" ，。；、：,;:（(")
    return kept + ELLIPSIS if kept else ""
