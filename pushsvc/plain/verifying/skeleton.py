"""A text in signs without its operators, and each operator with the place where it acts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from pushsvc.plain.verifying.signs import is_separator, is_word
from pushsvc.plain.verifying.words import families


@dataclass(frozen=True)
class Operator:
    """One operator: its family (mode, bound, order …), its side in it, and where in the bare text it stands."""

    sign: str
    family: str
    side: str
    at: int
    #: The sign just before or just after is a day.
    by_value: bool


#: Operators of one family that are looked at around one place: a line of nothing but operators has thousands.
_MOST_NEAR = 8


@dataclass(frozen=True)
class Skeleton:
    """`bare` is the text without operators and separators; `ends` are the places in it where a clause ends."""

    bare: str
    operators: tuple[Operator, ...]
    ends: frozenset[int]

    def anchor_right(self, operator: Operator) -> str:
        """The word that an operator governs: what stands behind it in its clause."""
        return self._right(operator.at)

    def _right(self, at: int) -> str:
        if at in self.ends or at >= len(self.bare):
            return ""
        if is_word(self.bare[at]) or at + 1 in self.ends:
            return self.bare[at] if is_word(self.bare[at]) else ""
        return self.bare[at : at + 2] if at + 2 <= len(self.bare) else ""

    def anchor_left(self, operator: Operator) -> str:
        """The word before an operator in its clause."""
        at = operator.at
        if at in self.ends or at == 0:
            return ""
        if is_word(self.bare[at - 1]):
            return self.bare[at - 1]
        return self.bare[at - 2 : at] if at >= 2 and at - 1 not in self.ends else ""

    def near(self, low: int, high: int, family: str) -> list[Operator]:
        """The operators of a family that stand from `low` to `high`."""
        places, found = self._by_family.get(family, ((), ()))
        first = bisect_left(places, low)
        return list(found[first : min(bisect_right(places, high), first + _MOST_NEAR)])

    @cached_property
    def _by_family(self) -> dict[str, tuple[tuple[int, ...], tuple[Operator, ...]]]:
        """Of each family the places of its operators, rising, and the operators."""
        by_family: dict[str, list[Operator]] = {}
        for one in self.operators:
            by_family.setdefault(one.family, []).append(one)
        return {family: (tuple(one.at for one in found), tuple(found)) for family, found in by_family.items()}


def skeleton(signs: str, days: frozenset[str] = frozenset()) -> Skeleton:
    """The skeleton of a text in signs; `days` are the values beside which an order is looked at by itself."""
    known = families()
    bare: list[str] = []
    operators: list[Operator] = []
    ends: set[int] = set()
    for at, sign in enumerate(signs):
        if sign in known:
            family, side = known[sign]
            beside = signs[max(0, at - 1) : at] + signs[at + 1 : at + 2]
            operators.append(Operator(sign, family, side, len(bare), any(sign in days for sign in beside)))
        elif is_separator(sign):
            ends.add(len(bare))
        else:
            bare.append(sign)
    return Skeleton("".join(bare), tuple(operators), frozenset(ends))


def found_at(text: str, part: str, most: int = 20) -> list[int]:
    """The places where a part stands."""
    found: list[int] = []
    at = text.find(part) if part else -1
    while at >= 0 and len(found) < most:
        found.append(at)
        at = text.find(part, at + 1)
    return found
