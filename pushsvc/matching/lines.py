"""The pure function behind `pushsvc match`: subscriber lines and event lines in, match lines out, nothing else read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar, get_args

from pushsvc.domain.matches import Question
from pushsvc.domain.publications import EventWord
from pushsvc.domain.subscribers import Interest, Profile
from pushsvc.errors import BadInput, Problem
from pushsvc.matching.index import MatchingIndex
from pushsvc.taxonomy.checking import checked_attributes, checked_limits, raise_all, tried
from pushsvc.taxonomy.interests import read_interest, read_values

_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_PROBLEMS = 50
_Kept = TypeVar("_Kept")


def match_lines(
    subscribers: Iterable[str],
    events: Iterable[str],
    *,
    today: date,
    text_of_html: Callable[[str], str],
    names: tuple[str, str] = ("subscribers", "events"),
) -> Iterator[dict[str, Any]]:
    """CONTRACT's match lines, in the order of the events, then of the subscribers' lines.

    Ages are taken at an event's `published_at`, else `today`. `names` are the files' names in the errors: BadInput names
    file, line, field and rule of what is malformed, in any line, before the first match comes.
    """
    people = read_people(subscribers, names[0])
    questions = read_events(events, names[1], today, text_of_html)
    index = MatchingIndex()
    for _, profile in people:
        index.put(profile)
    return _answers(index, [who for who, _ in people], questions)


def read_people(lines: Iterable[str], name: str) -> list[tuple[str, Profile]]:
    """Subscriber lines as (id, profile), numbered from 0 in their order. BadInput names every malformed line."""
    read = _read(lines, name, _subscriber)
    return [(who, replace(profile, subscriber_no=number)) for number, (who, profile) in enumerate(read)]


def read_events(lines: Iterable[str], name: str, today: date, text_of_html: Callable[[str], str]) -> list[tuple[str, Question]]:
    """Event lines as (the event's name, what it asks). BadInput names every malformed line."""
    return _read(lines, name, lambda body: _event(body, today, text_of_html))


def _answers(index: MatchingIndex, ids: list[str], questions: list[tuple[str, Question]]) -> Iterator[dict[str, Any]]:
    for event, question in questions:
        for match in index.answer(question):
            yield {
                "event": event,
                "subscriber": ids[match.subscriber_no],
                "interests": sorted(match.reasons),
                "eligibility": match.eligibility,
                "reasons": {str(position): list(reasons) for position, reasons in sorted(match.reasons.items())},
            }


def _read(lines: Iterable[str], name: str, reader: Callable[[Mapping[str, Any]], _Kept]) -> list[_Kept]:
    """Every line that is not blank, read; BadInput names the bad ones by their number."""
    read, problems = list[_Kept](), list[Problem]()
    for number, line in enumerate(lines, 1):
        line = line.removeprefix("\ufeff").strip()
        if not line:
            continue
        try:
            read.append(reader(_object(line)))
        except BadInput as error:
            problems += [Problem(f"{name} line {number}", str(problem)) for problem in error.problems]
            if len(problems) > _MOST_PROBLEMS:
                break
    if problems:
        raise BadInput(problems)
    return read


def _object(line: str) -> Mapping[str, Any]:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise BadInput("must be a JSON object")
    return body


def _subscriber(body: Mapping[str, Any]) -> tuple[str, Profile]:
    """A line's id, and its profile, not yet numbered. An age stands as it is; other fields take no part in matching."""
    refused = list[BadInput]()
    who = tried(lambda: _text(body, "id", required=True), refused) or ""
    places = tried(lambda: read_values("places", body.get("places"), "places"), refused) or ()
    attributes = tried(lambda: checked_attributes(body.get("attributes"), "attributes"), refused) or {}
    asked = body.get("interests")
    if not isinstance(asked, list):
        refused.append(BadInput(Problem("interests", "must be a list of interests; [] asks for nothing")))
        asked = []
    interests = [
        (at, tried(partial(read_interest, each, f"interests[{at}]"), refused) or Interest(), _ALWAYS)
        for at, each in enumerate(asked)
    ]
    raise_all(refused)
    return who, Profile(0, places, attributes, interests=tuple(interests))


def _event(body: Mapping[str, Any], today: date, text_of_html: Callable[[str], str]) -> tuple[str, Question]:
    """A line's name, and what it asks. What a line does not say stays unsaid: nothing is classified or inferred."""
    refused = list[BadInput]()

    def text(field: str) -> str:
        return tried(lambda: _text(body, field), refused) or ""

    def values(clause: str) -> tuple[str, ...]:
        return tried(lambda: read_values(clause, body.get(clause), clause), refused) or ()

    name, html = text("id") or text("url"), text("content_html")
    if not name:
        refused.append(BadInput(Problem("url", "is missing: an event is named by its `id` or its `url`")))
    if (text("event") or "published") not in get_args(EventWord):
        refused.append(BadInput(Problem("event", f'"{body["event"]}" is none of {", ".join(get_args(EventWord))}')))
    question = Question(
        regions=values("regions"),
        title=text("title"),
        text=text("content_text") or (text_of_html(html) if html else ""),
        topics=values("topics"),
        audiences=values("audiences"),
        industries=values("industries"),
        site=text("site") or None,
        type=text("type") or None,
        eligibility=tried(lambda: checked_limits(body.get("eligibility"), "eligibility"), refused) or {},
        on=tried(lambda: _day(text("published_at")), refused) or today,
    )
    raise_all(refused)
    return name, question


def _text(body: Mapping[str, Any], field: str, *, required: bool = False) -> str:
    value = body.get(field)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value):
        raise BadInput(Problem(field, "must be a text" + (" that is not empty" if required else "")))
    return value


def _day(written: str) -> date | None:
    """The day of an ISO time, in the zone in which it is written."""
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).date()
    except ValueError:
        raise BadInput(Problem("published_at", f'"{written}" is no ISO time such as 2026-03-01T09:00:00+08:00')) from None
