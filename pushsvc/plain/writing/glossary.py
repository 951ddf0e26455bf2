"""Everyday words in place of office words, from `templates/plain/glossary/`, one compiled pattern a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pushsvc import resources
from pushsvc.domain.languages import Language
from pushsvc.plain.quick_patterns import quickly


@dataclass(frozen=True)
class Entry:
    """An office word, the plain word that means the same, and a sentence before and after."""

    office: str
    plain: str
    example: tuple[str, str]
    unless_after: str = ""
    """Characters that, just before the office word, make it a part of another word: 人均可支配收入 is not 均可."""


@cache
def entries(language: Language) -> tuple[Entry, ...]:
    """The reviewed entries of one language, in the order of the file."""
    read = tomllib.loads(resources.text(f"plain/glossary/{language}.toml"))["entry"]
    return tuple(
        Entry(one["office"], one["plain"], (one["example"][0], one["example"][1]), one.get("unless_after", "")) for one in read
    )


@cache
def _compiled(language: Language) -> tuple[re.Pattern[str], Mapping[str, str]]:
    # The longest first: 逾期不予受理 before 不予受理.
    ordered = sorted(entries(language), key=lambda entry: -len(entry.office))
    edge = r"\b" if language == "en" else ""
    parts = [
        (f"(?<![{re.escape(entry.unless_after)}])" if entry.unless_after else "") + edge + re.escape(entry.office) + edge
        for entry in ordered
    ]
    flags = re.IGNORECASE if language == "en" else 0
    known = {(entry.office.lower() if flags else entry.office): entry.plain for entry in ordered}
    if language == "zh":
        return quickly("|".join(parts)), known
    return re.compile("|".join(parts), flags), known


def plainer(sentence: str, language: Language) -> str:
    """The sentence with the words of the glossary in place of office words."""
    if language == "en":
        return _plainer_english(sentence)
    pattern, plain = _compiled(language)
    return pattern.sub(lambda found: plain[found.group()], sentence)


def _plainer_english(sentence: str) -> str:
    """Only the entries of which the sentence holds the words are looked for: one pattern of all of them is ten times slower."""
    low = sentence.lower()
    held = tuple(office for office in _offices_english() if office in low)
    if not held:
        return sentence
    plain = _compiled("en")[1]

    def said(found: re.Match[str]) -> str:
        word = plain[found.group().lower()]
        begins = not found.start() or sentence[: found.start()].rstrip().endswith((".", ":", "“"))
        if found.group()[:1].isupper() and not begins and " " not in found.group():
            return found.group()  # a part of a name: the Office of Foreign Assistance
        return word[:1].upper() + word[1:] if begins and found.group()[:1].isupper() else word

    return _held(held).sub(said, sentence)


@cache
def _offices_english() -> tuple[str, ...]:
    return tuple(entry.office.lower() for entry in entries("en"))


@lru_cache(maxsize=2_000)
def _held(offices: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(offices, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, ordered)) + r")\b", re.IGNORECASE)
