"""Which deadline a reader is reminded of: the next of their own, and of several the last before all is over."""

from __future__ import annotations

from pushsvc.domain.summaries import Fact, Summary, Wording
from pushsvc.domain.summary_json import from_json, to_json


def a_day(value: str, **more: object) -> Fact:
    return Fact("deadline", value, value, 0, 10, "application_deadline", **more)  # type: ignore[arg-type]


def a_summary(*facts: Fact) -> Summary:
    return Summary("招生通知", "zh", {"zh": Wording("招生", "招生。", "招生")}, facts)


def test_of_several_steps_the_next_is_the_deadline_and_the_first_that_is_over_makes_nothing_too_late() -> None:
    summary = a_summary(a_day("2026-06-20"), a_day("2026-05-22"))
    first, second = summary.deadline("2026-05-01"), summary.deadline("2026-05-23")
    assert first is not None
    assert first.value == "2026-05-22"
    assert second is not None
    assert second.value == "2026-06-20"


def test_when_all_are_over_the_last_one_says_so() -> None:
    last = a_summary(a_day("2026-06-20"), a_day("2026-05-22")).deadline("2026-07-01")
    assert last is not None
    assert last.value == "2026-06-20"


def test_a_clock_time_on_the_day_itself_is_still_ahead() -> None:
    today = a_summary(a_day("2026-05-22T15:00"), a_day("2026-06-20")).deadline("2026-05-22")
    assert today is not None
    assert today.value == "2026-05-22T15:00"


def test_nobody_is_reminded_of_a_day_of_others() -> None:
    summary = a_summary(a_day("2026-05-22", of_others=True))
    assert summary.deadline() is None
    assert summary.last_deadline() is None
    assert from_json(to_json(summary)) == summary
