"""Latin words by their stems, roughly: both sides of a comparison are cut alike."""

from __future__ import annotations

import re
from functools import lru_cache

_ENDINGS = re.compile(r"(?:ications?|icants?|ations?|ings?|ies|ied|ions?|ers?|ors?|es|ed|ly|s|e|y)$")
_SHORTEST_STEM = 3


#: A language has some thousands of common words, and a text says each of them often.
@lru_cache(maxsize=16_384)
def stem_of(word: str) -> str:
    """apply, applies, applied, application and applicant have one stem. A rough one: both sides are cut alike."""
    if len(word) <= _SHORTEST_STEM:
        return word
    cut = _ENDINGS.sub("", word.split("'")[0])
    return cut if len(cut) >= _SHORTEST_STEM else word
