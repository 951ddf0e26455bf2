"""The migrations make exactly the tables that the code reads, on both databases, once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.domain.time import from_micros
from pushsvc.errors import BadSetting
from pushsvc.ledger.claims import void_all_leases
from pushsvc.storage.database import Database
from pushsvc.storage.migrations import is_current, migrate, newest_revision
from pushsvc.storage.migrations.running import scripts, upgrade
from pushsvc.storage.migrations.write import differences
from pushsvc.storage.tables import ledger, metadata, providers
from tests.services import databases


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite+aiosqlite:///{tmp_path}/new/pushsvc.sqlite3")
        yield made
        await made.close()
    else:
        async with databases.postgres_database(request.getfixturevalue("postgres_url"), empty=True) as made:
            yield made


async def test_migrating_makes_the_tables_that_the_code_reads(empty_database: Database) -> None:
    await migrate(empty_database)
    async with empty_database.read() as tx:
        assert await tx.run_sync(differences) == []


async def test_it_says_what_it_applied_and_a_second_run_has_nothing_to_do(empty_database: Database) -> None:
    assert await migrate(empty_database) == [revision.revision for revision in scripts().walk_revisions()][::-1]
    assert await is_current(empty_database)
    assert await migrate(empty_database) == []


async def test_processes_that_start_together_migrate_once(empty_database: Database) -> None:
    other = Database(empty_database.url)
    applied = await asyncio.gather(migrate(empty_database), migrate(other))
    await other.close()
    assert sorted(map(bool, applied)) == [False, True]


async def test_a_database_of_a_newer_version_is_refused(empty_database: Database) -> None:
    await migrate(empty_database)
    async with empty_database.write() as tx:
        await tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert not await is_current(empty_database)
    with pytest.raises(BadSetting, match="schema 9999, which this version does not know"):
        await migrate(empty_database)


async def test_a_database_without_tables_is_not_current(postgres_url: str) -> None:
    async with databases.postgres_database(postgres_url, empty=True) as database:
        assert not await is_current(database)


async def test_only_keys_that_the_tables_say_so_count_up(postgres_url: str, postgres_database: Database) -> None:
    """Autogenerate does not look at sequences, so a BIGINT key could silently become a BIGSERIAL."""
    counters = sa.text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_default LIKE 'nextval%' ORDER BY 1, 2"
    )
    async with databases.postgres_database(postgres_url, empty=True) as migrated:
        await migrate(migrated)
        async with migrated.read() as tx, postgres_database.read() as other:
            assert (await tx.execute(counters)).all() == (await other.execute(counters)).all()


def test_every_table_has_a_primary_key() -> None:
    assert [table.name for table in metadata.tables.values() if not table.primary_key.columns] == []


def test_the_newest_file_is_the_newest_revision() -> None:
    assert newest_revision() == scripts().get_current_head()


def test_a_start_with_a_current_schema_does_without_alembic() -> None:
    asking = "import sys, pushsvc.storage.migrations; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asking], check=False).returncode == 0


async def test_what_one_shard_of_one_said_is_kept_when_shards_may_be_several(empty_database: Database, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    async with empty_database.write() as tx:
        await tx.run_sync(lambda connection: upgrade(connection, "0001"))
        for event, shard in [("evt_1", 0), ("evt_2", 0), ("evt_2", -1)]:
            said = {"event": event, "shard": shard}
            await tx.execute(
                sa.text('INSERT INTO ends (event_id, shard, "of", matched, planned_at) VALUES (:event, :shard, 1, 7, 5)'), said
            )
        for chunk in range(2):
            await tx.execute(
                sa.text(
                    "INSERT INTO chunks (event_id, shard, chunk, people, members_hash, suppressed, planned_at)"
                    " VALUES ('evt_1', 0, :chunk, 3, 'hash', '{\"told_before\"\\:1}', 6)"
                ),
                {"chunk": chunk},
            )
    assert await migrate(empty_database) == [step for step in every_revision() if step > "0001"]
    async with empty_database.read() as tx:
        ends = [tuple(row) for row in await tx.execute(sa.select(ledger.ends).order_by(*ledger.ends.primary_key))]
        chunks = (await tx.execute(sa.select(ledger.chunks).order_by(ledger.chunks.c.chunk))).all()
        assert await tx.run_sync(differences) == []
    at = from_micros(5)
    assert ends == [("evt_1", 1, 0, 7, at), ("evt_2", 1, -1, 7, at), ("evt_2", 1, 0, 7, at)]
    assert [tuple(row)[:5] for row in chunks] == [("evt_1", 1, 0, 0, 3), ("evt_1", 1, 0, 1, 3)]
    assert [row.suppressed for row in chunks] == [{"told_before": 1}] * 2


async def test_what_was_charged_before_providers_had_sums_of_their_own_counts_for_who_carried_it(
    empty_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    charged = [
        # its id, who was to have it, who carried it, estimated, exact
        ("dlv_1", "aliyun", "aliyun", 45_000, None),
        ("dlv_2", "aliyun", "tencent", 45_000, 50_000),
        ("dlv_3", None, None, 45_000, 0),
        ("dlv_4", "aliyun", "", 45_000, None),
        ("srv_5", "aliyun", None, 45_000, None),
    ]
    async with empty_database.write() as tx:
        await tx.run_sync(lambda connection: upgrade(connection, "0007"))
        for name, provider, carrier, estimated, exact in charged:
            said = {"id": name, "by": provider, "carrier": carrier, "estimated": estimated, "exact": exact}
            await tx.execute(
                sa.text(
                    "INSERT INTO charges (delivery_id, channel, tenant, day, provider, segments, estimated, exact, at)"
                    " VALUES (:id, 'sms', 'all', '2026-03-02', :by, 1, :estimated, :exact, 5)"
                ),
                {key: value for key, value in said.items() if key != "carrier"},
            )
            if name.startswith("dlv"):
                await tx.execute(
                    sa.text(
                        "INSERT INTO deliveries (delivery_id, subscriber_no, endpoint_id, channel, kind, language, urgent,"
                        " state, held, due_at, tries, segment, created_at, provider)"
                        " VALUES (:id, 1, 1, 'sms', 'new', 'zh', false, 'accepted', '', 5, 1, 's', 5, :carrier)"
                    ),
                    {"id": name, "carrier": carrier},
                )
        await tx.execute(sa.text("INSERT INTO providers (name, channel, weight, changed_at) VALUES ('aliyun', 'sms', 3, 5)"))
    assert await migrate(empty_database) == [step for step in every_revision() if step > "0007"]
    async with empty_database.read() as tx:
        sums = {row.provider: row.spent for row in await tx.execute(sa.select(providers.spending_by_provider))}
        assert await tx.run_sync(differences) == []
    assert sums == {"aliyun": 135_000, "tencent": 50_000, "": 0}


async def test_an_sms_in_the_hands_of_the_version_before_is_in_doubt_and_not_simply_sent_again(
    empty_database: Database, tmp_path: Path
) -> None:
    """That version did not write down to whom it offered a message."""
    (tmp_path / "new").mkdir()
    async with empty_database.write() as tx:
        await tx.run_sync(lambda connection: upgrade(connection, "0007"))
        await tx.execute(
            sa.text(
                "INSERT INTO deliveries (delivery_id, subscriber_no, endpoint_id, channel, kind, language, urgent, state, held,"
                " due_at, tries, segment, created_at, claim, claim_order, leased_until)"
                " VALUES ('dlv_1', 1, 1, 'sms', 'new', 'zh', false, 'claimed', '', 5, 0, 's', 5, 'c1', 0, 9)"
            )
        )
    await migrate(empty_database)
    async with empty_database.write() as tx:
        assert await void_all_leases(tx, from_micros(10)) == 1
        row = (await tx.execute(sa.select(ledger.deliveries))).one()
    assert (row.state, row.provider) == ("unknown", None), "a receipt of any of them may settle it"


def every_revision() -> list[str]:
    return sorted(revision.revision for revision in scripts().walk_revisions())
