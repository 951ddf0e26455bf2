"""An embedded file moves to PostgreSQL whole, or not at all: every row, every counter, and nothing else runs meanwhile."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput, BadSetting
from pushsvc.storage import table_copy
from pushsvc.storage.database import Database
from pushsvc.storage.log_to_outbox import carry_log_to_outbox, leave_the_log
from pushsvc.storage.migrations import migrate, newest_revision
from pushsvc.storage.migrations.running import upgrade
from pushsvc.storage.moving import move
from pushsvc.storage.sole import sole
from pushsvc.storage.tables import flow, kept_tables, ledger, operations, profiles
from pushsvc.storage.vault import Vault
from tests.conftest import SECRET_KEY
from tests.services import databases
from tests.unit.test_backup import a_full_database, a_row, content


@pytest.fixture
async def target(postgres_url: str) -> AsyncIterator[Database]:
    """Migrated, and nothing in it."""
    async with databases.postgres_database(postgres_url) as made:
        yield made


@pytest.fixture
async def bare_target(postgres_url: str) -> AsyncIterator[Database]:
    """Not even migrated, and thrown away."""
    async with databases.postgres_database(postgres_url, empty=True) as made:
        yield made


@pytest.fixture
async def file(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Path:
    """A stopped file with three rows in every table, two in the vault's."""
    async with databases.sqlite_database(sqlite_template, tmp_path) as database:
        await Vault.load(database, SECRET_KEY, clock)
        await a_full_database(database, clock)
        return Path(str(sa.engine.make_url(database.url).database))


def address(file: Path) -> str:
    return f"sqlite:///{file}"


async def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    database = Database(f"sqlite+aiosqlite:///{file}")
    try:
        return await content(database)
    finally:
        await database.close()


async def is_empty(database: Database) -> bool:
    await migrate(database)
    return not any((await content(database)).values())


# Whole


async def test_every_row_of_every_table_is_there_and_the_file_stays_as_it_was(file: Path, target: Database) -> None:
    before = await rows_of(file)
    moved = await move(address(file), target, SECRET_KEY)
    there = await content(target)
    assert {name: sorted(map(repr, rows)) for name, rows in there.items()} == {
        name: sorted(map(repr, rows)) for name, rows in before.items()
    }
    assert moved.rows == {name: len(rows) for name, rows in before.items()}
    assert await rows_of(file) == before


async def test_the_vault_opens_with_the_same_key(file: Path, bare_target: Database, clock: FixedClock) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    sealed = (await Vault.load(database, SECRET_KEY, clock)).seal("li.wei@example.cn", "endpoint")
    await database.close()
    await move(address(file), bare_target, SECRET_KEY)
    assert (await Vault.load(bare_target, SECRET_KEY, clock)).open(sealed, "endpoint") == "li.wei@example.cn"


async def test_counted_keys_go_on_and_one_that_was_erased_is_not_given_again(
    file: Path, target: Database, clock: FixedClock
) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM endpoints WHERE endpoint_id = 3")
    await move(address(file), target, SECRET_KEY)
    async with target.write() as tx:
        for table, wanted in ((profiles.endpoints, 4), (operations.audit, 4)):
            key = table.autoincrement_column
            assert key is not None
            row = {**a_row(table, 9, clock)}
            del row[key.name]
            assert (await tx.execute(sa.insert(table).values(row).returning(key))).scalar() == wanted


async def test_values_that_the_two_databases_keep_in_their_own_way_are_the_same(
    file: Path, target: Database, clock: FixedClock
) -> None:
    odd = {"深": [{"b": 1, "a": 0.1}, 1e300, "\u0000 and \ud800", "😀", None, True, 2**60]}
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.write() as tx:
        await tx.execute(sa.insert(operations.installation).values(name="odd", value=odd))
        await tx.execute(sa.update(ledger.deliveries).values(why=None, leased_until=None, urgent=True))
    await database.close()
    await move(address(file), target, SECRET_KEY)
    async with target.read() as tx:
        assert (await tx.execute(sa.select(operations.installation.c.value))).scalar() == odd
        assert set((await tx.execute(sa.select(ledger.deliveries.c.urgent, ledger.deliveries.c.why))).all()) == {(True, None)}


