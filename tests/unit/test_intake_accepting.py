"""An accepted event is on disk, once, whoever asks how often and at the same time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.publications import publication_id
from pushsvc.errors import BadInput, NotDurable, NotFound
from pushsvc.sites import registry
from pushsvc.sites.events import check_event
from pushsvc.sites.intake import Accepted, IdTaken, Intake, forget_old_ids, hash_of
from pushsvc.sites.senders import NotYours
from pushsvc.storage.database import Database
from pushsvc.storage.tables.sites import event_bodies, events, fetches
from pushsvc.storage.vault import Vault
from tests.unit.intake_builders import CHENGDU, PAGE, TEXT, an_intake, registered


async def accept(intake: Intake, webhook_id: str = "msg_1", *, body: bytes = b"{}", **said: Any) -> Accepted:
    async with intake.database.read() as tx:
        site = await registry.site(tx, CHENGDU)
    event = check_event({"url": PAGE, "content_text": TEXT, **said}, site)
    return await intake.accept(event, origin="api", webhook_id=webhook_id, body_hash=hash_of(body))


async def count(database: Database, table: sa.Table) -> int:
    async with database.read() as tx:
        return int(await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_an_event_with_content_starts_its_way_in_the_same_transaction(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    accepted = await accept(intake)
    assert accepted.status == "new"
    assert [(each.topic, each.key, each.value) for each in published.outputs] == [
        ("publication-events", publication_id(PAGE), {"event_id": accepted.event_id})
    ]
    assert published.rings == 1
    assert await count(database, event_bodies) == 1
    assert await count(database, fetches) == 0


async def test_an_event_without_content_waits_for_its_page(database: Database, clock: FixedClock, vault: Vault) -> None:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    await accept(intake, content_text=None)
    assert published.outputs == []
    assert await count(database, fetches) == 1


async def test_the_same_id_and_body_is_a_repeat_and_another_body_is_refused(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    first = await accept(intake)
    clock.advance(timedelta(minutes=3))
    assert await accept(intake) == Accepted(first.event_id, "repeat")
    with pytest.raises(IdTaken, match="msg_1"):
        await accept(intake, body=b"{ }")
    assert (await accept(intake, "msg_2")).status == "new"
    assert len(published.outputs) == 2


async def test_of_many_at_the_same_time_under_one_id_one_is_new(database: Database, clock: FixedClock, vault: Vault) -> None:
    await registered(database, clock)
    intake, published = an_intake(database, vault, clock)
    answers = await asyncio.gather(*(accept(intake) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == ["new"] + ["repeat"] * 7
    assert len({answer.event_id for answer in answers}) == 1
    assert len(published.outputs) == await count(database, events) == 1


async def test_a_refused_event_does_not_use_its_id_up(database: Database, clock: FixedClock, vault: Vault) -> None:
    await registered(database, clock)
    intake, _ = an_intake(database, vault, clock)
    for elsewhere in ("https://www.mca.gov.example/a", "https://nowhere.example/a"):
        with pytest.raises(NotYours, match="only at its own domains"):
            await accept(intake, body=b"1", url=elsewhere)
    assert (await accept(intake, body=b"2")).status == "new"


async def test_an_id_is_forgotten_after_thirty_days_and_then_names_a_new_event(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    await registered(database, clock)
    intake, _ = an_intake(database, vault, clock)
    first = await accept(intake)
    clock.advance(timedelta(days=30))
    assert await forget_old_ids(database, clock) == 0
    clock.advance(timedelta(seconds=1))
    assert await forget_old_ids(database, clock) == 1
    again = await accept(intake)
    assert again.status == "new"
    assert again.event_id != first.event_id


async def test_event_ids_differ_between_installations(database: Database, clock: FixedClock, vault: Vault) -> None:
    await registered(database, clock)
    intake, _ = an_intake(database, vault, clock)
    first = await accept(intake)
    # Guessing needs the vault's key: the same site, id and moment elsewhere give another event id.
    other = Intake(database, intake.publisher, _OtherVault(), clock)  # type: ignore[arg-type]
    assert other._event_id(CHENGDU, "msg_1", clock.now()) != first.event_id


class _OtherVault:
    def keyed_hash(self, use: str, subject: str) -> bytes:
        return b"x" * 32


async def test_what_cannot_be_written_is_not_accepted_and_keeps_nothing(
    sqlite_database: Database, clock: FixedClock, vault_of_sqlite: Vault
) -> None:
    await registered(sqlite_database, clock)
    intake, published = an_intake(sqlite_database, vault_of_sqlite, clock)
    async with sqlite_database.write() as tx:
        pages = int(await tx.scalar(sa.text("PRAGMA page_count")) or 0)
    await _limit_pages(sqlite_database, pages)
    with pytest.raises(NotDurable, match="full"):
        await accept(intake, content_text=TEXT * 2000)
    assert published.rings == 0
    await _limit_pages(sqlite_database, 10**6)
    assert (await accept(intake, content_text=TEXT * 2000)).status == "new"
    assert await count(sqlite_database, events) == 1


async def _limit_pages(database: Database, most: int) -> None:
    """A full disk, as SQLite sees it: its one writer may not grow the file."""
    async with database._writer.connect() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
        await connection.rollback()


@pytest.fixture
async def vault_of_sqlite(sqlite_database: Database, clock: FixedClock) -> Vault:
    return await Vault.load(sqlite_database, "a-secret-key-of-the-tests-0123456789", clock)


async def test_an_event_of_our_own_making_finds_its_site_by_its_address(
    database: Database, clock: FixedClock, vault: Vault
) -> None:
    await registered(database, clock)
    intake, _ = an_intake(database, vault, clock)
    sent = await intake.send({"url": PAGE, "content_text": TEXT}, site=None, origin="cli", webhook_id="cli-1")
    async with database.read() as tx:
        row = (await tx.execute(sa.select(events).where(events.c.event_id == sent.event_id))).one()
    assert (row.site, row.origin) == (CHENGDU, "cli")
    with pytest.raises(BadInput, match="no registered site"):
        await intake.send({"url": "https://x.example/"}, site=None, origin="cli", webhook_id="cli-2")
    with pytest.raises(BadInput, match="required"):
        await intake.send({}, site=None, origin="cli", webhook_id="cli-3")
    with pytest.raises(NotFound, match="sites import"):
        await intake.send({"url": PAGE}, site="1101000001", origin="cli", webhook_id="cli-4")
