"""For whom a draft was read to be: its places, subjects and groups decide who is told, so a clerk sees them before."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Summary
from pushsvc.web.publisher.funnel_words import BETWEEN
from pushsvc.web.publisher.reach_words import region_name, topic_name
from pushsvc.web.words import say


def read_as(summary: Summary, reader: Language) -> Sequence[tuple[str, str]]:
    """Rows of (what, value). What was not read says so: nobody is told by a subject that is not there."""
    places = [region_name(code, reader) for code in summary.regions]
    where = _listed(places, reader) or say(reader, "publisher.read_as.nothing")
    if summary.regions_inferred:
        where = say(reader, "publisher.read_as.inferred", place=where)
    topics = _listed([topic_name(topic, reader) for topic in summary.topics], reader)
    rows = [
        (say(reader, "publisher.read_as.places"), where),
        (say(reader, "publisher.read_as.topics"), topics or say(reader, "publisher.read_as.nothing")),
    ]
    groups = taxonomy.audiences()
    if whom := [groups.name(each, reader) if groups.known(each) else each for each in summary.audiences]:
        rows.append((say(reader, "publisher.read_as.audiences"), _listed(whom, reader)))
    if firms := [_industry(code, reader) for code in summary.industries]:
        rows.append((say(reader, "publisher.read_as.industries"), _listed(firms, reader)))
    return rows


def _industry(code: str, reader: Language) -> str:
    return taxonomy.industries().name(code, reader) if taxonomy.industries().known(code) else code


def _listed(names: Sequence[str], reader: Language) -> str:
    return BETWEEN[reader].join(dict.fromkeys(names))
