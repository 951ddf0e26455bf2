"""The fetcher of pages, and how many wait for it."""

from __future__ import annotations

from pushsvc.bootstrap.hearing import Hearing
from pushsvc.bootstrap.house import House
from pushsvc.sites import fetch_queue
from pushsvc.sites.fetch_client import PageClient
from pushsvc.sites.fetching import FetchWorker
from pushsvc.telemetry import gauge


def fetcher(house: House, hearing: Hearing) -> FetchWorker:
    """Fetches the pages of events that came without content."""
    client = PageClient(house.settings.fetch_allow, files=True)
    return FetchWorker(house.database, house.clock, house.publisher, client, on_dead=hearing.page_dead)


async def measure_fetches(house: House) -> None:
    async with house.database.read() as tx:
        gauge("fetches_waiting", await fetch_queue.waiting(tx))
