"""Groups that a document's subject concerns, whether or not a sentence names them (`concerned_groups.csv`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.groups import Mention, lowered

#: Characters at the head of a text that say what it is about, and those that are looked at at all.
_OPENING, _TEXT = 1500, 3500
#: So often must a subject be named that the title does not name, by where it counts.
_ENOUGH = {"title": None, "opening": 3, "text": 1}
#: Who may answer a consultation.
_EVERYBODY = {"zh": "社会公众", "en": "the public"}


def by_subject(reading: Reading, kind: Evidence | None) -> Iterator[Mention]:
    """Groups that the subject concerns, named or not: cattle concern farmers, a consultation concerns the public."""
    if kind and kind.value == "consultation":
        yield Mention(_EVERYBODY[reading.language], kind.raw, kind.start, kind.end, subject=True)
    pattern, meant = taxonomy.concerned(reading.language)
    named: set[str] = set()
    for found in pattern.finditer(lowered(reading.title)):
        raw = reading.title[found.start() : found.end()]
        yield from (Mention(group, raw, subject=True) for group, _ in meant[found.group()] if group not in named)
        named.update(group for group, _ in meant[found.group()])
    times: Counter[str] = Counter()
    for found in pattern.finditer(lowered(reading.source_text[:_TEXT])):
        for group, where in meant[found.group()]:
            enough = _ENOUGH[where] if where == "text" or found.start() < _OPENING else None
            times[group] += 1
            if times[group] == enough and group not in named:
                raw = reading.source_text[found.start() : found.end()]
                yield Mention(group, raw, found.start(), found.end(), subject=True)
