"""One row of a shipped list, and how the lists are read from the package."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pushsvc.domain.languages import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a region, an industry, a topic or an audience group. A life topic or an audience is known by its name.

    `cues_zh` and `cues_en` (lower case) are words in a document that speak for this entry; `aliases` are other names
    that people may write for it. Of the cues, `title_cues` speak in a title only: every page of a text may hold 身份证.
    """

    code: str
    name: str
    name_en: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    cues_zh: tuple[str, ...] = ()
    cues_en: tuple[str, ...] = ()
    title_cues: frozenset[str] = frozenset()

    def in_language(self, language: Language) -> str:
        """The name in `language`; the Chinese one where the list has no English name."""
        return self.name_en or self.name if language == "en" else self.name


def rows(file: str) -> list[dict[str, str]]:
    """The rows of one shipped list, each a mapping of column to cell."""
    text = files("pushsvc.taxonomy").joinpath("data", file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several."""
    return tuple(cell.split("|")) if cell else ()


def cues(cell: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The cue words of a cell, and those of them that speak in a title only (marked by a ~ behind them)."""
    words = several(cell)
    return tuple(word.rstrip("~") for word in words), frozenset(word[:-1] for word in words if word.endswith("~"))


#: Letters in a bucket of `any_of`.
_BUCKET = 30


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest of one letter first: at most places one look at the letter is enough.

    Many letters stand in buckets, so that not all of them are looked at where one of them stands.
    """
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        by_first[word[0]].append(re.escape(word[1:]))
    firsts = sorted(by_first)
    buckets = [firsts[at : at + _BUCKET] for at in range(0, len(firsts), _BUCKET)]
    return f"{_one_of(firsts)}(?:{'|'.join(f'{_one_of(bucket)}(?:{_any_with(bucket, by_first)})' for bucket in buckets)})"


def _one_of(firsts: Sequence[str]) -> str:
    return f"(?=[{''.join(map(re.escape, firsts))}])"


def _any_with(firsts: Sequence[str], rests: Mapping[str, Sequence[str]]) -> str:
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rests[first])})" for first in firsts)
