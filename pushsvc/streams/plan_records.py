"""What the planner is asked: the records of `matches`, checked, each with what was read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from pushsvc.domain.records import Record
from pushsvc.domain.subscribers import Recipient
from pushsvc.domain.time import Instant
from pushsvc.errors import InvalidRecord
from pushsvc.ledger import reaches
from pushsvc.ledger.matters import Person

_NEEDS = {
    "chunk": ("event_id", "publication_id", "revision", "version_id", "shard", "of", "chunk", "people", "groups", "members"),
    "end": ("event_id", "shard", "of", "matched"),
    "change": ("event_id", "publication_id", "revision", "version_id", "kind"),
    "release": ("event_id", "publication_id", "after"),
    "wake": ("event_id", "publication_id"),
}


@dataclass(frozen=True)
class Said:
    """What the planner needs of a version."""

    deadline: Instant | None = None
    urgent: bool = False
    emergency: bool = False


@dataclass(frozen=True)
class Prepared:
    """One record with what was read for it; `people` only for a chunk, `reach` only for one of a test event."""

    value: Mapping[str, Any]
    said: Said
    people: Sequence[Person] = field(default=())
    reach: reaches.Reach = field(default_factory=dict)


def checked(record: Record) -> Mapping[str, Any]:
    """The record's value, sure to have what its type needs. Raises InvalidRecord."""
    needs = _NEEDS.get(str(record.value.get("type")))
    if needs is None:
        raise InvalidRecord(f"matches: type {record.value.get('type')!r} is none of {', '.join(_NEEDS)}")
    missing = [name for name in needs if record.value.get(name) is None]
    if missing:
        raise InvalidRecord(f"matches: a {record.value['type']} record without {', '.join(missing)}")
    return record.value


def people_of(value: Mapping[str, Any], recipients: Mapping[int, Recipient], stopped: AbstractSet[int]) -> list[Person]:
    """The members of a chunk, each with their recipient (None: gone) and why they match."""
    groups = value.get("groups", ())
    return [
        Person(
            number, recipients.get(number), groups[group]["eligibility"], groups[group]["reasons"], stopped=number in stopped
        )
        for number, group in value.get("members", ())
    ]


def reach_of(
    value: Mapping[str, Any], recipients: Mapping[int, Recipient], places: Mapping[int, Sequence[str]], now: Instant
) -> reaches.Reach:
    """Whom a test event would have told, by channel and by place."""
    counted: Counter[tuple[reaches.OfWhat, str]] = Counter()
    for number, group in value.get("members", ()):
        counted["channel", reaches.channel_of(recipients.get(number), now)] += 1
        counted["place", reaches.place_of(places.get(number, ()), value["groups"][group]["reasons"])] += 1
    return counted