async def test_an_older_file_is_moved_in_this_versions_schema_and_stays_an_older_file(target: Database, tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    old = Database(f"sqlite+aiosqlite:///{path}")
    async with old.write() as tx:
        await tx.run_sync(lambda connection: upgrade(connection, "0001"))
        await tx.execute(
            sa.text("INSERT INTO ends (event_id, shard, \"of\", matched, planned_at) VALUES ('evt_1', 0, 1, 7, 5)")
        )
    await old.close()
    moved = await move(address(path), target, SECRET_KEY)
    assert moved.rows["ends"] == 1
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert [found.name for found in tmp_path.iterdir() if "moving" in found.name] == []


@pytest.mark.parametrize("form", ["sqlite:///{name}", "sqlite+aiosqlite:///{path}"])
async def test_the_file_is_named_relatively_or_absolutely(
    file: Path, target: Database, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    assert (await move(form.format(name=file.name, path=file), target, SECRET_KEY)).rows["endpoints"] == 3


# Or not at all


@pytest.mark.parametrize(
    "spoil",
    [
        "NEW.address = 'x'::bytea; RETURN NEW;",  # another value
        "IF NEW.endpoint_id = 2 THEN RETURN NULL; END IF; RETURN NEW;",  # a row left out
        "NEW.position = NEW.position + 1; RETURN NEW;",
    ],
)
async def test_a_row_that_changes_on_the_way_is_noticed_and_nothing_is_kept(
    file: Path, bare_target: Database, spoil: str
) -> None:
    await migrate(bare_target)
    async with bare_target.write() as tx:
        await tx.execute(sa.text(f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {spoil} END $$"))
        await tx.execute(sa.text("CREATE TRIGGER spoil BEFORE INSERT ON endpoints FOR EACH ROW EXECUTE FUNCTION spoil()"))
    with pytest.raises(BadInput, match="table endpoints differs after the copy"):
        await move(address(file), bare_target, SECRET_KEY)
    assert await is_empty(bare_target)


async def test_a_row_that_postgresql_does_not_take_is_named_by_its_table_alone(file: Path, target: Database) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE subscribers SET subscriber_id = ? WHERE subscriber_no = 2", ["li.wei" * 40])
    with pytest.raises(BadInput, match="table subscribers, after row 0: PostgreSQL does not take it") as refused:
        await move(address(file), target, SECRET_KEY)
    assert "li.wei" not in str(refused.value)
    assert await is_empty(target)


async def test_a_move_that_is_stopped_in_the_middle_leaves_nothing_and_can_be_done_again(
    file: Path, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, real = asyncio.Event(), table_copy.copy_table

    async def slow(*arguments: object) -> object:
        if arguments[2] is kept_tables()[-1]:
            reached.set()
            await asyncio.sleep(60)
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("pushsvc.storage.moving.copy_table", slow)
    moving = asyncio.create_task(move(address(file), target, SECRET_KEY))
    await asyncio.wait_for(reached.wait(), 20)
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)
    assert await is_empty(target)
    monkeypatch.undo()
    assert (await move(address(file), target, SECRET_KEY)).rows["endpoints"] == 3


# Refused before anything


def files_that_are_none(folder: Path) -> Iterator[tuple[str, str]]:
    (folder / "text").write_text("SQLite is not in here")
    (folder / "empty").touch()
    with sqlite3.connect(folder / "other.sqlite3") as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    yield f"sqlite:///{folder}/nothing", "cannot be read: No such file"
    yield f"sqlite:///{folder}", "cannot be read: Is a directory"
    yield f"sqlite:///{folder}/text", "is no SQLite database"
    yield f"sqlite:///{folder}/empty", "is no SQLite database"
    yield f"sqlite:///{folder}/other.sqlite3", "is no database of pushsvc"
    for other in ("sqlite://", "sqlite:///:memory:", "postgresql://x/y", f"sqlite:///{folder}/text?mode=ro"):
        yield other, "only a SQLite file can be moved"
    yield "backup.sqlite3", "not an address of a SQLite file"


async def test_what_is_no_file_of_ours_is_named_with_its_rule(target: Database, tmp_path: Path) -> None:
    for source, words in files_that_are_none(tmp_path):
        with pytest.raises(BadInput, match=words):
            await move(source, target, SECRET_KEY)


async def test_a_damaged_file_is_named(file: Path, target: Database) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match=r"is damaged \("):
        await move(address(file), target, SECRET_KEY)


async def test_a_file_of_a_newer_version_is_left_to_that_version(file: Path, target: Database) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadInput, match="schema 9999, which this version does not know"):
        await move(address(file), target, SECRET_KEY)
    assert newest_revision() < "9999"


async def test_another_key_is_refused(file: Path, target: Database) -> None:
    with pytest.raises(BadSetting, match="SECRET_KEY does not open this database's vault"):
        await move(address(file), target, "another-secret-key")
    assert await is_empty(target)


async def test_a_file_on_which_a_pushsvc_runs_is_refused_and_none_can_start_meanwhile(
    file: Path, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, real = Database(f"sqlite+aiosqlite:///{file}"), table_copy.copy_table
    running = sole(database, "engine")
    await running.take()
    with pytest.raises(BadInput, match="a pushsvc runs on"):
        await move(address(file), target, SECRET_KEY)
    await running.release()
    tried = []

    async def one_starts(*arguments: object) -> object:
        if not tried:
            with pytest.raises(BadSetting, match="another pushsvc runs"):
                await running.take()
            with pytest.raises(BadSetting, match="another pushsvc runs"):
                await sole(target, "engine").take()
            tried.append(True)
        return await real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("pushsvc.storage.moving.copy_table", one_starts)
    await move(address(file), target, SECRET_KEY)
    assert tried
    await running.take()
    await running.release()
    await database.close()


async def test_a_target_that_is_not_postgresql_is_refused(file: Path, sqlite_database: Database) -> None:
    with pytest.raises(BadSetting, match=r"DATABASE_URL names the target: set it to postgresql\+asyncpg"):
        await move(address(file), sqlite_database, SECRET_KEY)


async def test_a_target_with_anything_in_it_is_refused(file: Path, target: Database, clock: FixedClock) -> None:
    await migrate(target)
    async with target.write() as tx:
        await tx.execute(sa.insert(operations.accounts).values(a_row(operations.accounts, 1, clock)))
    with pytest.raises(BadInput, match="the database is not empty: accounts has rows"):
        await move(address(file), target, SECRET_KEY)


async def test_what_a_start_made_in_the_target_gives_way(file: Path, target: Database, clock: FixedClock) -> None:
    await migrate(target)
    await Vault.load(target, "a key that was made by a first start", clock)
    async with target.write() as tx:
        await tx.execute(sa.insert(operations.leases).values(name="schedule", holder="pid 1", until=clock.now()))
    await move(address(file), target, SECRET_KEY)
    await Vault.load(target, SECRET_KEY, clock)


async def test_a_target_on_which_a_process_runs_is_refused(file: Path, target: Database) -> None:
    worker = Database(target.url, name="pushsvc worker")
    async with worker.read() as tx:
        await tx.execute(sa.text("SELECT 1"))
    with pytest.raises(BadSetting, match="pushsvc worker runs on this database; stop it first"):
        await move(address(file), target, SECRET_KEY)
    await worker.close()
    only = sole(target, "engine")
    await only.take()
    with pytest.raises(BadSetting, match="another pushsvc runs on this database"):
        await move(address(file), target, SECRET_KEY)
    await only.release()
    assert await is_empty(target)


# From the embedded engine to Kafka


async def a_log(database: Database, clock: FixedClock) -> None:
    """Two partitions of `summaries`, read by one stage up to 2 and not at all; `matches` read by two stages; one unknown."""
    logged = [("summaries", 0, 5), ("summaries", 1, 2), ("matches", 0, 3), ("versions", 3, 1)]
    at = {("match", "summaries", 0): 2, ("match", "summaries", 1): 0, ("plan", "matches", 0): 3, ("other", "matches", 0): 1}
    async with database.write() as tx:
        for topic, part, head in logged:
            await tx.execute(sa.insert(flow.log_heads).values(topic=topic, part=part, next_offset=head))
            for offset in reversed(range(head)):
                row = {"topic": topic, "part": part, "offset": offset, "key": f"k{part}", "value": f"{offset}"}
                await tx.execute(sa.insert(flow.log).values(**row, at=clock.now() + timedelta(seconds=offset)))
        for (stage, topic, part), following in at.items():
            await tx.execute(sa.insert(flow.positions).values(stage=stage, topic=topic, part=part, next_offset=following))


async def test_what_a_stage_has_not_read_goes_to_the_outbox_in_its_order_and_once(
    database: Database, clock: FixedClock
) -> None:
    await a_log(database, clock)
    assert await leave_the_log(database) == 8
    async with database.read() as tx:
        columns = (flow.outbox.c.topic, flow.outbox.c.key, flow.outbox.c.value)
        carried = [tuple(row) for row in await tx.execute(sa.select(*columns).order_by(flow.outbox.c.outbox_id))]
        positions = {(row.stage, row.topic, row.part): row.next_offset for row in await tx.execute(sa.select(flow.positions))}
    assert carried == [
        ("matches", "k0", "1"), ("matches", "k0", "2"), ("summaries", "k0", "2"), ("summaries", "k0", "3"),
        ("summaries", "k0", "4"), ("summaries", "k1", "0"), ("summaries", "k1", "1"), ("versions", "k3", "0"),
    ]  # fmt: skip
    assert positions == {
        ("match", "summaries", 0): 5, ("match", "summaries", 1): 2, ("plan", "matches", 0): 3, ("other", "matches", 0): 3,
    }  # fmt: skip
    assert await leave_the_log(database) == 0
    async with database.write() as tx:
        assert await carry_log_to_outbox(tx) == 0


async def test_the_log_is_not_taken_from_under_an_engine_that_runs(postgres_database: Database, clock: FixedClock) -> None:
    await a_log(postgres_database, clock)
    running = sole(postgres_database, "engine")
    await running.take()
    with pytest.raises(BadSetting, match="another pushsvc runs on this database"):
        await leave_the_log(postgres_database)
    await running.release()


async def test_a_move_to_kafka_carries_what_was_not_read(
    sqlite_template: Path, tmp_path: Path, target: Database, clock: FixedClock
) -> None:
    async with databases.sqlite_database(sqlite_template, tmp_path) as database:
        await a_log(database, clock)
        path = Path(str(sa.engine.make_url(database.url).database))
    twin = shutil.copy(path, tmp_path / "twin.sqlite3")
    assert (await move(address(twin), target, SECRET_KEY, to_kafka=True)).carried == 8
    async with target.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).select_from(flow.outbox))).scalar() == 8
        assert (await tx.execute(sa.select(sa.func.count()).select_from(flow.log))).scalar() == 0
