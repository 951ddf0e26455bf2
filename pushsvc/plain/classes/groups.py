"""The groups that a document is for, in its own words: who gets, must, or may apply, not who is merely mentioned.

What speaks for a group (`Weight.features`): the title, sentences about the scope, a verb of duty or benefit beside it,
the head of an item in a list of cases, how often and how early it is named. How much each says (`Words.weights`) is fitted on
documents that people have read, and judged on others (`bench.classes --folds`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pushsvc.domain.summaries import Evidence

#: More than a few only where each is likely, as in a list of cases.
_FEW, _MANY, _LIKELY = 6, 8, 0.4
#: Even where nothing is likely, the likeliest is told from here on.
_BARELY = -1.4
#: Named so often a word is the document's own.
_OFTEN = 3
#: Offices that are told where a document is for offices.
_OFFICES = 3
#: Signs of a sentence about the scope, and of what a group must, may or gets.
_SCOPES = frozenset({"for", "helped", "to", "who"})
_VERBS = frozenset({"must", "gets", "does", "given", "of", "opening"})
#: What says something else of firms than of people.
_OF_FIRMS = ("title", "often", "of", "gets", "must", "sum")
#: Characters of a usual document.
_USUAL = 2000
#: First named in this share of the text: early.
_EARLY_SHARE = 0.12


class Mention(NamedTuple):
    """One mention: the group as it is told, the words as they stand (in the title where `start` is None), and what is by it."""

    group: str
    raw: str
    start: int | None = None
    end: int | None = None
    #: What stands by it, in the language's own names: "for" (a scope sentence), "gets" (a verb of benefit), "item" …
    signs: frozenset[str] = frozenset()
    #: A subject that concerns the group, which it need not name.
    subject: bool = False


class Words(NamedTuple):
    """What a language knows of its group words."""

    #: Groups so common that they are told only where much speaks for them.
    common: frozenset[str]
    #: Words so vague that they are told only where nothing else is.
    vague: frozenset[str]
    #: The family of each word that others say too: what speaks for one speaks for all, and one is told.
    families: Mapping[str, int]
    #: Words that give way to the list's own where a document has them seldom.
    seldom: Mapping[str, str]
    #: What the names of offices end in (told only where no other group is likely), and those of firms.
    offices: tuple[str, ...]
    firms: tuple[str, ...]
    #: Up to so many characters a name is a brief one, from so many on a precise one, from so many on one that says it all.
    brief: int
    precise: int
    full: int
    #: A group is told from these log-odds on: the bound that told best of documents that the weights had not seen.
    least: float
    #: What each feature says, in logits.
    weights: Mapping[str, float]


class _Others(NamedTuple):
    """All groups of a document of `length` characters: how many, how often the foremost is named, their names in one."""

    number: int
    most: int
    names: str
    length: int


@dataclass
class Weight:
    """What speaks for one group. `first` is where it is first named, as a share of the text; `total` is in log-odds."""

    title: bool = False
    subject: bool = False
    signs: Counter[str] = field(default_factory=Counter)
    first: float = 1.0
    named: Counter[str] = field(default_factory=Counter)
    best: Mention | None = None
    features: dict[str, float] = field(default_factory=dict)
    total: float = 0.0

    def add(self, mention: Mention, length: int) -> None:
        """Counts one mention in a text of `length` characters in."""
        if mention.subject:
            self.subject = True
        else:
            self.title = self.title or mention.start is None
            # What the title calls a group, the reader may call it.
            self.named[mention.group] += 100 if mention.start is None else 1
            self.first = min(self.first, (mention.start or 0) / max(1, length))
        self.signs.update(mention.signs)
        if self.best is None or _tells(mention) > _tells(self.best):
            self.best = mention

    @property
    def times(self) -> int:
        """How often the document names the group."""
        return sum(count % 100 + count // 100 for count in self.named.values())

    def told(self, words: Words) -> str:
        """The document's own word for it."""
        if self.named:
            often = max(self.named, key=lambda word: (self.named[word], -len(word)))
            return words.seldom.get(often, often) if self.named[often] < _OFTEN else often
        return self.best.group if self.best else ""

    def proved(self) -> bool:
        """Is the group said to be meant, and not once in passing?"""
        scopes, verbs = (sum(self.signs[sign] for sign in signs) for signs in (_SCOPES, _VERBS))
        return scopes > 1 or bool(scopes and verbs > 1)

    def weigh(self, group: str, words: Words, others: _Others) -> None:
        """Sets `features` and `total`, beside the `others` of the document (of which it is one)."""
        self.features = {
            "base": 1.0,
            "title": float(self.title),
            "subject": float(self.subject),
            **dict.fromkeys(self.signs, 1.0),
            **{f"{sign} twice": 1.0 for sign, count in self.signs.items() if count > 1},
            "often": math.log1p(self.times),
            "share": self.times / max(1, others.most),
            "late": self.first if self.named else 0.5,
            "early": float(self.first < _EARLY_SHARE),
            "bare": float(not self.signs),
            "brief": float(len(group) <= words.brief),
            "precise": float(len(group) >= words.precise),
            "full": float(len(group) >= words.full),
            "common": float(group in words.common),
            "vague": float(group in words.vague),
            "firm": float(group.endswith(words.firms)),
            "office": float(group.endswith(words.offices)),
            "kinds": float(others.names.count(group) > 1),
            "rivals": math.log(others.number),
            "long": math.log(max(1, others.length) / _USUAL),
            f"is {group}": 1.0,
        }
        if self.features["firm"]:
            self.features |= {f"firm {name}": self.features.get(name, 0.0) for name in _OF_FIRMS}
        self.judge(words.weights)

    def judge(self, weights: Mapping[str, float]) -> None:
        """Sets `total` by what each feature says."""
        self.total = sum(weights.get(name, 0.0) * value for name, value in self.features.items())


