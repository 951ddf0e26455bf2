"""What an operator reads of others' doings: each deed of an account has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pushsvc
from pushsvc.domain.languages import Language
from pushsvc.web.words import has_word

#: The action is the fourth of `audit.note(tx, now, who, action, subject)`.
_ACTION = 3


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
