"""The poller of feeds, how the feeds stand, and who hears when a source falls silent."""

from __future__ import annotations

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.stages import Recipients
from pushsvc.sites.feeds import standings
from pushsvc.sites.feeds.client import FeedClient
from pushsvc.sites.feeds.polling import FeedPoller
from pushsvc.streams.silent_sources import SilentSources
from pushsvc.telemetry import gauge


def feed_poller(house: House) -> FeedPoller:
    """Visits the feeds that the registry names; what is new in them is taken in as an event of the site."""
    return FeedPoller(house.database, house.clock, FeedClient(house.settings.fetch_allow), house.intake)


async def measure_feeds(house: House) -> None:
    async with house.database.read() as tx:
        states, waited = await standings.count_states(tx), await standings.latest(tx, house.clock.now())
    for state in standings.STATES:
        gauge("feeds", states.get(state, 0), state=state)
    gauge("feeds_late_seconds", waited)


def silent_sources(house: House) -> SilentSources:
    """Sees how the sites are; followers of one that fell silent hear of it once."""
    page = f"{str(house.settings.base_url).rstrip('/')}/me"
    return SilentSources(house.database, house.vault, house.clock, Recipients(house), house.zone, page)
