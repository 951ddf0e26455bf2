"""Does one place of the source carry each clause? A clause of which it says nothing was added by somebody."""

from __future__ import annotations

from pushsvc.plain.verifying.signs import COMMA, STOP, features, is_value, is_word
from pushsvc.plain.verifying.source import SignedSource
from pushsvc.plain.verifying.words import classes, families

#: The share of a clause's words, rare ones weighing more, that its best place must hold.
_LEAST = 0.25
#: A clause of fewer words says too little to be looked for: Latin words, pairs of Han characters.
_FEW_LATIN, _FEW_HAN = 2, 3
_DENIES = frozenset({"mustnot", "neednot", "not"})
#: Signs between a negation and the word that it turns.
_REACH = 3


def unsupported(signs: str, source: SignedSource) -> str | None:
    """The clause (in signs) of which no place of the source says anything, in words; None when each has its place."""
    known = families()
    for clause in signs.replace(STOP, COMMA).split(COMMA):
        words = [
            word
            for word, _ in features(clause)
            if word not in known and word not in source.licensed and word not in source.free
        ]
        if not words or any(map(is_value, clause)):
            continue
        weights = {word: source.weight(word) for word in words}
        best = source.place(weights).best
        held = sum(weight for word, weight in weights.items() if word in best)
        few = _FEW_LATIN if any(map(is_word, weights)) else _FEW_HAN
        bare = held == 0 and few == _FEW_LATIN and len(clause) > 1
        if (bare or len(weights) >= few) and held <= _LEAST * sum(weights.values()):
            return f'the source says nothing of "{"".join(map(source.shown, clause))}"'
    return None


def frame_turned(signs: str, source: SignedSource) -> str | None:
    """A fixed phrase of ours that begins with "do not" or "unless" where the source has none before its words."""
    known = families()
    first = signs[:1]
    unless = first == classes()["unless"]
    if not unless and known.get(first, ("", ""))[1] not in _DENIES:
        return None
    word = next((sign for sign in signs[1:3] if sign not in known), "")
    if not word or not (word in source.free or word in source.licensed or unless or is_value(word)):
        return None
    for at in source.places_of(word):
        before = source.text[max(0, at - _REACH) : at]
        if first in before or (not unless and any(known.get(sign, ("", ""))[1] in _DENIES for sign in before)):
            return None
    return f'negation: the source does not say "{source.shown(first)}" here'
