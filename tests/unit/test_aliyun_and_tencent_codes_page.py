"""docs/reference/sms-codes.md says of every code what the tables say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pushsvc.channels.sms import receipt_codes
from pushsvc.channels.sms.aliyun import codes as aliyun
from pushsvc.channels.sms.meanings import Meaning
from pushsvc.channels.sms.tencent import codes as tencent

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "sms-codes.md").read_text("utf-8")
PARTS = {part.splitlines()[0]: part for part in PAGE.split("\n## ")[1:]}
ALIYUN, RECEIPTS = PARTS["Aliyun: answers"], PARTS["Aliyun: receipts"]
TENCENT, OPERATORS = PARTS["Tencent Cloud: answers"], PARTS["Operators' codes in receipts"]


@pytest.mark.parametrize(
    ("part", "table", "end"),
    [
        (ALIYUN, aliyun.ANSWERS, ""), (ALIYUN, aliyun.FAMILIES, "…"),
        (TENCENT, tencent.ANSWERS, ""), (TENCENT, tencent.FAMILIES, "…"),
    ],
)  # fmt: skip
def test_each_code_stands_on_the_page_with_its_verdict_what_it_stops_and_why(
    part: str, table: Mapping[str, Meaning], end: str
) -> None:
    lines = part.splitlines()
    for code, meaning in table.items():
        [line] = [line for line in lines if line.startswith(f"| `{code}{end}` |")]
        _, verdict, why = line.strip("| ").split(" | ")
        assert verdict.startswith(meaning.verdict), code
        assert ("stops the" in verdict, meaning.stops in verdict) == (bool(meaning.stops), True), code
        assert why == meaning.why, code


def test_a_receipt_is_called_dead_on_the_page_where_the_code_calls_it_dead() -> None:
    for part, is_dead in ((RECEIPTS, aliyun.is_dead), (OPERATORS, receipt_codes.is_dead)):
        rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]
        for codes, state, _ in rows:
            for code in codes.replace("`", "").split(", "):
                assert is_dead(code) == (state == "dead"), code
