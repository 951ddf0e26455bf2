"""What a sentence says of a value: at most, at least, before, from, granted, to be paid. It must be what the source says."""

from __future__ import annotations

import re

from pushsvc.plain.verifying.signs import LIST, TO, is_class, is_separator, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told, clause, values_of
from pushsvc.plain.verifying.words import families, posts

_OF_DATES = "order"
_OF_SUMS = "bound"
#: Signs before and behind a value in which a word says what the value is: in our sentence, and in the source.
_SAID_BEFORE, _SAID_BEHIND, _SOURCE_BEFORE, _SOURCE_BEHIND = 9, 3, 16, 4
#: A cap this near in the source belongs to the value alone.
_CLOSE = 3
_MOST_PLACES = 12
#: Signs around a date in which the source says what it is.
_WIDE = 30
#: Words of a sentence that only says by when to do what.
_FEW = 5
_CAP, _FLOOR = "cap cap_post below", "floor floor_post above"
_BEFORE, _AFTER = "before before_post", "after after_post effective"
_OTHER = {_CAP: _FLOOR, _FLOOR: _CAP, _BEFORE: _AFTER, _AFTER: _BEFORE}
_NAMES = {_CAP: "at most", _FLOOR: "at least", _BEFORE: "before", _AFTER: "from or after"}
#: Words of ours that say nothing of what an amount is.
_NEUTRAL = re.compile(r"涉及|文中的金额|mentions|names an amount")


def wrong_bound(told: Told, source: SignedSource, places: dict[str, list[int]]) -> str | None:
    """Which bound or order a value has in the sentence and not in the source, in words; None when none."""
    kinds = source.alphabet.kinds
    for sign, at in values_of(told.signs):
        kind = source.alphabet.kinds[sign]
        family = _OF_DATES if kind == "date" else _OF_SUMS
        found = places.get(sign, [])[:_MOST_PLACES]
        if not found or kind in ("year", "phone", "url", "email", "document"):
            continue
        said = _sides(told.signs, at, family, _SAID_BEFORE, _SAID_BEHIND, kinds)
        there = set().union(*(_sides(source.text, place, family, _SOURCE_BEFORE, _SOURCE_BEHIND, kinds) for place in found))
        if (
            told.strict
            and said - there
            and any(_says(source.units[source.unit_at(place)], side) for side in said for place in found)
        ):
            there |= said if not there else set()
        reason = (
            (
                _not_in_force(told, sign, at, source)
                or _undated(sign, said, there, source)
                or _of_another(told, sign, said, source)
            )
            if family == _OF_DATES
            else None
        )
        if reason:
            return reason
        reason = _compared(said, there, family, source.alphabet.printed[sign], told.strict)
        if reason:
            return reason
        in_span = at > 0 and (is_value(told.signs[at - 1]) or told.signs[at - 1] == TO)
        if (
            family == _OF_SUMS
            and not said
            and not all(map(is_value, told.signs))
            and not in_span
            and not _NEUTRAL.search(told.sentence)
        ):
            close = [_sides(source.text, place, family, _CLOSE, 2, kinds) for place in found]
            if (any if told.strict else all)(_CAP in sides for sides in close) and not _says(told.signs, _CAP):
                return f"bound: {source.alphabet.printed[sign]} is a cap in the source, no fixed figure"
            if told.strict and all(_FLOOR in sides for sides in close) and not _says(told.signs, _FLOOR):
                return f'bound: the source says "at least" of {source.alphabet.printed[sign]}'
    return None


def _not_in_force(told: Told, sign: str, at: int, source: SignedSource) -> str | None:
    """A day told as the first of a rule's force of which the source does not say so."""
    start, end = clause(told.signs, at)
    if not source.effect & set(told.signs[max(start, at - _CLOSE - 2) : min(end, at + _CLOSE + 2)]):
        return None
    for place in source.places_of(sign)[:_MOST_PLACES]:
        sides = _sides(source.text, place, _OF_DATES, _SOURCE_BEFORE, _SOURCE_BEHIND, source.alphabet.kinds)
        if _AFTER in sides or source.effect & set("".join(_beside(place, source))):
            return None
    return f"order: the source does not say that {source.alphabet.printed[sign]} is the day of force"


def _undated(sign: str, said: set[str], there: set[str], source: SignedSource) -> str | None:
    """A last day told of a date that the source never calls one, or a first day told of a last one."""
    if there or not said or len(said) > 1:
        return None
    printed = source.alphabet.printed[sign]
    around = [_beside(place, source) for place in source.places_of(sign)[:_MOST_PLACES]]
    last = any(_cued(f"{text}。{heads}", "last", _BEFORE, source) for text, heads in around)
    first = any(_cued(text, "first", _AFTER, source) for text, _ in around)
    if said == {_BEFORE} and not last:
        return f"order: the source does not call {printed} a last day"
    if said == {_AFTER} and last and not first:
        return f"order: the source does not call {printed} a first day"
    return None


