"""The pages that wait to be fetched: one row an event, taken under a lease, one at a time and at a pace for each host."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.publications import PublicationEvent, publication_id
from pushsvc.domain.time import Instant, to_micros
from pushsvc.sites.addresses import parse
from pushsvc.sites.events import Body
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import insert_new, upsert
from pushsvc.storage.tables import flow
from pushsvc.storage.tables import sites as tables

LEASE = timedelta(seconds=30)  # a fetch takes 20 s at most
#: The pauses between tries; after the last one the fetch is dead, and waits for an operator's replay.
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
MAX_TRIES = len(PAUSES) + 1
OVERTAKEN = "the site withdrew the page before it was fetched: nobody was told of it"
STAGE = "fetch"
_TOPIC = "publication-events"


@dataclass(frozen=True)
class Fetch:
    """One page to fetch now. `leased_until` is also the proof that the row is still ours when the page has come."""

    event_id: str
    site: str
    host: str
    url: str
    address: str
    tries: int
    leased_until: Instant


async def ask(tx: Transaction, event_id: str, site: str, url: str, now: Instant) -> None:
    """Wish for the page of an event."""
    await insert_new(tx, tables.fetches, [_row(event_id, site, url, now)])


async def any_due(tx: AsyncConnection, now: Instant) -> bool:
    """Whether a page is due that nobody is fetching."""
    columns = tables.fetches.c
    found = await tx.execute(
        sa.select(columns.event_id)
        .where(columns.state == "waiting", columns.due_at <= now)
        .where(sa.or_(columns.leased_until.is_(None), columns.leased_until < now))
        .limit(1)
    )
    return found.first() is not None


async def waiting(tx: AsyncConnection) -> int:
    """How many pages wait to be fetched."""
    pages = sa.select(sa.func.count()).select_from(tables.fetches).where(tables.fetches.c.state == "waiting")
    return int((await tx.execute(pages)).scalar_one())


async def claim(tx: Transaction, now: Instant, pace: timedelta, most: int) -> list[Fetch]:
    """Takes the oldest due page of up to `most` hosts that may be asked now and are not being asked."""
    # Fetchers take turns: each then sees which hosts the one before it is asking.
    await one_after_another(tx, "fetch", ["claim"])
    found = await _one_a_host(tx, now, most)
    until = now + LEASE
    columns = tables.fetches.c
    taken = await tx.execute(
        sa.update(tables.fetches)
        .where(
            columns.event_id.in_([row.event_id for row in found]),
            columns.state == "waiting",
            sa.or_(columns.leased_until.is_(None), columns.leased_until < now),
        )
        .values(leased_until=until, tries=columns.tries + 1)
        .returning(columns.event_id)
    )
    ours = set(taken.scalars())
    fetches = [
        Fetch(row.event_id, row.site, row.host, row.url, row.address, row.tries + 1, until)
        for row in found
        if row.event_id in ours
    ]
    await upsert(
        tx, tables.fetch_hosts, [{"host": fetch.host, "next_at": now + pace} for fetch in fetches], update=("next_at",)
    )
    return fetches


async def arrived(tx: Transaction, fetch: Fetch, body: Body) -> bool:
    """Keeps the page as the event's content. False when the lease was lost or the page withdrawn: then nothing is done."""
    if not await _end(tx, fetch, "done", None):
        return False
    row = {"event_id": fetch.event_id, "form": body.form, "charset": body.charset, "body": body.content}
    await upsert(tx, tables.event_bodies, [row], update=("form", "charset", "body"))
    return True


async def failed(tx: Transaction, fetch: Fetch, reason: str, now: Instant, *, final: bool, wait: timedelta | None) -> bool:
    """Sets the next try, at least `wait` from now; when there is none, the event is dead. Gives whether this made it dead:
    it does not where the lease was lost, for somebody else is fetching the page."""
    if final or fetch.tries >= MAX_TRIES:
        dead = await _end(tx, fetch, "dead", reason)
        if dead:
            await _bury(tx, fetch, f"the page could not be fetched: {reason}", now)
        return dead
    pause = max(PAUSES[fetch.tries - 1], wait or timedelta())
    columns = tables.fetches.c
    await tx.execute(
        sa.update(tables.fetches)
        .where(columns.event_id == fetch.event_id, columns.state == "waiting", columns.leased_until == fetch.leased_until)
        .values(due_at=now + pause, leased_until=None, reason=reason)
    )
    return False


