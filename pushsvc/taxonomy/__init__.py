"""The lists that ship with pushsvc and their trees: regions, topics, industries, audiences. Read once, at first use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput
from pushsvc.taxonomy.entries import Entry, any_of, rows, several
from pushsvc.taxonomy.industries import Industries
from pushsvc.taxonomy.named import NamedList, read_named
from pushsvc.taxonomy.regions import Regions
from pushsvc.taxonomy.topics import Topics

__all__ = [
    "KINDS",
    "Entry",
    "Industries",
    "Regions",
    "Topics",
    "any_of",
    "audiences",
    "concerned",
    "industries",
    "listing",
    "regions",
    "topics",
]

#: What `pushsvc taxonomy` can print.
KINDS = ("regions", "topics", "industries", "audiences")


@cache
def regions() -> Regions:
    """GB/T 2260 regions, `CN`, and some places abroad."""
    return Regions()


@cache
def topics() -> Topics:
    """State Council codes (`T0101`) and the product's own life topics by name."""
    return Topics()


@cache
def industries() -> Industries:
    """GB/T 4754-2017 sections and divisions."""
    return Industries()


@cache
def audiences() -> NamedList:
    """The product's own audience groups, by name, with their cues."""
    return NamedList("audience", "pushsvc taxonomy audiences", read_named("audiences.csv"))


@cache
def concerned(language: Language) -> tuple[re.Pattern[str], Mapping[str, tuple[tuple[str, str], ...]]]:
    """Subjects that concern groups even where no sentence names them: one pattern of all, and of each its (group, where).

    `where` a subject counts: "title"; "opening", there often or in the title; "text", anywhere; "said", where the opening often
    says it in other words (购买住房).
    """
    meant: dict[str, tuple[tuple[str, str], ...]] = {}
    for row in rows("concerned_groups.csv"):
        for cue in several(row["cues"]) if row["language"] == language else ():
            meant[cue] = (*meant.get(cue, ()), (row["group"], row["where"]))
    edge = "" if language == "zh" else r"\b"
    return re.compile(edge + any_of(meant)), meant


def listing(kind: str) -> list[dict[str, str | None]]:
    """One list as rows of `{"code", "name", "name_en", "parent"}`. BadInput for a kind that is not one of `KINDS`."""
    if kind not in KINDS:
        raise BadInput(f'there is no list "{kind}": choose {", ".join(KINDS)}')
    entries = {
        "regions": lambda: regions().all(),
        "topics": lambda: topics().all(),
        "industries": lambda: industries().all(),
        "audiences": lambda: audiences().all(),
    }[kind]()
    return [{"code": entry.code, "name": entry.name, "name_en": entry.name_en, "parent": entry.parent} for entry in entries]
