"""Names of the product's own lists: life topics, audience groups, industries. What they match decides who is told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence
from pushsvc.plain.classes.groups import Weight, evidence, lowered
from pushsvc.plain.classes.groups_en import NAMED_AFTER
from pushsvc.plain.classes.subjects import by_title
from pushsvc.taxonomy.entries import Entry

#: Of so many foremost groups, one that is as likely as this (log-odds) is the reader's own.
_FOREMOST, _LIKELY = {"zh": 2, "en": 1}, 0.9
#: Whom a title may name and still speak of fewer: 支持居民换购住房 is for home buyers.
_ANYBODY = frozenset(("居民", "市民", "群众", "企业", "单位", "个人", "家庭", "businesses", "the public"))
#: Characters of a cue that says by itself who is meant.
_SURE = 3
#: Behind a cue in a title: a thing or an office that bears a group's name.
_THING = re.compile(
    r"(?:s?[’']s?\b)|.{0,2}(?:基本)?(?:(?:养老|医疗|工伤|失业)(?:保险|金))|联合会|委员会|权益|身份证|市场|所得税"
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


@cache
def _cues(which: str, language: Language) -> tuple[_Cues, ...]:
    entries: Iterable[Entry] = {
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


_Meant = Mapping[str, Sequence[tuple[bool, str]]]


@cache
def _topic_cues(language: Language) -> tuple[re.Pattern[str], _Meant]:
    """One pattern of every topic's cues, and for each cue its topics, with whether it speaks in a title only."""
    meant: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for entry in taxonomy.topics().life():
        for cue in entry.cues_zh if language == "zh" else entry.cues_en:
            meant[cue].append((cue in entry.title_cues, entry.code))
    body = taxonomy.any_of(meant)
    return re.compile(body if language == "zh" else rf"\b(?:{body})s?\b"), meant


def _entries(meant: _Meant, said: str) -> Sequence[tuple[bool, str]]:
    return meant.get(said) or meant.get(said[:-1]) or ()


def topics(reading: Reading) -> list[Evidence]:
    """The life topics that the title names or that the text is full of, the strongest first.

    Cues are looked for all at once, the longest first, so that 养老保险 does not also speak for 养老.
    """
    pattern, meant = _topic_cues(reading.language)
    title, text = lowered(reading.title), lowered(reading.source_text[:_HEAD])
    page = max(1.0, len(text) / _PAGE)
    score: dict[str, float] = defaultdict(float)
    first: dict[str, Evidence] = {}
    for said in {found.group(): found for found in pattern.finditer(title)}.values():
        for _, name in _entries(meant, said.group()):
            score[name] += _TITLE
            first.setdefault(name, Evidence("topics", name, reading.title[said.start() : said.end()], "title"))
    in_title = set(score)
    for said in pattern.finditer(text):
        for only_title, name in _entries(meant, said.group()):
            if not only_title:
                score[name] += 1 / page
                first.setdefault(
                    name,
                    Evidence("topics", name, reading.source_text[said.start() : said.end()], "text", said.start(), said.end()),
                )
    best = max(score.values(), default=0.0)
    told = [name for name in score if name in in_title or score[name] >= max(_ENOUGH, best / 2)]
    return [first[name] for name in sorted(told, key=lambda name: -score[name])[:_MOST_TOPICS]]


def audiences(reading: Reading, groups: Sequence[tuple[str, Weight]], common: frozenset[str]) -> list[Evidence]:
    """The groups of the list that the title names, or that the text is for before all others.

    A wrong group sends mail to the wrong people: what is merely mentioned, however often, is none, and neither is a
    `common` word (firms, residents) that the title does not name.
    """
    found = _in_title(reading)
    named = any(weight.title and group not in _ANYBODY for group, weight in groups)
    for mention in () if named else by_title(reading):
        for cues in _cues("audiences", reading.language):
            if mention.group == taxonomy.audiences().name(cues.name, reading.language):
                found.setdefault(cues.name, evidence("audiences", cues.name, mention))
    for group, weight in groups[: _FOREMOST[reading.language]]:
        if weight.best is None or group in common or not weight.proved() or weight.total < _LIKELY:
            continue
        for cues in _cues("audiences", reading.language):
            if _means(cues, group, reading.language):
                found.setdefault(cues.name, evidence("audiences", cues.name, weight.best))
    return list(found.values())[:_MOST_AUDIENCES]


def _means(cues: _Cues, group: str, language: Language) -> bool:
    """Is the group the entry's, or a kind of it (参保失业人员)? A short cue (企业) may end the name of something else."""
    if language == "en":
        return bool(cues.pattern.fullmatch(group))
    return any(group == cue or (len(cue) >= _SURE and group.endswith(cue)) for cue in cues.words)


def _in_title(reading: Reading) -> dict[str, Evidence]:
    """The list's groups in the title; a word within a longer one (农民 in 农民工) names nobody."""
    title = lowered(reading.title)
    places = [
        (match.start(), match.end(), cues.name)
        for cues in _cues("audiences", reading.language)
        for match in cues.pattern.finditer(title)
        if not _names_a_thing(title, match) and not NAMED_AFTER.search(reading.title[: match.start()])
    ]
    return {
        name: Evidence("audiences", name, reading.title[start:end], "title")
        for start, end, name in sorted(places)
        if not any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in places)
    }


def _names_a_thing(title: str, found: re.Match[str]) -> bool:
    """企业职工基本养老保险 is an insurance: its words name no group."""
    return bool(_THING.match(title, found.end()))


def industries(reading: Reading) -> list[Evidence]:
    """The industries that the title is plainly about: a firm, an establishment or a trade of theirs stands in it."""
    title = lowered(reading.title)
    found = []
    for cues in _cues("industries", reading.language):
        cue = cues.pattern.search(title)
        if cue:
            found.append(Evidence("industries", cues.name, reading.title[cue.start() : cue.end()], "title"))
    narrow = {evidence.value[0] for evidence in found if len(evidence.value) > 1}
    return [evidence for evidence in found if len(evidence.value) > 1 or evidence.value not in narrow][:_MOST_INDUSTRIES]
