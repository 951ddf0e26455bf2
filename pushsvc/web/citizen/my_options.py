"""The boxes of an interest's form: what our lists have, then what else was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import PUBLICATION_TYPES
from pushsvc.errors import BadInput
from pushsvc.web.citizen.my_interest_form import Typed
from pushsvc.web.citizen.my_telling import place_names
from pushsvc.web.words import say


def options(wrote: Typed, reader: Language, site_names: Mapping[str, str]) -> dict[str, Sequence[tuple[str, str]]]:
    """The boxes of each field: the list's own, then what else was chosen."""
    topics, audiences, industries = taxonomy.topics(), taxonomy.audiences(), taxonomy.industries()
    sections = [entry for entry in industries.all() if entry.parent is None]
    listed = {
        "topics": [(entry.code, entry.in_language(reader)) for entry in topics.life()],
        "audiences": [(entry.code, entry.in_language(reader)) for entry in audiences.all()],
        "industries": [(entry.code, entry.in_language(reader)) for entry in sections],
        "types": [(each, say(reader, f"me.type.{each}")) for each in PUBLICATION_TYPES],
    }
    names = {"topics": topics.name, "audiences": audiences.name, "industries": industries.name}
    for field_name, boxes in listed.items():
        there = {value for value, _words in boxes}
        for value in getattr(wrote, field_name):
            if value not in there and field_name in names:
                boxes.append((value, _name(names[field_name], value, reader)))
    for name in ("places", "regions"):
        codes = wrote.boxes(name)
        listed[name] = list(zip(codes, place_names_each(codes, reader), strict=True))
    return {**listed, "sites": [(code, site_names.get(code, code)) for code in wrote.boxes("sites")]}


def _name(named: Any, value: str, reader: Language) -> str:
    try:
        return str(named(value, reader))
    except BadInput:
        return value


def place_names_each(codes: Sequence[str], reader: Language) -> list[str]:
    """A name for each code; one that no list has stands as it is."""
    return [(place_names([code], reader) or [code])[0] for code in codes]
