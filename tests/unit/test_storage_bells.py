"""Bells: who rings is heard by the others at once, and a connection that is lost comes back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from pushsvc.storage import bells as bells_module
from pushsvc.storage.bells import Bells
from pushsvc.storage.database import Database
from pushsvc.storage.rows import insert_new
from pushsvc.storage.tables.ledger import turns
from tests.services.postgres import free_port


@asynccontextmanager
async def ringing(database: Database) -> AsyncIterator[Bells]:
    bells = Bells(database)
    await bells.start()
    await until(lambda: bells.hears_others)
    try:
        yield bells
    finally:
        await bells.stop()


async def until(said: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not said():
            await asyncio.sleep(0.01)


async def on_the_server(database: Database, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def test_a_bell_is_heard_by_another_process_soon(database: Database) -> None:
    other = Database(database.url)
    heard: list[str] = []
    async with ringing(database) as ours, ringing(other) as theirs:
        theirs.on("deliveries", lambda: heard.append("deliveries"))
        await asyncio.sleep(0.3)
        heard.clear()
        async with database.write() as tx:
            await insert_new(tx, turns, [{"name": "anything"}])
        ours.ring("deliveries")
        await until(lambda: heard, 1.0)
    await other.close()


async def test_on_postgresql_only_the_bell_that_rang_is_heard(postgres_database: Database) -> None:
    heard: list[str] = []
    async with ringing(postgres_database) as ours, ringing(postgres_database) as theirs:
        for name in ("deliveries", "fetches"):
            theirs.on(name, lambda name=name: heard.append(name))  # type: ignore[misc]
        ours.ring("fetches")
        await until(lambda: heard)
        await asyncio.sleep(0.1)
    assert heard == ["fetches"]


async def test_the_own_process_hears_at_once_and_only_once(postgres_database: Database) -> None:
    heard: list[int] = []
    async with ringing(postgres_database) as bells:
        bells.on("outbox", lambda: heard.append(1))
        bells.ring("outbox")
        assert heard == [1], "without a round trip"
        await asyncio.sleep(0.2)
        assert heard == [1], "its own NOTIFY comes back to it, and is not taken for another's"


async def test_a_ring_before_the_start_is_heard_in_the_own_process(database: Database) -> None:
    heard: list[int] = []
    bells = Bells(database)
    bells.on("outbox", lambda: heard.append(1))
    bells.ring("outbox")
    assert heard == [1]


async def test_who_took_its_listener_off_hears_no_more(database: Database) -> None:
    heard: list[int] = []
    bells = Bells(database)
    off = bells.on("outbox", lambda: heard.append(1))
    off()
    off()
    bells.ring("outbox")
    assert heard == []


async def test_a_listener_that_fails_keeps_the_bell_from_nobody(database: Database) -> None:
    heard: list[int] = []
    bells = Bells(database)
    bells.on("outbox", lambda: 1 / 0)
    bells.on("outbox", lambda: heard.append(1))
    bells.ring("outbox")
    assert heard == [1]


async def test_many_rings_at_once_are_few_notifies(postgres_database: Database) -> None:
    heard: list[int] = []
    async with ringing(postgres_database) as ours, ringing(postgres_database) as theirs:
        theirs.on("deliveries", lambda: heard.append(1))
        for _ in range(1_000):
            ours.ring("deliveries")
        await until(lambda: heard)
        await asyncio.sleep(0.2)
    assert len(heard) == 1


async def test_a_connection_that_was_ended_comes_back_and_calls_everybody_once(postgres_database: Database) -> None:
    heard: list[str] = []
    async with ringing(postgres_database) as bells:
        bells.on("deliveries", lambda: heard.append("deliveries"))
        bells.on("fetches", lambda: heard.append("fetches"))
        await on_the_server(postgres_database, _END_BELLS)
        await until(lambda: len(heard) == 2)
        await until(lambda: bells.hears_others)
        assert sorted(heard) == ["deliveries", "fetches"], "what rang meanwhile was lost: everybody looks"


async def test_what_could_not_be_rung_while_the_connection_was_away_is_rung_after_it(postgres_database: Database) -> None:
    heard: list[int] = []
    async with ringing(postgres_database) as theirs:
        theirs.on("deliveries", lambda: heard.append(1))
        bells = Bells(postgres_database)
        bells.ring("deliveries")
        await bells.start()
        await until(lambda: heard)
        await bells.stop()


async def test_a_server_that_freezes_is_noticed(postgres_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells_module, "QUIET_SECONDS", 0.3)
    monkeypatch.setattr(bells_module, "ANSWER_SECONDS", 0.5)
    heard: list[int] = []
    async with ringing(postgres_database) as bells:
        bells.on("deliveries", lambda: heard.append(1))
        found = await on_the_server(postgres_database, _BELLS)
        backend = int(found[0]["pid"])
        os.kill(backend, signal.SIGSTOP)
        try:
            await until(lambda: not bells.hears_others, 3.0)
            await until(lambda: bells.hears_others and heard, 5.0)
        finally:
            os.kill(backend, signal.SIGCONT)


async def test_bells_start_and_ring_while_the_database_is_away() -> None:
    heard: list[int] = []
    away = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nowhere")
    bells = Bells(away)
    bells.on("deliveries", lambda: heard.append(1))
    await bells.start()
    bells.ring("deliveries")
    await asyncio.sleep(0.1)
    assert heard == [1]
    assert not bells.hears_others
    await bells.stop()
    await away.close()


_BELLS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'pushsvc bells' AND datname = current_database()"
_END_BELLS = f"SELECT pg_terminate_backend(pid) FROM ({_BELLS}) AS bells"
