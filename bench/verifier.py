"""What the verifier refuses: one JSON line a figure. Run it in a checkout beside shared/: python -m bench.verifier.

True sentences (the product's own summaries and those that people wrote for the golden documents) are made false in ten ways;
the verifier should refuse every one, and pass every sentence as it was. A mutant is judged alone, as a line of `pushsvc
verify`. `--show`, `--misses` and `--alarms` give the sentences behind the figures.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.mutations import KINDS, mutants, sentences
from bench.report import figure
from pushsvc.plain import summary_line, verify_line

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
GOLDEN = ROOT / "tests" / "golden"
MUTANTS = 2000


@dataclass(frozen=True)
class Sentence:
    """One sentence, the document that it is about, and who wrote it: `product` or `people`."""

    document: str
    language: str
    writer: str
    text: str


@dataclass(frozen=True)
class Case:
    document: str
    language: str
    writer: str
    kind: str
    rule: str
    original: str
    text: str


class Documents:
    """The corpus: a source text by its document's id; the product's summaries; what people wrote."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self.summaries: list[Sentence] = []
        self.true: list[Sentence] = []
        self.false: list[Case] = []
        self._read_corpus()
        self._read_golden()

    def refuses(self, document: str, text: str, language: str) -> list[str]:
        """The reasons for which the verifier refuses `text`; none when it passes."""
        line = {"id": document, "source_text": self.sources[document], "text": text, "language": language}
        answer = verify_line(line)
        return [] if answer["ok"] else [problem["reason"] for problem in answer["problems"]] or ["refused without a reason"]

    def product_sentences(self) -> Iterator[Sentence]:
        for summary in self.summaries:
            for text in sentences(summary.text, summary.language):
                yield Sentence(summary.document, summary.language, "product", text)

    def _read_corpus(self) -> None:
        for line in (CORPUS / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            text = (CORPUS / entry["text"]).read_text(encoding="utf-8")
            told = {"id": entry["id"], "title": entry["title"], "published_at": entry.get("published_at")}
            summary = summary_line({**told, "content_text": text}, True)
            self.sources[entry["id"]] = summary["source_text"]
            for part in dict.fromkeys([summary["text"], summary["action"] or ""]):
                if part:
                    self.summaries.append(Sentence(entry["id"], summary["language"], "product", part))

    def _read_golden(self) -> None:
        for path in sorted(GOLDEN.glob("*/*.json")):
            try:
                gold = json.loads(path.read_text(encoding="utf-8"))
                name, language = f"{path.parent.name}/{gold['id']}", gold["lang"]
                self.sources[name] = (CORPUS / gold["text"]).read_text(encoding="utf-8")
            except (ValueError, KeyError, OSError) as error:
                print(f"{path} is left out: {error!r}", file=sys.stderr)
                continue
            self.true += [Sentence(name, language, "people", text) for text in gold.get("true_sentences", [])]
            for lie in gold.get("false_sentences", []):
                self.false.append(Case(name, language, "people", lie.get("wrong", "?"), "by hand", "", lie["sentence"]))


def all_mutants(documents: Documents, rng: random.Random) -> list[Case]:
    seen: set[tuple[str, str]] = set()
    found = []
    for true in [*documents.product_sentences(), *documents.true]:
        for mutant in mutants(true.text, documents.sources[true.document], true.language, rng):
            if (true.document, mutant.text) not in seen:
                seen.add((true.document, mutant.text))
                found.append(Case(true.document, true.language, true.writer, mutant.kind, mutant.rule, true.text, mutant.text))
    return found


def drawn(cases: list[Case], count: int, rng: random.Random) -> list[Case]:
    """`count` cases, spread evenly over kinds and languages; inside each in turn over writers, rules and documents."""
    strata: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        strata[case.kind, case.language].append(case)
    queues = {key: _in_turn(members, rng) for key, members in sorted(strata.items())}
    chosen: list[Case] = []
    while len(chosen) < count and any(queues.values()):
        for queue in queues.values():
            if queue and len(chosen) < count:
                chosen.append(queue.pop())
    return chosen


def _in_turn(cases: list[Case], rng: random.Random) -> list[Case]:
    """The cases so that the last of the list, which goes first, are as different from each other as they can be."""
    rounds: Counter[object] = Counter()
    shuffled = rng.sample(cases, len(cases))
    ranked = []
    for case in shuffled:
        family = case.rule.split(":")[0] if case.kind not in ("place", "audience", "invented") else case.rule
        keys = ((case.writer, family), (case.writer, case.document))
        ranked.append((sum(rounds[key] for key in keys), case))
        rounds.update(keys)
    return [case for _, case in sorted(ranked, key=lambda pair: pair[0], reverse=True)]


def share(name: str, hits: Iterable[bool]) -> None:
    hit = list(hits)
    if hit:
        figure("verifier", f"{name} (of {len(hit)})", sum(hit) / len(hit), "share")


def caught_shares(caught: list[tuple[Case, list[str]]], documents: Documents) -> None:
    share("mutants caught", (bool(why) for _, why in caught))
    passing: dict[tuple[str, str], bool] = {}
    for case, _ in caught:
        key = case.document, case.original
        passing[key] = passing.get(key, True) and not documents.refuses(case.document, case.original, case.language)
    share("mutants caught whose original passes", (bool(why) for case, why in caught if passing[case.document, case.original]))
    for writer in ("product", "people"):
        share(f"mutants caught, sentences by {writer}", (bool(why) for case, why in caught if case.writer == writer))
    for language in ("zh", "en"):
        share(f"mutants caught, {language}", (bool(why) for case, why in caught if case.language == language))
    for kind in KINDS:
        for language in ("zh", "en"):
            these = [bool(why) for case, why in caught if (case.kind, case.language) == (kind, language)]
            share(f"mutants caught, {kind}, {language}", these)


def alarm_shares(documents: Documents) -> list[dict[str, object]]:
    alarms: list[dict[str, object]] = []
    groups = (
        ("false alarms, product summaries", documents.summaries),
        ("false alarms, product sentences alone", list(documents.product_sentences())),
        ("false alarms, true sentences", documents.true),
    )
    for name, group in groups:
        reasons = [(true, documents.refuses(true.document, true.text, true.language)) for true in group]
        share(name, (bool(why) for _, why in reasons))
        for language in ("zh", "en"):
            share(f"{name}, {language}", (bool(why) for true, why in reasons if true.language == language))
        alarms += [{"figure": name, **asdict(true), "reasons": why} for true, why in reasons if why]
    return alarms


def lie_shares(documents: Documents) -> list[Case]:
    judged = [(lie, documents.refuses(lie.document, lie.text, lie.language)) for lie in documents.false]
    share("hand-written false sentences caught", (bool(why) for _, why in judged))
    name = "hand-written false sentences caught"
    for language in ("zh", "en"):
        share(f"{name}, {language}", (bool(why) for lie, why in judged if lie.language == language))
    for wrong in sorted({lie.kind for lie in documents.false}):
        share(f"{name}, {wrong}", (bool(why) for lie, why in judged if lie.kind == wrong))
    return [lie for lie, why in judged if not why]


def show(missed: list[Case], count: int) -> None:
    for kind in (*KINDS, *sorted({case.kind for case in missed} - set(KINDS))):
        for case in [case for case in missed if case.kind == kind][:count]:
            print(f"{case.kind} ({case.rule}) {case.document}\n   {case.original}\n-> {case.text}", file=sys.stderr)


def write(path: Path | None, lines: Iterable[dict[str, object]]) -> None:
    if path is not None:
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--mutants", type=int, default=MUTANTS, help="how many are drawn")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N missed ones of each kind on standard error")
    parser.add_argument("--misses", type=Path, metavar="FILE.jsonl", help="write all that were missed")
    parser.add_argument("--alarms", type=Path, metavar="FILE.jsonl", help="write all false alarms")
    asked = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is not there: the bench needs the shared corpus beside the checkout")
    rng = random.Random(asked.seed)
    documents = Documents()
    chosen = drawn(all_mutants(documents, rng), asked.mutants, rng)
    caught = [(case, documents.refuses(case.document, case.text, case.language)) for case in chosen]
    caught_shares(caught, documents)
    alarms = alarm_shares(documents)
    missed = [case for case, why in caught if not why] + lie_shares(documents)
    show(missed, asked.show)
    write(asked.misses, (asdict(case) for case in missed))
    write(asked.alarms, alarms)


if __name__ == "__main__":
    main()
