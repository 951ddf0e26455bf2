"""docs/reference/commands.md names every command, every setting and every problem that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pushsvc.__main__ import COMMANDS
from pushsvc.settings import Settings
from pushsvc.web.problems import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_on_the_page(name: str) -> None:
    assert f"`{name.upper()}`" in PAGE


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_stands_on_the_page(name: str) -> None:
    assert f"pushsvc {name}" in PAGE


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_problem_stands_on_the_page_with_its_status(name: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line)
    assert str(KINDS[name][0]) in line


def test_pages_link_only_to_pages_that_are_there() -> None:
    docs = Path(__file__).parents[2] / "docs"
    for page in docs.rglob("*.md"):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.relative_to(docs)} links to {link}"
