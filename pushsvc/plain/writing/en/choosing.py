"""Which sentences are told: first what it is, then what tells a reader most, then what makes the text whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.en import weights
from pushsvc.plain.writing.en.worth import Told, word_set

__all__ = ["chosen", "with_sums"]

#: A sentence worth less than this takes a reader's time and tells little; but a text of two sentences tells less still.
_LEAST_WORTH, _LEAST_TO_FILL, _FILLED_WORDS = 1.2, -0.6, 90
#: Of a text of so few words a hard sentence is told too, if it stands near the head of the document.
_LEAST_OF_LITTLE, _LITTLE, _NEAR_HEAD = -2.4, 40, 12
_MOST_SENTENCES = 7
_ALIKE = 0.6
#: What each year of school too many costs a sentence that would say what the document is; and what it gains by standing first.
_HARD_LEAD, _FIRST = 0.25, 4.0
#: Behind "the DSCSA." or "back into work.'" nobody sees where the sentence ends: a long one would run into the next.
_UNSEEN_END, _FEW_WORDS = re.compile(r"(?<![A-Z])[A-Z]\.$|['’]$"), 14
#: Sums whose fixed sentence says little without the words around them.
_WITH_SUBJECT = frozenset({"limit", "subsidy", "standard", "new_value", "increment", "fee", "fine", "budget"})
_MOST_SUMS = 2
#: A sentence about "it" or "they" is told behind the one that says who that is.
_NEAR = 2


def chosen(candidates: Sequence[Told], room: int, allowed: Callable[[str], bool]) -> list[Told]:
    """The sentences to tell in the order of the document, of `room` words at most; `allowed` asks the verifier."""

    def may_be_told(told: Told, others: Sequence[Told], words: int) -> bool:
        hidden = told.words > _FEW_WORDS and _UNSEEN_END.search(told.made.text)
        if told.words > words or hidden or any(_alike(told, other) for other in others):
            return False
        return allowed(told.made.text)

    first = [told for told in candidates if told.leads][:4] or list(candidates[:3])
    leads = sorted(first, key=lambda told: _as_lead(told, first[0]), reverse=True)
    found = next(([told] for told in leads if may_be_told(told, [], room)), [])
    room -= sum(told.words for told in found)
    rest = sorted((told for told in candidates if told not in found), key=lambda told: (-told.rank, told.statement.start))
    for told in rest:
        least = _least(_words(found))
        if len(found) >= _MOST_SENTENCES or told.rank < least:
            break
        if (told.again and told.rank < _LEAST_WORTH) or (told.rank < _LEAST_TO_FILL and told not in candidates[:_NEAR_HEAD]):
            continue
        with_it = [told]
        if weights.LEANS.match(told.made.text) and not _begins(told):
            before = _before(told, candidates)
            if before is None:
                continue
            with_it = [told] if before in found else [before, told]
        if all(may_be_told(one, found, room) for one in with_it) and sum(one.words for one in with_it) <= room:
            found += with_it
            room -= sum(one.words for one in with_it)
    return sorted(found, key=lambda told: told.statement.start)


def with_sums(
    told_so_far: list[Told], candidates: Sequence[Told], facts: Sequence[Fact], room: int, allowed: Callable[[str], bool]
) -> list[Told]:
    """The chosen, and the sentence of a sum that none of them names: by itself "The limit is £55" has no subject."""
    said = " ".join(told.made.text for told in told_so_far)
    room -= _words(told_so_far)
    unsaid = [fact for fact in facts if fact.kind == "amount" and fact.role in _WITH_SUBJECT and fact.raw not in said]
    found = list(told_so_far)
    for fact in unsaid[:_MOST_SUMS]:
        own = next((told for told in candidates if fact in told.facts and fact.raw in told.made.text), None)
        several = len({each.value for each in unsaid if each.role == fact.role}) > _MOST_SUMS
        if own is None or several or own in found or own.words > room or any(_alike(own, other) for other in found):
            continue
        if allowed(own.made.text):
            found, room = [*found, own], room - own.words
    return sorted(found, key=lambda told: told.statement.start)


def _before(told: Told, candidates: Sequence[Told]) -> Told | None:
    """The sentence just before one that leans on it; None where that is not told, or leans itself."""
    at = candidates.index(told)
    before = candidates[at - 1] if at else None
    if before is None or before.statement.part != told.statement.part or weights.LEANS.match(before.made.text):
        return None
    return before if told.statement.start - before.statement.end <= _NEAR else None


def _least(words: int) -> float:
    """What a sentence must be worth to be told behind so many words."""
    if words < _LITTLE:
        return _LEAST_OF_LITTLE
    return _LEAST_TO_FILL if words < _FILLED_WORDS else _LEAST_WORTH


def _begins(told: Told) -> bool:
    """ "This is the budget in full" under the title leans on the title alone."""
    return told.statement.part in ("description", "summary") and told.statement.place == 0


def _as_lead(told: Told, first: Told) -> tuple[bool, float, int]:
    """How well a sentence would stand first: one that leans on another ("It opens on weekdays") does not."""
    stands = _begins(told) or not weights.LEANS.match(told.made.text)
    return stands, told.worth - _HARD_LEAD * told.hard + _FIRST * (told is first), -told.statement.start


def _words(found: Sequence[Told]) -> int:
    return sum(told.words for told in found)


def _alike(one: Told, other: Told) -> bool:
    first, second = word_set(one.made.text), word_set(other.made.text)
    return len(first & second) > _ALIKE * max(1, min(len(first), len(second)))
