"""What an operator has in hand, and what it leads to: ids in whatever they were copied with, documents by their number, people.

Nothing here reads a contact: who has an address or a phone is found by its keyed hash (`profiles.recipients.find_by_contact`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant, from_micros, to_micros
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.profiles import endpoints, interests, subscribers
from pushsvc.storage.tables.publications import publications, versions
from pushsvc.storage.tables.sites import events

#: An id in a Message-ID (`<dlv_…@push.example>`), in a line of a log, in a link of the console.
_ID = re.compile(r"(?<![A-Za-z0-9])(evt|pub|ntc|dlv)_[0-9a-f]{32}(?![0-9a-f])")
#: `川民发〔2026〕12号` is typed with whatever brackets a keyboard has.
_BRACKETS = re.compile(r"\s*[\[\](){}<>〔〕［］【】（）〈〉]\s*")
MOST_DOCUMENTS = 20
SHORTEST_NUMBER = 4
NOTICES_A_PAGE = 20


def id_in(written: str) -> str | None:
    """The first id of ours in a text."""
    found = _ID.search(written)
    return found[0] if found else None


@dataclass(frozen=True)
class Document:
    """A publication as it stands."""

    publication_id: str
    title: str
    site: str
    url: str
    at: Instant


async def documents(tx: AsyncConnection, number: str) -> Sequence[Document]:
    """Publications whose declared number or title holds `number`, in whatever brackets; newest first, MOST_DOCUMENTS at most.

    It reads the titles of all current versions, and no text: 100,000 of them take about 0.2 s. What only stands in a
    document's text is found by the search for readers.
    """
    plain = unicodedata.normalize("NFKC", number).strip()
    if len(plain) < SHORTEST_NUMBER:
        return ()
    escaped = re.sub(r"([\\%_])", r"\\\1", number.strip())
    like = f"%{_BRACKETS.sub('_', escaped)}%"
    query = (
        sa.select(versions.c.publication_id, versions.c.title, versions.c.site, versions.c.url, publications.c.changed_at)
        .join(publications, publications.c.version_id == versions.c.version_id)
        .where(
            sa.or_(
                versions.c.title.like(like, escape="\\"), versions.c.declared["doc_number"].as_string().like(like, escape="\\")
            )
        )
        .order_by(publications.c.changed_at.desc())
        .limit(MOST_DOCUMENTS)
    )
    return [Document(*row) for row in await tx.execute(query)]


async def document(tx: AsyncConnection, publication_id: str) -> Document | None:
    """The publication with this id."""
    query = (
        sa.select(versions.c.publication_id, versions.c.title, versions.c.site, versions.c.url, publications.c.changed_at)
        .join(publications, publications.c.version_id == versions.c.version_id)
        .where(publications.c.publication_id == publication_id)
    )
    row = (await tx.execute(query)).first()
    return Document(*row) if row else None


async def told_by(tx: AsyncConnection, thing: str) -> tuple[str | None, str | None]:
    """(the event or publication that somebody can be asked to have been told of, its publication) for any id of ours."""
    kind = thing[:3]
    if kind == "pub":
        return thing, thing
    if kind == "evt":
        return thing, (await tx.execute(sa.select(events.c.publication_id).where(events.c.event_id == thing))).scalar()
    which = notices.c.delivery_id == thing if kind == "dlv" else notices.c.notice_id == thing
    row = (await tx.execute(sa.select(notices.c.event_id, notices.c.publication_id).where(which).limit(1))).first()
    return (row.event_id, row.publication_id) if row else (None, None)


@dataclass(frozen=True)
class Way:
    """An endpoint without its address. `state`: open, stopped, dead, no longer named."""

    channel: str
    state: str
    since: Instant


@dataclass(frozen=True)
class Person:
    """A subscriber, with nothing that says who it is but the id that the importer gave."""

    subscriber_no: int
    subscriber_id: str
    kind: str
    created_at: Instant
    paused_until: Instant | None
    interests: int
    ways: Sequence[Way]


async def person(tx: AsyncConnection, *, subscriber_id: str | None = None, number: int | None = None) -> Person | None:
    """The subscriber of this id, or of this number."""
    which = subscribers.c.subscriber_no == number if number is not None else subscribers.c.subscriber_id == subscriber_id
    row = (await tx.execute(sa.select(subscribers).where(which))).first()
    if row is None:
        return None
    theirs = sa.select(endpoints).where(endpoints.c.subscriber_no == row.subscriber_no).order_by(endpoints.c.position)
    awake = sa.select(sa.func.count()).where(interests.c.subscriber_no == row.subscriber_no, interests.c.paused.is_(False))
    many, ways = (await tx.execute(awake)).scalar_one(), [_way(one) for one in await tx.execute(theirs)]
    return Person(row.subscriber_no, row.subscriber_id, row.kind, row.created_at, row.paused_until, many, ways)


def _way(row: Any) -> Way:
    if row.suppressed_at is not None:
        return Way(row.channel, "dead", row.suppressed_at)
    if row.withdrawn_at is not None and row.withdrawn_at >= row.consent_at:
        return Way(row.channel, "stopped", row.withdrawn_at)
    if row.closed_at is not None:
        return Way(row.channel, "closed", row.closed_at)
    return Way(row.channel, "open", row.consent_at)


@dataclass(frozen=True)
class Told:
    """One notice to a person, with where it stands. `state`: its delivery's while one carries it."""

    notice_id: str
    kind: str
    publication_id: str
    title: str
    state: str
    suppressed: str | None
    held: str
    channel: str | None
    delivery_id: str | None
    at: Instant


