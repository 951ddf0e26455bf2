"""Subscribers as the planner and the deliverer see them: preferences, open endpoints in order, addresses at the last moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import sqlalchemy as sa

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel, Endpoint, Preferences, Recipient
from pushsvc.domain.time import Instant
from pushsvc.profiles.changes import in_chunks
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import expect_many, one_of
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.vault import Vault

PAGE = 5_000
"""Numbers that one statement carries."""
Closed = Literal["no_consent", "no_endpoint", "paused"]


def is_open() -> sa.ColumnElement[bool]:
    """The consent stands: no stop since it was given, the mailbox lives, and the last import still names it."""
    columns = endpoints.c
    return sa.and_(
        sa.or_(columns.withdrawn_at.is_(None), columns.consent_at > columns.withdrawn_at),
        columns.suppressed_at.is_(None),
        columns.closed_at.is_(None),
    )


async def recipients(
    tx: Transaction, subscriber_nos: Iterable[int], *, language: Language = "zh", timezone: str = "Asia/Shanghai"
) -> dict[int, Recipient]:
    """The subscribers by number, each with the endpoints that are open now, the dearest channel first.

    Channels that `preferences.channels` does not name come after those that it does. `language` and `timezone` hold for
    whoever said none. Who is erased, or unknown, is absent.
    """
    found: dict[int, Recipient] = {}
    await expect_many(tx)
    for numbers in in_chunks(sorted(set(subscriber_nos)), PAGE):
        people = (await tx.execute(sa.select(subscribers).where(one_of(tx, subscribers.c.subscriber_no, numbers)))).all()
        held: dict[int, list[Endpoint]] = defaultdict(list)
        open_now = sa.select(endpoints).where(one_of(tx, endpoints.c.subscriber_no, numbers), is_open())
        for row in await tx.execute(open_now.order_by(endpoints.c.position, endpoints.c.endpoint_id)):
            held[row.subscriber_no].append(
                Endpoint(row.endpoint_id, row.subscriber_no, row.channel, row.position, row.consent_at, row.address_hash)
            )
        for person in people:
            found[person.subscriber_no] = _recipient(person, held[person.subscriber_no], language, timezone)
    return found


async def stopped(tx: Transaction, subscriber_nos: Iterable[int]) -> set[int]:
    """Those of the subscribers who said stop on an endpoint and have not opened it again."""
    found: set[int] = set()
    columns = endpoints.c
    said_stop = sa.and_(columns.withdrawn_at.is_not(None), columns.consent_at <= columns.withdrawn_at)
    for numbers in in_chunks(sorted(set(subscriber_nos)), PAGE):
        query = sa.select(columns.subscriber_no).where(one_of(tx, columns.subscriber_no, numbers), said_stop)
        found.update((await tx.execute(query)).scalars())
    return found


async def contacts(tx: Transaction, vault: Vault, endpoint_ids: Iterable[int]) -> dict[int, str]:
    """The plain addresses of these endpoints, for the moment of sending. An erased endpoint is absent. Raises Unreadable."""
    found: dict[int, str] = {}
    for ids in in_chunks(sorted(set(endpoint_ids)), PAGE):
        query = sa.select(endpoints.c.endpoint_id, endpoints.c.address).where(one_of(tx, endpoints.c.endpoint_id, ids))
        found |= {row.endpoint_id: vault.open(row.address, SEALED_AS) for row in await tx.execute(query)}
    return found


async def still_open(tx: Transaction, endpoint_ids: Iterable[int], now: Instant) -> dict[int, bool]:
    """The late check, just before sending: whether each endpoint may be written to at `now`."""
    asked = set(endpoint_ids)
    closed = await why_closed(tx, asked, now)
    return {endpoint_id: endpoint_id not in closed for endpoint_id in asked}


async def why_closed(tx: Transaction, endpoint_ids: Iterable[int], now: Instant) -> dict[int, Closed]:
    """The endpoints that may not be written to at `now`, each with its reason; open ones are absent.

    no_consent: stopped. no_endpoint: a dead mailbox, one that is no longer named, or erased. paused: the subscriber rests.
    """
    asked = sorted(set(endpoint_ids))
    closed: dict[int, Closed] = dict.fromkeys(asked, "no_endpoint")
    for ids in in_chunks(asked, PAGE):
        query = (
            sa.select(
                endpoints.c.endpoint_id,
                sa.and_(endpoints.c.withdrawn_at.is_not(None), endpoints.c.consent_at <= endpoints.c.withdrawn_at).label(
                    "stopped"
                ),
                is_open().label("open"),
                subscribers.c.paused_until,
            )
            .join(subscribers, subscribers.c.subscriber_no == endpoints.c.subscriber_no)
            .where(one_of(tx, endpoints.c.endpoint_id, ids))
        )
        for row in await tx.execute(query):
            if row.stopped:
                closed[row.endpoint_id] = "no_consent"
            elif row.open and row.paused_until is not None and row.paused_until > now:
                closed[row.endpoint_id] = "paused"
            elif row.open:
                del closed[row.endpoint_id]
    return closed


async def find_by_contact(tx: Transaction, vault: Vault, channel: Channel, address: str) -> list[str]:
    """The ids of all subscribers who hold this address, open or not. BadInput when it is no address of the channel."""
    query = (
        sa.select(subscribers.c.subscriber_id)
        .join(endpoints, endpoints.c.subscriber_no == subscribers.c.subscriber_no)
        .where(endpoints.c.channel == channel, endpoints.c.address_hash == vault.find(channel, address))
        .order_by(subscribers.c.subscriber_no)
    )
    return list((await tx.execute(query)).scalars())


def preferences_of(said: Mapping[str, Any]) -> Preferences:
    """Preferences from what is stored: only what the person said."""
    hours = said.get("quiet_hours")
    return Preferences(
        frequency=said.get("frequency", "immediate"),
        quiet_hours=None if hours is None else tuple(hours),
        channels=tuple(said.get("channels", ())),
        reminders=said.get("reminders", True),
        max_a_day=said.get("max_a_day"),
    )


def _recipient(person: sa.Row[Any], held: list[Endpoint], language: Language, timezone: str) -> Recipient:
    preferences = preferences_of(person.preferences)
    rank = {channel: place for place, channel in enumerate(preferences.channels)}
    return Recipient(
        subscriber_no=person.subscriber_no,
        subscriber_id=person.subscriber_id,
        kind=person.kind,
        language=person.language or language,
        timezone=person.timezone or timezone,
        preferences=preferences,
        endpoints=tuple(sorted(held, key=lambda endpoint: rank.get(endpoint.channel, len(rank)))),
        paused_until=person.paused_until,
    )
