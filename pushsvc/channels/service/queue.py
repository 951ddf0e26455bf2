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
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.vault import Unreadable, Vault
from pushsvc.telemetry import log

LEASE = timedelta(seconds=60)
#: Somebody sits and waits for these: they leave before whatever was queued earlier, such as a note to 100,000 followers.
URGENT = ("code",)
#: No urgent message is of use for longer, so the index finds them among very many others.
URGENT_FOR = timedelta(minutes=15)
#: Whoever says stop after these were queued hears none of them: who asked for nothing else did not ask for this.
NEEDS_CONSENT = ("silent",)
#: Whether an address could be asked (`moving`) is looked up for 17 days at most.
KEPT = timedelta(days=30)
#: The pauses between tries; the last one repeats until the message is of no use any more.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
_LONGEST_ID = 120
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
    """Take due messages of channels that are not paused, under a lease: the urgent ones first, then the oldest."""
    columns = service_messages.c
    urgent = (columns.kind.in_(URGENT), columns.due_at > now - URGENT_FOR)
    found: list[ServiceMessage] = []
    for which in (urgent, (columns.kind.not_in(URGENT),)):
        if len(found) < most:
            found += await _claim(tx, vault, now, most - len(found), which)
    return found


async def _claim(
    tx: Transaction, vault: Vault, now: Instant, most: int, which: Sequence[sa.ColumnElement[bool]]
) -> list[ServiceMessage]:
    columns = service_messages.c
    due = (
        sa.select(columns.message_id)
        .where(*_due(now), *which)
        .where(columns.channel.not_in(sa.select(paused_channels.c.channel)))
        .order_by(columns.due_at)
        .limit(most)
    )
    taken = await tx.execute(
        sa.update(service_messages)
        .where(columns.message_id.in_(due.scalar_subquery()), *_due(now))
        .values(leased_until=now + LEASE, tries=columns.tries + 1)
        .returning(service_messages)
    )
    rows = taken.all()
    willing = await _willing(tx, [row.subscriber_no for row in rows if row.kind in NEEDS_CONSENT], now)
    found, unwanted = list[ServiceMessage](), list[str]()
    for row in rows:
        try:
            message = _message(row, vault)
        except Unreadable as error:  # by a key that this process does not know yet; the others need not wait for it
            log.warning("a service message cannot be read", message_id=row.message_id, why=str(error))
            continue
        if row.kind in NEEDS_CONSENT and (row.subscriber_no, vault.find(row.channel, message.address)) not in willing:
            unwanted.append(message.message_id)
        else:
            found.append(message)
    if unwanted:
        await _end(tx, (columns.message_id.in_(unwanted),), "dead", "no_consent", None, now)
    return found


async def _willing(tx: Transaction, subscriber_nos: Sequence[int], now: Instant) -> set[tuple[int, bytes]]:
    """Of these people the addresses (by their keyed hash) at which they may be written to now."""
    if not subscriber_nos:
        return set()
    held, person = endpoints.c, subscribers.c
    rows = await tx.execute(
        sa.select(held.subscriber_no, held.address_hash)
        .join(subscribers, person.subscriber_no == held.subscriber_no)
        .where(
            held.subscriber_no.in_(subscriber_nos), held.suppressed_at.is_(None), held.closed_at.is_(None),
            sa.or_(held.withdrawn_at.is_(None), held.consent_at > held.withdrawn_at),
            sa.or_(person.paused_until.is_(None), person.paused_until <= now),
        )
    )  # fmt: skip
    return {(row.subscriber_no, row.address_hash) for row in rows}


async def give_back(tx: Transaction, message_ids: Sequence[str]) -> None:
    """Claimed, and not tried: whoever looks next takes them."""
    columns = service_messages.c
    values = {"leased_until": None, "tries": columns.tries - 1}
    await tx.execute(sa.update(service_messages).where(columns.message_id.in_(message_ids)).values(values))


async def any_late(tx: Transaction, now: Instant) -> bool:
    """Whether something waits that is of no use any more."""
    return (await tx.execute(sa.select(service_messages.c.message_id).where(*_late(now)).limit(1))).first() is not None


async def end_late(tx: Transaction, now: Instant) -> None:
    """What is of no use any more is dead, and keeps nothing personal."""
    await _end(tx, _late(now), "dead", "too_late", "it could not leave in time", now)


async def any_due(tx: Transaction, now: Instant) -> bool:
    """Whether it is worth a claim: a claim is a write, and most looks find nothing."""
    return (await tx.execute(sa.select(service_messages.c.message_id).where(*_due(now)).limit(1))).first() is not None


async def note_sent(
    tx: Transaction, message_ids: Sequence[str], code: str, now: Instant, provider_id: str | None = None
) -> None:
    """They have left. `provider_id`: by which the provider's receipt will name it."""
    these = service_messages.c.message_id.in_(message_ids)
    await _end(tx, (these,), "sent", code, None, now)
    if provider_id:
        await tx.execute(sa.update(service_messages).where(these).values(provider_id=provider_id[:_LONGEST_ID]))


async def note_dead(tx: Transaction, message_id: str, code: str, why: str, now: Instant) -> None:
    """It will never be taken."""
    await _end(tx, (service_messages.c.message_id == message_id,), "dead", code, why, now)


async def note_later(tx: Transaction, message: ServiceMessage, code: str, why: str, now: Instant) -> None:
    """A passing fault: try again after a pause."""
    pause = PAUSES[min(message.tries, len(PAUSES)) - 1]
    values = {"due_at": now + pause, "leased_until": None, "code": code, "why": why}
    await tx.execute(sa.update(service_messages).where(service_messages.c.message_id == message.message_id).values(values))


async def forget_old(tx: Transaction, now: Instant) -> int:
    """A duty: drop the rows of messages that left, or ended, long ago. Gives how many."""
    columns = service_messages.c
    old = (columns.state.in_(("sent", "dead")), columns.ended_at < now - KEPT)
    return int((await tx.execute(sa.delete(service_messages).where(*old))).rowcount)


def _due(now: Instant) -> Sequence[sa.ColumnElement[bool]]:
    columns = service_messages.c
    free = sa.or_(columns.leased_until.is_(None), columns.leased_until < now)
    return (columns.state == "waiting", columns.due_at <= now, columns.until > now, free)


def _late(now: Instant) -> Sequence[sa.ColumnElement[bool]]:
    return (service_messages.c.state == "waiting", service_messages.c.until <= now)


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
