"""Sending a file as a browser's form does; and a fresh database, on PostgreSQL too where a test asks for `on_both`."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.integration.forms import Answer, mark_of
from tests.services import databases

on_both = pytest.mark.parametrize("runs_on", ["sqlite", "postgresql"])


async def upload(client: aiohttp.ClientSession, path: str, body: bytes, name: str = "file.csv") -> Answer:
    """Choose a file on the page `path` and post it; the redirect is followed."""
    form = aiohttp.FormData()
    form.add_field("mark", await mark_of(client, path))
    form.add_field("file", body, filename=name, content_type="application/octet-stream")
    async with client.post(path, data=form) as answer:
        return Answer(answer.status, await answer.text(), str(answer.url.relative()))


@asynccontextmanager
async def a_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a fresh database with the schema made: SQLite, or what the test's `runs_on` says."""
    called = getattr(request.node, "callspec", None)
    if called and called.params.get("runs_on") == "postgresql":
        async with databases.postgres_database(request.getfixturevalue("postgres_url")) as made:
            yield made.url
    else:
        path = tmp_path / "pushsvc.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
