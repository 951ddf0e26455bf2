"""A backup is one moment of everything, readable by its owner only; a restore brings all of it back, paused, or nothing."""

from __future__ import annotations

import asyncio
import resource
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput, BadSetting, PushsvcError
from pushsvc.operations import paused_channels
from pushsvc.storage.audit_chain import SEAL
from pushsvc.storage.backup import as_stored, backup, newest_backup, portable
from pushsvc.storage.backup_file import CHUNK_BYTES
from pushsvc.storage.database import Database
from pushsvc.storage.restore import restore
from pushsvc.storage.tables import kept_tables, ledger, operations, profiles, sites
from pushsvc.storage.vault import Vault
from tests.conftest import SECRET_KEY
from tests.services import databases


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Where a backup is restored to; with `database` all four ways from one kind to the other are tried."""
    if request.param == "sqlite":
        made = Database(f"sqlite+aiosqlite:///{tmp_path}/restored/pushsvc.sqlite3")
        yield made
        await made.close()
    else:
        async with databases.postgres_database(request.getfixturevalue("postgres_url"), empty=True) as made:
            yield made


def a_row(table: sa.Table, number: int, clock: FixedClock) -> dict[str, Any]:
    """A row with a value of its type in every column, also in those that may be empty."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, sa.JSON):
            row[column.name] = {"值": [number, 1.5, None, True]}
        elif isinstance(kind, sa.LargeBinary):
            row[column.name] = bytes([number % 256, 0, 255]) * 10
        elif isinstance(kind, sa.Boolean):
            row[column.name] = bool(number % 2)
        elif isinstance(kind, sa.String):
            row[column.name] = f"值{number}"[: kind.length]
        elif kind.python_type is int:
            row[column.name] = number
        else:
            row[column.name] = clock.now() + timedelta(days=365, microseconds=number)
    return row


async def content(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    async with database.read() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in kept_tables()
        }


async def a_full_database(database: Database, clock: FixedClock, *, rows: int = 3) -> None:
    async with database.write() as tx:
        for table in kept_tables():
            if table.name not in {"vault_keys", "installation", "paused_channels"}:
                await tx.execute(sa.insert(table), [a_row(table, number, clock) for number in range(1, rows + 1)])


