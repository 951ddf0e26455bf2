"""Choosing a place by what somebody types: a sure name is taken, one of several is asked back, with where each lies."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.finding import find_places, place_words, the_place
from pushsvc.web.forms import field, fields

_SHOWN = 12


@dataclass(frozen=True)
class Picked:
    """The codes that were meant; else what was typed, why it is not clear (`which`, `unknown`), and what it could mean."""

    codes: tuple[str, ...] = ()
    typed: str = ""
    wrong: str = ""
    choices: tuple[str, ...] = ()


def picked(form: FormData) -> Picked:
    """The places of a form with a text `place` and check boxes `pick`. `asked` is the text that the boxes answered."""
    typed, ticked = field(form, "place", 80), fields(form, "pick")
    codes = _known(ticked)
    if codes and typed in ("", field(form, "asked", 80)):
        return Picked(codes)
    if not typed:
        return Picked()
    if place := the_place(typed):
        return Picked((*codes, place))
    choices = find_places(typed, _SHOWN)
    return Picked(codes, typed, "which" if choices else "unknown", choices)


def in_words(codes: tuple[str, ...], reader: Language) -> list[tuple[str, str]]:
    """(code, words) of each."""
    return [(code, place_words(code, reader)) for code in codes]


def _known(codes: list[str]) -> tuple[str, ...]:
    good = []
    for code in codes:
        try:
            good.append(taxonomy.regions().normalise(code))
        except BadInput:
            continue
    return tuple(dict.fromkeys(good))
