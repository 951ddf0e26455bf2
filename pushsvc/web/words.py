"""The words of our pages, read once from templates/web/{zh,en}.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from pushsvc import resources
from pushsvc.domain.languages import Language


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every word of one language under its dotted key, such as `leave.done.endpoint`."""
    return dict(_flat(tomllib.loads(resources.text(f"web/{language}.toml"))))


def say(language: Language, key: str, **values: object) -> str:
    """The word for `key`, its braces filled; a key that is missing shows itself, so that a test and an eye both catch it."""
    word = catalogue(language).get(key, key)
    return word.format(**values) if values else word


def has_word(language: Language, key: str) -> bool:
    return key in catalogue(language)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            pairs.extend(_flat(value, f"{prefix}{name}."))
        else:
            pairs.append((prefix + name, str(value)))
    return pairs
