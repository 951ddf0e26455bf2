"""The words of our pages, read once from templates/web/{zh,en}.toml."""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc import resources
from pushsvc.domain.languages import Language


def catalogue(language: Language) -> Mapping[str, str]:
    """Every word of one language under its dotted key, such as `leave.done.endpoint`."""
    return resources.words(f"web/{language}.toml")


def say(language: Language, key: str, **values: object) -> str:
    """The word for `key`, its braces filled; a key that is missing shows itself, so that a test and an eye both catch it."""
    word = catalogue(language).get(key, key)
    return word.format(**values) if values else word


def has_word(language: Language, key: str) -> bool:
    return key in catalogue(language)
