"""One interest in words: `About Care for older people, for older people, that mentions “lift” but not “tender”.`

tell(interest, reader, site_names, own)   the sentence
place_names(codes, reader)                places as the sentence names them
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Interest, Value
from pushsvc.errors import BadInput
from pushsvc.taxonomy.finding import place_words
from pushsvc.web.words import say

#: The marks between words, which no translator need see.
_COMMA: Mapping[Language, str] = {"zh": "，", "en": ", "}
_STOP: Mapping[Language, str] = {"zh": "。", "en": "."}
_LIST: Mapping[Language, str] = {"zh": "、", "en": "; "}
#: More values than this are counted, not listed: a sentence must stay one that can be read.
LISTED = 6


def tell(interest: Interest, reader: Language, site_names: Mapping[str, str] | None = None, own: Collection[str] = ()) -> str:
    """The question in one sentence of `reader`'s language. Codes that no list has stand as they are.

    `site_names`: who publishes at the sites. `own`: the places of whoever asks; others are those of somebody else.
    """
    names = site_names or {}
    topics = _names(interest.topics, lambda topic: taxonomy.topics().name(topic, reader))
    head = say(reader, "me.tell.about", names=_any(topics, reader)) if topics else say(reader, "me.tell.anything")
    parts = [head]
    for key, said in (
        ("types", [say(reader, f"me.type.{each}") for each in interest.types]),
        ("audiences", _names(interest.audiences, lambda group: taxonomy.audiences().name(group, reader))),
        ("industries", _names(interest.industries, lambda code: taxonomy.industries().name(code, reader))),
        ("sites", [names.get(code, code) for code in interest.sites]),
        ("regions", place_names(interest.regions, reader)),
        ("any_of", [f"“{word}”" for word in interest.any_of]),
        ("none_of", [f"“{word}”" for word in interest.none_of]),
    ):
        if said:
            parts.append(say(reader, f"me.tell.{key}", names=_any(said, reader)))
    parts += _where_and_whom(interest, reader, own)
    return _COMMA[reader].join(parts) + _STOP[reader]


def place_names(codes: Iterable[str], reader: Language) -> list[str]:
    return _names(codes, lambda code: place_words(code, reader))


def is_here(interest: Interest, own: Collection[str]) -> bool:
    """Whether the places of the interest are those of whoever asks, and not of somebody else."""
    return bool(interest.places) and set(interest.places or ()) <= set(own) and "age" not in (interest.attributes or {})


def _where_and_whom(interest: Interest, reader: Language, own: Collection[str]) -> list[str]:
    told = []
    if interest.places:
        key = "here" if is_here(interest, own) else "places"
        told.append(say(reader, f"me.tell.{key}", names=_any(place_names(interest.places, reader), reader)))
    for name, value in (interest.attributes or {}).items():
        if name in ("age", "headcount"):
            told.append(say(reader, f"me.tell.{name}", value=in_numbers(value)))
    return told


def in_numbers(value: Value) -> str:
    """`80`, `78–82`, and no `.0`."""
    ends = value if isinstance(value, tuple) else (value, value)
    low, high = (f"{end:g}" if abs(end) < 1e6 else f"{end:.0f}" for end in ends)
    return low if low == high else f"{low}–{high}"


def _names(codes: Iterable[str], name: Callable[[str], str]) -> list[str]:
    return list(dict.fromkeys(_named(code, name) for code in codes))


def _named(code: str, name: Callable[[str], str]) -> str:
    try:
        return name(code)
    except BadInput:
        return code


def _any(said: Collection[str], reader: Language) -> str:
    """`A, B or C`; of a long list the first ones, and how many more there are."""
    listed = list(said)[:LISTED]
    if len(said) > LISTED:
        return say(reader, "me.tell.more", names=_LIST[reader].join(listed), number=len(said) - LISTED)
    if len(listed) < 2:
        return "".join(listed)
    return say(reader, "me.tell.or", first=_LIST[reader].join(listed[:-1]), last=listed[-1])