async def test_every_row_of_every_table_comes_back_on_either_database(
    database: Database, vault: Vault, empty_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    await a_full_database(database, clock)
    sealed = vault.seal("li.wei@example.cn", "endpoint")
    done = await backup(database, SECRET_KEY, tmp_path / "backups", clock)
    assert done.rows["endpoints"] == 3
    restored = await restore(empty_database, SECRET_KEY, tmp_path / "backups", clock)
    assert (restored.path, restored.rows, restored.unknown) == (done.path, done.rows, 0)
    before, after = await content(database), await content(empty_database)
    for changed in ("installation", "paused_channels", "audit"):
        del before[changed], after[changed]
    assert after == before
    again = await Vault.load(empty_database, SECRET_KEY, clock)
    assert again.open(sealed, "endpoint") == "li.wei@example.cn"


async def test_a_restore_starts_paused_and_says_how_to_go_on(
    database: Database, vault: Vault, clock: FixedClock, tmp_path: Path, postgres_url: str
) -> None:
    await backup(database, SECRET_KEY, tmp_path, clock)
    async with databases.postgres_database(postgres_url) as restored:
        await restore(restored, SECRET_KEY, tmp_path, clock)
        rows = await content(restored)
    assert {row[0] for row in rows["paused_channels"]} == {"email", "sms", "wechat"}
    ((name, value),) = [row for row in rows["installation"] if row[0] != SEAL]
    assert (name, value["paused"]) == ("paused", True)
    assert "channel resume all" in value["why"]
    assert [row[3] for row in rows["audit"]] == ["restored"]


async def test_what_was_due_is_unknown_for_good_and_the_rest_still_waits(
    database: Database, vault: Vault, empty_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    now = clock.now()
    states = {
        "dlv_due": {"state": "planned", "due_at": now - timedelta(minutes=1)},
        "dlv_claimed": {"state": "claimed", "due_at": now - timedelta(minutes=1), "claim": "c"},
        "dlv_doubt": {"state": "unknown", "due_at": now, "ended_at": None},
        "dlv_later": {"state": "planned", "due_at": now + timedelta(hours=3), "held": "digest"},
        "dlv_told": {"state": "accepted", "due_at": now - timedelta(hours=1)},
    }
    async with database.write() as tx:
        for number, (name, values) in enumerate(states.items(), 1):
            delivery = {**a_row(ledger.deliveries, number, clock), "claim": None, "tries": 1, "held": "", **values}
            await tx.execute(sa.insert(ledger.deliveries).values({**delivery, "delivery_id": name}))
            notice = {**a_row(ledger.notices, number, clock), "state": "planned", "told_at": None, "delivery_id": name}
            await tx.execute(sa.insert(ledger.notices).values(notice))
    await backup(database, SECRET_KEY, tmp_path, clock)
    clock.advance(timedelta(hours=1))
    assert (await restore(empty_database, SECRET_KEY, tmp_path, clock)).unknown == 3
    async with empty_database.read() as tx:
        found = {row.delivery_id: row for row in await tx.execute(sa.select(ledger.deliveries))}
        told = {row.delivery_id: row.told_at for row in await tx.execute(sa.select(ledger.notices))}
        tried = {row.delivery_id: row for row in await tx.execute(sa.select(ledger.attempts))}
    in_doubt = {"dlv_due", "dlv_claimed", "dlv_doubt"}
    assert {name for name, row in found.items() if row.state == "unknown"} == in_doubt
    assert all(found[name].ended_at == clock.now() and found[name].claim is None for name in in_doubt)
    assert {name for name, at in told.items() if at == clock.now()} == in_doubt == set(tried)
    assert all(row.outcome == "unknown" and row.attempt == 2 for row in tried.values())
    assert (found["dlv_later"].state, found["dlv_later"].held) == ("planned", "digest")
    assert found["dlv_told"].state == "accepted"


async def test_what_was_on_its_way_when_the_backup_was_made_is_not_told_again(
    database: Database, vault: Vault, empty_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    """Accepted before the backup, planned after the restore: the lost installation has most likely told it."""
    async with database.write() as tx:
        await tx.execute(sa.insert(sites.events).values({**a_row(sites.events, 1, clock), "received_at": clock.now()}))
    await backup(database, SECRET_KEY, tmp_path, clock)
    clock.advance(timedelta(hours=1))
    await restore(empty_database, SECRET_KEY, tmp_path, clock)
    clock.advance(timedelta(minutes=1))
    async with empty_database.write() as tx:
        late = {**a_row(sites.events, 2, clock), "received_at": clock.now()}
        await tx.execute(sa.insert(sites.events).values(late))
        for number, (name, event, kind) in enumerate(
            [("dlv_old", "值1", "new"), ("dlv_new", "值2", "new"), ("dlv_reminder", "值1", "reminder")], 1
        ):
            made = {"created_at": clock.now(), "state": "planned", "kind": kind}
            delivery = {**a_row(ledger.deliveries, number, clock), **made, "delivery_id": name, "tries": 0, "held": "paused"}
            await tx.execute(sa.insert(ledger.deliveries).values(delivery))
            notice = {**a_row(ledger.notices, number, clock), **made, "delivery_id": name, "event_id": event, "told_at": None}
            await tx.execute(sa.insert(ledger.notices).values(notice))
    await paused_channels.resume(empty_database, clock, "email")
    async with empty_database.read() as tx:
        found = {row.delivery_id: row.state for row in await tx.execute(sa.select(ledger.deliveries))}
    assert found == {"dlv_old": "unknown", "dlv_new": "planned", "dlv_reminder": "planned"}


async def test_a_number_that_was_erased_is_not_given_again(
    database: Database, vault: Vault, empty_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    endpoint = a_row(profiles.endpoints, 1, clock)
    del endpoint["endpoint_id"]
    async with database.write() as tx:
        for number in range(3):
            await tx.execute(sa.insert(profiles.endpoints).values({**endpoint, "address_hash": bytes([number] * 32)}))
        await tx.execute(sa.delete(profiles.endpoints).where(profiles.endpoints.c.endpoint_id == 3))
    await backup(database, SECRET_KEY, tmp_path, clock)
    await restore(empty_database, SECRET_KEY, tmp_path, clock)
    async with empty_database.write() as tx:
        new = await tx.execute(sa.insert(profiles.endpoints).values({**endpoint, "address_hash": b"n" * 32}))
    assert new.inserted_primary_key is not None
    assert new.inserted_primary_key[0] == 4


async def test_a_backup_is_one_moment_while_everything_runs(
    database: Database, vault: Vault, empty_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    """A writer moves pairs of rows, one in an early and one in a late table: no copy may show half a pair."""
    stop = asyncio.Event()

    async def write() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            async with database.write() as tx:
                await tx.execute(sa.insert(operations.accounts).values(a_row(operations.accounts, number, clock)))
                await tx.execute(sa.insert(profiles.subscribers).values(a_row(profiles.subscribers, number, clock)))
            await asyncio.sleep(0)
        return number

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.1)
    done = await backup(database, SECRET_KEY, tmp_path, clock)
    await asyncio.sleep(0.05)
    stop.set()
    written = await writing
    assert 0 < done.rows["accounts"] == done.rows["subscribers"] < written
    restored = await restore(empty_database, SECRET_KEY, tmp_path, clock)
    assert restored.rows["accounts"] == done.rows["accounts"]


async def test_nobody_reads_a_backup_without_its_key(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, postgres_url: str
) -> None:
    async with sqlite_database.write() as tx:
        await tx.execute(sa.insert(operations.audit).values(a_row(operations.audit, 1, clock)))
    done = await backup(sqlite_database, SECRET_KEY, tmp_path, clock)
    assert done.path.stat().st_mode & 0o777 == 0o600
    assert b"audit" not in done.path.read_bytes()
    async with databases.postgres_database(postgres_url) as other:
        with pytest.raises(BadSetting, match=r"SECRET_KEY does not open .*\.backup"):
            await restore(other, "another-secret-key", tmp_path, clock)
        assert (await content(other))["installation"] == []


async def test_a_database_with_anything_in_it_is_refused_and_stays_as_it_was(
    database: Database, vault: Vault, clock: FixedClock, tmp_path: Path
) -> None:
    await a_full_database(database, clock)
    await backup(database, SECRET_KEY, tmp_path, clock)
    before = await content(database)
    with pytest.raises(BadInput, match="the database is not empty"):
        await restore(database, SECRET_KEY, tmp_path, clock)
    assert await content(database) == before


@pytest.mark.parametrize("damage", ["cut", "flipped", "chunk_missing", "chunks_swapped", "emptied", "headless", "longer"])
async def test_a_damaged_backup_is_refused_and_changes_nothing(
    sqlite_database: Database, sqlite_template: Path, clock: FixedClock, tmp_path: Path, damage: str
) -> None:
    # Random bytes do not compress: the file has several chunks.
    async with sqlite_database.write() as tx:
        noise = [{"name": f"n{number}", "value": secrets.token_hex(40_000)} for number in range(25)]
        await tx.execute(sa.insert(operations.installation), noise)
    done = await backup(sqlite_database, SECRET_KEY, tmp_path, clock)
    whole = done.path.read_bytes()
    head, size = 17 + 32 + 16, CHUNK_BYTES + 20
    assert len(whole) > head + 3 * size
    damaged = {
        "cut": whole[: head + 2 * size],
        "flipped": whole[: head + size + 100] + bytes([whole[head + size + 100] ^ 1]) + whole[head + size + 101 :],
        "chunk_missing": whole[: head + size] + whole[head + 2 * size :],
        "chunks_swapped": whole[:head]
        + whole[head + size : head + 2 * size]
        + whole[head : head + size]
        + whole[head + 2 * size :],
        "emptied": b"",
        "headless": whole[10:],
        "longer": whole + b"\x00" * 100,
    }[damage]
    done.path.write_bytes(damaged)
    async with databases.sqlite_database(sqlite_template, tmp_path) as other:
        with pytest.raises(BadInput, match=r"damaged|no backup"):
            await restore(other, SECRET_KEY, tmp_path, clock)
        assert not any((await content(other)).values())


async def test_the_newest_backup_of_a_folder_is_taken(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    first = await backup(sqlite_database, SECRET_KEY, tmp_path, clock)
    clock.advance(timedelta(seconds=1))
    second = await backup(sqlite_database, SECRET_KEY, tmp_path, clock)
    (tmp_path / ".pushsvc-99999999T000000.000000Z.backup").touch()
    assert newest_backup(tmp_path) == second.path
    assert newest_backup(first.path) == first.path


@pytest.mark.parametrize("place", ["nothing", "."])
def test_a_folder_without_a_backup_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(BadInput, match="there is no backup in"):
        newest_backup(tmp_path / place)


async def test_a_place_that_cannot_be_written_is_named_and_leaves_nothing(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PushsvcError, match="no backup was made"):
        await backup(sqlite_database, SECRET_KEY, tmp_path / "file" / "sub", clock)


async def test_a_full_disk_leaves_no_half_backup(sqlite_database: Database, clock: FixedClock, tmp_path: Path) -> None:
    # A limit on the size of files stands in for the disk's: writing fails in the middle, in the same way.
    await content(sqlite_database)  # SQLite's own files beside the database are there before
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        with pytest.raises(PushsvcError, match="no backup was made"):
            await backup(sqlite_database, SECRET_KEY, tmp_path / "full", clock)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "full").iterdir()) == []


def test_every_column_is_written_and_read_back_alike(clock: FixedClock) -> None:
    for table in kept_tables():
        row = a_row(table, 7, clock)
        for column in table.columns:
            assert as_stored(column)(portable(column)(row[column.name])) == row[column.name]
            assert as_stored(column)(portable(column)(None)) is None
