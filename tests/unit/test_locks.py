"""The locks hold what the project asks for: a dependency without a lock breaks every fresh clone, and only there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", name.strip())[0]).lower()


def locked(file: str) -> set[str]:
    return {plain(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (ROOT / file).read_text())}


def test_every_dependency_is_locked() -> None:
    asked = {plain(name) for name in PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]}
    assert asked - locked("requirements.txt") == set(), "run `make lock`"


def test_every_tool_of_the_tests_is_locked() -> None:
    asked = {plain(name) for name in PROJECT["project"]["optional-dependencies"]["dev"]}
    assert (asked | locked("requirements.txt")) - locked("requirements-dev.txt") == set(), "run `make lock`"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hashes(file: str) -> None:
    text = (ROOT / file).read_text()
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9._-]+==)", text)[1:]
    assert len(blocks) > 30
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_both_locks_name_the_same_versions() -> None:
    runtime, tests = (
        dict(re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", (ROOT / file).read_text()))
        for file in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: version for name, version in runtime.items() if tests.get(name) != version} == {}
