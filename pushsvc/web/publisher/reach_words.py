"""Whom a draft would reach, in words, and why nobody when nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.summaries import Summary
from pushsvc.errors import BadInput
from pushsvc.sites.registry import Site
from pushsvc.taxonomy.lines import region_line
from pushsvc.web.publisher.funnel_words import BETWEEN, people
from pushsvc.web.words import say

#: So many places are named; what is left is one line.
MOST_PLACES = 12
ELSEWHERE = ""
_STEPS = ("place", "subject", "words")


@dataclass(frozen=True)
class Reached:
    """`state`: counting, done, nobody, dead. Rows are (name, people)."""

    state: str
    total: str = ""
    channels: Sequence[tuple[str, str]] = ()
    places: Sequence[tuple[str, str]] = ()
    why: Sequence[str] = ()
    advice: Sequence[str] = ()


def reached(
    funnel: Mapping[str, Any] | None, counted: Mapping[Any, Mapping[str, int]], summary: Summary, site: Site, reader: Language
) -> Reached:
    """From the test event's funnel and `ledger.reaches.counted`."""
    state = (funnel or {}).get("state", "received")
    if state == "dead":
        return Reached("dead")
    if state == "no_audience":
        if not (steps := counted["why"]):
            return Reached("counting")
        return Reached("nobody", why=_why(steps, summary, reader), advice=_advice(steps, reader))
    if state != "done" or funnel is None:
        return Reached("counting")
    channels = [
        (say(reader, f"channel.{name}" if name in CHANNELS else f"publisher.reach.{name}"), people(number, reader))
        for name, number in counted["channel"].items()
    ]
    return Reached("done", people(funnel["matched"], reader), channels, _places(counted["place"], site, reader))


def cut(code: str, reach: Sequence[str]) -> str:
    """The place one level below what the site may address: a city's site counts counties, a province's cities."""
    line = region_line(code)
    held = [position for position, each in enumerate(line) if each in reach]
    return line[max(held[0] - 1, 0)] if held else ELSEWHERE


def _places(counted: Mapping[str, int], site: Site, reader: Language) -> list[tuple[str, str]]:
    by_place: Counter[str] = Counter()
    for code, number in counted.items():
        by_place[cut(code, site.reach)] += number
    named = [(name, number) for name, number in by_place.most_common() if name != ELSEWHERE]
    rest = by_place[ELSEWHERE] + sum(number for _, number in named[MOST_PLACES:])
    rows = [(region_name(name, reader), people(number, reader)) for name, number in named[:MOST_PLACES]]
    return [*rows, (say(reader, "publisher.reach.elsewhere"), people(rest, reader))] if rest else rows


def _why(steps: Mapping[str, int], summary: Summary, reader: Language) -> list[str]:
    """The first clause that leaves nobody, and what stood before it."""
    place = _listed([region_name(code, reader) for code in summary.regions], reader)
    topics = _listed([topic_name(topic, reader) for topic in summary.topics], reader)
    left = next((step for step in _STEPS if not steps.get(step)), "eligibility")
    if left == "subject" and not topics:
        left = "no_subject"
    here = people(steps.get("place", 0), reader)
    said = say(reader, f"publisher.why.{left}", place=place, topics=topics or say(reader, "publisher.why.these"), people=here)
    wider = [(code.partition(":")[2], number) for code, number in steps.items() if code.startswith("wider:") and number]
    wider.sort(key=lambda each: -len(region_line(each[0])))
    return [said, *(
        say(reader, "publisher.why.wider", place=region_name(code, reader), people=people(number, reader))
        for code, number in wider[:2]
    )]  # fmt: skip


def _advice(steps: Mapping[str, int], reader: Language) -> list[str]:
    """What to change, nearest first."""
    wider = any(name.startswith("wider:") and number for name, number in steps.items())
    topics = [
        say(reader, "publisher.advice.topic", topic=topic_name(name.partition(":")[2], reader), people=f"{number:,}")
        for name, number in steps.items()
        if name.startswith("topic:") and number
    ]
    said = [say(reader, "publisher.advice.regions")] if wider else []
    if topics and steps.get("place") and not steps.get("subject"):
        said.append(say(reader, "publisher.advice.topics", topics=BETWEEN[reader].join(topics)))
    if steps.get("words") and not said:
        said.append(say(reader, "publisher.advice.eligibility"))
    return said or [say(reader, "publisher.advice.fine")]


def _listed(names: Sequence[str], reader: Language) -> str:
    return BETWEEN[reader].join(dict.fromkeys(names))


def region_name(code: str, reader: Language) -> str:
    try:
        return taxonomy.regions().name(code, reader)
    except BadInput:
        return code


def topic_name(topic: str, reader: Language) -> str:
    return taxonomy.topics().name(topic, reader) if taxonomy.topics().known(topic) else topic
