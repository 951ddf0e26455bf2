"""A subscriber is a citizen or a business that agreed to be told. The shapes follow CONTRACT, "A subscriber"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant

Channel = Literal["email", "sms", "wechat"]
CHANNELS: tuple[Channel, ...] = ("email", "sms", "wechat")
Frequency = Literal["immediate", "daily", "weekly"]
#: An attribute's value: a number, or a closed range of two (a birth year is an age range of two).
Value = float | tuple[float, float]


@dataclass(frozen=True)
class Interest:
    """One saved question: every clause that is not empty must hold, inside a clause any value does.

    `places`, `industries`, `attributes` stand in place of the subscriber's own as a whole; None means "not said".
    Topics and audiences are as the taxonomy names them (codes or names).
    """

    topics: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    places: tuple[str, ...] | None = None
    attributes: Mapping[str, Value] | None = None


def interest_id(subscriber_id: str, body: Mapping[str, object]) -> str:
    """The same question of the same person keeps its id, and so the moment when it was saved."""
    return derived_id("int", subscriber_id, body)


@dataclass(frozen=True)
class Preferences:
    """How somebody wants to be told. None means "not said": CONTRACT's defaults then hold for each channel.

    `quiet_hours` is ("21:00", "08:00") in the subscriber's zone, () for none on any channel.
    """

    frequency: Frequency = "immediate"
    quiet_hours: tuple[str, ...] | None = None
    channels: tuple[Channel, ...] = ()
    reminders: bool = True
    max_a_day: int | None = None


@dataclass(frozen=True)
class Profile:
    """What the matching index needs of one subscriber: no contact, nothing that names a person."""

    subscriber_no: int
    places: tuple[str, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)
    birth_year: int | None = None
    age_as_of: date | None = None
    """The day on which `attributes["age"]` was true (the consent's); it grows a year at each anniversary. None: it stands."""
    interests: tuple[tuple[int, Interest, Instant], ...] = ()
    """(position in the subscriber's list, the interest, when it was saved); paused interests are left out."""


@dataclass(frozen=True)
class Endpoint:
    """A verified address of a subscriber on a channel. `address` is plain only while it is in use; it lives in the vault."""

    endpoint_id: int
    subscriber_no: int
    channel: Channel
    position: int
    consent_at: Instant
    address_hash: bytes


@dataclass(frozen=True)
class Recipient:
    """A subscriber as the planner sees them: preferences, language, and the endpoints that are open now, in order."""

    subscriber_no: int
    subscriber_id: str
    kind: Literal["citizen", "business"]
    language: Language
    timezone: str
    preferences: Preferences
    endpoints: tuple[Endpoint, ...]
    paused_until: Instant | None = None
