"""The words of messages, read once from templates/words/{zh,en}.toml."""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc import resources
from pushsvc.domain.languages import Language


def catalogue(language: Language) -> Mapping[str, str]:
    """Every word of one language under its dotted key, such as `row.deadline`."""
    return resources.words(f"words/{language}.toml")


def say(language: Language, key: str, **values: str) -> str:
    """The word for `key` with its values filled in. KeyError for a key that the catalogue lacks: a test meets every key.

    A value is put in as it is: braces in a headline are only braces.
    """
    said = catalogue(language)[key]
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", value)
    return said
