"""What fills the fields of an approved WeChat template, each within the limit of its type.

The field types and their limits: developers.weixin.qq.com, "subscribe message", parameter limits of template data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

from pushsvc import resources
from pushsvc.channels.rendering.cards import Card, Story
from pushsvc.channels.rendering.lengths import shorten
from pushsvc.channels.rendering.words import say
from pushsvc.domain.summaries import Wording

#: Signs at most, by the type that a field's name begins with.
LIMITS: Mapping[str, int] = {
    "thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "time": 32, "date": 32, "amount": 12,
    "phone_number": 17, "car_number": 8, "name": 10, "phrase": 5, "const": 20,
}  # fmt: skip
#: What approved templates are filled with, by name. `day` is the deadline as WeChat writes a date.
NAMED = ("matter", "issuer", "kind", "deadline", "day", "amount", "audience", "place", "phone", "note")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def slots_of(story: Story, cards: Sequence[Card]) -> dict[str, str]:
    """The first card's fields as they are shown (`thing1`), and by name what approved templates are filled with (`matter`,
    `issuer`, `day` …; channels/wechat/template_files.py lists them); an empty one is absent."""
    first = cards[0]
    wording = story.told[0].summary.wording(story.language)
    answers = {row.name: row.values[0] for row in first.rows}
    known = {
        "matter": wording.slots.get("matter") or first.headline,
        "kind": first.badge,
        "issuer": first.issuer,
        **answers,
        "note": _note(story, first, wording, answers.get("action", "")),
    }
    deadline = story.told[0].summary.deadline()
    if deadline and "deadline" in known and (day := _DAY.match(str(deadline.value))):
        year = f"{int(day[1])}年" if day[1] in deadline.raw else ""  # what the source does not say, we do not either
        known["day"] = f"{year}{int(day[2])}月{int(day[3])}日"
    filled = {field: fit(field, known.get(source, "")) for field, source in _fields().items()}
    named = {name: " ".join(known.get(name, "").split()) for name in NAMED}
    return {name: value for name, value in (filled | named).items() if value}


def _note(story: Story, first: Card, wording: Wording, action: str) -> str:
    """What is to be done, or the short words, where a field holds them whole; else where to read on.

    Cut, "please move before 12:00 …" would ring a phone at night and keep to itself what to do.
    """
    if first.kind == "new":
        whole = next((said for said in (action, wording.short) if 0 < len(said) <= LIMITS["thing"]), "")
        if whole:
            return whole
    return say(story.language, f"brief.{first.kind}")


def fit(field: str, value: str) -> str:
    """`value` within the limit of the field's type, on one line, never with half a number."""
    return shorten(" ".join(value.split()), LIMITS[field.rstrip("0123456789")])


@cache
def _fields() -> Mapping[str, str]:
    """Which answer goes into which field: templates/wechat/fields.toml."""
    return {str(field): str(source) for field, source in tomllib.loads(resources.text("wechat/fields.toml")).items()}
