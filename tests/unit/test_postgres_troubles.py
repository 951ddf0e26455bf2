"""A PostgreSQL that is away, full, frozen, a replica, or not ours to use: named with its mend, and waited for."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from pushsvc.errors import NotDurable
from pushsvc.storage import faults
from pushsvc.storage.bells import Bells
from pushsvc.storage.database import Database
from pushsvc.storage.leases import Lease
from pushsvc.storage.looking import look
from pushsvc.storage.postgres import connect_to
from pushsvc.storage.tables import metadata
from pushsvc.storage.tables.operations import installation
from tests.services.postgres import PostgresServer, free_port, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One of our own: these tests stop it, freeze it and change its roles."""
    with postgres_server() as started:
        yield started


@pytest.fixture
async def database(server: PostgresServer) -> AsyncIterator[Database]:
    made = Database(server.url, pool_size=2, name="pushsvc test")
    async with made.write() as tx:
        await tx.run_sync(metadata.create_all)
    yield made
    await made.close()


async def note(database: Database, name: str) -> None:
    async with database.write() as tx:
        await tx.execute(sa.insert(installation).values(name=name, value=1))


async def on(server: PostgresServer, *statements: str) -> None:
    connection = await asyncpg.connect(server.url.replace("+asyncpg", ""))
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def trouble(url: str) -> str:
    database = Database(url, pool_size=1)
    try:
        with pytest.raises(NotDurable) as fault:
            await note(database, "x")
        looked = await look(database)
        assert looked is not None
        assert str(fault.value) == looked
        return looked
    finally:
        await database.close()


async def test_a_good_database_is_looked_at_without_a_word(database: Database, sqlite_database: Database) -> None:
    assert await look(database) is None
    assert await look(sqlite_database) is None


async def test_a_replica_is_named_and_written_to_once_it_is_promoted(server: PostgresServer, database: Database) -> None:
    with postgres_server(standby_of=server) as standby:
        replica = Database(standby.url, pool_size=2)
        with pytest.raises(NotDurable, match="point PUSHSVC_DATABASE_URL at the primary"):
            await note(replica, "on a replica")
        assert "is a read-only replica: point PUSHSVC_DATABASE_URL at the primary" in str(await look(replica))
        bells, lease = Bells(replica), Lease(replica, "schedule", "a", 5.0, None)  # type: ignore[arg-type]
        assert not await lease.hold()
        await bells.start()
        await asyncio.sleep(0.3)
        assert not bells.hears_others
        standby.promote()
        assert await look(replica) is None
        await note(replica, "on a primary")
        assert await lease.hold()
        async with asyncio.timeout(8):
            while not bells.hears_others:
                await asyncio.sleep(0.05)
        await bells.stop()
        await replica.close()


async def test_a_database_that_takes_no_writes_is_named(server: PostgresServer, database: Database) -> None:
    await on(server, "CREATE DATABASE quiet", "ALTER DATABASE quiet SET default_transaction_read_only = on")
    quiet = Database(make_url(server.url).set(database="quiet").render_as_string(hide_password=False))
    with pytest.raises(NotDurable, match="cannot write"):
        async with quiet.write() as tx:
            await tx.exec_driver_sql("CREATE TABLE t (n int)")
    assert "default_transaction_read_only is on" in str(await look(quiet))
    await quiet.close()


