"""A summary as JSON and back: how it lies in the table `summaries`. Empty fields are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pushsvc.domain.summaries import Contact, Evidence, Fact, Quote, Summary, Wording


def to_json(summary: Summary) -> dict[str, Any]:
    """`summary` as JSON values. A field that has its default is left out, so that old rows can be read after a new one."""
    return _said(summary)


def from_json(body: Mapping[str, Any]) -> Summary:
    """The inverse of `to_json`: `from_json(to_json(summary)) == summary`."""
    said: dict[str, Any] = {name: _frozen(value) for name, value in body.items()}
    said["wordings"] = {language: Wording(**wording) for language, wording in body["wordings"].items()}
    said["facts"] = tuple(Fact(**fact) for fact in body.get("facts", ()))
    said["quotes"] = tuple(Quote(**quote) for quote in body.get("quotes", ()))
    said["contacts"] = tuple(Contact(**contact) for contact in body.get("contacts", ()))
    said["evidence"] = tuple(Evidence(**evidence) for evidence in body.get("evidence", ()))
    return Summary(**said)


def _said(thing: Any) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(thing, field.name))
        for field in fields(thing)
        if getattr(thing, field.name) not in (field.default, (), {})
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _said(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
