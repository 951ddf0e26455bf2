"""The one door for publication events: the API, the command line, the console, feeds and the demo all come through here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.publications import publication_id
from pushsvc.domain.records import Output, Publisher
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, Problem, PushsvcError
from pushsvc.sites import fetch_queue, registry
from pushsvc.sites.addresses import parse
from pushsvc.sites.events import CheckedEvent, check_event
from pushsvc.sites.senders import NotYours
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import insert_new, insert_one
from pushsvc.storage.tables import sites as tables
from pushsvc.storage.vault import Vault

Origin = Literal["api", "cli", "feed", "console", "demo"]
KEPT = timedelta(days=30)


class IdTaken(PushsvcError):
    """The webhook-id was used for another body: HTTP 409."""


@dataclass(frozen=True)
class Accepted:
    """The event is on disk. `repeat`: it was before, under the same id."""

    event_id: str
    status: Literal["new", "repeat"]


@dataclass(frozen=True)
class _Earlier:
    event_id: str
    body_hash: bytes


@dataclass(frozen=True)
class Intake:
    """Takes checked events in, each in one transaction."""

    database: Database
    publisher: Publisher
    vault: Vault
    clock: Clock

    async def accept(self, event: CheckedEvent, *, origin: Origin, webhook_id: str, body_hash: bytes) -> Accepted:
        """Writes the event, its content with its attachments, and the record that starts it (or the wish to fetch its page).

        The same id and body again is a repeat that changes nothing. Raises IdTaken for the same id with another body,
        NotYours when the address is not the site's own, NotDurable when it cannot be written now.
        """
        now = self.clock.now()
        event_id = self._event_id(event.site, webhook_id, now)
        async with self.database.write(first=True) as tx:
            row = _event_row(event, event_id, origin, webhook_id, body_hash, now)
            # The unique key (site, webhook_id) decides, also between two processes at the same moment.
            if not await insert_one(tx, tables.events, row):
                return _repeat(await _earlier(tx, event.site, webhook_id), webhook_id, body_hash)
            await self._check_address(tx, event)
            await self._start(tx, event, event_id, now)
        self.publisher.ring()
        return Accepted(event_id, "new")

    async def send(self, document: Mapping[str, Any], *, site: str | None, origin: Origin, webhook_id: str) -> Accepted:
        """Checks and accepts one event of our own making (command line, console, demo), as its site would send it.

        `site` may be None: then it is the event's own, else the site whose domains hold its `url`. Raises as `accept`,
        BadInput for a bad event, NotFound for an unknown site.
        """
        code = site or document.get("site")
        async with self.database.read() as tx:
            if not isinstance(code, str):
                code = await registry.owner_of(tx, parse(_text(document.get("url"))))
            if code is None:
                raise BadInput(Problem("url", "lies in no registered site's domains: name the site, or register it"))
            sender = await registry.site(tx, code)
        body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
        return await self.accept(check_event(document, sender), origin=origin, webhook_id=webhook_id, body_hash=hash_of(body))

    def _event_id(self, site: str, webhook_id: str, now: Instant) -> str:
        # Keyed, so that nobody can guess the address of an event's funnel. The moment is in it because an id may be used
        # again once it is forgotten; what a repeat is, the unique key (site, webhook_id) decides.
        named = json.dumps([site, webhook_id, now.isoformat()])
        return f"evt_{self.vault.keyed_hash('event', named).hex()[:32]}"

    async def _check_address(self, tx: Transaction, event: CheckedEvent) -> None:
        owner = await registry.owner_of(tx, event.url)
        if owner != event.site:
            whose = f"belongs to {owner}" if owner else "lies in no registered site's domains"
            raise NotYours(f"url: {event.url} {whose}, and {event.site} may publish only at its own domains")

    async def _start(self, tx: Transaction, event: CheckedEvent, event_id: str, now: Instant) -> None:
        if event.event == "withdrawn" and not event.test:
            await fetch_queue.overtake(tx, event.address, publication_id(event.address))
        await insert_new(tx, tables.event_attachments, _attachment_rows(event, event_id))
        if event.body is None and event.event != "withdrawn":
            await fetch_queue.ask(tx, event_id, event.site, event.url, now)
            return
        if event.body is not None:
            await insert_new(
                tx,
                tables.event_bodies,
                [{"event_id": event_id, "form": event.body.form, "charset": event.body.charset, "body": event.body.content}],
            )
        await self.publisher.publish(tx, [started(event_id, event.address)])


def started(event_id: str, address: str) -> Output:
    """The record that sends an event on its way; the events of one address keep their order."""
    return Output("publication-events", publication_id(address), {"event_id": event_id})


def hash_of(body: bytes, envelope: Mapping[str, str] | None = None) -> bytes:
    """What "the same body" means: its SHA-256, with the CloudEvents headers where there are some."""
    extra = json.dumps(sorted((envelope or {}).items())).encode() if envelope else b""
    return hashlib.sha256(hashlib.sha256(body).digest() + extra).digest()


async def forget_old_ids(database: Database, clock: Clock) -> int:
    """Forgets the webhook-ids of events older than 30 days; gives how many."""
    columns = tables.events.c
    async with database.write() as tx:
        done = await tx.execute(
            sa.update(tables.events)
            .where(columns.received_at < clock.now() - KEPT, columns.webhook_id.is_not(None))
            .values(webhook_id=None, body_hash=None)
        )
    return int(done.rowcount)


async def _earlier(tx: Transaction, site: str, webhook_id: str) -> _Earlier | None:
    columns = tables.events.c
    found = await tx.execute(
        sa.select(columns.event_id, columns.body_hash).where(columns.site == site, columns.webhook_id == webhook_id)
    )
    row = found.one_or_none()
    return None if row is None else _Earlier(row.event_id, row.body_hash)


def _repeat(earlier: _Earlier | None, webhook_id: str, body_hash: bytes) -> Accepted:
    if earlier is None or earlier.body_hash != body_hash:
        raise IdTaken(f'webhook-id "{webhook_id}" was used for another body: give every event its own id')
    return Accepted(earlier.event_id, "repeat")


def _event_row(
    event: CheckedEvent, event_id: str, origin: Origin, webhook_id: str, body_hash: bytes, now: Instant
) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "site": event.site,
        "webhook_id": webhook_id,
        "body_hash": body_hash,
        "origin": origin,
        "cloudevent_id": event.cloudevent_id,
        "event": event.event,
        "url": event.url,
        "address": event.address,
        "declared": dict(event.declared),
        "published_at": event.published_at,
        "test": event.test,
        "received_at": now,
        "note": "\n".join(event.notes) or None,
    }


def _attachment_rows(event: CheckedEvent, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id, "position": position, "name": each.name, "type": each.type, "url": each.url,
            "body": each.body,
        }
        for position, each in enumerate(event.attachments)
    ]  # fmt: skip


def _text(written: object) -> str:
    if not isinstance(written, str):
        raise BadInput(Problem("url", "is required"))
    return written
