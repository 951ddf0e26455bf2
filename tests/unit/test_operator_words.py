"""What an operator reads of others' doings: each deed of an account has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import pushsvc
from pushsvc.domain.languages import Language
from pushsvc.operations.audit import Deed
from pushsvc.operations.providers import BREAKER
from pushsvc.web.operator.deed_words import deed_row
from pushsvc.web.words import has_word

#: The action is the fourth of `audit.note(tx, now, who, action, subject)`.
_ACTION = 3
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _deeds() -> Iterator[str]:
    """Every action that is written into the trail as plain text."""
    for path in Path(pushsvc.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and len(call.args) > _ACTION and ast.unparse(call.func) in ("audit.note", "note"):
                action = call.args[_ACTION]
                if isinstance(action, ast.Constant) and isinstance(action.value, str):
                    yield action.value


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_deed_in_the_trail_has_words(language: Language) -> None:
    deeds = sorted(set(_deeds()))
    assert "published" in deeds
    assert [deed for deed in deeds if not has_word(language, f"audit.deed.{deed.replace(' ', '_')}")] == []


#: Details that are counted in a phrase of their own, or stand on a line of their own.
_PHRASES = {"why", "people", "letters", "rows"}


def _details() -> Iterator[str]:
    """Every name of a detail that is written into the trail as plain text."""
    for path in Path(pushsvc.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] == "note":
                told = [given for given in ast.walk(call) if isinstance(given, ast.Dict)]
                yield from (str(key.value) for given in told for key in given.keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_detail_in_the_trail_has_words(language: Language) -> None:
    names = set(_details()) | {"event", "channel", "day", "month", "new", "changed", "unchanged", "added", "written", "skipped"}
    assert {"weight", "code", "role", "by", "ended"} <= names
    assert sorted(name for name in names - _PHRASES if not has_word(language, f"audit.detail.{name}")) == []


def a_row(
    who: str, action: str, subject: str, detail: dict[str, object] | None = None, language: Language = "zh"
) -> dict[str, object]:
    return deed_row(Deed(7, NOON, who, action, subject, detail or {}), language, lambda at, reader: f"{at:%d.%m.}")


def test_what_the_service_did_by_itself_stands_under_no_raw_name() -> None:
    assert a_row(BREAKER, "provider paused", "aliyun", {"why": "401"})["who"] == "系统自动"
    assert a_row(BREAKER, "provider paused", "aliyun", language="en")["who"] == "the service itself"


@pytest.mark.parametrize(("action", "subject", "detail", "shown"), [
    ("account added", "lina", {"role": "admin", "site": None}, ("lina", "能做什么：全部，包括账号和导入")),
    ("published", "drf_1", {"site": "5101040001", "event": "published"}, ("drf_1", "网站：5101040001 · 文件：发布")),
    ("withdrawal asked for", "drf_1", {"event": "evt_1"}, ("drf_1", "文件：evt_1")),
    ("budget set", "all", {"channel": "sms", "day": "200", "month": ""}, ("全部网站合计", "渠道：短信 · 每天最多（元）：200")),
    ("subscribers imported", "subscribers", {"added": 1200, "skipped": 0}, ("订阅者名册", "新来：1,200 · 没有照办：0")),
    ("subscriber erased", "subscriber 12", None, ("第 12 号订阅者", "")),
    ("channel paused", "wechat", None, ("微信", "")),
    ("looked for a person", "c-1", {"by": "sms"}, ("c-1", "按什么找的：手机号")),
    ("restored", "a.backup", {"made_at": "2026-03-02T04:00:00+00:00"}, ("a.backup", "备份时间：02.03.")),
    ("restored", "a.backup", {"made_at": "a while ago"}, ("a.backup", "备份时间：a while ago")),
    ("sms approved", "evt_1", {"people": 1, "approval": 2}, ("evt_1", "1 人 · 第几个同意：2")),
    ("signed in", "zhang", None, ("", "")),
])  # fmt: skip
def test_a_deed_is_told_in_words(action: str, subject: str, detail: dict[str, object] | None, shown: tuple[str, str]) -> None:
    row = a_row("zhang", action, subject, detail)
    assert (row["subject"], row["detail"]) == shown