async def told(tx: AsyncConnection, subscriber_no: int, after: str = "") -> tuple[Sequence[Told], str]:
    """A page of this person's notices, newest first, those that were never sent too; and what the next page begins after."""
    query = (
        sa.select(
            notices, deliveries.c.state.label("carried"), deliveries.c.held, deliveries.c.channel, deliveries.c.ended_at,
            versions.c.title,
        )
        .outerjoin_from(notices, deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
        .outerjoin(versions, versions.c.version_id == notices.c.version_id)
        .where(notices.c.subscriber_no == subscriber_no)
        .order_by(notices.c.created_at.desc(), notices.c.notice_id.desc())
        .limit(NOTICES_A_PAGE + 1)
    )  # fmt: skip
    moment, _, last = after.partition("-")
    if moment.isdecimal() and len(moment) < 18:
        query = query.where(sa.tuple_(notices.c.created_at, notices.c.notice_id) < (from_micros(int(moment)), last))
    rows = (await tx.execute(query)).all()
    shown = rows[:NOTICES_A_PAGE]
    next_after = f"{to_micros(shown[-1].created_at)}-{shown[-1].notice_id}" if len(rows) > NOTICES_A_PAGE else ""
    return [_told(row) for row in shown], next_after


def _told(row: Any) -> Told:
    planned = row.state == "planned"
    return Told(
        row.notice_id, row.kind, row.publication_id, row.title or "", row.carried or row.state if planned else row.state,
        None if planned else row.suppressed, (row.held or "") if planned else "", row.channel, row.delivery_id,
        (row.ended_at if planned else None) or row.created_at,
    )  # fmt: skip


async def in_doubt(tx: AsyncConnection, most: int = 20) -> Sequence[tuple[str, str, Instant]]:
    """The latest messages of which nobody knows whether they arrived: (delivery_id, channel, when it was last due)."""
    found: list[tuple[str, str, Instant]] = []
    for channel in CHANNELS:
        for urgent in (False, True):
            query = (
                sa.select(deliveries.c.delivery_id, deliveries.c.channel, deliveries.c.due_at)
                .where(deliveries.c.channel == channel, deliveries.c.state == "unknown", deliveries.c.urgent.is_(urgent))
                .order_by(deliveries.c.due_at.desc(), deliveries.c.delivery_id.desc())
                .limit(most)
            )
            found += [(row.delivery_id, row.channel, row.due_at) for row in await tx.execute(query)]
    return sorted(found, key=lambda one: one[2], reverse=True)[:most]
