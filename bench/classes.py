"""How right the classes are that we read: audience groups, regions and type, against documents that people have read.

`python -m bench.classes [examples|gold|audiences …] [--show] [--doc ID …]`, beside shared/: one JSON line a figure.
`--folds` adds the groups' figures on documents that the weights have not seen, `--fit` prints the weights of all.
Groups count by containment either way (corpus/GOLD.md). A region is exact, wider (one that lies above what a person
named: it tells more people than it should), narrower, wrong, or not read.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.class_folds import FOLDS, LANGUAGES, cases, documents, fitted, folded
from bench.golden import CORPUS
from bench.report import figure
from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.plain import classify
from pushsvc.plain.classes import Classes
from pushsvc.plain.lines import reading_of

Case = tuple[dict[str, Any], Classes]


def read(which: str, only: Sequence[str] = ()) -> tuple[list[Case], list[float]]:
    """Each gold of a set with the classes that we read, and the seconds that each took."""
    found, took = [], []
    for gold, text in documents(which, only):
        reading = _reading(gold, text)
        started = time.perf_counter()
        classes = classify(reading, {})
        took.append(time.perf_counter() - started)
        found.append((gold, classes))
    return found, took


def _reading(gold: dict[str, Any], text: str) -> Reading:
    return reading_of({"id": gold["id"], "title": gold["title"], "content_text": text, "published_at": gold["published_at"]})


def groups(known: Sequence[Case]) -> tuple[float, float, float]:
    """(precision, recall, F1) of the groups, ours being the names of the list and the document's own words."""
    hit = wanted = right = said = 0
    for gold, classes in known:
        ours, theirs = _ours(classes, gold["lang"]), [word.lower() for word in gold["audience"]]
        hit += sum(any(_same(word, other) for other in ours) for word in theirs)
        right += sum(any(_same(word, other) for other in theirs) for word in ours)
        wanted, said = wanted + len(theirs), said + len(ours)
    precision, recall = right / max(1, said), hit / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _ours(classes: Classes, language: Language) -> list[str]:
    names = [taxonomy.audiences().name(group, language) for group in classes.audiences]
    return list(dict.fromkeys(word.lower() for word in (*names, *classes.audience_words)))


def folds(sets: Sequence[str], fit: bool) -> None:
    """The groups' figures by weights fitted on other documents; with `fit` also the weights fitted on all."""
    known = cases(sets)
    for language in LANGUAGES:
        for name, value in zip(("precision", "recall", "F1"), folded(known, language).figures(), strict=True):
            _print("+".join(sets), f"audience {name}, {language}, unseen in {FOLDS} folds", value, "share")
        if fit:
            rows = [row for case in known if case.language == language for row in case.rows()]
            print(json.dumps({language: fitted(rows)}, ensure_ascii=False, indent=1))


def _same(one: str, other: str) -> bool:
    return one in other or other in one


def region_verdict(gold: dict[str, Any], classes: Classes) -> str:
    """exact, wider, narrower, wrong or unread."""
    wanted, ours = set(gold["regions"]), set(classes.regions)
    if wanted == ours:
        return "exact"
    if not ours:
        return "unread"
    above = {code for region in wanted for code in taxonomy.regions().above(region)}
    if ours <= above:
        return "wider"
    below = all(wanted & set(taxonomy.regions().above(code)) for code in ours)
    return "narrower" if below else "wrong"


def _print(which: str, name: str, value: float, unit: str) -> None:
    figure("classes", f"{which}: {name}", value, unit)


def report(which: str, cases: Sequence[Case], took: Sequence[float]) -> None:
    """The figures of one set."""
    _print(which, "documents", len(cases), "count")
    for language in ("zh", "en"):
        of_it = [case for case in cases if case[0]["lang"] == language]
        for name, value in zip(("precision", "recall", "F1"), groups(of_it), strict=True):
            _print(which, f"audience {name}, {language}", value, "share")
    for name, value in zip(("precision", "recall", "F1"), groups(cases), strict=True):
        _print(which, f"audience {name}", value, "share")
    placed = [case for case in cases if "regions" in case[0]]
    for verdict, count in sorted(Counter(region_verdict(*case) for case in placed).items()):
        _print(which, f"regions {verdict}", count, "count")
    typed = [(gold, classes) for gold, classes in cases if (gold.get("standing") or {}).get("type")]
    if typed:
        right = sum(classes.type == gold["standing"]["type"] for gold, classes in typed)
        _print(which, "type right", right / len(typed), "share")
    _print(which, "classes, mean", statistics.mean(took) * 1000, "ms")


def show(cases: Sequence[Case]) -> None:
    """Where we differ from the people, document by document."""
    for gold, classes in cases:
        ours, theirs = _ours(classes, gold["lang"]), [word.lower() for word in gold["audience"]]
        missed = [word for word in theirs if not any(_same(word, other) for other in ours)]
        extra = [word for word in ours if not any(_same(word, other) for other in theirs)]
        print(f"== {gold['id']} {gold['title'][:70]}")
        print(f"   gold {theirs}  ours {list(classes.audiences)} + {list(classes.audience_words)}")
        print(f"   missed {missed}  extra {extra}")
        if "regions" in gold and region_verdict(gold, classes) != "exact":
            print(f"   REGIONS {region_verdict(gold, classes)}: gold {gold['regions']} ours {list(classes.regions)}")
        kind = (gold.get("standing") or {}).get("type")
        if kind and kind != classes.type:
            print(f"   TYPE gold {kind} ours {classes.type}")
        print(f"   topics {list(classes.topics)} industries {list(classes.industries)}")


def main() -> None:
    """Prints the figures of the sets asked for: by default the examples and the gold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=["examples", "gold", "audiences"])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--doc", nargs="*", default=[])
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--fit", action="store_true")
    asked = parser.parse_args()
    if asked.folds or asked.fit:
        folds(asked.sets, asked.fit)
        return
    for which in asked.sets:
        cases, took = read(which, asked.doc)
        if not cases:
            continue
        if asked.show or asked.doc:
            show(cases)
        report(which, cases, took)


if __name__ == "__main__":
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is not there: the bench needs the shared corpus beside the checkout")
    main()