async def overtake(tx: Transaction, address: str, publication: str) -> None:
    """The address was withdrawn: what still waits to be fetched from it is not wanted any more."""
    events, fetches = tables.events.c, tables.fetches.c
    theirs = sa.select(events.event_id).where(
        events.address == address, events.test.is_(False), events.event_id == fetches.event_id
    )
    # One statement: a page that arrives at this moment in another process has arrived, or is overtaken, not both.
    overtaken = await tx.execute(
        sa.update(tables.fetches)
        .where(fetches.state == "waiting", theirs.exists())
        .values(state="done", reason=OVERTAKEN)
        .returning(fetches.event_id)
    )
    ids = sorted(overtaken.scalars())
    if not ids:
        return
    await tx.execute(
        sa.update(tables.events)
        .where(events.event_id.in_(ids))
        .values(outcome="same", publication_id=publication, note=OVERTAKEN)
    )


async def ask_again(tx: Transaction, events: Sequence[PublicationEvent], now: Instant) -> None:
    """The second chance of events whose page is not here (`dlq replay`): it is due now, with all its tries."""
    if not events:
        return
    ids = [event.event_id for event in events]
    await insert_new(tx, tables.fetches, [_row(event.event_id, event.site, event.url, now) for event in events])
    columns = tables.fetches.c
    await tx.execute(
        sa.update(tables.fetches)
        .where(columns.event_id.in_(ids), columns.state != "waiting")
        .values(state="waiting", tries=0, due_at=now, leased_until=None, reason=None)
    )
    await tx.execute(sa.update(tables.events).where(tables.events.c.event_id.in_(ids)).values(dead_at=None, dead_reason=None))


async def void_leases(tx: Transaction) -> None:
    """At the start of an installation's only process: what the last one was fetching is fetched at once."""
    await tx.execute(sa.update(tables.fetches).where(tables.fetches.c.state == "waiting").values(leased_until=None))


def _row(event_id: str, site: str, url: str, now: Instant) -> dict[str, object]:
    return {
        "event_id": event_id, "site": site, "host": parse(url).authority, "url": url, "state": "waiting", "tries": 0,
        "due_at": now, "leased_until": None, "reason": None,
    }  # fmt: skip


async def _one_a_host(tx: Transaction, now: Instant, most: int) -> Sequence[sa.Row[tuple[object, ...]]]:
    fetches, hosts = tables.fetches.c, tables.fetch_hosts.c
    being_asked = sa.select(fetches.host).where(fetches.state == "waiting", fetches.leased_until >= now)
    resting = sa.select(hosts.host).where(hosts.next_at > now)
    place = sa.func.row_number().over(partition_by=fetches.host, order_by=(fetches.due_at, fetches.event_id))
    due = (
        sa.select(tables.fetches, place.label("place"))
        .where(fetches.state == "waiting", fetches.due_at <= now)
        .where(fetches.host.not_in(being_asked), fetches.host.not_in(resting))
        .subquery()
    )
    wanted = (
        sa.select(due, tables.events.c.address)
        .join(tables.events, tables.events.c.event_id == due.c.event_id)
        .where(due.c.place == 1)
        .order_by(due.c.due_at)
        .limit(most)
    )
    return (await tx.execute(wanted)).all()


async def _end(tx: Transaction, fetch: Fetch, state: str, reason: str | None) -> bool:
    columns = tables.fetches.c
    done = await tx.execute(
        sa.update(tables.fetches)
        .where(columns.event_id == fetch.event_id, columns.state == "waiting", columns.leased_until == fetch.leased_until)
        .values(state=state, reason=reason, leased_until=None)
    )
    return bool(done.rowcount)


async def _bury(tx: Transaction, fetch: Fetch, reason: str, now: Instant) -> None:
    # A fetch lies on no topic: the place that a dead letter needs is made up from the event and the moment.
    place = hashlib.sha256(f"{fetch.event_id} {to_micros(now)}".encode()).digest()
    letter = {
        "stage": STAGE, "topic": _TOPIC, "part": 0, "offset": int.from_bytes(place[:7], "big"),
        "key": publication_id(fetch.address), "value": {"event_id": fetch.event_id}, "reason": reason,
        "event_id": fetch.event_id, "at": now,
    }  # fmt: skip
    await insert_new(tx, flow.dead_letters, [letter])
    await tx.execute(
        sa.update(tables.events).where(tables.events.c.event_id == fetch.event_id).values(dead_at=now, dead_reason=reason)
    )