def _of_another(told: Told, sign: str, said: set[str], source: SignedSource) -> str | None:
    """A last day told of a doing that the source sets another last day for, and says nothing of beside this date."""
    doings = [word for word, _ in told.words if is_class(word) and word not in families() and source.holds(word)]
    if said != {_BEFORE} or not doings or len(told.words) > _FEW:
        return None
    for place in source.places_of(sign)[:_MOST_PLACES]:
        number = source.unit_at(place)
        if any(word in source.units[number] or any(word in lead for lead in source.leads(number)) for word in doings):
            return None
    for number in {number for word in doings for number in source.holding(word)}:
        for at, other in enumerate(source.units[number]):
            if source.alphabet.kinds.get(other) == "date" and other != sign:
                place = source.starts[number] + at
                if _BEFORE in _sides(source.text, place, _OF_DATES, _SOURCE_BEFORE, _SOURCE_BEHIND, source.alphabet.kinds):
                    return f"{source.alphabet.printed[sign]}: the last day that the source sets for this is {source.alphabet.printed[other]}"
    return None


def _beside(place: int, source: SignedSource) -> tuple[str, str]:
    """The signs of the unit around a date, up to the next date on each side, and the heads that stand over the unit."""
    number = source.unit_at(place)
    unit, at = source.units[number], place - source.starts[number]
    kinds = source.alphabet.kinds
    low = next(
        (step for step in range(at - 1, max(-1, at - _WIDE), -1) if kinds.get(unit[step]) == "date"), max(-1, at - _WIDE)
    )
    high = next((step for step in range(at + 1, min(len(unit), at + _WIDE)) if kinds.get(unit[step]) == "date"), at + _WIDE)
    heads = "。".join(lead for lead in source.leads(number)[:2])
    return unit[low + 1 : high], heads


def _cued(text: str, side: str, order: str, source: SignedSource) -> bool:
    known = families()
    return any(cue in text for cue in source.cues[side]) or any(sign in known and known[sign][1] == order for sign in text)


def _compared(said: set[str], there: set[str], family: str, printed: str, strict: bool) -> str | None:
    name = "bound" if family == _OF_SUMS else "order"
    for side in said - there:
        if there:
            return f'{name}: the sentence says "{_NAMES[side]}" of {printed}, the source "{_NAMES[min(there)]}"'
        if strict and family == _OF_SUMS:
            return f'{name}: the source does not say "{_NAMES[side]}" of {printed}'
    return None


def _sides(text: str, at: int, family: str, before: int, behind: int, kinds: dict[str, str]) -> set[str]:
    """The sides of a family that stand at a value, in its clause and not beyond another value."""
    return _before(text, at, family, before, kinds) | _behind(text, at, family, behind, kinds)


def _before(text: str, at: int, family: str, most: int, kinds: dict[str, str]) -> set[str]:
    known, post = families(), posts()
    found = set()
    hours = at
    while family == _OF_DATES and at > 0 and _is_time(text[at - 1], kinds):
        at -= 1
    if text[at - 1 : at] == TO:
        first = text[max(0, at - 3) : at - 1]
        is_span = family == _OF_DATES and (at == hours or any(kinds.get(sign) == "date" for sign in first))
        return {_BEFORE} if is_span else set()
    place = at - 1
    while place >= max(0, at - most):
        sign = text[place]
        if sign == LIST and place > 0 and is_value(text[place - 1]):
            place -= 2
            continue
        if is_separator(sign) or (is_value(sign) and not _is_time(sign, kinds)):
            break
        if sign in known and known[sign][0] == family and sign not in post:
            found.add(_flipped(known[sign][1], text, place))
        place -= 1
    return found


def _is_time(sign: str, kinds: dict[str, str]) -> bool:
    """By 5 p.m. on 22 April: the hour and the year belong to the date."""
    return kinds.get(sign) in ("time", "year")


def _flipped(side: str, text: str, at: int) -> str:
    """不能少于 is at least: a negation just before a bound turns it."""
    known = families()
    for place in (at - 1, at - 2):
        sign = text[place : place + 1] if place >= 0 else ""
        if sign in known and sign and known[sign][0] == "mode" and known[sign][1] in ("not", "mustnot"):
            return _OTHER.get(side, side)
    return side


def _behind(text: str, at: int, family: str, most: int, kinds: dict[str, str]) -> set[str]:
    known, post = families(), posts()
    hours = at + 1
    while family == _OF_DATES and hours < len(text) and _is_time(text[hours], kinds):
        hours += 1
    found = {_AFTER} if family == _OF_DATES and text[hours : hours + 1] == TO else set()
    for place in range(at + 1, min(len(text), at + 1 + most)):
        sign = text[place]
        if is_separator(sign) or (is_value(sign) and not _is_time(sign, kinds)):
            break
        if sign in known and known[sign][0] == family:
            of_next = sign not in post and is_value(text[place + 1 : place + 2] or " ")
            if not of_next:
                found.add(known[sign][1])
            break
    return found


def _says(text: str, side: str) -> bool:
    known = families()
    return any(sign in known and known[sign][1] == side for sign in text)
