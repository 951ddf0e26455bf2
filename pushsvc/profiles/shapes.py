"""The shape of an import line, read by pydantic, and its refusals in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel, Frequency

Kind = Literal["citizen", "business"]
_SHOWN = 60
"""Characters of a wrong value that an error repeats."""


class Shape(BaseModel):
    # Strict: "12" is no number and 1 is no yes. A file that is nearly right is better refused than half understood.
    model_config = ConfigDict(extra="forbid", strict=True)


class ConsentShape(Shape):
    at: str
    source: str


class EndpointShape(Shape):
    channel: Channel
    address: str
    consent: ConsentShape


class PreferencesShape(Shape):
    frequency: Frequency | None = None
    quiet_hours: list[str] | None = None
    channels: list[Channel] | None = None
    reminders: bool | None = None
    max_a_day: int | None = None


class LineShape(Shape):
    """Attributes and interests are checked by hand: their keys are the person's own, or belong to the taxonomy."""

    id: str
    kind: Kind = "citizen"
    language: Language | None = None
    timezone: str | None = None
    endpoints: list[EndpointShape]
    preferences: PreferencesShape = Field(default_factory=PreferencesShape)
    places: list[str] = Field(default_factory=list)
    industries: list[str] = Field(default_factory=list)
    attributes: dict[str, Any] = Field(default_factory=dict)
    interests: list[dict[str, Any]] = Field(default_factory=list)


_SHAPES: Mapping[str, type[Shape]] = {
    "": LineShape, "endpoints": EndpointShape, "consent": ConsentShape, "preferences": PreferencesShape,
}  # fmt: skip
_WANTED = {
    "string_type": "a text in quotes",
    "list_type": "a list in [ ]",
    "dict_type": "an object in { }",
    "model_type": "an object in { }",
    "model_attributes_type": "an object in { }",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
}


def in_words(error: ValidationError) -> Iterator[str]:
    """Each refusal of pydantic as one plain sentence that names the key, the rule and what stood there."""
    for detail in error.errors(include_url=False):
        yield _sentence(detail)


def shown(value: object) -> str:
    """A wrong value in quotes on one line, cut, so that hostile input can neither break a line nor fill a page."""
    words = value if isinstance(value, str) else repr(value)
    cut = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    return '"' + "".join(sign if sign.isprintable() else "\ufffd" for sign in cut) + '"'


def _sentence(detail: ErrorDetails) -> str:
    kind, where = detail["type"], _path(detail["loc"])
    if kind == "json_invalid":
        return f"is not JSON: {detail['ctx']['error']}"
    if kind == "missing":
        return f"{where} is missing"
    if kind == "extra_forbidden":
        parents = [part for part in detail["loc"][:-1] if isinstance(part, str)]
        allowed = ", ".join(_SHAPES[parents[-1] if parents else ""].model_fields)
        return f"unknown key {_path((*detail['loc'][:-1], _plain(detail['loc'][-1])))}; the keys are {allowed}"
    if kind == "literal_error":
        return f"{where} {shown(detail['input'])} is not one of {detail['ctx']['expected'].replace(' or ', ', ')}"
    if not where:
        return "must be an object in { }, one a line"
    return f"{where} {shown(detail['input'])} must be {_WANTED.get(kind, detail['msg'])}"


def _plain(key: int | str) -> str:
    return shown(key)[1:-1]


def _path(parts: tuple[int | str, ...]) -> str:
    """endpoints[0].consent.at"""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
