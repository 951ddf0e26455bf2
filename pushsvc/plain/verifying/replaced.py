"""A word that stands in the place of another of the source: it must say the same, whatever the two words are.

A sentence of ours takes the source's words, leaves some out, and puts in few. So a word in the place of another is judged
by itself: it is a shorter form of the other, the glossary's, a synonym, or one of the reviewed pairs here; else it changes
what is said, be it an office, a group, a permission or a value written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pushsvc.plain.verifying.alignment import Alignment, Gap
from pushsvc.plain.verifying.signing import signed_words
from pushsvc.plain.verifying.signs import is_separator
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.wording import CLAUSE, VALUE
from pushsvc.plain.verifying.words import glossary, reworded

#: What stands in the place of a longer piece of the source is a shorter way of saying it.
_TIMES, _MORE = 2, 3

#: With more words of its own inside a sentence is a paraphrase, whose other words are judged by what they say.
_MOST_CHANGED = 1


def replaced(found: Alignment, source: SignedSource) -> str | None:
    """Which word of the sentence stands in the place of another of the source, in words; None when none does."""
    changed = [gap for gap in found.gaps if gap.here and not gap.is_first and not gap.is_last]
    if len(changed) > _MOST_CHANGED:
        return None
    for gap in changed:
        if gap.there and _changes(gap, source):
            return f'the sentence says "{_shown(gap.here)}" where the source says "{_shown(gap.there)}"'
    return None


def _changes(gap: Gap, source: SignedSource) -> bool:
    here, there = _bare(gap.here), _bare(gap.there)
    of_values = VALUE in gap.here and VALUE in gap.there  # what is said of a value is judged beside it
    if not here or not there or of_values or len(there) > _TIMES * len(here) + _MORE:
        return False
    if _is_shorter(here, there) or any(_bare(said) == here for said in _sayings(gap.there)):
        return False
    said, meant = signed_words(gap.wide, source.alphabet), signed_words(gap.there + CLAUSE + gap.beside, source.alphabet)
    return any(sign not in meant and not is_separator(sign) for sign in said)


def _bare(text: str) -> str:
    return text.replace(VALUE, "").replace(CLAUSE, "").strip()


def _is_shorter(here: str, there: str) -> bool:
    """Do the letters of one stand in the other, in this order: 应 for 应当?"""
    left = iter(there)
    return all(letter in left for letter in here)


def _sayings(there: str) -> Iterator[str]:
    """The piece of the source with each of its words that has another one replaced by that."""
    for office, said in _pairs():
        if office in there:
            yield there.replace(office, said)
            yield said


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    return (*glossary("zh"), *glossary("en"), *reworded("zh"), *reworded("en"))


def _shown(text: str) -> str:
    return text.replace(VALUE, "…").strip(CLAUSE)
