"""The groups that a document is for, in its own words: who gets, must, or may apply, not who is merely mentioned.

What speaks for a group: the title, sentences about the scope, a verb of duty or benefit beside it, how often and how early
it is named. How much each says was measured on documents that people have read (`bench.classes`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pushsvc.domain.summaries import Evidence

#: What speaks for a group, in logits: its sum is the log-odds that a reader would name the group.
_TITLE, _SUBJECT = 2.5, 1.6
#: A second and third scope sentence or verb says much, the first of either little: one passing sentence is soon found.
_SCOPE, _MORE_SCOPES, _VERBS, _MOST = 0.0, 0.7, 0.45, 3
_OFTEN, _EARLY, _EARLY_SHARE = 0.65, 0.45, 0.12
_PRECISE, _COMMON = 0.45, -1.0
#: A group is told from these log-odds on; more than a few only where each is likely, as in a list of cases.
_LEAST, _LIKELY = -0.5, 0.8
_FEW, _MANY = 5, 8
#: So much less may speak for a precise name that stands in place of a wider one.
_LESS = 1.5
#: Offices that are told where a document is for offices.
_OFFICES = 3


class Mention(NamedTuple):
    """One mention: the group as it is told, the words as they stand (in the title where `start` is None), and what is by it."""

    group: str
    raw: str
    start: int | None = None
    end: int | None = None
    #: In a sentence or heading about the scope; beside a verb of duty or benefit.
    scope: bool = False
    verb: bool = False
    #: A subject that concerns the group, which it need not name.
    subject: bool = False


class Words(NamedTuple):
    """What a language knows of its group words."""

    #: Groups so common that they are told only where much speaks for them.
    common: frozenset[str]
    #: Words so vague that they are told only where nothing else is.
    vague: frozenset[str]
    #: Words that mean the same people: the likeliest is told.
    same: tuple[frozenset[str], ...]
    #: What the names of offices end in: told only where no other group is likely.
    offices: tuple[str, ...]
    #: From so many characters on a name is a precise one.
    precise: int
    #: What speaks for any group that is named at all, and for one that is named at the very end.
    base: float
    late: float


@dataclass
class Weight:
    """What speaks for one group. `first` is where it is first named, as a share of the text."""

    title: bool = False
    subject: bool = False
    scopes: int = 0
    verbs: int = 0
    times: int = 0
    first: float = 1.0
    best: Mention | None = None
    total: float = 0.0

    def add(self, mention: Mention, length: int) -> None:
        """Counts one mention in a text of `length` characters in."""
        if mention.subject:
            self.subject = True
        elif mention.start is None:
            self.title = True
        self.times += not mention.subject
        self.scopes += mention.scope
        self.verbs += mention.verb
        self.first = min(self.first, (mention.start or 0) / max(1, length))
        if self.best is None or _tells(mention) > _tells(self.best):
            self.best = mention

    def weigh(self, group: str, words: Words) -> None:
        """Sets `total`."""
        self.total = (
            words.base
            + _TITLE * self.title
            + _SUBJECT * self.subject
            + _SCOPE * min(self.scopes, 1)
            + _MORE_SCOPES * max(0, min(self.scopes, _MOST) - 1)
            + _VERBS * min(self.verbs, _MOST)
            + _OFTEN * math.log1p(self.times)
            + words.late * self.first
            + _EARLY * (self.first < _EARLY_SHARE)
            + _PRECISE * (len(group) >= words.precise)
            + _COMMON * (group in words.common)
        )


def _tells(mention: Mention) -> int:
    return 4 * (mention.start is None and not mention.subject) + 2 * mention.scope + mention.verb + mention.subject


def words(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


def weighed(mentions: Iterable[Mention], length: int, words: Words) -> dict[str, Weight]:
    """The weight of each group in a text of `length` characters."""
    weights: dict[str, Weight] = {}
    for mention in mentions:
        weights.setdefault(mention.group, Weight()).add(mention, length)
    _named_by_the_text(weights, words)
    for group, weight in weights.items():
        weight.weigh(group, words)
    return weights


def _named_by_the_text(weights: dict[str, Weight], words: Words) -> None:
    """Gives what the subject says of a group to the word that the text itself has for the same people."""
    for group in [group for group, weight in weights.items() if weight.subject and not weight.times]:
        others = [
            other for alike in words.same if group in alike for other in alike if other in weights and weights[other].times
        ]
        if others:
            del weights[group]
            weights[max(others, key=lambda other: weights[other].times)].subject = True


def chosen(weights: Mapping[str, Weight], words: Words) -> list[tuple[str, Weight]]:
    """The groups to tell, the likeliest first. Of two that say the same, the more precise stays unless it is unlikely."""
    ranked = sorted(weights.items(), key=lambda pair: -pair[1].total)
    told: list[tuple[str, Weight]] = []
    for group, weight in ranked:
        if group in words.vague or group.endswith(words.offices) or weight.total < _LEAST or _said_already(group, told, words):
            continue
        wider = next((each for each in told if each[0] in group), None)
        if wider is None:
            told.append((group, weight))
        elif not wider[1].title and weight.total >= wider[1].total - _LESS:
            told[told.index(wider)] = (group, weight)
    if len(told) < 2 and all(weight.total < _LIKELY for _, weight in told):
        told += [pair for pair in ranked if pair[0].endswith(words.offices) and pair[1].total >= _LEAST][:_OFFICES]
    if not told:
        told = [pair for pair in ranked if pair[1].total >= _LEAST][:2]
    return told[:_FEW] + [pair for pair in told[_FEW:_MANY] if pair[1].total >= _LIKELY]


def _said_already(group: str, told: Iterable[tuple[str, Weight]], words: Words) -> bool:
    names = {name for name, _ in told}
    return any(group in name for name in names) or any(group in alike and names & alike for alike in words.same)


def evidence_of(told: Iterable[tuple[str, Weight]]) -> list[Evidence]:
    """Where each told group is said best."""
    return [evidence("audience_words", group, weight.best) for group, weight in told if weight.best]


def evidence(of: str, value: str, mention: Mention) -> Evidence:
    """A mention as the evidence of a class."""
    return Evidence(of, value, mention.raw, "title" if mention.start is None else "text", mention.start, mention.end)


def lowered(text: str) -> str:
    """`text` in lower case with every character in its place: İ, which would become two, keeps the text as it is."""
    low = text.lower()
    return low if len(low) == len(text) else text
