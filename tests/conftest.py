"""What every test may ask for. A fixture that starts something real stops it, also when the test fails."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from playwright.async_api import Browser

from pushsvc.clock import FixedClock
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from tests.services import databases
from tests.services.browser import chromium
from tests.services.kafka import Kafka
from tests.services.kafka import kafka as started_kafka
from tests.services.postgres import postgres
from tests.services.redis import RedisServer, redis_server
from tests.services.smtp import SmtpServer

#: A Monday, 09:00 in Shanghai: outside quiet hours, after the morning's digest.
MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECRET_KEY = "a-secret-key-of-the-tests-0123456789"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL for this test process, its maintenance database. `database` makes a fresh one a test."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    """One Redis for this test process. A test that kills or freezes one starts its own: tests/services/redis.py."""
    with redis_server() as server:
        yield server


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """The address of a real Redis, emptied before the test."""
    shared_redis.command("FLUSHALL")
    return shared_redis.url


@pytest.fixture(scope="session")
def kafka() -> Iterator[Kafka]:
    """A real Kafka of one node for this test process. Tests share it: each takes a prefix of its own for its topics, and
    leaves the node running. Starting it costs 3 s."""
    with started_kafka() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    databases.make_sqlite_template(path)
    return path


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh SQLite database with the schema made."""
    async with databases.sqlite_database(sqlite_template, tmp_path) as database:
        yield database


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database with the schema made."""
    async with databases.postgres_database(postgres_url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database with the schema made: every test that asks for it runs on both."""
    if request.param == "sqlite":
        async with databases.sqlite_database(request.getfixturevalue("sqlite_template"), tmp_path) as made:
            yield made
    else:
        async with databases.postgres_database(request.getfixturevalue("postgres_url")) as made:
            yield made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY_MORNING)


@pytest.fixture
async def vault(database: Database, clock: FixedClock) -> Vault:
    """The vault of `database`."""
    return await Vault.load(database, SECRET_KEY, clock)


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A real SMTP server on a free port: `.url`, `.messages`, and how to make it misbehave (tests/services/smtp.py)."""
    server = SmtpServer().start()
    yield server
    server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that a test runs sends the logs to the stderr of that moment: afterwards that file is closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()  # else whether a log line is printed depends on the tests before
