"""Documents made to hurt, read one after the other within 200 MB: each ends in whole sentences or in a reason by name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bench.hostile import DOCUMENTS

pytestmark = [pytest.mark.timeout(300), pytest.mark.skipif(sys.platform != "linux", reason="limits on memory are Linux's")]

#: What is refused, and the word of the reason; everything else is read.
REFUSED = {
    "20 MiB of nested elements": "at most 6,000,000",
    "20 MiB of one element": "at most 6,000,000",
    "100,000 deep": "no main text",
    "DOCX: zip bomb": "bomb",
    "DOCX: bomb in its text": "bomb",
    "DOCX: 65,000 entries": "bomb",
    "DOCX: XML bomb": "bomb",
    "DOCX: 100,000 deep": "damaged",
    "PDF: without text": "scan",
    "PDF: bomb in a page": "bomb",
    "PDF: cut in the middle": "damaged",
}


@cache
def _outcomes() -> dict[str, str]:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-m", "bench.hostile"], cwd=root, capture_output=True, text=True, check=False)
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (read[-1:], done.stderr[-2000:])
    return {each["name"]: each["outcome"] for each in read}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_made_to_hurt_is_read_or_refused_by_name_within_200_megabytes(name: str) -> None:
    outcome = _outcomes()[name]
    if name in REFUSED:
        assert outcome.startswith("refused: content: ")
        assert REFUSED[name] in outcome
    else:
        assert outcome.startswith("read: ")


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name not in REFUSED])
def test_what_is_told_of_it_is_short_and_ends_where_a_sentence_ends(name: str) -> None:
    told = _outcomes()[name].removeprefix("read: ")
    assert len(told) <= 1000
    assert re.search(r"(?:[。！？.!?”]|通知|Notice)$", told), told


def test_a_number_that_is_turned_round_is_not_told() -> None:
    told = _outcomes()["an override in every number"]
    assert "0005" not in told
    assert "5000" not in told
    assert "\u202e" not in told
