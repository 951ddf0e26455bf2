"""Two workers with the same or neighbouring events at the same moment: a thawed one beside the one that took its partition
over, or copies of one text on two partitions. On PostgreSQL, where two transactions do run at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.decoding import decode
from pushsvc.domain.records import Record
from pushsvc.plain.attachments import read_attachments, why_words
from pushsvc.plain.interpreting import names_and_hints
from pushsvc.plain.reading import read_document, work_key
from pushsvc.storage.database import Database
from pushsvc.storage.tables import publications as tables
from pushsvc.storage.vault import Vault
from pushsvc.streams.normalise import Normalise, Readers
from tests.unit.intake_builders import OTHER_TEXT, PAGE, TEXT, an_intake, registered
from tests.unit.test_normalise import SC_PAGE, Bench

SECRET_KEY = "a-secret-key-of-the-tests-0123456789"
#: Long enough for the second worker to come as far as it can while the first has not committed.
MEANWHILE_SECONDS = 0.3


@pytest.fixture
async def bench(postgres_database: Database, clock: FixedClock) -> Bench:
    await registered(postgres_database, clock)
    intake, published = an_intake(postgres_database, await Vault.load(postgres_database, SECRET_KEY, clock), clock)
    readers = Readers(decode, read_attachments, why_words, read_document, work_key, names_and_hints)
    return Bench(postgres_database, clock, intake, published, Normalise(postgres_database, clock, readers))


async def sent(bench: Bench, text: str, url: str = PAGE, **said: Any) -> list[Record]:
    await bench.send(text, url, **said)
    return bench.records()


async def at_once(bench: Bench, first: Sequence[Record], second: Sequence[Record]) -> list[Mapping[str, Any]]:
    """The second worker begins and goes on as far as it can while the first has not committed. Gives what the second wrote."""
    prepared = await bench.stage.prepare(first)
    async with bench.database.write() as tx:
        await bench.stage.apply(tx, prepared)
        other = asyncio.create_task(bench.carry(list(second)))
        await asyncio.sleep(MEANWHILE_SECONDS)
    return await other


async def revisions(bench: Bench) -> list[tuple[int, str]]:
    async with bench.database.read() as tx:
        columns = tables.revisions.c
        rows = await tx.execute(sa.select(columns.revision, columns.kind).order_by(columns.publication_id, columns.revision))
        return [(row.revision, row.kind) for row in rows]


async def test_two_changes_of_one_publication_at_once_are_two_revisions(bench: Bench) -> None:
    await bench.tell(TEXT)
    second, third = await sent(bench, OTHER_TEXT), await sent(bench, TEXT + "请带身份证。")
    [made] = await at_once(bench, second, third)
    assert (made["kind"], made["revision"]) == ("changed", 3)
    assert await revisions(bench) == [(1, "new"), (2, "changed"), (3, "changed")]
    assert (await bench.publication()).version_id == made["version_id"]


async def test_a_thawed_worker_does_not_take_a_new_publication_back_to_its_first_state(bench: Bench) -> None:
    first, second = await sent(bench, TEXT), await sent(bench, OTHER_TEXT)
    [made] = await at_once(bench, [*first, *second], first)
    assert (made["kind"], made["revision"]) == ("new", 1)
    assert (await bench.publication()).revision == 2
    assert await revisions(bench) == [(1, "new"), (2, "changed")]


async def test_the_same_event_at_two_workers_makes_one_revision_and_the_same_outputs(bench: Bench) -> None:
    event = await sent(bench, TEXT, title="通知")
    again = await at_once(bench, event, event)
    assert await revisions(bench) == [(1, "new")]
    assert again == await bench.carry(list(event))


async def test_a_copy_that_comes_while_the_text_appears_elsewhere_joins_its_work(bench: Bench) -> None:
    await bench.tell("请看附件。", title="通知")
    changed, copy = await sent(bench, TEXT, title="通知"), await sent(bench, TEXT, SC_PAGE, title="通知")
    await at_once(bench, changed, copy)
    assert (await bench.publication(SC_PAGE)).work_id == (await bench.publication()).work_id


async def test_batches_with_the_same_copies_in_another_order_do_not_deadlock(bench: Bench) -> None:
    mine = [*await sent(bench, TEXT), *await sent(bench, OTHER_TEXT, f"{PAGE}?2")]
    theirs = [*await sent(bench, OTHER_TEXT, SC_PAGE), *await sent(bench, TEXT, f"{SC_PAGE}?2")]
    await asyncio.gather(*(bench.carry(list(batch)) for _ in range(3) for batch in (mine, theirs)))
    assert [revision for revision, _kind in await revisions(bench)] == [1, 1, 1, 1]
