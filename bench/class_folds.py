"""Fitting what each feature of a group says, and judging the fit on documents that it has not seen.

Golds are split into folds by document; the weights are fitted on all folds but one (logistic regression with a ridge, by
Newton's method) and score the groups of that one. Pure functions but for `cases`; `python -m bench.classes --folds`.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.golden import CORPUS, golds
from pushsvc import taxonomy
from pushsvc.plain.classes import groups_en, groups_zh, listed
from pushsvc.plain.classes.groups import Weight, Words, chosen, weighed
from pushsvc.plain.classes.kinds import type_of
from pushsvc.plain.classes.subjects import by_subject
from pushsvc.plain.lines import reading_of

LANGUAGES = {"zh": groups_zh, "en": groups_en}
#: How strongly weights are drawn to nought: of about 2,000 groups, a feature that few have can say little, and what is
#: said of one word alone ("is 购房人") less.
RIDGE, RIDGE_OF_A_WORD = 4.0, 10.0
#: Documents of the corpus of which people have read only for whom they are: one JSON row each.
AUDIENCES = Path(__file__).parents[1] / "tests" / "golden" / "audiences.jsonl"
#: What is said of one word alone ("is 购房人") counts where so many documents have it.
SEEN = 3
FOLDS, SEEDS, _ROUNDS = 5, 4, 12

Row = tuple[Mapping[str, float], float]


@dataclass(frozen=True)
class Case:
    """One document that people have read: the groups in it, and those whom they name."""

    language: str
    reading: Any
    weights: Mapping[str, Weight]
    wanted: tuple[str, ...]

    def rows(self) -> list[Row]:
        """Each group's features, and whether a person named it."""
        return [(weight.features, float(_named(group, self.wanted))) for group, weight in self.weights.items()]


@dataclass(frozen=True)
class Counts:
    """How many were hit of those wanted, and right of those said."""

    hit: int = 0
    wanted: int = 0
    right: int = 0
    said: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hit + other.hit, self.wanted + other.wanted, self.right + other.right, self.said + other.said)

    def figures(self) -> tuple[float, float, float]:
        """(precision, recall, F1)."""
        precision, recall = self.right / max(1, self.said), self.hit / max(1, self.wanted)
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def documents(which: str, only: Sequence[str] = ()) -> Iterator[tuple[dict[str, Any], str]]:
    """Each document of a set as people have read it, with its text. Of `audiences` only the groups were read."""
    if which != "audiences":
        yield from golds(which, only)
        return
    for line in AUDIENCES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not only or row["id"] in only:
            yield row, (CORPUS / row["text"]).read_text(encoding="utf-8")


def cases(sets: Sequence[str]) -> list[Case]:
    """The documents of these sets with the groups in them."""
    found = []
    for which in sets:
        for gold, text in documents(which):
            event = {"id": gold["id"], "title": gold["title"], "content_text": text, "published_at": gold["published_at"]}
            reading = reading_of(event)
            language = LANGUAGES[gold["lang"]]
            mentions = [*language.mentions(reading), *by_subject(reading, type_of(reading))]
            weights = weighed(mentions, min(len(reading.source_text), language.TEXT), language.WORDS)
            found.append(Case(gold["lang"], reading, weights, tuple(word.lower() for word in gold["audience"])))
    return found


def fitted(rows: Sequence[Row]) -> dict[str, float]:
    """The weight of each feature: a logistic regression whose weights, but the base's, are drawn to nought."""
    held = Counter(name for features, _ in rows for name, value in features.items() if value)
    names = sorted(name for name, count in held.items() if count >= SEEN)
    sparse = [
        ([(at, features[name]) for at, name in enumerate(names) if features.get(name)], label) for features, label in rows
    ]
    beta = [0.0] * len(names)
    for _ in range(_ROUNDS):
        penalty = [_penalty(name) for name in names]
        slope = [-penalty[at] * beta[at] for at in range(len(names))]
        curve = [[penalty[at] if at == other else 0.0 for other in range(len(names))] for at in range(len(names))]
        for row, label in sparse:
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(beta[at] * value for at, value in row)))))
            spread = chance * (1 - chance)
            for at, value in row:
                slope[at] += value * (label - chance)
                for other, beside in row:
                    curve[at][other] += spread * value * beside
        beta = [old + step for old, step in zip(beta, _solved(curve, slope), strict=True)]
    return {name: round(weight, 2) for name, weight in zip(names, beta, strict=True)}


def _penalty(name: str) -> float:
    return 0.01 if name == "base" else RIDGE_OF_A_WORD if name.startswith("is ") else RIDGE


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix x = right, by elimination with pivots."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            share = rows[below][at] / rows[at][at]
            rows[below] = [one - share * other for one, other in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        found[at] = (rows[at][size] - sum(rows[at][other] * found[other] for other in range(at + 1, size))) / rows[at][at]
    return found


def counted(case: Case, weights: Mapping[str, float], words: Words) -> Counts:
    """What these weights would tell of a document, against what a person named."""
    for weight in case.weights.values():
        weight.judge(weights)
    told = chosen(case.weights, words)
    names = [
        taxonomy.audiences().name(each.value, case.reading.language)
        for each in listed.audiences(case.reading, told, words.common | words.vague)
    ]
    ours = list(dict.fromkeys(word.lower() for word in [*names, *(group for group, _ in told)]))
    hit = sum(_named(word, ours) for word in case.wanted)
    return Counts(hit, len(case.wanted), sum(_named(word, case.wanted) for word in ours), len(ours))


def folded(read: Sequence[Case], language: str) -> Counts:
    """The counts on documents that the weights have not seen, over all seeds."""
    own, words, total = [case for case in read if case.language == language], LANGUAGES[language].WORDS, Counts()
    for seed in range(SEEDS):
        mixed = random.Random(seed).sample(own, len(own))
        for fold in range(FOLDS):
            held = mixed[fold::FOLDS]
            rows = [row for case in mixed if case not in held for row in case.rows()]
            weights = fitted(rows)
            for case in held:
                total += counted(case, weights, words)
    return total


def _named(word: str, others: Sequence[str]) -> bool:
    return any(word in other or other in word for other in others)
