"""CONTRACT's limits of a summary line, "summary line"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pushsvc.domain.languages import Language

Line = Literal["headline", "sentence", "action", "short"]

_TEXT = {"zh": 200, "en": 120}
_MOST: dict[str, dict[Line, int]] = {
    "zh": {"headline": 40, "sentence": 40, "action": 40, "short": 28},
    "en": {"headline": 15, "sentence": 25, "action": 25},
}
_SHORT_LATIN = 90


def fits(line: Line, text: str, language: Language) -> bool:
    """Whether `text` is short enough: Chinese is counted in characters, English in words, its short in characters."""
    if language == "en" and line == "short":
        return len(text) <= _SHORT_LATIN
    return _length(text, language) <= _MOST[language][line]


def fits_text(sentences: Sequence[str], language: Language) -> bool:
    return sum(_length(sentence.strip(), language) for sentence in sentences) <= _TEXT[language]


def _length(text: str, language: Language) -> int:
    return len(text) if language == "zh" else len(text.split())
