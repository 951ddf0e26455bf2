"""What one person sees and changes of themselves: facts, settings, rest, and where they are written to, in order.

Every form is made from a state and says which (`Myself.state`): a save that was made from an older state is refused with
Stale, so that of two open pages neither undoes silently what the other did.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel, Interest, Preferences, Profile
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound, PushsvcError
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.profiles.reading import interest_of, values_of
from pushsvc.profiles.recipients import preferences_of
from pushsvc.profiles.shapes import Kind
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.profiles import endpoints, interests, subscribers
from pushsvc.storage.vault import Vault

Part = Literal["facts", "settings", "addresses"]
AddressState = Literal["open", "stopped", "dead", "unnamed"]
SOURCE = "page /me"


class Stale(PushsvcError):
    """The form was made from a state that is no more: nothing was written; show what stands now."""


@dataclass(frozen=True)
class MyInterest:
    """One saved question. `position` is what a notice's reasons name it by."""

    interest_id: str
    position: int
    body: Mapping[str, Any]
    interest: Interest
    paused: bool
    saved_at: Instant


@dataclass(frozen=True)
class MyAddress:
    """An endpoint with its plain address: for its owner's own page only. `unnamed`: the last import named it no longer."""

    endpoint_id: int
    channel: Channel
    address: str
    state: AddressState


@dataclass(frozen=True)
class Myself:
    """One subscriber as they see themselves. `addresses` stand in the order in which they are written to."""

    subscriber_no: int
    subscriber_id: str
    kind: Kind
    language: Language | None
    timezone: str | None
    large_print: bool | None
    said: Mapping[str, Any]
    """The preferences that they said; what is absent has CONTRACT's default."""
    places: tuple[str, ...]
    industries: tuple[str, ...]
    attributes: Mapping[str, Any]
    age_as_of: Instant | None
    paused_until: Instant | None
    created_at: Instant
    addresses: tuple[MyAddress, ...] = ()
    interests: tuple[MyInterest, ...] = ()

    @property
    def preferences(self) -> Preferences:
        return preferences_of(self.said)

    @property
    def open_addresses(self) -> tuple[MyAddress, ...]:
        return tuple(each for each in self.addresses if each.state == "open")

    def profile(self, asked: Collection[MyInterest] | None = None) -> Profile:
        """What the index would ask with these interests, paused ones too; without `asked`, with those that are awake."""
        held = [each for each in self.interests if not each.paused] if asked is None else asked
        attributes = values_of(self.attributes)
        birth_year = attributes.pop("birth_year", None)
        return Profile(
            self.subscriber_no, self.places, attributes, int(birth_year) if isinstance(birth_year, int | float) else None,
            self.age_as_of.date() if self.age_as_of and "age" in attributes else None,
            tuple((each.position, each.interest, each.saved_at) for each in held),
        )  # fmt: skip

    def state(self, part: Part) -> str:
        """A short hash of what a form of this part changes."""
        parts: dict[Part, object] = {
            "facts": [self.places, self.industries, dict(self.attributes)],
            "settings": [dict(self.said), self.language, self.timezone, self.large_print],
            "addresses": [(each.endpoint_id, each.state) for each in self.addresses],
        }
        return state_of(parts[part])


@dataclass(frozen=True)
class NewSettings:
    """`preferences` holds only what was said, as `profiles.fields.preferences` gives it."""

    language: Language
    timezone: str
    large_print: bool
    preferences: Mapping[str, Any] = field(default_factory=dict)


def state_of(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


async def myself(tx: Transaction, vault: Vault, subscriber_no: int) -> Myself:
    """Everything that stands of one person. Raises NotFound for who was erased; Unreadable."""
    person = (await tx.execute(sa.select(subscribers).where(subscribers.c.subscriber_no == subscriber_no))).first()
    if person is None:
        raise NotFound(f"there is no subscriber number {subscriber_no}: they were erased, or never imported")
    held = sa.select(endpoints).where(endpoints.c.subscriber_no == subscriber_no)
    asked = sa.select(interests).where(interests.c.subscriber_no == subscriber_no).order_by(interests.c.position)
    rows = (await tx.execute(held.order_by(endpoints.c.position, endpoints.c.endpoint_id))).all()
    rank = {channel: place for place, channel in enumerate(person.preferences.get("channels", ()))}
    return Myself(
        subscriber_no, person.subscriber_id, person.kind, person.language, person.timezone, person.large_print,
        person.preferences, tuple(person.places), tuple(person.industries), person.attributes, person.age_as_of,
        person.paused_until, person.created_at,
        tuple(_address(row, vault) for row in sorted(rows, key=lambda row: rank.get(row.channel, len(rank)))),
        tuple(
            MyInterest(row.interest_id, row.position, row.body, interest_of(row.body), row.paused, row.saved_at)
            for row in await tx.execute(asked)
        ),
    )  # fmt: skip


async def set_facts(
    tx: Transaction, vault: Vault, subscriber_no: int, made_from: str, places: tuple[str, ...], industries: tuple[str, ...],
    attributes: Mapping[str, Any], at: Instant,
) -> None:  # fmt: skip
    """Write what somebody says of themselves; the values are checked already (`profiles.fields`). NotFound, Stale."""
    me = await fresh(tx, vault, subscriber_no, "facts", made_from)
    # A birth year stands in place of an age that was once given.
    as_of = me.age_as_of if "age" in attributes else None
    written = {"places": list(places), "industries": list(industries), "attributes": dict(attributes), "age_as_of": as_of}
    await write_person(tx, subscriber_no, written, at)


async def set_settings(
    tx: Transaction, vault: Vault, subscriber_no: int, made_from: str, new: NewSettings, at: Instant
) -> None:
    """Write how somebody wants to be told. NotFound, Stale."""
    await fresh(tx, vault, subscriber_no, "settings", made_from)
    written = {
        "preferences": dict(new.preferences), "language": new.language, "timezone": new.timezone,
        "large_print": new.large_print,
    }  # fmt: skip
    await write_person(tx, subscriber_no, written, at)


async def fresh(tx: Transaction, vault: Vault, subscriber_no: int, part: Part, made_from: str) -> Myself:
    await hold_the_pen(tx)
    me = await myself(tx, vault, subscriber_no)
    if me.state(part) != made_from:
        raise Stale(f"the {part} were changed since this form was made")
    return me


async def write_person(tx: Transaction, subscriber_no: int, values: Mapping[str, Any], at: Instant) -> None:
    changed = sa.update(subscribers).where(subscribers.c.subscriber_no == subscriber_no)
    await tx.execute(changed.values(**values, changed_at=at))
    await note_changes(tx, [subscriber_no], at)


def _address(row: sa.Row[Any], vault: Vault) -> MyAddress:
    state: AddressState = "open"
    if row.withdrawn_at is not None and row.consent_at <= row.withdrawn_at:
        state = "stopped"
    elif row.suppressed_at is not None:
        state = "dead"
    elif row.closed_at is not None:
        state = "unnamed"
    return MyAddress(row.endpoint_id, row.channel, vault.open(row.address, SEALED_AS), state)
