"""The queue of service messages: a row waits, is taken under a lease, and keeps nothing personal once it has left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_one
from pushsvc.storage.tables.operations import paused_channels, service_messages
from pushsvc.storage.vault import Vault

LEASE = timedelta(seconds=60)
#: The pauses between tries; the last one repeats until the message is of no use any more.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
_ADDRESS, _WORDS = "service address", "service words"


@dataclass(frozen=True)
class ServiceMessage:
    """One message to send now. `words` fills its template."""

    message_id: str
    kind: str
    channel: Channel
    address: str
    language: Language
    words: Mapping[str, str]
    until: Instant
    tries: int = 0


async def put(
    tx: Transaction, vault: Vault, message: ServiceMessage, now: Instant, *, subscriber_no: int | None = None
) -> bool:
    """Queue a message; `message_id` is derived (`derived_id("srv", …)`), so the same one is queued once: False for a repeat.

    Ring the bell "service" after the commit.
    """
    row = {
        "message_id": message.message_id, "kind": message.kind, "channel": message.channel, "language": message.language,
        "address": vault.seal(message.address, _ADDRESS), "subscriber_no": subscriber_no,
        "words": vault.seal(json.dumps(dict(message.words), ensure_ascii=False), _WORDS), "state": "waiting", "due_at": now,
        "until": message.until, "tries": 0, "created_at": now,
    }  # fmt: skip
    return await insert_one(tx, service_messages, row)


async def claim_due(tx: Transaction, vault: Vault, now: Instant, most: int) -> list[ServiceMessage]:
    """Take the oldest due messages of channels that are not paused, under a lease. What is too old is dead at once."""
    columns = service_messages.c
    await _end(tx, (columns.state == "waiting", columns.until <= now), "dead", "too_late", "it could not leave in time", now)
    due = (
        sa.select(columns.message_id)
        .where(columns.state == "waiting", columns.due_at <= now)
        .where(sa.or_(columns.leased_until.is_(None), columns.leased_until < now))
        .where(columns.channel.not_in(sa.select(paused_channels.c.channel)))
        .order_by(columns.due_at)
        .limit(most)
    )
    taken = await tx.execute(
        sa.update(service_messages)
        .where(columns.message_id.in_(due.scalar_subquery()), columns.state == "waiting")
        .where(sa.or_(columns.leased_until.is_(None), columns.leased_until < now))
        .values(leased_until=now + LEASE, tries=columns.tries + 1)
        .returning(service_messages)
    )
    return [_message(row, vault) for row in taken.all()]


async def any_due(tx: Transaction, now: Instant) -> bool:
    """Whether it is worth a claim: a claim is a write, and most looks find nothing."""
    due = sa.select(service_messages.c.message_id).where(
        service_messages.c.state == "waiting", service_messages.c.due_at <= now,
        sa.or_(service_messages.c.leased_until.is_(None), service_messages.c.leased_until < now),
    )  # fmt: skip
    return (await tx.execute(due.limit(1))).first() is not None


async def note_sent(tx: Transaction, message_ids: Sequence[str], code: str, now: Instant) -> None:
    await _end(tx, (service_messages.c.message_id.in_(message_ids),), "sent", code, None, now)


async def note_dead(tx: Transaction, message_id: str, code: str, why: str, now: Instant) -> None:
    """It will never be taken."""
    await _end(tx, (service_messages.c.message_id == message_id,), "dead", code, why, now)


async def note_later(tx: Transaction, message: ServiceMessage, code: str, why: str, now: Instant) -> None:
    """A passing fault: try again after a pause."""
    pause = PAUSES[min(message.tries, len(PAUSES)) - 1]
    values = {"due_at": now + pause, "leased_until": None, "code": code, "why": why}
    await tx.execute(sa.update(service_messages).where(service_messages.c.message_id == message.message_id).values(values))


async def _end(
    tx: Transaction, which: Sequence[sa.ColumnElement[bool]], state: str, code: str, why: str | None, now: Instant
) -> None:
    values = {"state": state, "code": code, "why": why, "ended_at": now, "leased_until": None, "address": None, "words": None}
    await tx.execute(sa.update(service_messages).where(*which).values(values))


def _message(row: sa.Row[tuple[object, ...]], vault: Vault) -> ServiceMessage:
    return ServiceMessage(
        row.message_id, row.kind, row.channel, vault.open(row.address, _ADDRESS), row.language,
        json.loads(vault.open(row.words, _WORDS)), row.until, row.tries,
    )  # fmt: skip
