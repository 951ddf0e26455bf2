"""The same words left and right, and another operator or value between them: 最高[必须]贷 where the source has 最高[可]贷.

This needs no place of the whole sentence in the source, so that it also sees what a sentence too short, or too far from
its source, to be laid beside it turns round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.saying import contrary_signs
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.wording import CLAUSE, SENTENCE, VALUE, wording_of
from pushsvc.plain.verifying.words import classes, families, words

_HAN = re.compile(r"[\u3400-\u9fff]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DENIES = frozenset({"mustnot", "neednot", "not"})
#: Characters of words that deny without an operator: 无房, 免缴.
_DENYING = re.compile("[无非免未拒禁]")
_TURNING = frozenset(("mode", "bound", "direction", "quantity"))
#: Han characters, or Latin words, by which a slot is known on each side.
_BESIDE_HAN, _BESIDE_LATIN = 2, 2
_SLOT_HAN, _SLOT_LATIN = 7, 24
_MOST_SLOTS = 40
#: Letters beside a value that are a place of their own, and the kinds of values that have one.
_OWN_HAN, _OWN_LATIN = 4, 14
_SLOTTED = frozenset(("date", "amount", "percentage", "count", "time"))


@dataclass(frozen=True)
class _Operator:
    sign: str
    start: int
    end: int


def turned_in_its_slot(sentence: str, source: SignedSource) -> str | None:
    """Which operator the sentence has where the source, between the same words, has its contrary; None when none."""
    said, there = wording_of(sentence).marked, source.wording.marked
    language: Language = "zh" if _HAN.search(said) else "en"
    known = families()
    for one in _operators(said, language):
        family, side = known[one.sign]
        if family not in _TURNING:
            continue
        slots = list(_slots(said, one, there, language))
        if not slots:
            continue
        found = [operator.sign for slot in slots for operator in _operators(slot, language)]
        sides = {known[sign][1] for sign in found if known[sign][0] == family}
        if one.sign in found or side in sides or (side in _DENIES and sides & _DENIES):
            continue
        if sides:
            return contrary_signs(one.sign, next(sign for sign in found if known[sign][0] == family))
        denied = _DENYING.search("".join(slots)) or any(sign == classes()["unless"] for sign in found)
        if side in _DENIES and not denied:
            return contrary_signs(one.sign, "")
    return None


def _slots(said: str, one: _Operator, there: str, language: Language) -> Iterator[str]:
    """What the source has between the words that stand just before and just behind the operator in the sentence."""
    if language == "zh":
        left, right = said[max(0, one.start - _BESIDE_HAN) : one.start], said[one.end : one.end + _BESIDE_HAN]
        right = right[:1] if right[:1] == VALUE else right
        enough = len(left) == _BESIDE_HAN and (right == VALUE or len(right) == _BESIDE_HAN) and SENTENCE not in left + right
        between = f"[^{CLAUSE}{SENTENCE}]{{0,{_SLOT_HAN}}}?"
    else:
        before, behind = said[: one.start].split(" ")[-_BESIDE_LATIN - 1 :], said[one.end :].split(" ")[: _BESIDE_LATIN + 1]
        left, right = " ".join(before), " ".join(behind)
        enough = len(left.split()) >= 1 and len(right.split()) >= _BESIDE_LATIN
        between = f"[^{CLAUSE}{SENTENCE}]{{0,{_SLOT_LATIN}}}?"
    if enough:
        pattern = re.compile(f"{re.escape(left)}({between}){re.escape(right)}")
        yield from (item[1] for item in islice(pattern.finditer(there), _MOST_SLOTS))


@lru_cache(maxsize=2048)
def _operators(text: str, language: Language) -> tuple[_Operator, ...]:
    known, signs = families(), words(language).signs
    found = ((signs.get(item.group(), ""), item) for item in words(language).pattern.finditer(text))
    return tuple(_Operator(sign, item.start(), item.end()) for sign, item in found if sign in known)


def another_in_its_slot(sentence: str, source: SignedSource) -> str | None:
    """Which value the sentence has behind, or before, words that the source only has beside others of its kind."""
    said, there = wording_of(sentence), source.wording
    least = _OWN_HAN if _HAN.search(said.marked) else _OWN_LATIN
    at = -1
    for number, value in enumerate(said.values):
        at = said.letters.find(VALUE, at + 1)
        if value[0] not in _SLOTTED:
            continue
        left = _run(said.letters[max(0, at - 2 * least) : at][::-1])[::-1]
        right = _run(said.letters[at + 1 : at + 1 + 2 * least])
        for words_beside, is_left in ((left, True), (right, False)):
            if len(words_beside) < least:
                continue
            piece = words_beside + VALUE if is_left else VALUE + words_beside
            places = there.places(piece)
            if not places:
                continue
            own = [there.values_at(place, place + len(piece))[-1 if is_left else 0] for place in places]
            printed = [there.printed_at(place + (len(words_beside) if is_left else 0)) for place in places]
            if all(other[0] == value[0] for other in own) and not any(
                other == value and _one_year(said.printed[number], as_printed)
                for other, as_printed in zip(own, printed, strict=True)
            ):
                return f"{said.printed[number]}: beside these words the source says {printed[0]}"
    return None


def _one_year(said: str, there: str) -> bool:
    """A day is known by month and day; where both are printed with a year, it is the same year."""
    years = {year for text in (said, there) if (year := "".join(_YEAR.findall(text)[:1]))}
    return len(years) < 2


def _run(letters: str) -> str:
    return letters.partition(VALUE)[0]
