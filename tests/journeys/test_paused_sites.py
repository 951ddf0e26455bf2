"""A site that an operator paused: it is read, nobody is told of it; after the resume everybody is told once, of what holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pushsvc.bootstrap.site_pausing import pause_site, resume_site
from pushsvc.ledger import cancelling, holding
from pushsvc.operations import paused_sites
from tests.journeys.house import SITE, Town, a_house
from tests.journeys.publications import a_subsidy

OTHER = "5101050001"
HEATING: dict[str, Any] = {
    "title": "关于发放取暖补贴的通知",
    "text": "凡在本区居住的老人均可领取取暖补贴300元。",
    "regions": ["510104"],
}


async def pause(town: Town, site: str = SITE) -> int:
    return (await pause_site(town.house, site, why="被人改了网页", who="lina")).people


async def resume(town: Town, site: str = SITE) -> int:
    done = await resume_site(town.house, site, who="lina")
    await town.settle()
    return done.people


async def test_what_a_paused_site_publishes_is_held_and_told_after_the_resume(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await pause(town)
    funnel = await town.tells(**a_subsidy())
    assert (funnel["state"], funnel["matched"], funnel["held"], funnel["pending"]) == ("done", 1, 1, 0)
    await town.advance(hours=48)
    assert await town.mailbox() == []
    assert await resume(town) == 1
    assert [mail.kind for mail in await town.mailbox()] == ["new"]
    assert await resume(town) == 0
    assert len(await town.mailbox()) == 1


async def test_another_site_goes_on(either_town: Town) -> None:
    town = either_town
    await town.a_site(OTHER, reach=["510104"])
    await town.a_citizen("mei")
    await pause(town)
    await town.tells("/other", site=OTHER, **HEATING)
    assert len(await town.mailbox()) == 1
    await resume(town)


async def test_what_waited_already_is_held_too_and_leaves_the_digest_that_others_stand_in(either_town: Town) -> None:
    town = either_town
    await town.a_site(OTHER, reach=["510104"])
    await town.a_citizen("mei", frequency="daily")
    event = await town.publish(**a_subsidy())
    await town.publish("/other", site=OTHER, **HEATING)
    await town.settle()
    assert await pause(town) == 1
    await town.advance("2026-03-03 09:00")
    (digest,) = await town.mailbox()
    assert "取暖" in digest.text
    assert "电梯" not in digest.text
    assert (await town.funnel(event))["held"] == 1
    await resume(town)
    await town.advance("2026-03-04 09:00")
    assert "取暖" not in (await town.mailbox())[-1].text
    assert len(await town.mailbox()) == 2


async def test_a_version_that_changed_meanwhile_is_what_is_told(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await pause(town)
    await town.tells(**a_subsidy())
    await town.tells(event="updated", **a_subsidy(until="2026年4月10日"))
    await resume(town)
    (mail,) = await town.mailbox()
    assert (mail.kind, "4月10日" in mail.text) == ("new", True)


async def test_a_correction_and_a_withdrawal_wait_too(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await pause(town)
    await town.tells(event="updated", **a_subsidy(until="2026年4月10日"))
    assert len(await town.mailbox()) == 1
    await resume(town)
    assert [mail.kind for mail in await town.mailbox()] == ["new", "correction"]
    await pause(town)
    await town.withdraw()
    await town.settle()
    assert len(await town.mailbox()) == 2
    await resume(town)
    assert [mail.kind for mail in await town.mailbox()] == ["new", "correction", "withdrawal"]


async def test_a_reminder_waits_for_the_resume(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await town.tells(**a_subsidy())
    await pause(town)
    await town.advance("2026-03-29 09:00")
    assert len(await town.mailbox()) == 1
    await resume(town)
    await town.advance(hours=1)
    assert [mail.kind for mail in await town.mailbox()] == ["new", "reminder"]


async def test_an_event_for_too_many_waits_for_both(database_url: str, tmp_path: Path) -> None:
    async with a_house(database_url, tmp_path, max_people=1) as town:
        await town.a_site()
        for name in ("mei", "wang"):
            await town.a_citizen(name)
        await pause(town)
        event = await town.publish(**a_subsidy())
        await town.settle()
        assert await resume(town) == 0
        assert (await town.funnel(event))["held"] == 2
        await pause(town)
        async with town.house.database.write() as tx:
            await town.house.publisher.publish(tx, await holding.release(tx, event, town.clock))
        town.house.publisher.ring()
        await town.settle()
        assert ((await town.funnel(event))["held"], await town.mailbox()) == (2, [])
        assert await resume(town) == 2
        assert len(await town.mailbox()) == 2


async def test_who_left_meanwhile_is_not_told(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei")
    await pause(town)
    event = await town.publish(**a_subsidy())
    await town.settle()
    await town.erases("mei")
    await resume(town)
    assert await town.mailbox() == []
    assert (await town.funnel(event))["suppressed"] == {"erased": 1}


async def test_what_waits_of_a_paused_site_can_be_cancelled(either_town: Town) -> None:
    town = either_town
    for name in ("mei", "wang"):
        await town.a_citizen(name)
    await pause(town)
    event = await town.publish(**a_subsidy())
    await town.settle()
    database, scope = town.house.database, cancelling.Scope(site=SITE)
    async with database.write() as tx:
        assert (await cancelling.standing(tx, scope)).people == 2
        assert (await cancelling.cancel_page(tx, scope, town.clock.now(), cancelling.CANCELLED)).people == 2
        assert (await cancelling.cancel_page(tx, scope, town.clock.now(), cancelling.CANCELLED)).people == 0
    assert await resume(town) == 0
    funnel = await town.funnel(event)
    assert (funnel["state"], funnel["cancelled"], funnel["held"], await town.mailbox()) == ("done", 2, 0, [])


async def test_two_who_pause_at_once_pause_once(either_town: Town) -> None:
    town = either_town
    assert [(await pause_site(town.house, SITE)).new for _ in range(2)] == [True, False]
    async with town.house.database.read() as tx:
        assert list(await paused_sites.pauses(tx)) == [SITE]
    await resume(town)
