"""Over all documents of the corpus: headline, short line, action, text and slot tell one and the same last day."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pushsvc.plain import summary_line

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
_FIRST_HALF = ["January", "February", "March", "April", "May", "June"]
MONTHS = [*_FIRST_HALF, "July", "August", "September", "October", "November", "December"]
_DAY = re.compile(
    r"(?P<zm>\d{1,2})月(?P<zd>\d{1,2})日"
    rf"|(?P<d1>\d{{1,2}}) (?P<m1>{'|'.join(MONTHS)})\b|(?P<m2>{'|'.join(MONTHS)}) (?P<d2>\d{{1,2}})(?!\d)"
)


def days(said: str | None) -> set[tuple[int, int]]:
    """The (month, day) pairs of a line in either language."""
    found = set()
    for one in _DAY.finditer(said or ""):
        if one["zm"]:
            found.add((int(one["zm"]), int(one["zd"])))
        else:
            found.add((MONTHS.index(one["m1"] or one["m2"]) + 1, int(one["d1"] or one["d2"])))
    return found


def _documents() -> list[tuple[dict[str, Any], str]]:
    manifest = CORPUS / "manifest.jsonl"
    rows = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()] if manifest.exists() else []
    return [(row, (CORPUS / row["text"]).read_text(encoding="utf-8")) for row in rows if (CORPUS / row["text"]).exists()]


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    documents = _documents()
    if not documents:
        pytest.skip("the corpus is not beside this checkout")
    return [
        summary_line(
            {"id": row["id"], "title": row["title"], "content_text": text, "published_at": row.get("published_at")}, False
        )
        for row, text in documents
    ]


def test_the_slot_of_a_template_tells_the_day_of_the_action(lines: list[dict[str, Any]]) -> None:
    wrong = [
        (line["id"], line["slots"]["deadline"], line["action"])
        for line in lines
        if line["slots"].get("deadline")
        and days(line["action"])
        and not days(line["slots"]["deadline"]) <= days(line["action"])
    ]
    assert wrong == []


def test_a_short_line_and_a_headline_tell_no_other_day_than_the_slot(lines: list[dict[str, Any]]) -> None:
    wrong = [
        (line["id"], line["slots"]["deadline"], line[name])
        for line in lines
        for name in ("short", "headline")
        if line["slots"].get("deadline") and days(line[name]) and not days(line["slots"]["deadline"]) & days(line[name])
    ]
    assert wrong == []


def test_the_day_of_the_action_stands_in_the_text(lines: list[dict[str, Any]]) -> None:
    missing = [
        (line["id"], line["action"]) for line in lines if days(line["action"]) and not days(line["action"]) & days(line["text"])
    ]
    assert missing == []
