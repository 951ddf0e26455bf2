"""The houses of the journeys."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.house import Town, a_house
from tests.services import databases
from tests.services.smtp import SmtpServer


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the schema made."""
    path = tmp_path / "pushsvc.sqlite3"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A house whose messages go to the mailbox viewer, with one registered site."""
    async with a_house(database_url, tmp_path) as made:
        await made.a_site()
        yield made


@pytest.fixture
async def mail_town(database_url: str, tmp_path: Path, smtp_server: SmtpServer) -> AsyncIterator[Town]:
    """A house whose email goes to the real SMTP server; alerts go to ops@example.cn there."""
    given = {"smtp_url": smtp_server.url, "alert_url": "mailto:ops@example.cn", "smtp_connections": 1}
    async with a_house(database_url, tmp_path, **given) as made:
        await made.a_site()
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """A house on SQLite, then one on PostgreSQL."""
    if request.param == "sqlite":
        async with a_house(request.getfixturevalue("database_url"), tmp_path) as made:
            await made.a_site()
            yield made
    else:
        server = request.getfixturevalue("postgres_url")
        async with databases.postgres_database(server) as database, a_house(database.url, tmp_path) as made:
            await made.a_site()
            yield made
