"""A text in its own words: letter for letter, with its clauses, and each value as one letter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from pushsvc.plain.verifying.claims import Claim, claims
from pushsvc.plain.verifying.values import normal

#: One letter for a value, whatever it is.
VALUE = "ꘌ"
CLAUSE, SENTENCE = "，", "。"
_ENDS, _CLAUSES = "。；;!?！？…\n", ",，:：()（）、"
_LATIN_END = re.compile(r"\.(?<![A-Z].)(?<!No.)(?=\s+[^a-z\s]|\s*$)")
_BETWEEN = re.compile(r"[^\w'。，]+")
_BLANKS = re.compile(r" (?:(?<![a-z0-9'] )|(?![a-z0-9']))")
_MARKS = re.compile(r"[ '。，]")
#: Places of one piece that are looked at.
_MOST_PLACES = 20
#: A text of fewer characters is one of ours, and asked for more than once.
_SHORT = 300
#: What stands further away in a sentence of the source is not looked at.
_REACH = 400


@dataclass(frozen=True)
class Wording:
    """`marked`: small letters, blanks between Latin words, ， and 。 where a clause and a sentence end; `values` in order."""

    marked: str
    values: tuple[tuple[object, ...], ...]
    printed: tuple[str, ...]

    @cached_property
    def letters(self) -> str:
        """The letters alone, in one row."""
        # For a book four times faster than one `translate`.
        return self.marked.replace(" ", "").replace("'", "").replace("。", "").replace("，", "")

    @cached_property
    def _before(self) -> list[int]:
        """For each mark, how many letters stand before it."""
        return list(accumulate(map(len, _MARKS.split(self.marked))))[:-1]

    @cached_property
    def _value_places(self) -> list[int]:
        return [item.start() for item in re.finditer(VALUE, self.letters)]

    def values_at(self, start: int, end: int) -> tuple[tuple[object, ...], ...]:
        """The values that stand from letter `start` to letter `end`."""
        places = self._value_places
        return self.values[bisect_left(places, start) : bisect_left(places, end)]

    def printed_at(self, place: int) -> str:
        """How the value at letter `place` is printed."""
        return self.printed[bisect_left(self._value_places, place)]

    def places(self, piece: str) -> list[int]:
        """Where a piece of letters stands, the first of them."""
        found: list[int] = []
        at = self.letters.find(piece) if piece else -1
        while at >= 0 and len(found) < _MOST_PLACES:
            found.append(at)
            at = self.letters.find(piece, at + 1)
        return found

    def around(self, start: int, end: int) -> tuple[str, str, str]:
        """What stands before, in and behind the letters from `start` to `end`, in the sentence of the text."""
        first = start + bisect_right(self._before, start)
        last = end + bisect_right(self._before, end - 1)
        before = self.marked[max(0, first - _REACH) : first].rpartition(SENTENCE)[2]
        behind = self.marked[last : last + _REACH].partition(SENTENCE)[0]
        return before, self.marked[first:last], behind


def wording(text: str, found: Iterable[Claim]) -> Wording:
    """`text` with its claims `found` in its own words."""
    plain, parts, at = normal(text), [], 0
    values, printed = [], []
    for claim in sorted(found, key=lambda claim: claim.start):
        if claim.start >= at and claim.kind != "title":
            parts += [plain[at : claim.start], VALUE]
            values.append((claim.kind, *(claim.said[1:] if claim.kind == "date" and any(claim.said[1:]) else claim.said)))
            printed.append(claim.printed.strip())
            at = claim.end
    said = "".join([*parts, plain[at:]])
    said = _LATIN_END.sub(SENTENCE, said) if "." in said else said
    # For a book many times faster than a pattern.
    for mark, signs in ((SENTENCE, _ENDS), (CLAUSE, _CLAUSES)):
        for sign in signs:
            said = said.replace(sign, mark)
    said = _BETWEEN.sub(" ", said.replace("_", " ").lower())
    return Wording(_BLANKS.sub("", said), tuple(values), tuple(printed))


def wording_of(text: str) -> Wording:
    """A text of ours in its own words; a short one is asked for again, with and without what is told before it."""
    return _wording_of_short(text) if len(text) < _SHORT else wording(text, claims(text))


@lru_cache(maxsize=1024)
def _wording_of_short(text: str) -> Wording:
    return wording(text, claims(text))
