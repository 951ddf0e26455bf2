"""Does a sentence turn round what its place in the source says: may, must, must not, not, more, less, before, after?"""

from __future__ import annotations

from pushsvc.plain.verifying.saying import contrary
from pushsvc.plain.verifying.signs import features, is_value
from pushsvc.plain.verifying.skeleton import Operator, Skeleton, found_at, skeleton
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.words import classes

_DENIES = frozenset({"mustnot", "neednot", "not"})
_AGREE = frozenset({("mustnot", "not"), ("not", "mustnot"), ("neednot", "not"), ("not", "neednot")})
#: Characters of words that deny without an operator: 无房, 异地, 擅自, 另有.
_NEGATIVE_HAN = frozenset("无非免拒异另擅禁违缺失逾除别")
#: A sentence of so few words is laid beside its own unit, not its neighbours.
_SHORT = 6
#: How far an operator may stand from the word that it governs, in signs.
_REACH = 3
#: Signs around a word by which its places are compared, and how near to the best a place must come.
_AROUND, _LIKE = 16, 0.8
#: How far from a word a denial may stand that a sentence in other words puts beside it.
_WIDE = 6
#: Signs around a word in which another word of the sentence must stand.
_BESIDE = 8


def turned(told: Told, source: SignedSource) -> str | None:
    """What is turned round, in words; None when nothing is."""
    days = frozenset(sign for sign, kind in source.alphabet.kinds.items() if kind in ("date", "year", "time"))
    said, place = skeleton(told.signs, days), skeleton(told.place.near)
    units = skeleton(_units(told, source))
    for operator in said.operators:
        if _turns_a_bound(operator, said):
            continue
        if operator.family == "quantity" and (reason := _other_quantity(operator, units, place)):
            return reason
        if operator.family in ("bound", "quantity", "choice") or (operator.family == "order" and operator.by_value):
            continue
        reason = _against(operator, said, place, units, told)
        if reason:
            return reason
    return _denies_alone(said, place, units, source.free) or _dropped(said, units)


def _other_quantity(operator: Operator, units: Skeleton, place: Skeleton) -> str | None:
    """ "Some" where the source says only "all", or the other way."""
    there = {one.side for one in units.operators if one.family == "quantity"}
    if there and operator.side not in there and not any(one.sign == operator.sign for one in place.operators):
        return contrary("quantity", operator.side, min(there))
    return None


def _units(told: Told, source: SignedSource) -> str:
    return "。".join(source.units[number] for number in told.place.units)


def _turns_a_bound(operator: Operator, said: Skeleton) -> bool:
    """不能少于 says "at least": that is looked at beside the value."""
    return operator.family == "mode" and bool(said.near(operator.at, operator.at + 1, "bound"))


def _against(operator: Operator, said: Skeleton, place: Skeleton, units: Skeleton, told: Told) -> str | None:
    right, left = said.anchor_right(operator), said.anchor_left(operator)
    if is_value(right[:1] or " "):
        right = ""
    rights = _likest(found_at(place.bare, right), place, told)
    found = [one for at in rights for one in place.near(at - _REACH, at, operator.family)]
    if not found:
        lefts = found_at(place.bare, left)
        found = [one for at in lefts for one in place.near(at + len(left), at + len(left) + _REACH, operator.family)]
    sides = {one.side for one in found}
    if operator.side in sides or any((operator.side, side) in _AGREE for side in sides):
        return None
    if (operator.side, *sides) in (("may", "must"), ("must", "may")):
        close = [one for at in rights for one in place.near(at, at, operator.family)]
        return (
            contrary(operator.family, operator.side, min(sides))
            if told.strict or (close and len(close) == len(rights))
            else None
        )
    if sides:
        return contrary(operator.family, operator.side, sorted(sides)[0])
    # In Chinese a duty is often told as what one can do (可在…申请), so there only the word's own place decides.
    if operator.family == "mode" and operator.side in ("must", "may") and told.sentence.isascii():
        there = {one.side for one in units.operators if one.family == "mode"}
        if there == {"may" if operator.side == "must" else "must"}:
            return contrary("mode", operator.side, min(there))
    if operator.family in ("direction", "period"):
        there = {one.side for one in units.operators if one.family == operator.family}
        if there and operator.side not in there:
            return contrary(operator.family, operator.side, sorted(there)[0])
        return None
    if operator.family == "mode" and operator.side in _DENIES and rights and not any(_denied_at(place, at) for at in rights):
        return contrary("mode", operator.side, "")
    return None


def _likest(places: list[int], place: Skeleton, told: Told) -> list[int]:
    """Those of several places of one word among which most words of the sentence stand."""
    if len(places) < 2:
        return places
    fits = {}
    for at in places:
        around = place.bare[max(0, at - _AROUND) : at + _AROUND]
        fits[at] = sum(weight for word, weight in told.weights.items() if word in around)
    least = max(fits.values()) * _LIKE
    return [at for at in places if fits[at] >= least]


def _denied_at(place: Skeleton, at: int) -> bool:
    """Is anything denied within some words of this one?"""
    if any(sign in _NEGATIVE_HAN for sign in place.bare[max(0, at - _WIDE) : at + _WIDE]):
        return True
    return any((one.side in _DENIES or one.sign in _negative_signs()) and abs(one.at - at) <= _WIDE for one in place.operators)


def _denies_alone(said: Skeleton, place: Skeleton, units: Skeleton, free: frozenset[str]) -> str | None:
    """A negation or an exception in a sentence whose place in the source has none at all."""
    unless = classes()["unless"]
    for operator in said.operators:
        denies = operator.family == "mode" and operator.side in _DENIES and not _turns_a_bound(operator, said)
        where = units if operator.sign == unless or len(said.bare) <= _SHORT else place
        of_call = (
            denies
            and len(said.bare) <= _SHORT
            and said.anchor_right(operator)[:1] in (free or {""})
            and said.anchor_right(operator) != ""
        )
        if ((denies or operator.sign == unless) and not _denied(where)) or of_call:
            return contrary("mode", operator.side or "unless", "")
    return None


def _denied(place: Skeleton) -> bool:
    if any(one.side in _DENIES or one.sign in _negative_signs() for one in place.operators):
        return True
    return any(sign in _NEGATIVE_HAN for sign in place.bare)


def _negative_signs() -> frozenset[str]:
    known = classes()
    return frozenset({known[name] for name in ("unless", "below", "only", "cap")})


def _dropped(said: Skeleton, place: Skeleton) -> str | None:
    """A negation of the source that the sentence leaves out, on a word that the source never says without it."""
    for operator in place.operators:
        if operator.family != "mode" or operator.side not in _DENIES:
            continue
        word = place.anchor_right(operator)
        if not word or is_value(word[0]):
            continue
        at_source = found_at(place.bare, word)
        if not all(any(one.side in _DENIES for one in place.near(at - _REACH, at, "mode")) for at in at_source):
            continue
        if not _shares(said.bare, place.bare, at_source, word):
            continue
        for at in found_at(said.bare, word):
            if not any(one.side in _DENIES for one in said.near(at - _REACH - 1, at + 1, "mode")):
                return contrary("mode", "", operator.side)
    return None


def _shares(said: str, source: str, places: list[int], word: str) -> bool:
    """Does the sentence hold another word that stands beside this one in the source?"""
    for at in places:
        beside = source[max(0, at - _BESIDE) : at] + "。" + source[at + len(word) : at + len(word) + _BESIDE]
        if any(feature in said for feature, _ in features(beside)):
            return True
    return False
