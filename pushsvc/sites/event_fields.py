"""What each field of a publication event may hold (CONTRACT, "A publication event"), as one pydantic model."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pushsvc import taxonomy
from pushsvc.domain.attachments import MOST_ATTACHMENTS
from pushsvc.domain.publications import EventWord, Urgency
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.sites.addresses import parse

SHANGHAI = ZoneInfo("Asia/Shanghai")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_LARGEST = 1e15
_MAX_VALUES = 500


def _said(rule: Callable[[str], str]) -> AfterValidator:
    """A rule that speaks by BadInput, in the words that pydantic collects."""

    def check(written: str) -> str:
        try:
            return rule(written)
        except BadInput as error:
            raise ValueError("; ".join(problem.message for problem in error.problems)) from None

    return AfterValidator(check)


def _plain(written: str) -> str:
    if _CONTROL.search(written):
        raise ValueError("holds control characters: leave them out")
    return " ".join(written.split())


def _content(written: str) -> str:
    if not written.strip():
        raise ValueError("is empty: leave it out to have the page fetched, or send the page's main text")
    if "\x00" in written:
        raise ValueError(f"holds U+0000 at character {written.index(chr(0)) + 1}: leave it out")
    return written


def _url(written: str) -> str:
    parse(written)
    return written.strip(" ")


def _attribute(written: str) -> str:
    if not _ATTRIBUTE.fullmatch(written):
        raise ValueError(f'"{written[:40]}" is no attribute name: small letters, digits and _, such as age or headcount')
    return written


def _moment(written: str) -> Instant:
    """RFC 3339; without a zone it is Asia/Shanghai, a bare date its midnight there."""
    try:
        said = datetime.fromisoformat(written.strip())
        moment = (said if said.tzinfo else said.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'"{written[:40]}" is no time: write it as 2026-03-01T09:00:00+08:00') from None
    if not _EARLIEST <= moment < _LATEST:
        raise ValueError(f'"{written[:40]}" is not between the years 1900 and 2200')
    return moment


def _base64(written: str) -> str:
    try:
        base64.b64decode("".join(written.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"is not base64 ({error})") from None
    return written


Url = Annotated[str, _said(_url)]
Words = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
Content = Annotated[str, AfterValidator(_content)]
Several = Field(default=None, max_length=_MAX_VALUES)
Number = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST, allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LimitFields(_Strict):
    """`{"min": 60}`, `{"max": 300}` or both."""

    min: Number | None = None
    max: Number | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> LimitFields:
        if self.min is None and self.max is None:
            raise ValueError("needs min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class AttachmentFields(_Strict):
    name: Words
    type: Words | None = None
    content_base64: Annotated[str, AfterValidator(_base64)] | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> AttachmentFields:
        if (self.content_base64 is None) == (self.url is None):
            raise ValueError("needs either content_base64 or url")
        return self


class EventFields(_Strict):
    """An event as a site writes it. Every field but `url` may be absent, or null."""

    event: EventWord | None = None
    url: Url
    site: str | None = None
    id: Any = None
    """A line's name in files of `summarise` and `match`; it means nothing here."""
    published_at: Annotated[str, AfterValidator(_moment)] | None = None
    title: Words | None = None
    content_html: Content | None = None
    content_text: Content | None = None
    language: Literal["zh", "en"] | None = None
    type: (
        Literal["notice", "policy", "interpretation", "service", "consultation", "recruitment", "emergency", "news"] | None
    ) = None
    doc_number: Words | None = None
    regions: list[Annotated[str, _said(lambda written: taxonomy.regions().normalise(written))]] | None = Several
    topics: list[Annotated[str, _said(lambda written: taxonomy.topics().normalise(written))]] | None = Several
    audiences: list[Annotated[str, _said(lambda written: taxonomy.audiences().normalise(written))]] | None = Several
    industries: list[Annotated[str, _said(lambda written: taxonomy.industries().normalise(written))]] | None = Several
    eligibility: dict[Annotated[str, AfterValidator(_attribute)], LimitFields] | None = None
    interprets: Url | None = None
    supersedes: Url | None = None
    urgency: Urgency | None = None
    attachments: list[AttachmentFields] | None = Field(default=None, max_length=MOST_ATTACHMENTS)
    test: bool | None = None
