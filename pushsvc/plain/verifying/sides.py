"""On which side of a value its words put it: at most or at least, before or after."""

from __future__ import annotations

from pushsvc.plain.verifying.signs import LIST, TO, is_separator, is_value
from pushsvc.plain.verifying.words import families, posts

OF_DATES = "order"
OF_SUMS = "bound"
#: The sides, as the families of the word lists name them.
CAP, FLOOR = "cap cap_post below", "floor floor_post above"
BEFORE, AFTER = "before before_post", "after after_post effective"
_OTHER = {CAP: FLOOR, FLOOR: CAP, BEFORE: AFTER, AFTER: BEFORE}


def sides_of(text: str, at: int, family: str, before: int, behind: int, kinds: dict[str, str]) -> set[str]:
    """The sides of a family that stand at a value, in its clause and not beyond another value."""
    return _before(text, at, family, before, kinds) | _behind(text, at, family, behind, kinds)


def _before(text: str, at: int, family: str, most: int, kinds: dict[str, str]) -> set[str]:
    known, post = families(), posts()
    found = set()
    hours = at
    while family == OF_DATES and at > 0 and _is_time(text[at - 1], kinds):
        at -= 1
    if text[at - 1 : at] == TO:
        first = text[max(0, at - 3) : at - 1]
        is_span = family == OF_DATES and (at == hours or any(kinds.get(sign) == "date" for sign in first))
        return {BEFORE} if is_span else set()
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
    while family == OF_DATES and hours < len(text) and _is_time(text[hours], kinds):
        hours += 1
    found = {AFTER} if family == OF_DATES and text[hours : hours + 1] == TO else set()
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
