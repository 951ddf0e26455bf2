"""The groups that a document is for, in its own words: who gets, must, or may apply, not who is merely mentioned.

Each mention of a group is weighed: the title most, then sentences about the scope, then what stands beside a verb of duty
or benefit, then how often it is named. Words that few documents are for (办事人员, 申请人) count less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pushsvc import taxonomy
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Evidence

#: What a mention is worth by where it stands. A subject that concerns a group which it does not name is worth `SUBJECT`.
TITLE, SCOPE, BESIDE_A_VERB, HEAD, MENTION, SUBJECT = 6.0, 3.0, 1.5, 1.0, 0.5, 3.5
#: Mentions without more to say for them count so far and no further.
_MOST_FOR_MENTIONS = 4.0
#: Of scope sentences as many count.
_MOST_SCOPES = 3
#: Groups that are told; more where the others weigh nearly as much, as in a list of cases.
_FEW, _MANY, _NEARLY = 5, 8, 0.4
#: Offices that are told where a document is for offices.
_OFFICES = 3
#: A group is told from this weight on, and from this share of the weightiest group's.
_LEAST, _SHARE = 2.0, 0.18
#: Beyond this weight the others need no more.
_HEAVY = 12.0
#: A precise name (随迁人员, vessel operators) needs less than a short one (老人).
_LEAST_PRECISE, _SHARE_PRECISE = 1.0, 0.08
#: What a common word (firms, residents) must weigh to be told beside more precise ones.
_LEAST_COMMON, _SHARE_COMMON = 4.5, 0.3


class Mention(NamedTuple):
    """One mention: the group as it is told, its worth, and the words in the title or the text."""

    group: str
    worth: float
    raw: str
    where: str
    start: int | None
    end: int | None


@dataclass
class Weight:
    """What speaks for one group."""

    plain: float = 0.0
    proved: float = 0.0
    strong: bool = False
    best: Mention | None = None
    scopes: int = 0

    def add(self, mention: Mention) -> None:
        """Counts one mention in."""
        if mention.worth <= MENTION:
            self.plain = min(_MOST_FOR_MENTIONS, self.plain + mention.worth)
        elif mention.worth >= TITLE or self.scopes < _MOST_SCOPES:
            self.proved += mention.worth
            self.scopes += mention.worth < TITLE
        else:
            self.plain = min(_MOST_FOR_MENTIONS, self.plain + MENTION)
        self.strong = self.strong or mention.worth >= SCOPE
        if self.best is None or mention.worth > self.best.worth:
            self.best = mention

    @property
    def total(self) -> float:
        """The whole weight."""
        return self.plain + self.proved


class Words(NamedTuple):
    """What a language knows of its group words."""

    #: Groups so common that they are told only where they weigh much.
    common: frozenset[str]
    #: Words so vague that they are told only where nothing else is.
    vague: frozenset[str]
    #: Words that mean the same people: the weightiest is told.
    same: tuple[frozenset[str], ...]
    #: Words to tell only where fewer than two others are: the offices that a document is addressed to.
    offices: tuple[str, ...]
    #: From so many characters on a name is a precise one.
    precise: int


def words(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


def weighed(mentions: Iterable[Mention]) -> dict[str, Weight]:
    """The weight of each group."""
    weights: dict[str, Weight] = {}
    for mention in mentions:
        weights.setdefault(mention.group, Weight()).add(mention)
    return weights


def chosen(weights: Mapping[str, Weight], words: Words) -> list[tuple[str, Weight]]:
    """The groups to tell, the weightiest first. Of two that say the same, the more precise stays unless it is"
    " rare."""
    ranked = sorted(weights.items(), key=lambda pair: -pair[1].total)
    heaviest = min(_HEAVY, max((weight.total for group, weight in ranked if group not in words.vague), default=0.0))
    told: list[tuple[str, Weight]] = []
    for group, weight in ranked:
        if (
            group in words.vague
            or _office(group, words)
            or weight.total < _least(group, weight, heaviest, words)
            or _said_already(group, told, words)
        ):
            continue
        wider = next((each for each in told if each[0] in group), None)
        if wider is None:
            told.append((group, weight))
        elif weight.total >= 0.4 * wider[1].total and not _in_title(wider[1]):
            told[told.index(wider)] = (group, weight)
    if len(told) < 2:
        told += [(group, weight) for group, weight in ranked if _office(group, words) and weight.total >= _LEAST][:_OFFICES]
    if not told:
        told = [(group, weight) for group, weight in ranked if weight.total >= _LEAST][:2]
    more = [pair for pair in told[_FEW:_MANY] if pair[1].total >= _NEARLY * told[0][1].total]
    return told[:_FEW] + more


def _office(group: str, words: Words) -> bool:
    return group.endswith(words.offices)


def _least(group: str, weight: Weight, heaviest: float, words: Words) -> float:
    if group in words.common and not _in_title(weight):
        return max(_LEAST_COMMON, _SHARE_COMMON * heaviest)
    if len(group) >= words.precise and group not in words.common:
        return max(_LEAST_PRECISE, _SHARE_PRECISE * heaviest)
    return max(_LEAST, _SHARE * heaviest)


def _in_title(weight: Weight) -> bool:
    return weight.best is not None and weight.best.where == "title" and weight.best.worth >= SUBJECT


def _said_already(group: str, told: Iterable[tuple[str, Weight]], words: Words) -> bool:
    names = {name for name, _ in told}
    return any(group in name for name in names) or any(group in alike and names & alike for alike in words.same)


def evidence_of(told: Iterable[tuple[str, Weight]]) -> list[Evidence]:
    """Where each told group is said best."""
    return [
        Evidence("audience_words", group, weight.best.raw, weight.best.where, weight.best.start, weight.best.end)
        for group, weight in told
        if weight.best
    ]


def by_subject(reading: Reading, kind: Evidence | None) -> Iterator[Mention]:
    """Groups that the subject concerns, named or not: cattle concern farmers, a consultation concerns the public."""
    if kind and kind.value == "consultation":
        yield Mention(_EVERYBODY[reading.language], SUBJECT, kind.raw, kind.where, kind.start, kind.end)
    pattern, meant = taxonomy.concerned(reading.language)
    named: set[str] = set()
    for found in pattern.finditer(lowered(reading.title)):
        raw = reading.title[found.start() : found.end()]
        yield from (
            Mention(group, SUBJECT, raw, "title", None, None) for group, _ in meant[found.group()] if group not in named
        )
        named.update(group for group, _ in meant[found.group()])
    times: Counter[str] = Counter()
    for found in pattern.finditer(lowered(reading.source_text[:_TEXT])):
        for group, where in meant[found.group()]:
            enough = _ENOUGH[where] if where == "text" or found.start() < _OPENING else None
            times[group] += 1
            if times[group] == enough and group not in named:
                raw = reading.source_text[found.start() : found.end()]
                yield Mention(group, SUBJECT, raw, "text", found.start(), found.end())


def lowered(text: str) -> str:
    """`text` in lower case with every character in its place: İ, which would become two, keeps the text as it is."""
    low = text.lower()
    return low if len(low) == len(text) else text


#: Characters at the head of a text that say what it is about, and those that are looked at at all.
_OPENING, _TEXT = 1500, 3500
#: So often must a subject be named that the title does not name, by where it counts.
_ENOUGH = {"title": None, "opening": 3, "text": 1}
#: Who may answer a consultation.
_EVERYBODY = {"zh": "社会公众", "en": "the public"}
