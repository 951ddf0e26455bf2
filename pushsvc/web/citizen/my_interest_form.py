"""The form of one interest: from its fields to a checked question, or to what is wrong at each field. Nothing typed is lost.

Places, regions and sites are ticked from a list of those that were chosen, and others are added by typing a name; a name
that means several places adds them all, unticked, to choose from. What the form has no field for (an attribute that came
by an import) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import FormData

from pushsvc.domain.subscribers import Interest, Value
from pushsvc.errors import BadInput
from pushsvc.taxonomy.finding import find_places, the_place
from pushsvc.taxonomy.interests import checked_interest
from pushsvc.web import forms
from pushsvc.web.citizen.my_room import Wrong
from pushsvc.web.citizen.my_telling import in_numbers, is_here

_LINES = re.compile(r"[\n\r、，；;]+")
_AGE = re.compile(r"([0-9]{1,3})(?:\s*[-–—~到至]\s*([0-9]{1,3}))?\s*(?:岁|years?)?")
_OLDEST = 130
_TICKED = ("topics", "audiences", "industries", "types", "sites", "regions", "places")
#: Fields where places are added by name, and the field that holds the codes.
ADDED = {"add_place": "places", "add_region": "regions"}
#: For oneself; everything for where one lives, whatever it is about; for somebody else.
WHOM = ("me", "here", "other")
_LONGEST_WORDS = 4_000
_MOST_FOUND = 8


@dataclass(frozen=True)
class Typed:
    """What stands in the form. `offered`: codes that a typed name may mean, shown to be ticked."""

    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    any_of: str = ""
    none_of: str = ""
    whom: str = "me"
    age: str = ""
    add_place: str = ""
    add_region: str = ""
    add_site: str = ""
    offered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def boxes(self, name: str) -> list[str]:
        """The codes that stand as boxes in a field: those that were chosen, then those that are offered."""
        return list(dict.fromkeys([*getattr(self, name), *self.offered.get(name, ())]))


def typed(form: FormData) -> Typed:
    written: dict[str, Any] = {name: tuple(dict.fromkeys(forms.fields(form, name))) for name in _TICKED}
    written |= {name: forms.field(form, name, _LONGEST_WORDS) for name in ("any_of", "none_of")}
    written |= {name: forms.field(form, name, 200) for name in ("age", "add_place", "add_region", "add_site")}
    whom = forms.field(form, "whom")
    return Typed(**written, whom=whom if whom in WHOM else "me")


def of_interest(interest: Interest, own: Sequence[str]) -> Typed:
    """The form as it opens on a saved interest of somebody whose places are `own`."""
    age = (interest.attributes or {}).get("age")
    ticked: dict[str, Any] = {name: getattr(interest, name) or () for name in _TICKED}
    return Typed(
        **ticked,
        any_of="\n".join(interest.any_of), none_of="\n".join(interest.none_of),
        whom="here" if is_here(interest, own) else "other" if interest.places or age is not None else "me",
        age="" if age is None else in_numbers(age),
    )  # fmt: skip


def with_places_found(typed: Typed, names: Sequence[str]) -> tuple[Typed, Wrong]:
    """Look up what was typed in these fields of ADDED: a sure one is ticked, several are offered, none is said."""
    wrong: Wrong = []
    for name in names:
        holds = ADDED[name]
        left: list[str] = []
        for written in _several(getattr(typed, name)):
            if code := the_place(written):
                sure: dict[str, Any] = {holds: tuple(dict.fromkeys([*getattr(typed, holds), code]))}
                typed = replace(typed, **sure)
                continue
            found = find_places(written, _MOST_FOUND)
            offered = dict(typed.offered)
            offered[holds] = tuple(dict.fromkeys([*offered.get(holds, ()), *found]))
            typed = replace(typed, offered=offered)
            wrong.append((holds if found else name, "me.wrong.which_place" if found else "me.wrong.no_place"))
            left += [] if found else [written]
        kept: dict[str, Any] = {name: "、".join(left)}
        typed = replace(typed, **kept)
    return typed, list(dict.fromkeys(wrong))


def question(typed: Typed, before: Interest | None, own: Sequence[str]) -> tuple[Interest | None, Wrong]:
    """The interest that the form asks, or what is wrong with it. `before`: the saved one that the form opened on; `own`: the
    places of whoever asks."""
    wrong: Wrong = []
    attributes = dict((before.attributes if before else None) or {})
    attributes.pop("age", None)
    if typed.whom != "other" and typed.add_place:
        wrong.append(("whom", "me.wrong.whom"))
    if typed.whom == "other":
        if not typed.places and not typed.age and not typed.offered.get("places"):
            wrong.append(("add_place", "me.wrong.whose_place"))
        if typed.age:
            age = read_age(typed.age)
            if age is None:
                wrong.append(("age", "me.wrong.age"))
            else:
                attributes["age"] = age
    body: dict[str, Any] = {name: list(getattr(typed, name)) for name in _TICKED}
    body |= {"any_of": _several(typed.any_of), "none_of": _several(typed.none_of)}
    body |= {"attributes": {name: list(each) if isinstance(each, tuple) else each for name, each in attributes.items()}}
    if typed.whom != "other":
        body["places"] = list(own) if typed.whom == "here" else []
    try:
        return (None, wrong) if wrong else (checked_interest(body), [])
    except BadInput as error:
        at = dict.fromkeys(re.split(r"[.\[]", problem.field)[0] for problem in error.problems)
        known = [name for name in at if name in body]
        return None, [(name, f"me.wrong.{name}") for name in known] or [("topics", "me.wrong.nothing")]


def read_age(written: str) -> Value | None:
    """`80`, `80岁` or `78-82`; None for anything else."""
    found = _AGE.fullmatch(written.strip())
    if not found:
        return None
    low, high = int(found[1]), int(found[2] or found[1])
    return (float(low), float(high)) if low <= high <= _OLDEST else None


def _several(written: str) -> Sequence[str]:
    return [line.strip() for line in _LINES.split(written) if line.strip()][:50]
