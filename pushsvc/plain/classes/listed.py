"""Names of the product's own lists: life topics, audience groups, industries. What they match decides who is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.groups import Weight
from pushsvc.taxonomy.entries import Entry

#: Behind a cue in a title: a thing or an office that bears a group's name.
_THING = re.compile(
    r".{0,2}(?:基本)?(?:(?:养老|医疗|工伤|失业)(?:保险|金))|联合会|委员会|权益|身份证|市场|所得税"
    r"|s? (?:affairs|and families administration|committee|board|registration)"
)
#: Characters of the text that are looked at.
_HEAD = 4000
_MOST_TOPICS, _MOST_AUDIENCES, _MOST_INDUSTRIES = 3, 4, 2
#: A cue in the title is worth so many in the text, counted a page (1,500 characters).
_TITLE, _PAGE, _ENOUGH = 4, 1500, 4


@dataclass(frozen=True)
class _Cues:
    """The cue words of one entry. A text that holds none of them is passed over without its pattern."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def count(self, text: str) -> int:
        return len(self.pattern.findall(text)) if any(word in text for word in self.words) else 0


@cache
def _cues(which: str, language: Language) -> tuple[_Cues, ...]:
    entries: Iterable[Entry] = {
        "topics": taxonomy.topics().life,
        "audiences": taxonomy.audiences().all,
        "industries": taxonomy.industries().all,
    }[which]()
    found = []
    for entry in entries:
        words = tuple(word.lower() for word in (entry.cues_zh if language == "zh" else entry.cues_en))
        if words:
            body = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
            found.append(_Cues(entry.code, words, re.compile(body if language == "zh" else rf"\b(?:{body})s?\b")))
    return tuple(found)


def topics(reading: Reading) -> list[Evidence]:
    """The life topics that the title names or that the text is full of, the strongest first."""
    title, text = reading.title.lower(), reading.source_text[:_HEAD].lower()
    size = max(1.0, len(text) / _PAGE)
    scored = []
    for cues in _cues("topics", reading.language):
        in_title = len(set(cues.pattern.findall(title)))
        score = _TITLE * in_title + cues.count(text) / size
        if in_title or score >= _ENOUGH:
            scored.append((score, cues))
    best = sorted(scored, key=lambda pair: -pair[0])[:_MOST_TOPICS]
    return [_first(cues, "topics", reading, title, text) for _, cues in best]


def audiences(reading: Reading, groups: Sequence[tuple[str, Weight]]) -> list[Evidence]:
    """The groups of the list that the title names, or that a sentence about the scope names as one of `groups`.

    A wrong group sends mail to the wrong people: what is merely mentioned, however often, is none.
    """
    title = reading.title.lower()
    heaviest = max((weight.total for _, weight in groups), default=0.0)
    strong = [(group, weight) for group, weight in groups if weight.strong and weight.total >= max(_ENOUGH, heaviest / 2)]
    found: dict[str, Evidence] = {}
    for cues in _cues("audiences", reading.language):
        in_title = cues.pattern.search(title)
        if in_title and not _names_a_thing(title, in_title):
            raw = reading.title[in_title.start() : in_title.end()]
            found[cues.name] = Evidence("audiences", cues.name, raw, "title")
            continue
        for group, weight in strong:
            if weight.best and _means(cues, group, reading.language):
                best = weight.best
                found[cues.name] = Evidence("audiences", cues.name, best.raw, best.where, best.start, best.end)
                break
    return list(found.values())[:_MOST_AUDIENCES]


def _means(cues: _Cues, group: str, language: Language) -> bool:
    """Is the group one of the entry's? Of a compound (残疾人家庭, 小微企业) what it ends in must not be all that fits."""
    if language == "en":
        return bool(cues.pattern.fullmatch(group))
    return group in cues.words


def _names_a_thing(title: str, found: re.Match[str]) -> bool:
    """企业职工基本养老保险 is an insurance: its words name no group."""
    return bool(_THING.match(title, found.end()))


def industries(reading: Reading) -> list[Evidence]:
    """The industries that the title is plainly about: a firm, an establishment or a trade of theirs stands in it."""
    title = reading.title.lower()
    found = []
    for cues in _cues("industries", reading.language):
        cue = cues.pattern.search(title)
        if cue:
            found.append(Evidence("industries", cues.name, reading.title[cue.start() : cue.end()], "title"))
    narrow = {evidence.value[0] for evidence in found if len(evidence.value) > 1}
    return [evidence for evidence in found if len(evidence.value) > 1 or evidence.value not in narrow][:_MOST_INDUSTRIES]


def _first(cues: _Cues, of: str, reading: Reading, title: str, text: str) -> Evidence:
    in_title = cues.pattern.search(title)
    if in_title:
        return Evidence(of, cues.name, reading.title[in_title.start() : in_title.end()], "title")
    place = cues.pattern.search(text)
    assert place is not None
    return Evidence(of, cues.name, reading.source_text[place.start() : place.end()], "text", place.start(), place.end())
