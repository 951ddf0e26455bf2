"""The fields of an import line: each function gives the good value, and adds what is wrong to `problems` in plain words."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from pushsvc import taxonomy
from pushsvc.domain.addresses import masked_phone, normalise_address
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.profiles.reading import body_of
from pushsvc.profiles.shapes import EndpointShape, PreferencesShape, shown
from pushsvc.taxonomy.interests import checked_interest

MAX_SOURCE, MAX_ENDPOINTS, MAX_INTERESTS = 300, 20, 50
MAX_A_DAY = 1_000
AHEAD = timedelta(minutes=5)
"""How far another machine's clock may run before ours."""
OLDEST_BIRTH = 130
"""Years: nobody is older."""
_LARGEST = 1e15
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class GivenEndpoint:
    """An endpoint that a line names, its address normalised, with the consent that the line proves."""

    channel: Channel
    address: str
    consent_at: Instant
    consent_source: str


def endpoints(shapes: list[EndpointShape], now: Instant, problems: list[str]) -> Iterator[GivenEndpoint]:
    """The endpoints that a line names, each address once."""
    if len(shapes) > MAX_ENDPOINTS:
        problems.append(f"endpoints: {len(shapes)} are too many; at most {MAX_ENDPOINTS}")
    seen: set[tuple[Channel, str]] = set()
    for place, shape in enumerate(shapes[:MAX_ENDPOINTS]):
        try:
            address = normalise_address(shape.channel, shape.address)
        except BadInput as error:
            problems += [problem.message for problem in error.problems]
            continue
        finally:
            consent_at = _consent_at(f"endpoints[{place}].consent.at", shape.consent.at, now, problems)
            source = _source(f"endpoints[{place}].consent.source", shape.consent.source, problems)
        if (shape.channel, address) in seen:
            named = masked_phone(shape.address) if shape.channel == "sms" else shown(shape.address)
            problems.append(f"endpoints[{place}]: {shape.channel} {named} is named twice; name it once")
        seen.add((shape.channel, address))
        yield GivenEndpoint(shape.channel, address, consent_at, source)


def _consent_at(where: str, written: str, now: Instant, problems: list[str]) -> Instant:
    """The moment of the consent, in UTC; `now` where there is none, so that the rest of the line is read too."""
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            problems.append(f"{where} {shown(written)} has no time zone; write 2026-03-01T09:00:00+08:00, or Z for UTC")
        elif at > now + AHEAD:
            problems.append(f"{where} {shown(written)} lies in the future; a consent is evidence of what was")
        else:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        problems.append(f"{where} {shown(written)} is not a moment such as 2026-03-01T09:00:00+08:00")
    return now


def _source(where: str, written: str, problems: list[str]) -> str:
    source = written.strip()
    if not source or len(source) > MAX_SOURCE:
        problems.append(f"{where} must say in 1 to {MAX_SOURCE} characters where the consent was given")
    return source


def preferences(shape: PreferencesShape, problems: list[str]) -> dict[str, Any]:
    """Only what was said, so that a default that changes later changes for whoever said nothing."""
    hours, channels, most = shape.quiet_hours, shape.channels, shape.max_a_day
    if hours and (len(hours) != 2 or not all(map(_CLOCK_TIME.fullmatch, hours)) or hours[0] == hours[1]):
        problems.append(
            f'preferences.quiet_hours {shown(", ".join(hours))} must be a start and another end such as ["21:00", "08:00"], '
            "or [] for none"
        )
    if channels and len(set(channels)) != len(channels):
        problems.append("preferences.channels names a channel twice; name each once, the dearest first")
    if most is not None and not 1 <= most <= MAX_A_DAY:
        problems.append(f"preferences.max_a_day {shown(most)} must be 1 to {MAX_A_DAY}")
    return {name: value for name, value in shape.model_dump().items() if value is not None}


def attributes(written: Mapping[str, Any], this_year: int, problems: list[str]) -> dict[str, Any]:
    """Numbers and ranges `[lowest, highest]` by name; the names are free, `birth_year` and `age` have rules of their own."""
    if {"age", "birth_year"} <= written.keys():
        problems.append("attributes: give age or birth_year, not both")
    for name, value in written.items():
        where = f"attributes.{shown(name)[1:-1]}"
        if not _ATTRIBUTE.fullmatch(name):
            problems.append(f"{where}: a name is 1 to 40 small letters, digits and _, such as registered_capital")
        elif name == "birth_year":
            if type(value) is not int or not this_year - OLDEST_BIRTH <= value <= this_year:
                problems.append(f"{where} {shown(value)} must be a year from {this_year - OLDEST_BIRTH} to {this_year}")
        elif not _is_value(value):
            problems.append(f"{where} {shown(value)} must be a number, or a range [lowest, highest]")
        elif name == "age" and not all(0 <= age <= OLDEST_BIRTH for age in (value if isinstance(value, list) else [value])):
            problems.append(f"{where} {shown(value)} must be 0 to {OLDEST_BIRTH} years")
    return dict(written)


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]
    return _is_number(value)


def _is_number(value: object) -> bool:
    # The comparison comes first: a whole number of a thousand digits fits no float.
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST and math.isfinite(value)  # type: ignore[operator, arg-type]


def codes(where: str, written: Iterable[str], normalise: Callable[[str], str], problems: list[str]) -> tuple[str, ...]:
    """Codes of a list in their one way of writing, each once."""
    good: list[str] = []
    for place, code in enumerate(written):
        try:
            good.append(normalise(code))
        except BadInput as error:
            problems += [f"{where}[{place}]: {problem.message}" for problem in error.problems]
    return tuple(dict.fromkeys(good))


def interests(bodies: list[dict[str, Any]], problems: list[str]) -> Iterator[Mapping[str, Any]]:
    """The bodies of the interests as they are stored."""
    if len(bodies) > MAX_INTERESTS:
        problems.append(f"interests: {len(bodies)} are too many; at most {MAX_INTERESTS}")
    for place, body in enumerate(bodies[:MAX_INTERESTS]):
        try:
            yield _known_question(json.dumps(body, ensure_ascii=False))
        except BadInput as error:
            problems += [_in_place(f"interests[{place}]", problem) for problem in error.problems]
        except OverflowError:
            problems.append(f"interests[{place}]: a number has too many digits")


@lru_cache(maxsize=10_000)
def _known_question(body: str) -> Mapping[str, Any]:
    """The stored form of an interest. Remembered, because half of checking a line is this, and many people ask the same."""
    return body_of(checked_interest(json.loads(body)))


def _in_place(where: str, problem: Problem) -> str:
    return f"{where}.{problem}" if problem.field else f"{where}: {problem.message}"


@cache
def zones() -> frozenset[str]:
    """The IANA time zones of this machine."""
    return frozenset(available_timezones())


@lru_cache(maxsize=10_000)
def region(code: str) -> str:
    """A region in its one way of writing. BadInput otherwise."""
    return taxonomy.regions().normalise(code)


@lru_cache(maxsize=10_000)
def industry(code: str) -> str:
    """An industry in its one way of writing. BadInput otherwise."""
    return taxonomy.industries().normalise(code)
