"""A zero byte in an address: PostgreSQL takes none in a text, so a page that asked it would fail by itself."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from pushsvc.storage.database import Database
from tests.integration.pages_town import served
from tests.journeys.house import a_house


@pytest.mark.parametrize("path", ["/s/%00", "/m/%00", "/u/%00", "/doc/%00", "/me/lost/keep/%00", "/m/%00/report"])
async def test_an_address_with_a_zero_byte_leads_nowhere(path: str, tmp_path: Path, postgres_database: Database) -> None:
    async with a_house(postgres_database.url, tmp_path) as town, served(town) as base, aiohttp.ClientSession() as client:
        async with client.get(URL(base + path, encoded=True)) as answer:
            assert answer.status == 404
        async with client.get(URL(f"{base}/search?q=%00&place=%00", encoded=True)) as answer:
            assert answer.status == 200
