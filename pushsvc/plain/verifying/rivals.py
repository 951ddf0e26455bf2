"""A sentence that says one word where the source says its rival among the same words: 硕士 for 博士, outside for inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.words import rivals, words

_WORDS = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]+")
#: Characters of the source on each side of a word in which the other words of the sentence are looked for, and places.
_AROUND, _MOST_PLACES = {"zh": 36, "en": 110}, 30
#: A rival must stand among so much more of the sentence than the word itself does.
_BETTER = 1.35
#: The share of the sentence that must stand around a rival where the source never says the word.
_ENOUGH = 0.45
#: A Latin word is known by so many of its letters.
_STEM = 5


def rival_said(sentence: str, low: str, language: Language) -> str | None:
    """Which word stands where the source (`low`, in small letters) has its rival, in words; None when none does."""
    said = sentence.lower()
    for row in _rows(language):
        sides = row.sides_in(said)
        if len(sides) != 1:
            continue
        (own, item), others = next(iter(sides.items())), row.places_in(low)
        rivals_there = [place for side, places in others.items() if side != own for place in places]
        if not rivals_there:
            continue
        context = _context(said[: item.start()] + "，" + said[item.end() :], low)
        if not context:
            continue
        best = max(rivals_there, key=lambda place: _fit(context, low, place, language))
        fit = _fit(context, low, best, language)
        own_fit = max((_fit(context, low, place, language) for place in others.get(own, ())), default=0.0)
        if fit >= _ENOUGH * sum(context.values()) and fit > own_fit * _BETTER:
            return f'the sentence says "{item.group()}" where the source says "{low[best[0] : best[1]]}"'
    return None


_Span = tuple[int, int]


@dataclass(frozen=True)
class _Row:
    """The sides of one row, each with what finds its words."""

    any_side: re.Pattern[str]
    sides: tuple[re.Pattern[str], ...]

    def sides_in(self, text: str) -> dict[int, re.Match[str]]:
        """The sides of which a word stands in a text, each with the first such word."""
        if not self.any_side.search(text):
            return {}
        return {number: item for number, side in enumerate(self.sides) if (item := side.search(text))}

    def places_in(self, text: str) -> dict[int, list[_Span]]:
        """Where the words of each side stand."""
        return {
            number: [item.span() for item, _ in zip(side.finditer(text), range(_MOST_PLACES), strict=False)]
            for number, side in enumerate(self.sides)
        }


@cache
def _rows(language: Language) -> tuple[_Row, ...]:
    edge = r"\b" if language == "en" else ""
    found = []
    for sides in rivals(language):
        parts = [f"{edge}(?:{'|'.join(map(re.escape, sorted(side, key=len, reverse=True)))}){edge}" for side in sides]
        found.append(_Row(re.compile("|".join(parts)), tuple(map(re.compile, parts))))
    return tuple(found)


def _context(said: str, low: str) -> dict[str, float]:
    """The words of a sentence that the source says too, each with its weight: what stands often says little of a place."""
    found: set[str] = set()
    glue = set(words("zh").dropped_signs)
    for run in _WORDS.findall(said):
        if run.isascii():
            found.add(run[:_STEM])
        else:
            found.update(one + other for one, other in pairwise(run) if not (one in glue or other in glue))
    counted = ((word, low.count(word)) for word in found)
    return {word: (1 + count) ** -0.5 for word, count in counted if count}


def _fit(context: dict[str, float], low: str, place: _Span, language: Language) -> float:
    around = low[max(0, place[0] - _AROUND[language]) : place[0]] + "，" + low[place[1] : place[1] + _AROUND[language]]
    return sum(weight for word, weight in context.items() if word in around)
