"""The fixed words of a summary, from `templates/plain/{zh,en}.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from pushsvc import resources
from pushsvc.domain.languages import Language

Catalogue = Mapping[str, Mapping[str, str]]


@cache
def words(language: Language) -> Catalogue:
    """The catalogue of one language: section to key to phrase."""
    return tomllib.loads(resources.text(f"plain/{language}.toml"))


def phrase(language: Language, section: str, key: str, /, **filled: object) -> str:
    """One phrase with its braces filled. A missing key is a fault of the catalogue: KeyError names it."""
    template = words(language)[section][key]
    for name, value in filled.items():
        template = template.replace("{" + name + "}", str(value))
    return template


def has(language: Language, section: str, key: str) -> bool:
    return key in words(language)[section]
