"""A match is an interest that a version answers, with the reasons and a tri-state eligibility."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pushsvc.domain.publications import Limit
from pushsvc.domain.time import Instant

Eligibility = Literal["yes", "unknown"]


@dataclass(frozen=True)
class Question:
    """What a version asks the index: the event's side of CONTRACT's rules."""

    regions: tuple[str, ...]
    title: str
    text: str
    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    site: str | None = None
    type: str | None = None
    eligibility: Mapping[str, Limit] = field(default_factory=dict)
    accepted_at: Instant | None = None
    """Only interests saved at or before this moment answer; None: all do."""
    on: date | None = None
    """The day that ages are taken at (the event's): a birth year b is an age of [year - b - 1, year - b]."""


@dataclass(frozen=True)
class Match:
    """One subscriber whom a version answers. `reasons` maps the position of each matching interest to its reasons."""

    subscriber_no: int
    eligibility: Eligibility
    reasons: Mapping[int, tuple[str, ...]]
