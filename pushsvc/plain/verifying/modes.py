"""A paraphrase that says "must" where its own clause of the source says "may", or the other way."""

from __future__ import annotations

from pushsvc.plain.verifying.saying import contrary
from pushsvc.plain.verifying.signs import COMMA
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.words import families

#: The share of a sentence's words, rare ones weighing more, that must stand in a clause of the source to be its own.
_ITS_OWN = 0.5


def other_mode(told: Told, source: SignedSource) -> str | None:
    """Which of may and must the sentence says and its clause of the source does not, in words; None when it does too."""
    said = _modes(told.signs)
    if told.strict or not said & {"may", "must"} or not told.place.units:
        return None
    clauses = [clause for number in told.place.units for clause in source.units[number].split(COMMA)]
    share, own = max(((_share(clause, told), clause) for clause in clauses), key=lambda found: found[0])
    if share < _ITS_OWN:
        return None
    there = _modes(own)
    for side, other in (("must", "may"), ("may", "must")):
        if side in said and other in there and side not in there:
            return contrary("mode", side, other)
    return None


def _modes(signs: str) -> set[str]:
    known = families()
    return {known[sign][1] for sign in signs if sign in known and known[sign][0] == "mode"}


def _share(clause: str, told: Told) -> float:
    total = sum(told.weights.values()) or 1.0
    return sum(weight for word, weight in told.weights.items() if word in clause) / total
