"""One sentence that is checked: in signs, with its values, its words and the place that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.plain.verifying.literal import is_quotation
from pushsvc.plain.verifying.rows import Row, bare, bare_with_ends, content_size, rows
from pushsvc.plain.verifying.signs import COMMA, features, is_value
from pushsvc.plain.verifying.source import Place, SignedSource
from pushsvc.plain.verifying.words import families


@dataclass(frozen=True)
class Told:
    """A sentence beside its source. `words` are what it says besides values and glue, each with its place in `signs`."""

    sentence: str
    signs: str
    words: tuple[tuple[str, int], ...]
    weights: dict[str, float]
    place: Place
    strict: bool
    bare: str = ""
    near_bare: str = ""
    near_ends: frozenset[int] = frozenset()
    rows: tuple[Row, ...] = ()


#: A sentence of less is a frame of ours around a value.
_FEWEST = 5
_LIGHT = 0.3


def told(sentence: str, signs: str, source: SignedSource) -> Told:
    """`sentence` (in `signs`) with the place that it comes from."""
    licensed = source.licensed
    operators = families()
    found = tuple(features(signs))
    weights: dict[str, float] = {}
    for feature, _ in found:
        light = feature in licensed or feature in operators
        weights[feature] = source.weight(feature) * (_LIGHT if light else 1.0)
    place = source.place(weights, frozenset(filter(is_value, signs)))
    said = bare(signs)
    near, ends = bare_with_ends(place.near)
    in_rows = tuple(rows(said, near))
    strict = content_size(said) >= _FEWEST and is_quotation(sentence, source.letters)
    return Told(sentence, signs, found, weights, place, strict, said, near, ends, in_rows)


def values_of(signs: str) -> list[tuple[str, int]]:
    """The values of a text in signs, with their places."""
    return [(sign, at) for at, sign in enumerate(signs) if is_value(sign)]


def clause(signs: str, at: int) -> tuple[int, int]:
    """Where the clause begins and ends in which a sign stands."""
    start = signs.rfind(COMMA, 0, at) + 1
    end = signs.find(COMMA, at)
    return start, len(signs) if end < 0 else end
