"""The reasons in words that a clerk understands."""

from __future__ import annotations

from pushsvc.plain.verifying.words import classes, families

_SIDES = {
    "must": "must",
    "may": "may",
    "mustnot": "must not",
    "neednot": "need not",
    "not": "not",
    "cap": "at most",
    "cap_post": "at most",
    "below": "less than",
    "floor": "at least",
    "floor_post": "at least",
    "above": "more than",
    "before": "before",
    "before_post": "before",
    "after": "from or after",
    "after_post": "from or after",
    "effective": "in force from",
    "up": "more",
    "down": "less",
    "monthly": "every month",
    "yearly": "every year",
    "daily": "every day",
    "weekly": "every week",
    "once": "once",
    "all": "all",
    "some": "some",
    "or": "or",
    "allof": "and",
    "perperson": "for each person",
    "perhome": "for each household",
    "perflat": "for each home",
    "perfirm": "for each firm",
    "pertime": "each time",
    "only": "only",
    "whole": "the whole",
    "unless": "unless",
}
_FAMILIES = {"mode": "permission", "quantity": "quantifier", "choice": "and or or", "per": "for whom"}


def word_of_side(side: str) -> str:
    """`cap cap_post below` is "at most"."""
    return _SIDES.get(side.split()[0] if side else "", side)


def contrary(family: str, said: str, meant: str) -> str:
    """The sentence says one thing and the source another; or one of them says nothing of it ("")."""
    name = _FAMILIES.get(family, family)
    if family == "mode" and not (said and meant):
        name = "negation"
    if not said:
        return f'{name}: the sentence leaves out "{word_of_side(meant)}"'
    if not meant:
        return f'{name}: the sentence says "{word_of_side(said)}", the source does not say it here'
    return f'{name}: the sentence says "{word_of_side(said)}" where the source says "{word_of_side(meant)}"'


def contrary_signs(said: str, meant: str) -> str:
    """The same for two operators, "" for none."""
    known = families()
    family = known.get(said or meant, ("word", ""))[0]
    return contrary(family, _side(said), _side(meant))


def _side(sign: str) -> str:
    return next((name for name, other in classes().items() if other == sign), "")
