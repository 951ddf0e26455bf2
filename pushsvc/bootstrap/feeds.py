"""The poller of feeds, and how the feeds stand."""

from __future__ import annotations

from pushsvc.bootstrap.house import House
from pushsvc.sites.feeds import queue
from pushsvc.sites.feeds.client import FeedClient
from pushsvc.sites.feeds.polling import FeedPoller
from pushsvc.telemetry import gauge

STATES = ("new", "ok", "failing", "refused", "gone")


def feed_poller(house: House) -> FeedPoller:
    """Visits the feeds that the registry names; what is new in them is taken in as an event of the site."""
    return FeedPoller(house.database, house.clock, FeedClient(house.settings.fetch_allow), house.intake)


async def measure_feeds(house: House) -> None:
    async with house.database.read() as tx:
        states, waited = await queue.count_states(tx), await queue.latest(tx, house.clock.now())
    for state in STATES:
        gauge("feeds", states.get(state, 0), state=state)
    gauge("feeds_late_seconds", waited)
