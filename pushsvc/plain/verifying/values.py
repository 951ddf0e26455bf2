"""Reading numbers for the verifier. It shares nothing with the extractor, so that one mistake is not made twice."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_UNITS = {"十": 10, "百": 100, "千": 1000}
_ONES = "零一二三四五六七八九"
_BIG = {
    "十": 10.0,
    "百": 100.0,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "万亿": 1e12,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "bn": 1e9,
    "billion": 1e9,
    "trillion": 1e12,
}


#: A text of fewer characters is a sentence or a piece of one.
_SHORT = 300


def normal(text: str) -> str:
    """Width, dashes and quotes in one form; case kept."""
    return _normal_short(text) if len(text) < _SHORT else _normal_long(text)


#: Every reader of a source asks for it in normal form; two are kept, for a long one takes a megabyte.
@lru_cache(maxsize=2)
def _normal_long(text: str) -> str:
    return _normal(text)


@lru_cache(maxsize=4096)
def _normal_short(text: str) -> str:
    return _normal(text)


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    for dash in "—–−―‒－~～﹣":
        plain = plain.replace(dash, "-")
    return plain.replace("﹝", "〔").replace("﹞", "〕").replace("’", "'")


def value_of(digits: str, scale: str = "") -> float:
    """The value of 3,000 or 1.5 with 万 and the like."""
    return round(float(digits.replace(",", "").replace("，", "")) * _BIG.get(scale.lower().strip(), 1.0), 4)


def value_of_chinese(text: str) -> float | None:
    """三百六十 is 360; None when it is no numeral."""
    text = text.replace("两", "二").replace("〇", "零").replace("俩", "二")
    if text == "半":
        return 0.5
    whole = 0.0
    for part, weight in _parts(text):
        below = 0.0
        digit: int | None = None
        for character in part:
            if character in _UNITS:
                below += (1 if digit is None else digit) * _UNITS[character]
                digit = None
            elif character in _ONES:
                digit = (digit or 0) * 10 + _ONES.index(character) if digit else _ONES.index(character)
            else:
                return None
        whole += (below + (digit or 0)) * weight
    return whole


def _parts(text: str) -> list[tuple[str, float]]:
    if "亿" in text:
        high, low = text.split("亿", 1)
        return [(high or "一", 1e8), *(_parts(low) if low else [])]
    if "万" in text:
        high, low = text.split("万", 1)
        return [(high or "一", 1e4), *([(low, 1.0)] if low else [])]
    return [(text, 1.0)]
