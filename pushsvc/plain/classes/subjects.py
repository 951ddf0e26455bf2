"""Groups that a document's subject concerns, though no sentence may call them so (`concerned_groups.csv`).

Only those whose name is made of the document's own words: imports concern importers, 租房提取 concerns 租房家庭. That cattle
concern farmers is our knowledge, and no word of a document that does not say farm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.groups import Mention, lowered, words

#: Characters at the head of a text that say what it is about, and those that are looked at at all.
_OPENING, _TEXT = 1500, 3500
#: So often must a subject be named that the title does not name, by where it counts.
_ENOUGH_SAID = 3
_ENOUGH = {"title": None, "opening": 3, "said": _ENOUGH_SAID, "text": 1}
#: Who may answer a consultation.
_EVERYBODY = {"zh": "社会公众", "en": "the public"}


#: In an English title: what anybody may attend or answer, where the text says "public".
_OPEN_TO_ALL = re.compile(r"\b(?:[Mm]eetings?|[Hh]earings?|[Cc]omments?|[Pp]etitions?|Information Collection|Proposed)\b")
#: What makes a group of a thing: the rest of the word is what the document must say.
_PEOPLE = re.compile(r"(?:人员|家庭|职工|群众|夫妇|生产经营者|[人者户])$")
#: What a person does in general, which "apply", "makes" or "owned" may say.
_ENDING = re.compile(r"(?:ies|ians|ers|ors|ees|ants|men|s|ed)$")
_STEM = 3
#: What makes a group of an English thing: passport holders, waterway users. The thing is what the document must say.
_WHOSE = words(
    "owners operators holders keepers makers manufacturers producers users dealers suppliers providers applicants visitors"
    " customers recipients participants members professionals businesses companies people"
)


def by_subject(reading: Reading, kind: Evidence | None) -> Iterator[Mention]:
    """Groups that the subject concerns and that the document has words for; a consultation concerns the public."""
    if kind and kind.value == "consultation":
        yield Mention(_EVERYBODY[reading.language], kind.raw, kind.start, kind.end, subject=True)
    text = lowered(reading.source_text[:_TEXT])
    open_to_all = reading.language == "en" and _OPEN_TO_ALL.search(reading.title)
    if open_to_all and "public" in text:
        yield Mention(_EVERYBODY["en"], open_to_all.group(), subject=True)
    said = f"{lowered(reading.title)}\n{text}"
    for mention, in_other_words in _concerned(reading, text):
        if in_other_words or worded(mention.group, said, reading.language):
            yield mention


def worded(group: str, said: str, language: str) -> bool:
    """Is the name of a group made of words that a document in lower case has, whatever their endings?"""
    if language == "zh":
        return group in said or (len(stem := _PEOPLE.sub("", group)) > 1 and stem in said)
    parts = group.split()
    needed = parts[:-1] if len(parts) > 1 and parts[-1] in _WHOSE else parts
    return all(re.search(rf"\b{re.escape(_stem(word))}", said) for word in needed)


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= _STEM else word


def by_title(reading: Reading) -> Iterator[Mention]:
    """Groups that the subject in the title concerns, whether or not the document has a word for them."""
    pattern, meant = taxonomy.concerned(reading.language)
    named: set[str] = set()
    for found in pattern.finditer(lowered(reading.title)):
        raw = reading.title[found.start() : found.end()]
        yield from (Mention(group, raw, subject=True) for group, _ in meant[found.group()] if group not in named)
        named.update(group for group, _ in meant[found.group()])


def _concerned(reading: Reading, text: str) -> Iterator[tuple[Mention, bool]]:
    """Groups that the subject concerns, in the title or as often as it takes, and whether the text says them in other words.

    Who buys a home (购买住房) is a home buyer, whether or not a document calls anybody so.
    """
    pattern, meant = taxonomy.concerned(reading.language)
    by_group = {mention.group: mention for mention in by_title(reading)}
    times: Counter[tuple[str, str]] = Counter()
    for found in pattern.finditer(text):
        for group, where in meant[found.group()]:
            enough = _ENOUGH[where] if where == "text" or found.start() < _OPENING else None
            times[group, where] += 1
            if times[group, where] == enough and group not in by_group:
                raw = reading.source_text[found.start() : found.end()]
                by_group[group] = Mention(group, raw, found.start(), found.end(), subject=True)
    for group, mention in by_group.items():
        yield mention, times[group, "said"] >= _ENOUGH_SAID
