"""A short, seeded part of `make chaos`: see kills.py and sms_kills.py."""

from pathlib import Path

import pytest

from tests.chaos import sms_kills
from tests.chaos.kills import Plan, run


@pytest.mark.timeout(240)
def test_five_kills_lose_nobody_and_repeat_only_what_was_in_doubt(tmp_path: Path) -> None:
    plan = Plan(kills=5, events=10, people=100, seed=20260301)
    findings = run(plan, tmp_path)
    assert len(findings.killed_at) == 5
    assert findings.broken(plan) == [], findings


@pytest.mark.timeout(240)
def test_two_stops_lose_nobody_and_repeat_nothing(tmp_path: Path) -> None:
    plan = Plan(kills=2, events=6, people=100, seed=20260302, stop=True)
    findings = run(plan, tmp_path)
    assert findings.exit_codes == [0, 0]
    assert findings.broken(plan) == [], findings


@pytest.mark.timeout(300)
@pytest.mark.parametrize("provider", ["aliyun", "smpp"])
def test_six_kills_in_the_middle_of_sending_sms_lose_nobody_and_repeat_nothing(tmp_path: Path, provider: str) -> None:
    found = sms_kills.run(Plan(kills=6, events=12, people=100, seed=20261126), tmp_path, provider)
    assert found.broken() == [], found
    assert found.taken


@pytest.mark.timeout(300)
@pytest.mark.parametrize("provider", ["tencent", "cmpp", "wechat"])
def test_three_kills_by_the_others_lose_nobody_and_repeat_nothing(tmp_path: Path, provider: str) -> None:
    found = sms_kills.run(Plan(kills=3, events=6, people=60, seed=20261127), tmp_path, provider)
    assert found.broken() == [], found
    assert found.taken
