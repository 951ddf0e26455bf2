"""Why somebody got a message, in words: `region:510000` becomes "your place is in Sichuan"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pushsvc import taxonomy
from pushsvc.channels.rendering.words import catalogue, say
from pushsvc.domain.languages import Language
from pushsvc.errors import BadInput

NATION = "CN"


def tell_reason(reason: str, language: Language, site_names: Mapping[str, str] | None = None) -> str:
    """One reason in words; empty for a kind that is nothing to a reader, such as an attribute."""
    kind, _, value = reason.partition(":")
    if kind == "region" and value == NATION:
        return say(language, "why.nation")
    if f"why.{kind}" not in catalogue(language) or not value:
        return ""
    name = _name(kind, value, language, site_names or {})
    return say(language, f"why.{kind}", name=name) if name else ""


def tell_reasons(
    reasons: Mapping[str, Iterable[str]], language: Language, site_names: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """All reasons of all matching interests, each said once, in their order."""
    told = (tell_reason(reason, language, site_names) for each in reasons.values() for reason in each)
    return tuple(dict.fromkeys(said for said in told if said))


def _name(kind: str, value: str, language: Language, site_names: Mapping[str, str]) -> str:
    """The name of a code. One that the lists do not have is said only where it is a word itself, never as bare digits."""
    if kind == "any_of":
        return value
    if kind == "site":
        return without_digits(site_names.get(value, ""))
    if kind == "type":
        return catalogue(language).get(f"type.{value}", "")
    try:
        return _NAMES[kind](value, language)
    except BadInput:
        return without_digits(value)


def without_digits(name: str) -> str:
    """`name`, or nothing when it has digits: every number in a message must come from the document."""
    return "" if any(sign.isdigit() for sign in name) else name


_NAMES: Mapping[str, Callable[[str, Language], str]] = {
    "region": lambda code, language: taxonomy.regions().name(code, language),
    "follows": lambda code, language: taxonomy.regions().name(code, language),
    "topic": lambda topic, language: taxonomy.topics().name(topic, language),
    "audience": lambda audience, language: taxonomy.audiences().name(audience, language),
    "industry": lambda code, language: taxonomy.industries().name(code, language),
}
