"""What a person may take along, and how a person is forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.errors import NotFound
from pushsvc.profiles import wechat
from pushsvc.profiles.changes import hold_the_pen, note_changes
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.profiles.recipients import is_open
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.profiles import (
    consents,
    endpoints,
    erasures,
    interests,
    stop_effects,
    stopped_subjects,
    stops,
    subscribers,
)
from pushsvc.storage.vault import Vault

PAGE = 500


async def export(
    database: Database, vault: Vault, clock: Clock, subscriber_id: str | None = None
) -> AsyncIterator[dict[str, Any]]:
    """Import lines, of one subscriber or of all: what they said, with the endpoints and interests that stand today.

    What was stopped is left out, so that an import elsewhere does not wake it. Raises NotFound, Unreadable.
    """
    last, today = 0, clock.now()
    while True:
        query = sa.select(subscribers).where(subscribers.c.subscriber_no > last)
        if subscriber_id is not None:
            query = query.where(subscribers.c.subscriber_id == subscriber_id)
        async with database.read() as tx:
            people = (await tx.execute(query.order_by(subscribers.c.subscriber_no).limit(PAGE))).all()
            numbers = [person.subscriber_no for person in people]
            held = await _by_person(tx, endpoints, is_open(), numbers)
            asked = await _by_person(tx, interests, interests.c.paused.is_(False), numbers)
        if subscriber_id is not None and not people and not last:
            raise NotFound(_nobody(subscriber_id))
        for person in people:
            number = person.subscriber_no
            yield _line(person, held[number], [row.body for row in asked[number]], vault, today)
        if len(people) < PAGE:
            return
        last = numbers[-1]


async def erase(database: Database, vault: Vault, clock: Clock, subscriber_id: str) -> int:
    """Forget a subscriber, in a transaction of its own. See `forget`."""
    async with database.write() as tx:
        return await forget(tx, vault, subscriber_id, clock.now())


async def forget(tx: Transaction, vault: Vault, subscriber_id: str, now: Instant) -> int:
    """Forget a subscriber. Gives the subscriber_no, whose waiting deliveries the caller cancels. Raises NotFound.

    Kept are only keyed hashes of the id and of its addresses, with the moment: a later import must bring a newer consent.
    """
    await hold_the_pen(tx)
    known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == subscriber_id)
    number = (await tx.execute(known)).scalar_one_or_none()
    if number is None:
        raise NotFound(_nobody(subscriber_id))
    theirs = sa.select(endpoints.c.address_hash).where(endpoints.c.subscriber_no == number)
    hashes = {vault.keyed_hash("subscriber", subscriber_id), *(await tx.execute(theirs)).scalars()}
    erased = [{"subject_hash": each, "erased_at": now} for each in sorted(hashes)]
    await upsert(tx, erasures, erased, update=("erased_at",))
    their_stops = sa.select(stops.c.stop_id).where(stops.c.subscriber_no == number)
    await tx.execute(sa.delete(stop_effects).where(stop_effects.c.stop_id.in_(their_stops)))
    await wechat.forget(tx, number)
    for table in (stops, stopped_subjects, interests, consents, endpoints, subscribers):
        await tx.execute(sa.delete(table).where(table.c.subscriber_no == number))
    await note_changes(tx, [number], now)
    return int(number)


async def _by_person(
    tx: Transaction, table: sa.Table, where: sa.ColumnElement[bool], numbers: Sequence[int]
) -> dict[int, list[sa.Row[Any]]]:
    held: dict[int, list[sa.Row[Any]]] = defaultdict(list)
    query = sa.select(table).where(table.c.subscriber_no.in_(numbers), where).order_by(table.c.position)
    for row in await tx.execute(query):
        held[row.subscriber_no].append(row)
    return held


def _line(person: sa.Row[Any], held: Sequence[sa.Row[Any]], asked: list[Any], vault: Vault, today: Instant) -> dict[str, Any]:
    line: dict[str, Any] = {"id": person.subscriber_id, "kind": person.kind}
    said = {"language": person.language, "timezone": person.timezone, "preferences": person.preferences}
    line |= {name: value for name, value in said.items() if value}
    line["endpoints"] = [
        {
            "channel": row.channel,
            "address": vault.open(row.address, SEALED_AS),
            "consent": {"at": row.consent_at.isoformat(), "source": row.consent_source},
        }
        for row in held
    ]
    attributes = dict(person.attributes)
    if "age" in attributes and person.age_as_of:
        read_as_of = max((row.consent_at for row in held), default=today).date()
        attributes["age"] = _grown(attributes["age"], person.age_as_of.date(), read_as_of)
    listed = {"places": person.places, "industries": person.industries, "attributes": attributes, "interests": asked}
    return line | {name: value for name, value in listed.items() if value}


def _grown(age: Any, then: date, day: date) -> Any:
    """The age on the day that an import will take it for; a younger consent may have been given since it was said."""
    years = day.year - then.year - ((day.month, day.day) < (then.month, then.day))
    return [each + years for each in age] if isinstance(age, list) else age + years


def _nobody(subscriber_id: str) -> str:
    return f'there is no subscriber "{subscriber_id}"; `pushsvc subscribers export` lists everybody'
