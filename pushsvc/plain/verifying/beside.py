"""A sentence in the source's own words must tell all that turns them: conditions, negations, quantifiers, values."""

from __future__ import annotations

import re

from pushsvc.plain.verifying.alignment import Alignment, aligned, same_words
from pushsvc.plain.verifying.conditions import condition_left_out
from pushsvc.plain.verifying.gaps import turned_in_gaps
from pushsvc.plain.verifying.literal import is_close
from pushsvc.plain.verifying.replaced import replaced
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.wording import SENTENCE, VALUE, Wording, wording_of
from pushsvc.plain.verifying.words import words

_HAN = re.compile(r"[\u3400-\u9fff]")
#: Letters with which a sentence says enough to be looked for as it is.
_ENOUGH_HAN, _ENOUGH_LATIN = 6, 14
#: Letters before a value by which its place is known.
_BEFORE_VALUE = 12
#: Sentences of one source that are remembered.
_MOST_REMEMBERED = 500
_LISTED = frozenset(("phone", "email", "url"))


def left_out(sentence: str, before: str | None, source: SignedSource) -> str | None:
    """What `sentence` leaves out of the source's own sentence, or puts into it; None when it tells it as it is.

    `before` are the sentences before it in the same text, which may have told the condition;
    None when the sentence has no place in a text yet, and conditions are not asked for.
    """
    said = wording_of(sentence)
    if len(said.letters) < (_ENOUGH_HAN if _HAN.search(said.marked) else _ENOUGH_LATIN):
        return None

    def told() -> str:
        return wording_of(before or "").marked + SENTENCE + said.marked

    def without_condition(there: tuple[str, str, str]) -> str | None:
        return None if before is None else condition_left_out(*there, told)

    reasons = []
    places = list(same_words(said, source.wording))
    with_its_values = [place for place in places if source.wording.values_at(*place) == said.values]
    for start, end in with_its_values or places:
        reason = _other_values(said, start, end, source.wording) or without_condition(source.wording.around(start, end))
        if reason is None:
            return None
        reasons.append(reason)
    if reasons:
        return reasons[0]
    found, turned = _laid_beside(sentence, said, source)
    if found is None:
        return None
    return turned or without_condition((found.before, found.said, found.behind))


def is_near(sentence: str, source: SignedSource) -> bool:
    """Is the sentence its own of the source, but for some words that were put in?"""
    found, _ = _laid_beside(sentence, wording_of(sentence), source)
    return is_close(sentence, source.letters, found.share if found else 0.0)


def _laid_beside(sentence: str, said: Wording, source: SignedSource) -> tuple[Alignment | None, str | None]:
    """The sentence beside its own in the source, and what turns it: the same in whatever place it is told."""
    known = source.laid_beside.get(sentence)
    if known is None:
        found = aligned(said, source.wording, words("en").licensed_words)
        near = found is not None and is_close(sentence, source.letters, found.share)
        turned = (turned_in_gaps(found, sentence, source) or replaced(found, source)) if found and near else None
        known = found, turned
        if len(source.laid_beside) < _MOST_REMEMBERED:
            source.laid_beside[sentence] = known
    return known


def _other_values(said: Wording, start: int, end: int, source: Wording) -> str | None:
    """The same words with another value, which no place of the source puts behind these words."""
    there = source.values_at(start, end)
    if len(there) != len(said.values) or there == said.values:
        return None
    letters, at = said.letters, -1
    for number, (one, other) in enumerate(zip(said.values, there, strict=True)):
        at = letters.find(VALUE, at + 1)
        piece = letters[max(0, at - _BEFORE_VALUE) : at + 1]
        if one[0] != other[0] or one[0] in _LISTED or one == other:
            continue
        own = said.values[number + 1 - piece.count(VALUE) : number + 1]
        if not any(source.values_at(place, place + len(piece)) == own for place in source.places(piece)):
            return f"{said.printed[number]}: beside these words the source says {source.printed_at(start + at)}"
    return None
