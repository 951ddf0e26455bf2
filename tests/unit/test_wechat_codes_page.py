"""docs/reference/wechat-codes.md shows the table of WeChat's codes as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pushsvc.channels.wechat.codes import CODES, judge

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "wechat-codes.md").read_text("utf-8")
NOW = datetime(2026, 3, 2, 15, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_page_says_what_each_code_comes_to(code: int) -> None:
    known = CODES[code]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {code} |"))
    assert known.why in row
    assert f"| {known.verdict}" in row
    assert (f"stops the {known.stops}" in row) == bool(known.stops)


def test_a_quota_of_the_day_lasts_until_midnight_in_shanghai() -> None:
    result = judge(45009, "reach max api daily quota limit", NOW)
    assert (result.verdict, result.retry_after_seconds) == ("slow_down", 30.0)


def test_an_unknown_code_refuses_the_message_and_keeps_the_code() -> None:
    result = judge(99999, "x" * 999, NOW)
    assert (result.verdict, result.code, result.stops) == ("refused", "99999", "")
    assert len(result.why) < 300
