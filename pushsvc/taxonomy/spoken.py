"""How places are spoken: pinyin without tones, initials, English names; and every listed place with its ways of being named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pushsvc import taxonomy
from pushsvc.taxonomy.entries import rows
from pushsvc.taxonomy.folding import fold_phrase
from pushsvc.taxonomy.regions import short_name

_NO_LETTER = re.compile(r"[^a-z]")
_WORD_FOR_PLACE = re.compile(r"(?i)(city|province|district|county|prefecture|league)$")


@dataclass(frozen=True, slots=True)
class Place:
    """`names`: folded, the whole one first. `english` and `syllables` are Latin letters alone."""

    code: str
    names: tuple[str, ...]
    english: str
    syllables: tuple[str, ...]
    short: int
    """How many of the syllables are the short name."""


def begins(typed: str, syllables: Sequence[str], least: int) -> bool:
    """Whether `typed` is made of the beginnings of the syllables, one after the other: cd, chd and chdu are 成都."""
    reached = {typed}
    for number, syllable in enumerate(syllables):
        left: set[str] = set()
        for rest in reached:
            length = 0
            while length < min(len(rest), len(syllable)) and rest[length] == syllable[length]:
                length += 1
                left.add(rest[length:])
        if "" in left and number + 1 >= min(least, len(syllables)):
            return True
        reached = left - {""}
        if not reached:
            return False
    return False


def latin(folded: str) -> str:
    """Letters alone, without their marks: ü, and v where it is typed for it, is u; Ürümqi is urumqi."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))
    return _NO_LETTER.sub("", plain).replace("v", "u")


@cache
def places() -> tuple[Place, ...]:
    """Every listed place that has a sound, in the order of the codes."""
    regions = taxonomy.regions()
    spoken = {row["code"]: tuple(row["pinyin"].split()) for row in rows("region_pinyin.csv")}
    made = []
    for entry in regions.all():
        syllables = spoken.get(entry.code, ())
        if not syllables and not entry.name_en:
            continue
        short = short_name(entry.name)
        names = tuple(dict.fromkeys((fold_phrase(entry.name), fold_phrase(short))))
        english = latin(fold_phrase(_WORD_FOR_PLACE.sub("", entry.name_en or "").strip()))
        made.append(Place(entry.code, names, english, syllables, len(short)))
    return tuple(made)


@cache
def by_code() -> dict[str, Place]:
    """The same by their codes."""
    return {place.code: place for place in places()}


def bare(folded: str) -> str:
    """Latin letters without the word for what kind of place it is: Wuhou District is wuhou."""
    return latin(_WORD_FOR_PLACE.sub("", folded))
