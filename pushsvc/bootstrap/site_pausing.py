"""Pausing and resuming a site, for the command line and the operator's page: the pause, what it holds, and the deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pushsvc.bootstrap.house import House
from pushsvc.ledger import book, site_pause
from pushsvc.operations import paused_sites
from pushsvc.operations.audit import COMMAND_LINE, note
from pushsvc.sites import registry


@dataclass(frozen=True)
class Done:
    """`new` is False where nothing had to be done. `people`: whose messages wait now, or go."""

    new: bool
    people: int = 0


async def pause_site(house: House, site: str, *, why: str = "", who: str = COMMAND_LINE) -> Done:
    """From the first commit on nothing new of the site is planned to leave; what was planned before is then held, page by page.

    On a site that is paused already it holds what is left, so whoever was cut off can begin again. Raises NotFound.
    """
    async with house.database.write() as tx:
        site = (await registry.site(tx, site)).code
        await book.plan_alone(tx)
        new = await paused_sites.begin(tx, site, house.clock.now(), who=who, why=why)
        if new:
            await note(tx, house.clock.now(), who, "site paused", site, {"why": why} if why else None)
    held = 0
    while True:
        async with house.database.write() as tx:
            page = await site_pause.hold_page(tx, site, house.clock.now())
        if page is None:
            return Done(new, held)
        held += page


async def resume_site(house: House, site: str, *, who: str = COMMAND_LINE) -> Done:
    """All that waited is planned anew for this hour, oldest event first. Raises NotFound for a site that is not registered."""
    async with house.database.write() as tx:
        site = (await registry.site(tx, site)).code
        outputs = await site_pause.let_go(tx, site)
        people = sum((await site_pause.count_held(tx, site)).values())
        new = await paused_sites.end(tx, site)
        await house.publisher.publish(tx, outputs)
        if new:
            await note(tx, house.clock.now(), who, "site resumed", site, {"people": people})
    house.publisher.ring()
    return Done(new, people)


async def people_of(house: House, site: str, *, held: bool) -> Mapping[str, int]:
    """By channel: whose messages a pause would hold, or with `held` a resume let go."""
    async with house.database.read() as tx:
        return await (site_pause.count_held(tx, site) if held else site_pause.count_to_hold(tx, site))