def _tells(mention: Mention) -> int:
    named = 4 * (mention.start is None and not mention.subject)
    return named + 2 * bool(mention.signs & _SCOPES) + bool(mention.signs & _VERBS) + mention.subject


def words(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


def families(alike: Iterable[Iterable[str]]) -> dict[str, int]:
    """The family's number of each word."""
    return {word: number for number, family in enumerate(alike) for word in family}


def weighed(mentions: Iterable[Mention], length: int, words: Words) -> dict[str, Weight]:
    """The weight of each group in a text of `length` characters, by the word that is told for it."""
    gathered: dict[str | int, Weight] = {}
    for mention in mentions:
        gathered.setdefault(words.families.get(mention.group, mention.group), Weight()).add(mention, length)
    weights = {weight.told(words): weight for weight in gathered.values()}
    most = max((weight.times for weight in weights.values()), default=0)
    others = _Others(len(weights), most, "\n".join(weights), length)
    for group, weight in weights.items():
        weight.weigh(group, words, others)
    return weights


def chosen(weights: Mapping[str, Weight], words: Words) -> list[tuple[str, Weight]]:
    """The groups to tell, the likeliest first. A wider one than one that is likelier says nothing more and is left out."""
    ranked = sorted(weights.items(), key=lambda pair: -pair[1].total)
    told: list[tuple[str, Weight]] = []
    for group, weight in ranked:
        unlikely = group in words.vague or group.endswith(words.offices) or weight.total < words.least
        if not unlikely and not any(group in name for name, _ in told):
            told.append((group, weight))
    if len(told) < 2:
        names = {name for name, _ in told}
        offices = [pair for pair in ranked if pair[0].endswith(words.offices) and pair[1].total >= _BARELY]
        told += [pair for pair in offices if pair[0] not in names][:_OFFICES]
    if not told:
        told = [pair for pair in ranked if pair[1].total >= _BARELY][:2]
    return told[:_FEW] + [pair for pair in told[_FEW:_MANY] if pair[1].total >= _LIKELY]


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
