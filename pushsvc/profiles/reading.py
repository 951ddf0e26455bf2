"""Profiles as the matching index needs them: no contact, nothing that names a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pushsvc import taxonomy
from pushsvc.domain.subscribers import Interest, Profile, Value
from pushsvc.domain.time import Instant
from pushsvc.profiles.changes import in_chunks
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.profiles import interests, subscribers

PAGE = 2_000
"""Profiles that one read takes: about 3 MB, and a pause for everybody else after it."""
_LISTS = ("topics", "audiences", "industries", "sites", "types", "regions", "any_of", "none_of")


async def profiles_of(tx: Transaction, subscriber_nos: Iterable[int]) -> list[Profile]:
    """The profiles of these subscribers, in the order of their numbers; who is erased is not among them."""
    profiles: list[Profile] = []
    for numbers in in_chunks(sorted(set(subscriber_nos)), PAGE):
        people = await tx.execute(_people().where(subscribers.c.subscriber_no.in_(numbers)))
        profiles += await _with_interests(tx, people.all())
    return profiles


async def all_profiles(database: Database, *, shard: int = 0, of: int = 1) -> AsyncIterator[list[Profile]]:
    """Every profile of shard `shard` of `of`, in pages, each read in a transaction of its own."""
    last = 0
    while True:
        async with database.read() as tx:
            query = _people().where(subscribers.c.subscriber_no > last, subscribers.c.subscriber_no % of == shard)
            people = (await tx.execute(query.limit(PAGE))).all()
            if not people:
                return
            page = await _with_interests(tx, people)
        last = people[-1].subscriber_no
        yield page


def interest_of(body: Mapping[str, Any]) -> Interest:
    """An interest from its stored body.

    Groups go by the list's name of today: one that was saved under a name that has become an alias still matches.
    """
    attributes = body.get("attributes")
    lists = {name: tuple(body[name]) for name in _LISTS if name in body}
    if lists.get("audiences"):
        lists["audiences"] = tuple(dict.fromkeys(map(_group, lists["audiences"])))
    return Interest(
        **lists,
        places=tuple(body["places"]) if body.get("places") else None,
        attributes=values_of(attributes) if attributes else None,
    )


def _group(name: str) -> str:
    groups = taxonomy.audiences()
    return groups.normalise(name) if groups.known(name) else name


def body_of(interest: Interest) -> dict[str, Any]:
    """The stored form of an interest, and its import form: only what it says."""
    body: dict[str, Any] = {name: list(values) for name in _LISTS if (values := getattr(interest, name))}
    if interest.places:
        body["places"] = list(interest.places)
    if interest.attributes:
        body["attributes"] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in interest.attributes.items()
        }
    return body


def values_of(attributes: Mapping[str, Any]) -> dict[str, Value]:
    """Attributes as the domain has them: numbers, and ranges as pairs."""
    return {name: (value[0], value[1]) if isinstance(value, list) else value for name, value in attributes.items()}


def _people() -> sa.Select[tuple[int, Any, Any, Instant | None]]:
    return sa.select(
        subscribers.c.subscriber_no, subscribers.c.places, subscribers.c.attributes, subscribers.c.age_as_of
    ).order_by(subscribers.c.subscriber_no)


async def _with_interests(tx: Transaction, people: Sequence[sa.Row[Any]]) -> list[Profile]:
    query = sa.select(interests.c.subscriber_no, interests.c.position, interests.c.body, interests.c.saved_at).where(
        interests.c.subscriber_no.in_([person.subscriber_no for person in people]), interests.c.paused.is_(False)
    )
    held: dict[int, list[tuple[int, Interest, Instant]]] = defaultdict(list)
    for row in await tx.execute(query.order_by(interests.c.subscriber_no, interests.c.position)):
        held[row.subscriber_no].append((row.position, interest_of(row.body), row.saved_at))
    return [_profile(person, tuple(held[person.subscriber_no])) for person in people]


def _profile(person: sa.Row[Any], held: tuple[tuple[int, Interest, Instant], ...]) -> Profile:
    attributes = values_of(person.attributes)
    birth_year = attributes.pop("birth_year", None)
    return Profile(
        subscriber_no=person.subscriber_no,
        places=tuple(person.places),
        attributes=attributes,
        birth_year=int(birth_year) if isinstance(birth_year, (int, float)) else None,
        age_as_of=person.age_as_of.date() if person.age_as_of and "age" in attributes else None,
        interests=held,
    )
