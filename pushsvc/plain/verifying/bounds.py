"""What a sentence says of a value: at most, at least, before, from, granted, to be paid. It must be what the source says."""

from __future__ import annotations

import re

from pushsvc.plain.verifying.days import wrong_day
from pushsvc.plain.verifying.sides import AFTER, BEFORE, CAP, FLOOR, OF_DATES, OF_SUMS, sides_of
from pushsvc.plain.verifying.signs import TO, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told, values_of
from pushsvc.plain.verifying.words import families

#: Signs before and behind a value in which a word says what the value is: in our sentence, and in the source.
_SAID_BEFORE, _SAID_BEHIND, _SOURCE_BEFORE, _SOURCE_BEHIND = 9, 3, 16, 4
#: A cap this near in the source belongs to the value alone.
_CLOSE = 3
_MOST_PLACES = 12
#: A sentence of so few words says nothing but the cap.
_FEW = 3
_NAMES = {CAP: "at most", FLOOR: "at least", BEFORE: "before", AFTER: "from or after"}
#: Words of ours that say nothing of what an amount is.
_NEUTRAL = re.compile(r"涉及|文中的金额|mentions|names an amount")


def wrong_bound(told: Told, source: SignedSource, places: dict[str, list[int]]) -> str | None:
    """Which bound or order a value has in the sentence and not in the source, in words; None when none."""
    kinds = source.alphabet.kinds
    for sign, at in values_of(told.signs):
        kind = source.alphabet.kinds[sign]
        family = OF_DATES if kind == "date" else OF_SUMS
        found = places.get(sign, [])[:_MOST_PLACES]
        if not found or kind in ("year", "phone", "url", "email", "document"):
            continue
        said = sides_of(told.signs, at, family, _SAID_BEFORE, _SAID_BEHIND, kinds)
        there = set().union(*(sides_of(source.text, place, family, _SOURCE_BEFORE, _SOURCE_BEHIND, kinds) for place in found))
        if (
            told.strict
            and said - there
            and any(_says(source.units[source.unit_at(place)], side) for side in said for place in found)
        ):
            there |= said if not there else set()
        reason = wrong_day(told, sign, at, said, there, source) if family == OF_DATES else None
        if family == OF_DATES and not reason:
            reason = _other_bound(told, sign, at, found, source)
        if reason:
            return reason
        if kind == "amount" and said == {CAP} and not there and len(told.words) <= _FEW and _caps_another(sign, kind, source):
            return f'bound: the source does not say "at most" of {source.alphabet.printed[sign]}'
        reason = _compared(said, there, family, source.alphabet.printed[sign], told.strict)
        if reason:
            return reason
        in_span = at > 0 and (is_value(told.signs[at - 1]) or told.signs[at - 1] == TO)
        if (
            family == OF_SUMS
            and not said
            and not all(map(is_value, told.signs))
            and not in_span
            and not _NEUTRAL.search(told.sentence)
        ):
            close = [sides_of(source.text, place, family, _CLOSE, 2, kinds) for place in found]
            if (any if told.strict else all)(CAP in sides for sides in close) and not _says(told.signs, CAP):
                return f"bound: {source.alphabet.printed[sign]} is a cap in the source, no fixed figure"
            if told.strict and all(FLOOR in sides for sides in close) and not _says(told.signs, FLOOR):
                return f'bound: the source says "at least" of {source.alphabet.printed[sign]}'
    return None


def _caps_another(sign: str, kind: str, source: SignedSource) -> bool:
    """Is another amount of the source a cap, in so many words?"""
    kinds = source.alphabet.kinds
    return any(
        CAP in sides_of(source.text, place, OF_SUMS, _CLOSE, 2, kinds)
        for other, places in source.values_of_kind(kind).items()
        if other != sign
        for place in places[:_MOST_PLACES]
    )


def _other_bound(told: Told, sign: str, at: int, found: list[int], source: SignedSource) -> str | None:
    """不得超过3月31日 told as 不少于3月31日."""
    kinds = source.alphabet.kinds
    said = sides_of(told.signs, at, OF_SUMS, _CLOSE, 2, kinds)
    there = set().union(*(sides_of(source.text, place, OF_SUMS, _CLOSE, 2, kinds) for place in found)) if said else set()
    return _compared(said, there, OF_SUMS, source.alphabet.printed[sign], strict=False)


def _compared(said: set[str], there: set[str], family: str, printed: str, strict: bool) -> str | None:
    name = "bound" if family == OF_SUMS else "order"
    for side in said - there:
        if there:
            return f'{name}: the sentence says "{_NAMES[side]}" of {printed}, the source "{_NAMES[min(there)]}"'
        if strict and family == OF_SUMS:
            return f'{name}: the source does not say "{_NAMES[side]}" of {printed}'
    return None


def _says(text: str, side: str) -> bool:
    known = families()
    return any(sign in known and known[sign][1] == side for sign in text)
