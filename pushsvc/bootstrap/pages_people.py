"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.profiles.census import Census, census
from pushsvc.profiles.site_followers import site_followers
from pushsvc.sites import directory, registry
from pushsvc.web.gate import Gate
from pushsvc.web.operator.accounts import AccountPages
from pushsvc.web.operator.kept import Kept
from pushsvc.web.operator.my_account import MyAccountPages
from pushsvc.web.operator.one_subscriber import OneSubscriberPages
from pushsvc.web.operator.site import SitePage
from pushsvc.web.operator.site_import import SiteImportPages
from pushsvc.web.operator.sites import SitesPage
from pushsvc.web.operator.subscriber_import import SubscriberImportPages
from pushsvc.web.operator.subscribers import SubscribersPage


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:  # noqa: ARG001
    database, clock, zone = house.database, house.clock, house.zone

    async def sites(_key: str) -> Mapping[directory.Filter, int]:
        async with database.read() as tx:
            return await directory.counts(tx)

    async def people(_key: str) -> Census:
        async with database.read() as tx:
            return await census(tx, clock.now())

    async def followers(_key: str) -> Mapping[str, int]:
        # All at once: whoever looks at one silent site looks at the next.
        async with database.read() as tx:
            followed = await site_followers(tx, {site.code for site in await registry.all_sites(tx)})
        return Counter(site for theirs in followed.values() for site in theirs)

    return [
        *AccountPages(gate, zone).routes(),
        *MyAccountPages(gate, house.shared).routes(),
        *SitesPage(gate, zone, Kept(clock, sites)).routes(),
        *SiteImportPages(gate).routes(),
        *SitePage(gate, zone, Kept(clock, followers)).routes(),
        *SubscribersPage(gate, zone, Kept(clock, people)).routes(),
        *SubscriberImportPages(gate).routes(),
        *OneSubscriberPages(gate, zone).routes(),
    ]
