"""How right the summaries are, measured on documents that people have read and annotated: one JSON line a figure.

`python -m bench.golden [examples|gold …] [--show N] [--doc ID …]`, in a checkout beside shared/. Facts and
audiences by the corpus's own scorer; what a reader finds of them in `text`, how short and easy it reads, by ours. `--show`
lists what was missed, what was wrong, and each text.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.grade import flesch_kincaid
from bench.report import figure
from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.plain import summary_line

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
#: A set's folder of golds, and the folder that their `text` is in.
SETS = {
    "examples": (CORPUS / "gold_examples" / "gold", CORPUS / "gold_examples"),
    "gold": (ROOT / "tests" / "golden" / "gold", CORPUS),
    # English documents whose facts were written down by reading, before anything was run on them; no audiences are weighed.
    "english": (ROOT / "tests" / "golden" / "english", CORPUS),
    # English notices that nobody had read: their facts were written down first. The texts lie beside them, each gold names
    # its source (Federal Register: public domain; GOV.UK: Open Government Licence v3.0).
    "first_sight": (ROOT / "tests" / "golden" / "first_sight" / "gold", ROOT / "tests" / "golden" / "first_sight"),
}
#: Of a document with more of them than this, no text of 200 characters can tell all.
_MOST_TO_TELL = 8
_TOLD = ("deadline", "amount", "phone", "email")
_SENTENCE = {"zh": re.compile(r"[^。！？!?；;]+[。！？!?；;]?"), "en": re.compile(r".+?(?:[.!?][”’\")]*(?=\s+[A-Z“\"(]|$)|$)")}


def golds(which: str, only: Sequence[str] = ()) -> Iterator[tuple[dict[str, Any], str]]:
    """Each gold of a set with the text of its document."""
    folder, texts = SETS[which]
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if not only or gold["id"] in only:
            yield gold, (texts / gold["text"]).read_text(encoding="utf-8")


def summaries(which: str, only: Sequence[str] = ()) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
    """(gold, source text, our summary line) of each document of a set."""
    done = []
    for gold, text in golds(which, only):
        event = {"id": gold["id"], "title": gold["title"], "content_text": text, "published_at": gold["published_at"]}
        done.append((gold, text, summary_line(event, False)))
    return done


def scored(which: str, lines: Sequence[tuple[dict[str, Any], str, dict[str, Any]]]) -> dict[str, Any]:
    """The report of the corpus's scorer on our lines."""
    _, texts = SETS[which]
    with tempfile.TemporaryDirectory() as folder:
        predictions, report, golden = Path(folder, "predictions.jsonl"), Path(folder, "report.json"), Path(folder, "gold")
        golden.mkdir()
        said = []
        for gold, _, line in lines:
            (golden / f"{gold['id']}.json").write_text(json.dumps(gold, ensure_ascii=False), encoding="utf-8")
            audience = line["audiences"] + line["audience_words"]
            said.append({"id": gold["id"], "facts": line["facts"], "audience": audience, "summary_text": line["text"]})
        predictions.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in said), encoding="utf-8")
        scorer = [sys.executable, str(CORPUS / "score.py"), str(golden), str(predictions)]
        scorer += ["--json", str(report), "--text-root", str(texts)]
        subprocess.run(scorer, check=True, capture_output=True)
        result: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return result


def scorer() -> ModuleType:
    """The corpus's scorer as a module, for its normal forms."""
    spec = util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentences(text: str, language: str) -> list[str]:
    """The sentences of one of our texts, with their end marks."""
    return [said.strip() for said in _SENTENCE[language].findall(text) if said.strip(" 。！？.!?")]


def stands_in(fact: Mapping[str, Any], text: str, score: ModuleType) -> bool:
    """Does the value of a gold fact stand in our text, in whatever form?"""
    values = [fact["value"], *fact.get("alt_values", [])]
    squeezed = re.sub(r"[\s\-()（）]", "", score.nfkc(text))
    if fact["kind"] in ("phone", "email"):
        return any(re.sub(r"[\s\-()（）]", "", score.nfkc(value)).lower()[-8:] in squeezed.lower() for value in values)
    if score.nfkc(fact["raw"]).replace(" ", "") in score.nfkc(text).replace(" ", ""):
        return True
    if fact["kind"] == "deadline":
        return any(_date_stands_in(str(value), text, score) for value in values)
    printed = re.findall(r"[£$€¥]?\s?\d[\d,]*(?:\.\d+)?\s*(?:万亿|万|亿|trillion|billion|million|thousand)?", score.nfkc(text))
    numbers = {round(value, 4) for each in printed for value in (score.to_numbers(each) or ())}
    return any(all(round(part, 4) in numbers for part in score.to_numbers(value) or (None,)) for value in values)


def _date_stands_in(value: str, text: str, score: ModuleType) -> bool:
    wanted = score.norm_date(value)
    if wanted is None or wanted[0] != "d":
        amount = re.search(r"\d+", value)
        return bool(amount and amount.group() in text)
    year, month, day = wanted[1:4]
    words = [f"{month}月{day}日", f"{month}月底"] if day else [f"{month}月"]
    if month:
        words += (
            [f"{day} {ENGLISH_MONTHS[month - 1]}", f"{ENGLISH_MONTHS[month - 1]} {day}"]
            if day
            else [f"{ENGLISH_MONTHS[month - 1]} {year}"]
        )
    return any(re.search(rf"(?<!\d){re.escape(word)}" + ("" if word.endswith("日") else r"(?!\d)"), text) for word in words)


