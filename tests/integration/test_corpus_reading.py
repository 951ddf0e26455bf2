"""All 218 real publications are read, summarised and verified; on the annotated ten the extractor keeps its promises."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Summary
from pushsvc.plain import decode, read_html, reading_of, summarise, summary_line
from pushsvc.plain.writing import when, whose

SHARED = Path(__file__).parents[2].parent / "shared"
CORPUS = SHARED / "corpus"
GOLD = CORPUS / "gold_examples"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside this checkout")


def _manifest() -> list[dict[str, Any]]:
    path = CORPUS / "manifest.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _event(entry: dict[str, Any]) -> dict[str, Any]:
    text = (CORPUS / entry["text"]).read_text(encoding="utf-8")
    return {
        "id": entry["id"],
        "url": entry["source"],
        "title": entry["title"],
        "content_text": text,
        "published_at": entry.get("published_at"),
    }


@cache
def _read_all() -> dict[str, tuple[Reading, Summary]]:
    read = {}
    for entry in _manifest():
        reading = reading_of(_event(entry))
        read[entry["id"]] = (reading, summarise(reading, {}))
    for page in sorted((CORPUS / "zh").glob("*.html")):
        reading = read_html(decode(page.read_bytes(), None))
        read[page.name] = (reading, summarise(reading, {}, site_region="440100"))
    return read


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def test_every_document_of_the_corpus_is_read() -> None:
    assert len([name for name in _read_all() if "." not in name]) == 218


def test_every_fact_stands_in_the_source_where_its_span_says() -> None:
    for name, (reading, summary) in _read_all().items():
        for fact in summary.facts:
            assert reading.source_text[fact.start : fact.end] == fact.raw, (name, fact)
        for quote in summary.quotes:
            assert 0 <= quote.start < quote.end <= len(reading.source_text), name


def _numbers(text: str, *, bare: bool) -> set[float]:
    """Values of a text's digit runs with their 万, 亿 and million, and, if `bare`, without; apart from the product's code."""
    scale = {
        "万": 1e4,
        "亿": 1e8,
        "千": 1e3,
        "百万": 1e6,
        "million": 1e6,
        "billion": 1e9,
        "trillion": 1e12,
        "bn": 1e9,
        "m": 1e6,
        "thousand": 1e3,
    }
    plain = unicodedata.normalize("NFKC", text)
    found = set()
    for item in re.finditer(
        r"(\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(百万|[万亿千]|million|billion|trillion|thousand|bn\b|m\b)?", plain
    ):
        value = float(item[1].replace(",", ""))
        found.add(round(value * scale.get(item[2] or "", 1.0), 4))
        if bare:
            found.add(round(value, 4))
    return found


_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def test_every_digit_of_every_wording_stands_in_its_source() -> None:
    for name, (reading, summary) in _read_all().items():
        source = f"{reading.title}\n{reading.source_text}"
        known = _numbers(source, bare=True)
        digits = re.sub(r"\D", "", source)
        known |= {float(number) for number, month in enumerate(_MONTHS, 1) if month[:3] in source.lower()}
        known |= {
            float(value)
            for fact in summary.facts
            for value in re.findall(r"\d+", str(fact.value))
            if fact.kind in ("deadline", "event_date", "expiry", "effective_date")
        }
        for wording in summary.wordings.values():
            for words in (wording.headline, wording.text, wording.short, wording.action or "", *wording.slots.values()):
                for value in _numbers(words, bare=False):
                    shown = f"{value:g}"
                    assert value in known or shown.replace(".", "") in digits or round(value * 1e4, 4) in known, (
                        name,
                        value,
                        words,
                    )


def test_nearly_every_summary_has_a_sentence_of_the_source_beyond_the_title() -> None:
    with_one = 0
    documents = {name: both for name, both in _read_all().items() if "." not in name}
    for reading, summary in documents.values():
        title = _squeezed(reading.title)
        source = _squeezed(reading.source_text)
        pieces = re.split(r"[。，,“”：:.…]", summary.wording(summary.language).text)
        with_one += any(len(said := _squeezed(piece)) >= 6 and said in source and said not in title for piece in pieces)
    assert with_one / len(documents) >= 0.95


def test_no_wording_is_longer_than_the_contract_allows() -> None:
    for name, (_, summary) in _read_all().items():
        for language, wording in summary.wordings.items():
            if language == "zh":
                assert len(wording.headline) <= 40, (name, wording.headline)
                assert len(wording.text) <= 200, (name, wording.text)
                assert len(wording.short) <= 28, (name, wording.short)
                for sentence in re.findall(r"[^。！？]+[。！？]?", re.sub(r"原文：“[^”]*”$", "", wording.text)):
                    assert len(sentence) <= 40, (name, sentence)
                assert len(wording.action or "") <= 40, name
            else:
                assert len(wording.headline.split()) <= 15, (name, wording.headline)
                assert len(wording.text.split()) <= 120, (name, wording.text)
                assert len(wording.short) <= 90, (name, wording.short)
                assert len((wording.action or "").split()) <= 25, name
            assert len(wording.slots.get("matter", "")) <= 20, (name, wording.slots)
            assert "" not in wording.slots.values()
            assert all((wording.headline, wording.short, wording.text)), name


def test_short_carries_the_deadline_or_the_amount_when_the_document_has_one_for_its_reader() -> None:
    for name, (reading, summary) in _read_all().items():
        wording = summary.wording(summary.language)
        if summary.language == "zh":
            # A fine, a builder's bonus or the sum of one group among many is no answer to "how much".
            amounts = [sum_.fact for sum_ in whose.reader_sums(reading, summary.facts) if not sum_.group]
            deadline = next(iter(when.reader_deadlines(reading, summary.facts)), None)
        else:
            # What an office spends, a bar or a ceiling in a table of figures is no answer either.
            amounts = [
                fact for fact in summary.facts if fact.kind == "amount" and fact.role in ("subsidy_max", "fee", "loan_max")
            ]
            deadline = summary.deadline()
        if deadline or amounts:
            assert re.search(r"\d", wording.short), (name, wording.short)


def test_facts_of_the_annotated_documents_are_found_and_right(tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.jsonl"
    with predictions.open("w", encoding="utf-8") as out:
        for path in sorted((GOLD / "gold").glob("*.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            text = (GOLD / gold["text"]).read_text(encoding="utf-8")
            line = summary_line(
                {"id": gold["id"], "title": gold["title"], "content_text": text, "published_at": gold["published_at"]}, False
            )
            said = {
                "id": gold["id"],
                "facts": line["facts"],
                "audience": line["audiences"] + line["audience_words"],
                "summary_text": line["text"],
            }
            out.write(json.dumps(said, ensure_ascii=False) + "\n")
    report = tmp_path / "report.json"
    subprocess.run(
        [sys.executable, str(CORPUS / "score.py"), str(GOLD / "gold"), str(predictions), "--json", str(report)],
        check=True,
        capture_output=True,
    )
    scored = json.loads(report.read_text(encoding="utf-8"))
    assert scored["micro"]["precision"] >= 0.95
    assert scored["micro"]["recall"] >= 0.60
    assert scored["wrong_deadlines"] == 0
    assert scored["raw_not_in_text"] == 0
    assert scored["summaries"]["unsupported_items"] == 0
