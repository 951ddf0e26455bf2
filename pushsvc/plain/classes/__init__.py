"""What a document is about and whom it concerns. Each class needs evidence in the document; declared fields win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes import groups_en, groups_zh, listed
from pushsvc.plain.classes.groups import chosen, evidence_of, weighed
from pushsvc.plain.classes.kinds import type_of
from pushsvc.plain.classes.places import read_regions
from pushsvc.plain.classes.subjects import by_subject

__all__ = ["Classes", "classify", "type_of"]


@dataclass(frozen=True)
class Classes:
    """What was declared, else what was read; nothing where neither says it. `evidence` is of what was read."""

    regions: tuple[str, ...] = ()
    regions_inferred: bool = False
    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    audience_words: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    type: str | None = None
    evidence: tuple[Evidence, ...] = ()


def classify(
    reading: Reading, declared: Mapping[str, Any], site_region: str | None = None, issuer: str | None = None
) -> Classes:
    """The classes of a document. `site_region`, the site's own, stands in, marked, when no region is said or read."""
    kind = type_of(reading)
    language = groups_zh if reading.language == "zh" else groups_en
    mentions = [*language.mentions(reading), *by_subject(reading, kind)]
    length = min(len(reading.source_text), language.TEXT)
    groups = chosen(weighed(mentions, length, language.WORDS), language.WORDS)
    found: list[Evidence] = []

    def said_or_read(field: str, read: Sequence[Evidence]) -> tuple[str, ...]:
        if declared.get(field):
            return tuple(declared[field])
        found.extend(read)
        return tuple(dict.fromkeys(evidence.value for evidence in read))

    regions = said_or_read("regions", () if declared.get("regions") else read_regions(reading, site_region, issuer))
    inferred = not regions and site_region is not None
    classes = Classes(
        regions=(site_region,) if inferred and site_region else regions,
        regions_inferred=inferred,
        topics=said_or_read("topics", listed.topics(reading)),
        audiences=said_or_read("audiences", listed.audiences(reading, groups, language.WORDS.common | language.WORDS.vague)),
        audience_words=said_or_read("audience_words", evidence_of(groups)),
        industries=said_or_read("industries", listed.industries(reading)),
        type=declared.get("type") or (kind.value if kind else None),
        evidence=(*found, kind) if kind and not declared.get("type") else tuple(found),
    )
    return classes