async def test_a_database_that_cannot_hold_chinese_is_named(server: PostgresServer) -> None:
    await on(server, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    latin = Database(make_url(server.url).set(database="latin").render_as_string(hide_password=False))
    assert "createdb -E UTF8" in str(await look(latin))
    await latin.close()


async def test_a_wrong_password_is_named_without_being_shown(server: PostgresServer) -> None:
    await on(server, "CREATE ROLE reader LOGIN PASSWORD 'right'")
    rules = server.root / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("host all reader 127.0.0.1/32 scram-sha-256\n" + before)
    await on(server, "SELECT pg_reload_conf()")
    try:
        url = make_url(server.url).set(username="reader", password="hunter2").render_as_string(hide_password=False)
        async with asyncio.timeout(5):
            while "refuses the user or the password" not in (said := await trouble(url)):
                await asyncio.sleep(0.1)
        assert "PUSHSVC_DATABASE_URL" in said
        assert "hunter2" not in said
    finally:
        rules.write_text(before)
        await on(server, "SELECT pg_reload_conf()")


async def test_a_database_of_an_unknown_name_is_named(server: PostgresServer) -> None:
    said = await trouble(make_url(server.url).set(database="nowhere").render_as_string(hide_password=False))
    assert "no database of that name: create it" in said
    assert '"nowhere"' in said


async def test_a_server_that_is_not_there_is_named() -> None:
    port = free_port()
    assert f"127.0.0.1:{port} cannot be reached" in await trouble(f"postgresql+asyncpg://u:hunter2@127.0.0.1:{port}/x")


async def test_a_host_that_nobody_knows_is_named() -> None:
    assert "no-such-host.invalid:5432 cannot be reached" in await trouble("postgresql+asyncpg://u:p@no-such-host.invalid/x")


async def test_a_port_that_accepts_and_says_nothing_is_given_up_in_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgresql+asyncpg://u:p@127.0.0.1:{silent.getsockname()[1]}/x")
        began = time.monotonic()
        with pytest.raises(NotDurable, match="gives no answer within 5 s"):
            await note(database, "x")
        assert time.monotonic() - began < 6
        await database.close()


async def test_too_many_connections_is_a_passing_fault_with_its_mend(server: PostgresServer, database: Database) -> None:
    await on(server, "CREATE ROLE one LOGIN CONNECTION LIMIT 1")
    url = make_url(server.url).set(username="one").render_as_string(hide_password=False)
    held = await connect_to(url, "holds the only one")
    try:
        said = await trouble(url)
    finally:
        await held.close()
    assert "raise its max_connections, or lower PUSHSVC_DATABASE_POOL" in said


async def test_fifty_tasks_on_a_pool_of_two_all_get_done(database: Database) -> None:
    async def one(number: int) -> None:
        async with database.write() as tx:
            await tx.exec_driver_sql("SELECT pg_sleep(0.01)")
            await tx.execute(sa.insert(installation).values(name=f"task {number}", value=number))

    await asyncio.gather(*(one(number) for number in range(50)))
    async with database.read() as tx:
        done = await tx.scalar(sa.select(sa.func.count()).where(installation.c.name.like("task %")))
        ours = await tx.exec_driver_sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pushsvc test'")
        assert done == 50
        assert ours.scalar_one() == 2, "few connections, and named"


async def test_who_waits_too_long_for_a_connection_hears_that_it_is_not_durable(server: PostgresServer) -> None:
    narrow = Database(server.url, pool_size=1, pool_seconds=0.2)
    async with narrow.read() as held:
        await held.exec_driver_sql("SELECT 1")
        with pytest.raises(NotDurable, match="raise PUSHSVC_DATABASE_POOL"):
            async with narrow.write():
                pass
    async with narrow.write():
        pass
    await narrow.close()


async def test_a_server_that_was_restarted_is_used_again_without_an_error(server: PostgresServer, database: Database) -> None:
    await note(database, "before a restart")
    server.stop()
    with pytest.raises(NotDurable):
        await note(database, "while it is away")
    server.start()
    await asyncio.sleep(0.1)
    await note(database, "after a restart")


async def test_a_frozen_server_is_seen_within_its_time_and_forgotten_when_it_goes_on(
    server: PostgresServer, database: Database
) -> None:
    assert await look(database) is None
    server.signal_all(signal.SIGSTOP)
    try:
        for _ in range(4):  # more often than there are connections
            began = time.monotonic()
            assert "gives no answer within 0.5 s" in str(await look(database, 0.5))
            assert time.monotonic() - began < 1
    finally:
        server.signal_all(signal.SIGCONT)
    async with asyncio.timeout(5):
        while await look(database) is not None:
            await asyncio.sleep(0.05)


async def test_a_transaction_of_a_process_that_stands_still_ends_by_itself(server: PostgresServer, database: Database) -> None:
    frozen = Database(server.url, pool_size=1)
    async with frozen.read() as tx:
        await tx.exec_driver_sql("SET SESSION idle_in_transaction_session_timeout = '200ms'")
        await tx.commit()

    async def stand_still() -> None:
        async with frozen.write() as tx:
            await tx.execute(sa.insert(installation).values(name="locked by a frozen one", value=1))
            await asyncio.sleep(0.5)

    with pytest.raises(NotDurable):
        await stand_still()
    await note(frozen, "locked by a frozen one")
    await frozen.close()


async def test_a_migration_under_a_running_service_is_a_passing_fault(server: PostgresServer, database: Database) -> None:
    async def look_at_all() -> None:
        async with database.read() as tx:
            await tx.exec_driver_sql("SELECT * FROM migrated")

    await on(server, "CREATE TABLE migrated (n int)")
    await look_at_all()
    await on(server, "ALTER TABLE migrated ADD COLUMN m int")
    with pytest.raises(NotDurable):
        await look_at_all()
    await look_at_all()


async def test_every_connection_is_watched_by_the_kernel_and_ends_when_it_stands_still(database: Database) -> None:
    async with database.read() as tx:
        driver = (await tx.get_raw_connection()).driver_connection
        opened = driver._transport.get_extra_info("socket")
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        probes = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        between = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) + probes * between <= 10
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 10_000
        assert (await tx.exec_driver_sql("SHOW idle_in_transaction_session_timeout")).scalar_one() == "10s"


@pytest.mark.parametrize("state", ["08006", "25006", "25P03", "28P01", "3D000", "40001", "40P01", "53300", "55P03", "57P01"])
def test_what_passes_when_an_operator_or_time_mends_it(state: str) -> None:
    error = asyncpg.PostgresError.new({"C": state, "M": "said by PostgreSQL"})
    assert faults.is_passing(error)
    assert "said by PostgreSQL" in faults.words_of(error)


@pytest.mark.parametrize("state", ["42P01", "23505", "22001", "42601"])
def test_what_no_repeat_makes_good_does_not_pass(state: str) -> None:
    assert not faults.is_passing(asyncpg.PostgresError.new({"C": state, "M": "no"}))
