"""What an operator has in hand, and what it leads to: ids in whatever they were copied with, documents by their number.

Who has an address or a phone is found by its keyed hash (`profiles.recipients.find_by_contact`), what they were told in
`ledger/one_person.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import CHANNELS
from pushsvc.domain.time import Instant
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.publications import publications, versions
from pushsvc.storage.tables.sites import events

#: An id in a Message-ID (`<dlv_…@push.example>`), in a line of a log, in a link of the console.
_ID = re.compile(r"(?<![A-Za-z0-9])(evt|pub|ntc|dlv)_[0-9a-f]{32}(?![0-9a-f])")
#: `川民发〔2026〕12号` is typed with whatever brackets a keyboard has.
_BRACKETS = re.compile(r"\s*[\[\](){}<>〔〕［］【】（）〈〉]\s*")
MOST_DOCUMENTS = 20
SHORTEST_NUMBER = 4


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
    # PostgreSQL's LIKE tells "No. 12" from "NO. 12". Both sides are folded by the database, each folds other letters.
    like = sa.func.lower(f"%{_BRACKETS.sub('_', escaped)}%")
    said = (versions.c.title, versions.c.declared["doc_number"].as_string())
    query = (
        sa.select(versions.c.publication_id, versions.c.title, versions.c.site, versions.c.url, publications.c.changed_at)
        .join(publications, publications.c.version_id == versions.c.version_id)
        .where(sa.or_(*(sa.func.lower(each).like(like, escape="\\") for each in said)))
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
