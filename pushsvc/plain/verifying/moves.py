"""A figure that is said to rise must rise: 由60万元提高到70万元, cut from 5% to 4%."""

from __future__ import annotations

from pushsvc.plain.verifying.signs import is_separator, is_value
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.told import Told
from pushsvc.plain.verifying.words import families

#: Signs between the old figure and the new one.
_NEAR = 6


def wrong_move(told: Told, source: SignedSource) -> str | None:
    """Two figures of one kind that go the other way than the word between them says, in words; None when they do not."""
    known, kinds, signs = families(), source.alphabet.kinds, told.signs
    for at, sign in enumerate(signs):
        if known.get(sign, ("", ""))[0] != "direction":
            continue
        old, new = _value(signs[max(0, at - _NEAR) : at][::-1]), _value(signs[at + 1 : at + 1 + _NEAR])
        if not old or not new or kinds[old] != kinds[new]:
            continue
        first, last = source.alphabet.amount_of(old), source.alphabet.amount_of(new)
        if first is None or last is None or first == last or told.sentence.isascii():
            continue
        if (known[sign][1] == "up") != (last > first):
            printed = source.alphabet.printed
            return f"direction: from {printed[old]} to {printed[new]} is the other way"
    return None


def _value(signs: str) -> str:
    """The first value of a piece of a clause, none behind the end of the clause."""
    for sign in signs:
        if is_value(sign):
            return sign
        if is_separator(sign):
            break
    return ""
