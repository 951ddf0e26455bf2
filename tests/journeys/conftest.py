"""The houses of the journeys. They run on SQLite, a few on PostgreSQL too; `JOURNEYS_ON=postgresql` runs them all there.

`JOURNEYS_ON=kafka` runs them all on a real broker and PostgreSQL, in all processes of a cluster; a few always run there:
test_on_kafka.py. `REPEATS=1` (or another seed) lets every batch of theirs come twice: repeats.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import house
from tests.journeys.house import Town, a_house
from tests.journeys.whole_cluster import OnKafka
from tests.services import databases
from tests.services.smtp import SmtpServer

SQLITE, POSTGRESQL, KAFKA = "sqlite", "postgresql", "kafka"
USUAL = os.environ.get("JOURNEYS_ON", SQLITE)
SEED = os.environ.get("REPEATS")


@pytest.fixture
def runs_on() -> str:
    """What the houses of these journeys run on. A module may say otherwise, by a fixture of this name."""
    return USUAL


@pytest.fixture
def repeats() -> int | None:
    """A seed, with which everything comes twice; None: nothing does. A module may say otherwise here too."""
    return int(SEED) if SEED else None


@pytest.fixture(autouse=True)
def usual_house(runs_on: str, repeats: int | None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Houses that a journey opens itself are of the same kind."""
    monkeypatch.setattr(house, "usual_seed", repeats)
    if runs_on == KAFKA:
        monkeypatch.setattr(house, "usual", OnKafka(request.getfixturevalue("kafka").servers))


@pytest.fixture
async def database_url(runs_on: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A fresh database with the schema made."""
    async with _database(runs_on, request, tmp_path) as url:
        yield url


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A house whose messages go to the mailbox viewer, with one registered site."""
    async with a_house(database_url, tmp_path) as made:
        await made.a_site()
        yield made


@pytest.fixture
async def mail_town(database_url: str, tmp_path: Path, smtp_server: SmtpServer) -> AsyncIterator[Town]:
    """A house whose email goes to the real SMTP server; alerts go to ops@example.cn there."""
    given: dict[str, Any] = {"smtp_url": smtp_server.url, "alert_url": "mailto:ops@example.cn", "smtp_connections": 1}
    async with a_house(database_url, tmp_path, **given) as made:
        await made.a_site()
        yield made


@pytest.fixture(params=[KAFKA] if USUAL == KAFKA else [SQLITE, POSTGRESQL])
async def either_town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """A house on SQLite, then one on PostgreSQL."""
    async with _database(request.param, request, tmp_path) as url, a_house(url, tmp_path) as made:
        await made.a_site()
        yield made


@asynccontextmanager
async def _database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if kind in (POSTGRESQL, KAFKA):
        async with databases.postgres_database(request.getfixturevalue("postgres_url")) as database:
            yield database.url
    else:
        path = tmp_path / "pushsvc.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
