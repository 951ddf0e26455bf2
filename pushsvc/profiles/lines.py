"""One import line: from bytes to a subscriber as the tables want it, or every reason why not. CONTRACT, "A subscriber"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.profiles import fields
from pushsvc.profiles.fields import GivenEndpoint
from pushsvc.profiles.shapes import Kind, LineShape, in_words, shown

MAX_ID = 100
_ID = re.compile(r"\S+")
_NUL = b"\\u0000"


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """A good line. `preferences` holds only what was said; `interests` are bodies as stored; `number` is the line's."""

    number: int
    subscriber_id: str
    kind: Kind
    language: Language | None
    timezone: str | None
    endpoints: tuple[GivenEndpoint, ...]
    preferences: Mapping[str, Any]
    places: tuple[str, ...]
    industries: tuple[str, ...]
    attributes: Mapping[str, Any]
    age_as_of: Instant | None
    interests: tuple[Mapping[str, Any], ...]


def parse_line(raw: bytes, number: int, now: Instant) -> SubscriberLine:
    """The subscriber of one line. Raises BadLine with every problem of it, in plain words without the line's number."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        raise BadLine([f"byte {error.start + 1} is not UTF-8: save the file as UTF-8"]) from None
    if _NUL in raw:
        raise BadLine(["contains the sign \\u0000, which no text may hold"])
    try:
        shape = LineShape.model_validate_json(raw)
    except ValidationError as error:
        raise BadLine(list(in_words(error))) from None
    problems: list[str] = []
    line = _line(shape, number, now, problems)
    if problems:
        raise BadLine(problems)
    return line


class BadLine(Exception):
    """What is wrong with one line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def _line(shape: LineShape, number: int, now: Instant, problems: list[str]) -> SubscriberLine:
    if not (len(shape.id) <= MAX_ID and _ID.fullmatch(shape.id) and shape.id.isprintable()):
        problems.append(f"id {shown(shape.id)} must be 1 to {MAX_ID} printable characters without blanks")
    if shape.timezone is not None and shape.timezone not in fields.zones():
        problems.append(f"timezone {shown(shape.timezone)} is not in the IANA list; write one such as Asia/Shanghai")
    endpoints = tuple(fields.endpoints(shape.endpoints, now, problems))
    attributes = fields.attributes(shape.attributes, now.year, problems)
    told_on = max((endpoint.consent_at for endpoint in endpoints), default=now).astimezone(UTC)
    return SubscriberLine(
        number, shape.id, shape.kind, shape.language, shape.timezone, endpoints,
        preferences=fields.preferences(shape.preferences, problems),
        places=fields.codes("places", shape.places, fields.region, problems),
        industries=fields.codes("industries", shape.industries, fields.industry, problems),
        attributes=attributes,
        age_as_of=datetime(told_on.year, told_on.month, told_on.day, tzinfo=UTC) if "age" in attributes else None,
        interests=tuple(fields.interests(shape.interests, problems)),
    )  # fmt: skip
