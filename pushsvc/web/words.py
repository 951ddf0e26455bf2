"""The words of our pages, read once from templates/web/{zh,en}.toml and from the files in templates/web/words/{zh,en}/."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pushsvc import resources
from pushsvc.domain.languages import Language


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every word of one language under its dotted key, such as `leave.done.endpoint`. Each group of pages has a file."""
    files = [f"web/{language}.toml", *resources.names(f"web/words/{language}", ".toml")]
    words: dict[str, str] = {}
    for each in files:
        words |= resources.words(each)
    return words


def say(language: Language, key: str, **values: object) -> str:
    """The word for `key`, its braces filled; a key that is missing shows itself, so that a test and an eye both catch it."""
    word = catalogue(language).get(key, key)
    return word.format(**values) if values else word


def has_word(language: Language, key: str) -> bool:
    return key in catalogue(language)
