"""Checks a publication event at the edge: every bad field is named with its rule, and what is left is plain and true."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pushsvc.domain.attachments import Attachment
from pushsvc.domain.emergencies import EMERGENCY, NOTE
from pushsvc.domain.publications import DECLARED_FIELDS, EventWord
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem
from pushsvc.sites.addresses import canonical
from pushsvc.sites.event_fields import EventFields
from pushsvc.sites.registry import Site
from pushsvc.sites.site_lines import plain_code

Form = Literal["html", "text", "html-bytes", "text-bytes", "pdf-bytes", "docx-bytes"]
_MAX_PROBLEMS = 50
_LONGEST_SLIP = 40  # characters
_SORTED_FIELDS = ("regions", "topics", "audiences", "industries")
_NOTES = {
    "emergency": NOTE,
    "attachments": "attachments: what is given by its url is linked, not read; send it as content_base64 to have it read",
    "content": "content: left aside, because a withdrawal needs none",
}


@dataclass(frozen=True)
class Body:
    """The content that came with an event, or was fetched for it. `charset`: what a server declared for fetched bytes."""

    form: Form
    content: bytes
    charset: str | None = None


@dataclass(frozen=True)
class CheckedEvent:
    """An event that keeps every rule. `declared` holds the declared fields that it says; None clears one.

    `body` is None when the page is to be fetched, or the event is a withdrawal. `notes` are plain words for the site.
    """

    event: EventWord
    url: str
    address: str
    site: str
    published_at: Instant | None
    declared: Mapping[str, Any]
    test: bool
    body: Body | None
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    cloudevent_id: str | None = None


def check_event(document: Mapping[str, Any], site: Site, *, cloudevent_id: str | None = None) -> CheckedEvent:
    """Checks an event that `site` sent. BadInput names every field that breaks a rule, regions out of reach too.

    Whether the address is the site's own is asked of the registry (`intake.accept`).
    """
    try:
        fields = EventFields.model_validate(dict(document))
    except ValidationError as error:
        raise BadInput([_problem(each) for each in error.errors(include_url=False)[:_MAX_PROBLEMS]]) from None
    problems = _out_of_reach(fields, site)
    if fields.site is not None and plain_code(fields.site) != site.code:
        problems.append(Problem("site", f'"{fields.site[:40]}" is not {site.code}, the site that sends this event'))
    if fields.content_html is not None and fields.content_text is not None:
        problems.append(Problem("content_text", "and content_html exclude each other: send one"))
    if problems:
        raise BadInput(problems)
    event = fields.event or "published"
    body = None if event == "withdrawn" else _body(fields)
    return CheckedEvent(
        event=event,
        url=fields.url,
        address=canonical(fields.url),
        site=site.code,
        published_at=cast(Instant | None, fields.published_at),
        declared=_declared(fields),
        test=bool(fields.test),
        body=body,
        notes=_notes(fields, event),
        attachments=() if event == "withdrawn" else _attachments(fields),
        cloudevent_id=cloudevent_id,
    )


def _body(fields: EventFields) -> Body | None:
    if fields.content_html is not None:
        return Body("html", fields.content_html.encode(), "utf-8")
    if fields.content_text is not None:
        return Body("text", fields.content_text.encode(), "utf-8")
    return None


def _attachments(fields: EventFields) -> tuple[Attachment, ...]:
    carried = ((each, each.content_base64) for each in fields.attachments or ())
    return tuple(
        Attachment(each.name, each.type, None if content is None else base64.b64decode(content), each.url)
        for each, content in carried
    )


def _declared(fields: EventFields) -> dict[str, Any]:
    """The declared fields that were said. What is said to be empty clears the field, as null does."""
    said: dict[str, Any] = {}
    for name in DECLARED_FIELDS:
        if name not in fields.model_fields_set:
            continue
        value = getattr(fields, name)
        if name in _SORTED_FIELDS and value:
            value = sorted(set(value))  # the same set in another order is the same state
        if name == "eligibility" and value:
            value = {attribute: _limit(limit.min, limit.max) for attribute, limit in sorted(value.items())}
        said[name] = value or None
    return said


def _limit(lowest: float | None, highest: float | None) -> dict[str, float]:
    ends = {"min": lowest, "max": highest}
    return {end: int(value) if float(value).is_integer() else value for end, value in ends.items() if value is not None}


def _notes(fields: EventFields, event: EventWord) -> tuple[str, ...]:
    notes = []
    if fields.urgency == EMERGENCY:
        notes.append(_NOTES["emergency"])
    if event != "withdrawn" and any(each.url for each in fields.attachments or ()):
        notes.append(_NOTES["attachments"])
    if event == "withdrawn" and (fields.content_html or fields.content_text):
        notes.append(_NOTES["content"])
    return tuple(notes)


def _out_of_reach(fields: EventFields, site: Site) -> list[Problem]:
    return [
        Problem(
            f"regions[{position}]",
            f"{region} is out of the reach of {site.code}, which may address {', '.join(site.reach)} and below",
        )
        for position, region in enumerate(fields.regions or ())
        if not site.reaches(region)
    ]


def _problem(error: ErrorDetails) -> Problem:
    return Problem(_field(error["loc"]), _rule(error))


def _field(place: Sequence[int | str]) -> str:
    """`regions[1]`, `eligibility.age.min`; pydantic's own marks (`[key]`) are left out."""
    name = ""
    for step in place:
        if isinstance(step, int):
            name += f"[{step}]"
        elif step != "[key]":
            name += f".{step}" if name else step
    return name[:120]


def _rule(error: ErrorDetails) -> str:
    kind, limits = error["type"], error.get("ctx", {})
    shown = f'"{error["input"]}"'[:60] if isinstance(error["input"], str | int | float) else ""
    match kind:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return _unknown(str(error["loc"][-1]), nested=len(error["loc"]) > 1)
        case "literal_error":
            return f"{shown} is not one of {limits['expected']}".replace("'", "").strip()
        case "value_error":
            return str(limits["error"])
        case "string_too_long":
            return f"has more than {limits['max_length']} characters"
        case "too_long":
            return f"has more than {limits['max_length']} values"
        case "greater_than_equal" | "less_than_equal" | "finite_number":
            return f"{shown} is too large a number"
    expected = {
        "string_type": "text in quotes", "list_type": "a list", "dict_type": "an object", "model_type": "an object",
        "bool_type": "true or false", "float_type": "a number",
    }.get(kind)  # fmt: skip
    return f"must be {expected}" if expected else error["msg"]


def _unknown(name: str, *, nested: bool) -> str:
    if nested:
        return "is not known here"
    # Only a name as long as a field's can be a slip of one; comparing a megabyte takes a second.
    near = get_close_matches(name, EventFields.model_fields, n=1, cutoff=0.6) if len(name) <= _LONGEST_SLIP else []
    return f'is no field of an event; did you mean "{near[0]}"?' if near else "is no field of an event: leave it out"
