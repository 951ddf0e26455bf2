"""The audit trail cannot be changed silently, by whoever can write its table."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput
from pushsvc.operations.audit import note
from pushsvc.operations.audit_check import Break, Checked, verify
from pushsvc.storage.audit_chain import CHAINED_LATE, SEAL, SEAL_LOST
from pushsvc.storage.backup import backup
from pushsvc.storage.database import Database
from pushsvc.storage.moving import move
from pushsvc.storage.restore import restore
from pushsvc.storage.tables.operations import audit, installation
from pushsvc.storage.vault import Vault
from tests.conftest import MONDAY_MORNING, SECRET_KEY
from tests.services import databases


async def five_deeds(database: Database) -> None:
    for number in range(1, 6):
        async with database.write() as tx:
            await note(tx, MONDAY_MORNING, "lina", "channel paused", "sms", {"why": f"第{number}次", "n": number, "x": 0.1})


async def checked(database: Database, head: str | None = None) -> Checked:
    async with database.read() as tx:
        return await verify(tx, head=head)


async def by_hand(database: Database, *statements: sa.Executable) -> None:
    """What somebody does who has the database, and not SECRET_KEY."""
    async with database.write() as tx:
        for statement in statements:
            await tx.execute(statement)


def found(broken: Break | None) -> tuple[int, str] | None:
    return (broken.audit_id, broken.what) if broken else None


async def test_a_trail_that_nobody_touched_is_whole(database: Database, vault: Vault) -> None:
    assert (await checked(database)).whole
    await five_deeds(database)
    now = await checked(database)
    assert (now.whole, now.rows, now.chained_late) == (True, 5, 0)


@pytest.mark.parametrize(
    "change",
    [{"who": "tom"}, {"action": "resumed"}, {"subject": "email"}, {"detail": None}, {"at": MONDAY_MORNING.replace(hour=2)}],
)
async def test_a_row_that_was_changed_is_named(database: Database, vault: Vault, change: dict[str, object]) -> None:
    await five_deeds(database)
    await by_hand(database, sa.update(audit).where(audit.c.audit_id == 3).values(change))
    assert found((await checked(database)).broken) == (3, "changed")


async def test_the_chain_cannot_be_made_anew_without_the_key(
    database: Database, vault: Vault, tmp_path: Path, clock: FixedClock
) -> None:
    await five_deeds(database)
    await by_hand(database, sa.delete(audit).where(audit.c.audit_id >= 3), sa.delete(installation))
    keyless = Database(database.url)
    try:
        async with keyless.write() as tx:
            await note(tx, MONDAY_MORNING, "lina", "channel paused", "sms")
    finally:
        await keyless.close()
    assert found((await checked(database)).broken) is not None


async def test_removed_rows_are_missed_in_the_middle_and_at_the_beginning(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    await by_hand(database, sa.delete(audit).where(audit.c.audit_id == 3))
    assert found((await checked(database)).broken) == (4, "removed")
    await by_hand(database, sa.delete(audit).where(audit.c.audit_id == 1))
    assert found((await checked(database)).broken) == (2, "removed")


async def test_a_row_that_was_put_in_is_named(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    forged = {"at": MONDAY_MORNING, "who": "tom", "action": "account added", "subject": "eve"}
    await by_hand(database, sa.insert(audit).values(forged))
    assert found((await checked(database)).broken) == (6, "inserted")
    await five_deeds(database)
    assert found((await checked(database)).broken) == (6, "inserted")


async def test_a_row_that_was_put_in_with_a_copied_chain_is_named(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    async with database.read() as tx:
        last = (await tx.execute(sa.select(audit.c.chain).where(audit.c.audit_id == 5))).scalar_one()
    forged = {"at": MONDAY_MORNING, "who": "tom", "action": "account added", "subject": "eve", "chain": last}
    await by_hand(database, sa.insert(audit).values(forged))
    assert (await checked(database)).broken is not None


async def test_rows_that_were_cut_off_at_the_end_are_missed_also_after_the_next_deed(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    await by_hand(database, sa.delete(audit).where(audit.c.audit_id >= 4))
    assert found((await checked(database)).broken) == (3, "cut")
    async with database.write() as tx:
        await note(tx, MONDAY_MORNING, "lina", "channel resumed", "sms")
    assert (await checked(database)).broken is not None


async def test_a_trail_without_its_seal_says_so_for_good(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    await by_hand(database, sa.delete(audit).where(audit.c.audit_id >= 4), sa.delete(installation))
    assert found((await checked(database)).broken) == (3, "unsealed")
    await five_deeds(database)
    broken = (await checked(database)).broken
    assert broken
    assert broken.what == "removed"
    async with database.read() as tx:
        deed = (await tx.execute(sa.select(audit.c.action).where(audit.c.audit_id == broken.audit_id))).scalar_one()
    assert deed == SEAL_LOST


async def test_an_older_seal_put_back_with_its_rows_is_found_by_a_head_kept_elsewhere(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    async with database.read() as tx:
        old = (await tx.execute(sa.select(installation.c.value).where(installation.c.name == SEAL))).scalar_one()
    await five_deeds(database)
    kept = (await checked(database)).head
    assert (await checked(database, kept)).whole
    await by_hand(
        database,
        sa.delete(audit).where(audit.c.audit_id > 5),
        sa.update(installation).where(installation.c.name == SEAL).values(value=old),
    )
    assert (await checked(database)).whole
    assert found((await checked(database, kept)).broken) == (10, "head")
    with pytest.raises(BadInput, match="ID:HEX"):
        await checked(database, "nonsense")


async def test_rows_from_before_the_chain_are_chained_at_the_next_deed_and_counted(database: Database, vault: Vault) -> None:
    old = [{"at": MONDAY_MORNING, "who": "lina", "action": "signed in", "subject": "lina", "detail": None}] * 3
    await by_hand(database, *(sa.insert(audit).values(row) for row in old))
    await five_deeds(database)
    now = await checked(database)
    assert (now.whole, now.rows, now.chained_late) == (True, 9, 3)
    async with database.read() as tx:
        actions = (await tx.execute(sa.select(audit.c.action).order_by(audit.c.audit_id))).scalars().all()
    assert actions[3] == CHAINED_LATE
    await by_hand(database, sa.update(audit).where(audit.c.audit_id == 2).values(who="tom"))
    assert found((await checked(database)).broken) == (2, "changed")


async def test_many_at_once_stand_in_one_chain(database: Database, vault: Vault) -> None:
    async def one(number: int) -> None:
        async with database.write() as tx:
            await note(tx, MONDAY_MORNING, f"operator {number}", "signed in", "x")

    await asyncio.gather(*(one(number) for number in range(20)))
    now = await checked(database)
    assert (now.whole, now.rows) == (True, 20)


async def test_a_deed_whose_transaction_fails_leaves_no_gap_in_the_chain(database: Database, vault: Vault) -> None:
    await five_deeds(database)
    with pytest.raises(ZeroDivisionError):
        await _fail_after_a_deed(database)
    await five_deeds(database)
    assert (await checked(database)).whole


async def _fail_after_a_deed(database: Database) -> None:
    async with database.write() as tx:
        await note(tx, MONDAY_MORNING, "lina", "channel paused", "email")
        raise ZeroDivisionError


async def test_a_backup_that_is_restored_has_a_whole_trail(
    database: Database, vault: Vault, tmp_path: Path, clock: FixedClock, sqlite_template: Path
) -> None:
    await five_deeds(database)
    before = await checked(database)
    await backup(database, SECRET_KEY, tmp_path / "backups", clock)
    (tmp_path / "other").mkdir()
    async with databases.sqlite_database(sqlite_template, tmp_path / "other") as other:
        await restore(other, SECRET_KEY, tmp_path / "backups", clock)
        await Vault.load(other, SECRET_KEY, clock)
        assert (await checked(other, before.head)).whole
        await five_deeds(other)
        assert (await checked(other, before.head)).whole


async def test_a_file_that_moves_to_postgresql_brings_a_whole_trail(
    sqlite_database: Database, postgres_database: Database, clock: FixedClock
) -> None:
    await Vault.load(sqlite_database, SECRET_KEY, clock)
    await five_deeds(sqlite_database)
    before = await checked(sqlite_database)
    await sqlite_database.close()
    await move(sqlite_database.url.replace("+aiosqlite", ""), postgres_database, SECRET_KEY)
    await Vault.load(postgres_database, SECRET_KEY, clock)
    assert (await checked(postgres_database, before.head)).whole
    await five_deeds(postgres_database)
    now = await checked(postgres_database, before.head)
    assert (now.whole, now.rows) == (True, 10)
