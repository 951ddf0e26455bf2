"""One sentence that is checked: in signs, with its values, its words and the place that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pushsvc.plain.verifying.beside import is_near
from pushsvc.plain.verifying.literal import is_quotation, quoted_share
from pushsvc.plain.verifying.rows import Row, bare, bare_with_ends, of_one_place, rows
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
    framed: bool = False


#: What our fixed words and what operators, which an altered sentence has of its own, say of its place.
_LIGHT, _LIGHTEST = 0.3, 0.05
#: Signs of a sentence that is only a frame of ours around a value.
_FRAME = 8
#: With this share of it in the source's pieces even such a one is a quotation: 每套最高补贴2万元.
_VERBATIM = 0.75
_DENIES = frozenset({"mustnot", "neednot", "not"})


def told(sentence: str, signs: str, source: SignedSource, framed: bool = False) -> Told:
    """`sentence` (in `signs`) with the place that it comes from."""
    licensed = source.licensed
    operators = families()
    found = tuple(features(signs))
    weights: dict[str, float] = {}
    for feature, _ in found:
        light = _LIGHTEST if feature in operators else _LIGHT if feature in licensed else 1.0
        weights[feature] = source.weight(feature) * light
    place = source.place(weights, frozenset(filter(is_value, signs)))
    said = bare(signs)
    near, ends = bare_with_ends(place.near)
    in_rows = tuple(of_one_place(rows(said, near), near))
    ours = len(said) <= _FRAME and not _unlicensed(said, source)
    strict = (
        (not ours or quoted_share(sentence, source.letters) >= _VERBATIM)
        and (framed or (is_quotation(sentence, source.letters) and is_near(sentence, source)))
        and len(said) > 1
    )
    return Told(sentence, signs, found, weights, place, strict, said, near, ends, in_rows, framed)


@cache
def _says_nothing() -> frozenset[str]:
    """The operators that, beside fixed words of ours, say nothing of their own."""
    return frozenset(sign for sign, (family, side) in families().items() if family != "quantity" and side not in _DENIES)


def _unlicensed(said: str, source: SignedSource) -> str:
    """What a sentence says besides operators, values and our fixed words: nothing in 请在3月31日前申请."""
    for run in source.licensed_runs:
        said = said.replace(run, "")
    known = _says_nothing()
    return "".join(sign for sign in said if sign not in known and not is_value(sign) and sign not in source.licensed)


def values_of(signs: str) -> list[tuple[str, int]]:
    """The values of a text in signs, with their places."""
    return [(sign, at) for at, sign in enumerate(signs) if is_value(sign)]


def clause(signs: str, at: int) -> tuple[int, int]:
    """Where the clause begins and ends in which a sign stands."""
    start = signs.rfind(COMMA, 0, at) + 1
    end = signs.find(COMMA, at)
    return start, len(signs) if end < 0 else end
