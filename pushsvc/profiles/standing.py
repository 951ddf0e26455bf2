"""What the tables already hold of the people of one piece of an import: read in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.time import Instant
from pushsvc.storage.database import Transaction
from pushsvc.storage.rows import one_of
from pushsvc.storage.tables.profiles import endpoints, erasures, interests, stopped_subjects, subscribers


@dataclass(frozen=True)
class Standing:
    """`known` maps subscriber ids to numbers; `endpoints` and `interests` are theirs, by number and key.

    `erased` maps keyed hashes to moments. `mailboxes` maps (channel, address hash) to the ids that hold that mailbox and
    the last moment at which somebody there said stop.
    """

    known: Mapping[str, int]
    endpoints: Mapping[int, Mapping[tuple[str, bytes], sa.Row[Any]]]
    interests: Mapping[int, Mapping[str, int]]
    stopped: frozenset[str]
    erased: Mapping[bytes, Instant]
    mailboxes: Mapping[tuple[str, bytes], tuple[frozenset[str], Instant | None]]


async def standing(
    tx: Transaction, ids: Sequence[str], id_hashes: Sequence[bytes], address_hashes: Sequence[bytes]
) -> Standing:
    """What is known of `ids`, and of the mailboxes that the import names for them."""
    known = await _known(tx, ids)
    numbers = list(known.values())
    return Standing(
        known,
        await _endpoints(tx, numbers),
        await _interests(tx, numbers),
        await _stopped(tx, numbers),
        await _erased(tx, [*id_hashes, *address_hashes]),
        await _mailboxes(tx, address_hashes),
    )


async def _known(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    query = sa.select(subscribers.c.subscriber_id, subscribers.c.subscriber_no)
    rows = await tx.execute(query.where(one_of(tx, subscribers.c.subscriber_id, ids)))
    return {row.subscriber_id: row.subscriber_no for row in rows}


async def _endpoints(tx: Transaction, numbers: Sequence[int]) -> dict[int, dict[tuple[str, bytes], sa.Row[Any]]]:
    held: dict[int, dict[tuple[str, bytes], sa.Row[Any]]] = defaultdict(dict)
    if numbers:
        for row in await tx.execute(sa.select(endpoints).where(one_of(tx, endpoints.c.subscriber_no, numbers))):
            held[row.subscriber_no][row.channel, row.address_hash] = row
    return held


async def _interests(tx: Transaction, numbers: Sequence[int]) -> dict[int, dict[str, int]]:
    held: dict[int, dict[str, int]] = defaultdict(dict)
    if numbers:
        query = sa.select(interests.c.subscriber_no, interests.c.interest_id, interests.c.position)
        for row in await tx.execute(query.where(one_of(tx, interests.c.subscriber_no, numbers))):
            held[row.subscriber_no][row.interest_id] = row.position
    return held


async def _stopped(tx: Transaction, numbers: Sequence[int]) -> frozenset[str]:
    if not numbers:
        return frozenset()
    query = sa.select(stopped_subjects.c.subject).where(one_of(tx, stopped_subjects.c.subscriber_no, numbers))
    return frozenset((await tx.execute(query)).scalars())


async def _erased(tx: Transaction, hashes: Sequence[bytes]) -> dict[bytes, Instant]:
    # Most installations have erased few: one look spares a search for every address.
    if (await tx.execute(sa.select(erasures.c.subject_hash).limit(1))).first() is None:
        return {}
    rows = await tx.execute(sa.select(erasures).where(one_of(tx, erasures.c.subject_hash, hashes)))
    return {row.subject_hash: row.erased_at for row in rows}


async def _mailboxes(
    tx: Transaction, address_hashes: Sequence[bytes]
) -> dict[tuple[str, bytes], tuple[frozenset[str], Instant | None]]:
    columns = (endpoints.c.channel, endpoints.c.address_hash, endpoints.c.withdrawn_at, subscribers.c.subscriber_id)
    query = sa.select(*columns).join(subscribers, subscribers.c.subscriber_no == endpoints.c.subscriber_no)
    holders: dict[tuple[str, bytes], set[str]] = defaultdict(set)
    stopped: dict[tuple[str, bytes], Instant | None] = {}
    for row in await tx.execute(query.where(one_of(tx, endpoints.c.address_hash, address_hashes))):
        mailbox = (row.channel, row.address_hash)
        holders[mailbox].add(row.subscriber_id)
        stopped[mailbox] = later(stopped.get(mailbox), row.withdrawn_at)
    return {mailbox: (frozenset(ids), stopped[mailbox]) for mailbox, ids in holders.items()}


def later(*moments: Instant | None) -> Instant | None:
    """The last of the moments that are known."""
    return max((moment for moment in moments if moment is not None), default=None)
