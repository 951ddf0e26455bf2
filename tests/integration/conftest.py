"""The houses of the pages. They run on SQLite, some on PostgreSQL too; `JOURNEYS_ON=postgresql` runs them all there."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.journeys import house
from tests.services import databases


@pytest.fixture(autouse=True)
def houses_on(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.environ.get("JOURNEYS_ON") != "postgresql":
        return
    server = request.getfixturevalue("postgres_url")

    @asynccontextmanager
    async def fresh() -> AsyncIterator[str]:
        async with databases.postgres_database(server) as database:
            yield database.url

    monkeypatch.setattr(house, "elsewhere", fresh)