def audience_f1(lines: Sequence[tuple[dict[str, Any], str, dict[str, Any]]]) -> tuple[float, float, float]:
    """(precision, recall, F1) of the group words, containment either way."""
    hit = wanted = right = said = 0
    for gold, _, line in lines:
        ours = list(dict.fromkeys(word.lower() for word in line["audiences"] + line["audience_words"]))
        theirs = list(dict.fromkeys(word.lower() for word in gold["audience"]))
        hit += sum(any(word in other or other in word for other in ours) for word in theirs)
        right += sum(any(word in other or other in word for other in theirs) for word in ours)
        wanted, said = wanted + len(theirs), said + len(ours)
    precision, recall = right / max(1, said), hit / max(1, wanted)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def told(lines: Sequence[tuple[dict[str, Any], str, dict[str, Any]]]) -> tuple[int, int, list[str]]:
    """(facts of the gold that stand in `text`, all that should, what is missing), over documents that can tell all."""
    score, found, wanted, missing = scorer(), 0, 0, []
    for gold, _, line in lines:
        facts = [fact for fact in gold["facts"] if fact["kind"] in _TOLD and fact["role"] not in ("media", "info", "other")]
        different = {(fact["kind"], str(fact["value"])): fact for fact in facts}
        if len(different) > _MOST_TO_TELL:
            continue
        for fact in different.values():
            wanted += 1
            if stands_in(fact, line["text"], score):
                found += 1
            else:
                missing.append(f"{gold['id']} {fact['kind']} {fact['role']} {fact['value']} ({fact['raw'][:40]})")
    return found, wanted, missing


def _print(which: str, name: str, value: float, unit: str) -> None:
    figure("golden", f"{which}: {name}", value, unit)


def report(which: str, lines: Sequence[tuple[dict[str, Any], str, dict[str, Any]]]) -> None:
    """The figures of one set."""
    result = scored(which, lines)
    _print(which, "documents", len(lines), "count")
    for name in ("precision", "recall", "f1", "role_accuracy"):
        _print(which, f"facts, {name}", result["micro"][name], "share")
    _print(which, "wrong deadlines", result["wrong_deadlines"], "count")
    _print(which, "deadlines read", result["predicted_deadlines"], "count")
    for name, value in zip(("precision", "recall", "F1"), audience_f1(lines), strict=True):
        _print(which, f"audience {name}", value, "share")
    _print(which, "unsupported figures in texts", result["summaries"]["unsupported_items"], "count")
    found, wanted, _ = told(lines)
    _print(which, "deadlines, amounts, contacts told in text", found / max(1, wanted), "share")
    for language, measure, unit in (("zh", len, "characters"), ("en", lambda said: len(said.split()), "words")):
        texts = [line["text"] for gold, _, line in lines if gold["lang"] == language]
        lengths = [measure(said.strip(" 。！？.!?")) for text in texts for said in sentences(text, language)]
        if lengths:
            _print(which, f"{language} sentence, mean", statistics.mean(lengths), unit)
            _print(which, f"{language} sentence, longest", max(lengths), unit)
        if texts and language == "en":
            _print(which, "en Flesch-Kincaid grade, mean", statistics.mean(map(flesch_kincaid, texts)), "grade")


def show(which: str, lines: Sequence[tuple[dict[str, Any], str, dict[str, Any]]], most: int) -> None:
    """What was missed and what was wrong, document by document, and what a reader is told."""
    score = scorer()
    for gold, _, line in lines[:most]:
        print(f"== {which} {gold['id']} {gold['title'][:60]}")
        ours, theirs = line["facts"], gold["facts"]
        pairs = score.match(theirs, ours, False)
        hit = {g for g, _, same in pairs if same}
        used = {p for _, p, same in pairs if same}
        complete = set(gold["complete_kinds"])
        for place, fact in enumerate(theirs):
            if place not in hit and fact["role"] not in score.OPTIONAL_ROLES:
                other = next((ours[p]["role"] for g, p, same in pairs if g == place and not same), "")
                ours_is = f" ours: {other}" if other else ""
                print(f"   MISSED {fact['kind']} {fact['role']} {fact['value']} {fact['raw']!r}{ours_is}")
        for place, fact in enumerate(ours):
            again = any(
                fact["kind"] == other["kind"] and score.any_value(fact["kind"], other, fact) and score.same_role(other, fact)
                for other in theirs
            )
            if place not in used and fact["kind"] in complete and not again and not score.tolerated(fact, theirs):
                print(f"   WRONG  {fact['kind']} {fact['role']} {fact['value']} {fact['raw']!r} [{fact['condition']}]")
        print(f"   audience gold {gold['audience']} ours {line['audiences']} + {line['audience_words']}")
        for missing in told([(gold, "", line)])[2]:
            print(f"   NOT TOLD {missing}")
        print(f"   TEXT {line['text']}\n   SHORT {line['short']}   ACTION {line['action']}")


def main() -> None:
    """Prints the figures of the sets asked for: by default the examples and the gold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=["examples", "gold"])
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--doc", nargs="*", default=[])
    asked = parser.parse_args()
    for which in asked.sets:
        lines = summaries(which, asked.doc)
        if not lines:
            continue
        if asked.show or asked.doc:
            show(which, lines, asked.show or len(lines))
        report(which, lines)


if __name__ == "__main__":
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is not there: the bench needs the shared corpus beside the checkout")
    main()
