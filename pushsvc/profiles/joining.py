"""Somebody subscribes on a page: a new person is made, or what they asked for is added to the person whom we know.

Whose address it is, `profiles.holders` says. Signing up is a consent, and it opens the address again, for that person only,
when it was stopped or found dead before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel, Frequency, interest_id
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.profiles import fields
from pushsvc.profiles.agreeing import give_consent
from pushsvc.profiles.changes import hold_the_pen, next_numbers, note_changes
from pushsvc.profiles.fields import MAX_INTERESTS
from pushsvc.profiles.positions import next_position
from pushsvc.profiles.wishes import Wish, attributes_of, interests_of
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.profiles import endpoints, interests, stopped_subjects, subscribers
from pushsvc.storage.vault import Vault

SOURCE = "page /start"
_ID_BYTES = 10
#: The same wish at the same address within so long is the same press of a button.
_ONE_PRESS = timedelta(seconds=30)


@dataclass(frozen=True)
class Joined:
    """Who joined. `added`: how many interests are new to them; `endpoint_id` is the address that agreed."""

    subscriber_no: int
    endpoint_id: int
    is_new: bool
    added: int


async def join(
    tx: Transaction,
    vault: Vault,
    wish: Wish,
    *,
    channel: Channel,
    address: str,
    frequency: Frequency,
    language: Language,
    now: Instant,
    random_bytes: Callable[[int], bytes],
    known: int | None = None,
    large_print: bool | None = None,
) -> Joined:
    """Write down the wish and the consent for the address, which its code has proved. `known`: the person whom it is added
    to; None makes a new one, once, however often the same form comes. `large_print`: how a new one read so far. Raises
    BadInput as an import does, NotFound for a person who is gone."""
    plain = normalise_address(channel, address)
    bodies = interests_of(wish, now.astimezone(UTC).date())
    attributes = _checked_attributes(wish, now)
    await hold_the_pen(tx)
    if known is None and (repeated := await _just_made(tx, vault, channel, plain, wish, bodies, now)):
        return repeated
    if known is None:
        number, kept = await _new_person(tx, wish, attributes, frequency, language, large_print, now, random_bytes)
    else:
        number = known
        kept = await _known_person(tx, known, wish, attributes, now)
        bodies = [_in_their_place(body, wish, kept) for body in bodies]
    added = await _add(tx, number, kept.subscriber_id, bodies, now)
    endpoint_id = await give_consent(tx, vault, number, channel, plain, now, SOURCE)
    await note_changes(tx, [number], now)
    return Joined(number, endpoint_id, known is None, added)


async def _just_made(
    tx: Transaction, vault: Vault, channel: Channel, address: str, wish: Wish, bodies: Sequence[Mapping[str, Any]], now: Instant
) -> Joined | None:
    """Whoever this very wish has made at this address a moment ago: the button was pressed twice. Needs the pen."""
    asked = {interest_id("", body) for body in bodies}
    made = (
        sa.select(subscribers.c.subscriber_no, subscribers.c.places, endpoints.c.endpoint_id)
        .join(endpoints, endpoints.c.subscriber_no == subscribers.c.subscriber_no)
        .where(
            endpoints.c.channel == channel, endpoints.c.address_hash == vault.find(channel, address),
            endpoints.c.consent_source == SOURCE, subscribers.c.created_at == endpoints.c.consent_at,
            subscribers.c.created_at > now - _ONE_PRESS,
        )
    )  # fmt: skip
    for row in (await tx.execute(made)).all():
        held = await tx.execute(sa.select(interests.c.body).where(interests.c.subscriber_no == row.subscriber_no))
        if {interest_id("", each.body) for each in held} == asked and set(row.places) == set(wish.places):
            return Joined(row.subscriber_no, row.endpoint_id, True, len(asked))
    return None


@dataclass(frozen=True)
class _Kept:
    subscriber_id: str
    places: Sequence[str]


async def _new_person(
    tx: Transaction, wish: Wish, attributes: Mapping[str, Any], frequency: Frequency, language: Language,
    large_print: bool | None, now: Instant, random_bytes: Callable[[int], bytes],
) -> tuple[int, _Kept]:  # fmt: skip
    number = next(iter(await next_numbers(tx, "subscriber", 1)))
    subscriber_id = f"web-{random_bytes(_ID_BYTES).hex()}"
    row = {
        "subscriber_no": number, "subscriber_id": subscriber_id, "kind": wish.kind, "language": language, "timezone": None,
        "preferences": {"frequency": frequency}, "places": list(wish.places), "industries": list(wish.industries),
        "attributes": dict(attributes), "age_as_of": _as_of(attributes, now), "large_print": large_print,
        "created_at": now, "changed_at": now,
    }  # fmt: skip
    await tx.execute(sa.insert(subscribers).values(row))
    return number, _Kept(subscriber_id, wish.places)


async def _known_person(tx: Transaction, number: int, wish: Wish, attributes: Mapping[str, Any], now: Instant) -> _Kept:
    """What they had said stands; what they had not said is taken from the wish."""
    row = (await tx.execute(sa.select(subscribers).where(subscribers.c.subscriber_no == number))).first()
    if row is None:
        raise NotFound(f"there is no subscriber number {number}: they were erased a moment ago")
    told = {"age", "birth_year"} & row.attributes.keys()
    fresh = {
        name: value for name, value in attributes.items()
        if name not in row.attributes and not (told and name in ("age", "birth_year"))
    }  # fmt: skip
    values: dict[str, Any] = {"changed_at": now}
    if fresh:
        values |= {"attributes": {**row.attributes, **fresh}, "age_as_of": _as_of(fresh, now) or row.age_as_of}
    if not row.places and wish.places:
        values["places"] = list(wish.places)
    if not row.industries and wish.industries:
        values["industries"] = list(wish.industries)
    await tx.execute(sa.update(subscribers).where(subscribers.c.subscriber_no == number).values(values))
    return _Kept(row.subscriber_id, row.places or wish.places)


def _in_their_place(body: Mapping[str, Any], wish: Wish, kept: _Kept) -> Mapping[str, Any]:
    """An interest of somebody who lives elsewhere than they now said keeps the place that was said with it."""
    if "places" in body or "regions" in body or not wish.places or set(wish.places) == set(kept.places):
        return body
    return {**body, "places": list(wish.places)}


async def _add(tx: Transaction, number: int, subscriber_id: str, bodies: Sequence[Mapping[str, Any]], now: Instant) -> int:
    """Add what they do not ask yet, and wake what they had stopped. BadInput when it would be too many."""
    theirs = interests.c.subscriber_no == number
    held = {row.interest_id: row.paused for row in await tx.execute(sa.select(interests).where(theirs))}
    wanted = {interest_id(subscriber_id, body): body for body in bodies}
    asleep = [key for key in wanted if held.get(key)]
    fresh = [(key, body) for key, body in wanted.items() if key not in held]
    if len(held) + len(fresh) > MAX_INTERESTS:
        raise BadInput(
            Problem("interests", f"{len(held)} are there, {len(fresh)} would come: at most {MAX_INTERESTS}; remove some")
        )
    if asleep:
        await tx.execute(sa.update(interests).where(interests.c.interest_id.in_(asleep)).values(paused=False))
        stopped = stopped_subjects.c
        await tx.execute(sa.delete(stopped_subjects).where(stopped.subscriber_no == number, stopped.subject.in_(asleep)))
    first = await next_position(tx, number)
    rows = [
        {"interest_id": key, "subscriber_no": number, "position": first + place, "body": dict(body), "paused": False,
         "saved_at": now}
        for place, (key, body) in enumerate(fresh)
    ]  # fmt: skip
    if rows:
        await tx.execute(sa.insert(interests), rows)
    return len(fresh) + len(asleep)


def _checked_attributes(wish: Wish, now: Instant) -> dict[str, Any]:
    problems: list[str] = []
    good = fields.attributes(attributes_of(wish), now.year, problems)
    if problems:
        raise BadInput([Problem("attributes", problem) for problem in problems])
    return good


def _as_of(attributes: Mapping[str, Any], now: Instant) -> Instant | None:
    """The day on which an age was true."""
    day = now.astimezone(UTC)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if "age" in attributes else None
