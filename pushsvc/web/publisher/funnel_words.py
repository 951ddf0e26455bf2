"""A funnel in sentences: who was told, who waits and for what, who was left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pushsvc.domain.emergencies import SAYS
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.web.words import has_word, say

#: Between things in a list, and between sentences on one line.
BETWEEN: dict[Language, str] = {"zh": "、", "en": ", "}
AFTER_SENTENCE: dict[Language, str] = {"zh": "", "en": " "}
#: The colour of a state, as in templates/web/style/30-lists.css.
TONES = {"received": "busy", "working": "busy", "held": "busy", "done": "good", "no_audience": "", "dead": "bad"}


def people(number: int, reader: Language) -> str:
    """`118 人`; `1 person`, `118 people`."""
    return say(reader, "publisher.people.one" if number == 1 else "publisher.people.many", number=f"{number:,}")


def sentences(funnel: Mapping[str, Any], held: Mapping[str, int], reader: Language) -> list[str]:
    """Each place in which people stand, in a sentence; what nobody stands in is left out. `held`: people by what they wait
    for (`ledger.reaches.held_for`)."""
    said = [_told(funnel, reader)]
    for channel, number in _by_channel(funnel, "failed"):
        said.append(_counted(reader, "failed", number, channel=say(reader, f"channel.{channel}")))
    for channel, number in _by_channel(funnel, "unknown"):
        said.append(_counted(reader, "unknown", number, channel=say(reader, f"channel.{channel}")))
    waiting = dict(held)
    if rest := funnel["held"] - sum(waiting.values()):
        waiting["paused"] = waiting.get("paused", 0) + rest
    said += [_counted(reader, f"held.{why}", number) for why, number in waiting.items() if number > 0]
    said += [say(reader, f"publisher.emergency.{what}") for what, words in SAYS.items() if words == funnel.get("emergency")]
    if funnel["pending"]:
        said.append(_counted(reader, "pending", funnel["pending"]))
    for why, number in funnel["suppressed"].items():
        key = f"left_out.{why}" if has_word(reader, f"publisher.left_out.{why}") else "left_out.other"
        said.append(_counted(reader, key, number))
    if funnel["cancelled"]:
        said.append(_counted(reader, "cancelled", funnel["cancelled"]))
    return [each for each in said if each]


def whole(funnel: Mapping[str, Any], held: Mapping[str, int], reader: Language) -> list[str]:
    """The same, with whom it concerns before it."""
    said = []
    if funnel["outcome"] in ("same", "test"):
        said.append(say(reader, f"publisher.outcome.{funnel['outcome']}"))
    elif funnel["state"] == "no_audience":
        said.append(say(reader, "publisher.nobody"))
    if funnel["matched"]:
        said.append(_counted(reader, "matched", funnel["matched"]))
    if funnel["changed"]:
        said.append(_counted(reader, "changed", funnel["changed"]))
    return said + sentences(funnel, held, reader)


def _told(funnel: Mapping[str, Any], reader: Language) -> str:
    """`118 people told: 60 by email, 58 by SMS.`"""
    by_channel = {channel: funnel["accepted"].get(channel, 0) + funnel["delivered"].get(channel, 0) for channel in CHANNELS}
    total = sum(by_channel.values())
    if not total:
        return ""
    each = [
        say(reader, "publisher.by_channel", people=f"{number:,}", channel=say(reader, f"publisher.road.{channel}"))
        for channel, number in by_channel.items()
        if number
    ]
    return _counted(reader, "told", total, channels=BETWEEN[reader].join(each))


def _by_channel(funnel: Mapping[str, Any], place: str) -> list[tuple[str, int]]:
    return [(channel, number) for channel, number in funnel[place].items() if number]


def _counted(reader: Language, key: str, number: int, **values: str) -> str:
    return say(reader, f"publisher.{key}", people=people(number, reader), **values)
