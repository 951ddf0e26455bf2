"""The words of messages, read once from templates/words/{zh,en}.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from pushsvc import resources
from pushsvc.domain.languages import Language


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every word of one language under its dotted key, such as `row.deadline`."""
    return dict(_flat(tomllib.loads(resources.text(f"words/{language}.toml"))))


def say(language: Language, key: str, **values: str) -> str:
    """The word for `key` with its values filled in. KeyError for a key that the catalogue lacks: a test meets every key.

    A value is put in as it is: braces in a headline are only braces.
    """
    said = catalogue(language)[key]
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", value)
    return said


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        pairs += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, str(value))]
    return pairs
