"""The Flesch-Kincaid grade of an English text: how many years of school a reader needs (Kincaid and others, 1975)."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[.!?…](?=\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end not counted; at least one."""
    low = word.lower().strip("'’")
    count = len(_VOWELS.findall(low))
    silent = (low.endswith("e") and not low.endswith(("le", "ee", "ye"))) or (
        low.endswith("es") and not low.endswith(("ses", "xes", "zes", "ches", "shes"))
    )
    past = low.endswith("ed") and not low.endswith(("ted", "ded"))
    return max(1, count - (1 if count > 1 and (silent or past) else 0))


def flesch_kincaid(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59; figures are no words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE.findall(text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
