"""Bulk import: pieces of 250 lines, one transaction each, with room between them for everybody else who writes.

A piece is prepared (read, sealed, hashed) before its transaction begins. Every row is found by id, so an import that was
cut off is mended by running it again: what was applied is applied once more, to the same effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.profiles.changes import hold_the_pen, in_chunks, next_numbers, note_changes
from pushsvc.profiles.checking import Checked
from pushsvc.profiles.lines import SubscriberLine
from pushsvc.profiles.standing import standing
from pushsvc.profiles.upserts import Prepared, Upserts, may_return, upserts
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import expect_many, insert_all, insert_new, update_all
from pushsvc.storage.tables.profiles import consents, endpoints, interests, subscribers
from pushsvc.storage.vault import Vault

SEALED_AS = "endpoint"
"""The vault's context of an address."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Imported:
    """What an import did. `change_no` is its last change: a matcher that has followed it knows everybody."""

    added: int
    updated: int
    warnings: tuple[str, ...]
    skipped: tuple[str, ...]
    change_no: int


async def apply(database: Database, vault: Vault, clock: Clock, checked: Checked, progress: Progress | None = None) -> Imported:
    """Apply a checked file. `progress(lines done, lines in all)` is called after each piece. Raises NotDurable."""
    added, updated, change_no, done = 0, 0, 0, 0
    warnings: list[str] = []
    skipped: list[str] = []
    seconds = asyncio.get_running_loop().time
    for lines in checked.pieces():
        prepared = [prepare(vault, line) for line in lines]
        begun = seconds()
        async with database.write() as tx:
            rows, last = await apply_piece(tx, prepared, clock)
        if database.has_one_writer:
            # As long a rest as the piece took: an event that is posted meanwhile waits for one piece at most.
            await asyncio.sleep(seconds() - begun)
        added, updated, change_no = added + len(rows.new_people), updated + len(rows.people), max(change_no, last)
        warnings += rows.warnings
        skipped += rows.skipped
        done += len(lines)
        if progress:
            progress(done, checked.lines)
    return Imported(added, updated, tuple(warnings), tuple(skipped), change_no)


def prepare(vault: Vault, line: SubscriberLine) -> Prepared:
    """The cryptography of one line, outside any transaction."""
    return Prepared(
        line,
        vault.keyed_hash("subscriber", line.subscriber_id),
        tuple((endpoint.channel, vault.find(endpoint.channel, endpoint.address)) for endpoint in line.endpoints),
        tuple(vault.seal(endpoint.address, SEALED_AS) for endpoint in line.endpoints),
    )


async def apply_piece(tx: Transaction, prepared: list[Prepared], clock: Clock) -> tuple[Upserts, int]:
    """Write one piece. Gives what it wrote and its last change number (0: none)."""
    await expect_many(tx)
    await hold_the_pen(tx)
    stands = await standing(
        tx,
        [each.line.subscriber_id for each in prepared],
        [each.id_hash for each in prepared],
        [address_hash for each in prepared for _channel, address_hash in each.mailboxes],
    )
    fresh = sum(each.line.subscriber_id not in stands.known and may_return(each, stands) for each in prepared)
    numbers = await next_numbers(tx, "subscriber", fresh)
    now = clock.now()
    rows = upserts(prepared, stands, iter(numbers), now)
    await _write(tx, rows)
    return rows, await note_changes(tx, rows.subscriber_nos, now)


async def _write(tx: Transaction, rows: Upserts) -> None:
    for table, new in (
        (subscribers, rows.new_people),
        (endpoints, rows.new_endpoints),
        (interests, rows.new_interests),
    ):
        await insert_all(tx, table, new)
    await insert_new(tx, consents, rows.consents)
    await update_all(tx, subscribers.c.subscriber_no, rows.people, named="known_no")
    await update_all(tx, endpoints.c.endpoint_id, rows.endpoints, named="known_id")
    for gone in in_chunks(rows.gone_interests, 10_000):
        await tx.execute(sa.delete(interests).where(interests.c.interest_id.in_(gone)))
    await update_all(tx, interests.c.interest_id, rows.moved_interests, named="known_id")
