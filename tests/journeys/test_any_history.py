"""Whatever a site does with a page, and whenever: in the end everybody whom it concerns has last heard what holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.channels import pace
from pushsvc.ledger.stopping import cancel_for_endpoints
from pushsvc.profiles import consent
from pushsvc.storage.tables.profiles import subscribers
from pushsvc.storage.tables.publications import publications
from tests.journeys.house import SITE, Mail, Town
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.services.smtp import SmtpServer

DAYS = {"a": "2026年6月30日", "b": "2026年7月31日", "c": "2026年8月31日"}
PEOPLE: dict[str, dict[str, Any]] = {
    "now": {},
    "daily": {"frequency": "daily"},
    "weekly": {"frequency": "weekly"},
    "night": {"quiet_hours": ["18:00", "09:00"]},
    "phone": {"channels": ["sms"], "address": {"sms": "13800001111"}},
    "limited": {"max_a_day": 1},
}
WITHDRAWN = "withdrawn"
SECOND = "5101050001"


async def a_history(town: Town, chance: random.Random, steps: int) -> str:
    """Let things happen; gives the state in which the page is left. Everything settles only now and then."""
    state = ""
    for _ in range(steps):
        match chance.choice(
            ["publish", "publish", "publish", "withdraw", "wait", "wait", "pause", "resume", "settle", "restart"]
        ):
            case "publish":
                state = chance.choice(list(DAYS))
                await town.publish(event="updated", **a_subsidy(until=DAYS[state]))
            case "withdraw" if state:
                state = WITHDRAWN
                await town.withdraw()
            case "wait":
                await town.advance(hours=chance.choice([0.2, 3, 9, 14, 30]))
            case "pause":
                await town.pauses(chance.choice(["email", "all"]))
            case "resume":
                await town.resumes("all")
            case "settle":
                await town.settle()
            case "restart":
                await town.restart()
    await town.resumes("all")
    await town.advance(hours=24 * 9)
    return state


def said(mails: Sequence[Mail]) -> list[str]:
    """What each message said of the page: its version, or that it was withdrawn."""
    heard = []
    for mail in mails:
        if "撤回" in mail.text:
            heard.append(WITHDRAWN)
        else:
            days = {name: day.removeprefix("2026年") for name, day in DAYS.items()}
            # A correction names the old day too, in what changed: the last one is what holds.
            heard.append(max(days, key=lambda name: mail.text.rfind(days[name])))
    return heard


@pytest.mark.parametrize("seed", range(5))
async def test_everybody_has_last_heard_what_holds_and_nothing_twice_in_a_row(town: Town, seed: int) -> None:
    for name, preferences in PEOPLE.items():
        await town.a_citizen(name, reminders=False, **preferences)
    state = await a_history(town, random.Random(seed), steps=14)
    for name in PEOPLE:
        heard = said(await town.mailbox("+8613800001111" if name == "phone" else name))
        assert all(one != other for one, other in pairwise(heard)), (name, heard)
        if state == WITHDRAWN:
            assert heard == [] or heard[-1] == WITHDRAWN, (name, heard)
        elif state:
            assert heard, name
            assert heard[-1] == state, (name, heard, state)


@pytest.mark.parametrize("seed", range(3))
async def test_copies_on_two_sites_are_each_told_true_and_nobody_is_left_out(town: Town, seed: int) -> None:
    chance = random.Random(1_000 + seed)
    await town.a_site(SECOND, reach=["510100"])
    for name, preferences in PEOPLE.items():
        await town.a_citizen(name, reminders=False, **preferences)
    states = {SITE: "", SECOND: ""}
    publication = {}
    for _ in range(14):
        site = chance.choice(list(states))
        match chance.choice(["publish", "publish", "publish", "withdraw", "wait", "wait", "pause", "resume"]):
            case "publish":
                states[site] = chance.choice(list(DAYS))
                regions: dict[str, Any] = {"regions": ["510104"]} if site == SECOND else {}
                event = await town.publish(site=site, event="updated", **regions, **a_subsidy(until=DAYS[states[site]]))
                await town.planned()
                publication[site] = (await town.funnel(event))["publication_id"]
            case "withdraw" if states[site]:
                states[site] = WITHDRAWN
                await town.withdraw(site=site)
            case "wait":
                await town.advance(hours=chance.choice([0.2, 3, 9, 14, 30]))
            case "pause":
                await town.pauses("email")
            case "resume":
                await town.resumes("all")
    await town.resumes("all")
    await town.advance(hours=24 * 9)
    for name in PEOPLE:
        mails = await town.mailbox("+8613800001111" if name == "phone" else name)
        for site, its in publication.items():
            heard = said([mail for mail in mails if mail.publication == its])
            assert all(one != other for one, other in pairwise(heard)), (name, site, heard)
            assert not heard or heard[-1] == states[site], (name, site, heard, states)
        assert mails or not set(states.values()) & set(DAYS), (name, states)


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_who_left_hears_anything_and_the_sums_hold_while_people_come_and_go(town: Town, seed: int) -> None:
    chance = random.Random(2_000 + seed)
    names = ("now", "daily", "both", "home", "homer")
    preferences: dict[str, dict[str, Any]] = {
        "now": {}, "daily": {"frequency": "daily"}, "both": {"channels": ["sms", "email"], "address": {"sms": "13800001111"}},
        "home": {"address": {"email": "shared@mail.example"}}, "homer": {"address": {"email": "shared@mail.example"}},
    }  # fmt: skip
    gone: set[str] = set()
    for name in names:
        await town.a_citizen(name, reminders=False, **preferences[name])
    for _ in range(24):
        name = chance.choice(names)
        before = len(await town.mailbox())
        match chance.choice(["publish", "publish", "publish", "withdraw", "wait", "pause", "resume", "leave", "back", "erase"]):
            case "publish":
                path = chance.choice(["/1", "/2", "/3"])
                number = int(path[1])
                await town.publish(path, event="updated", **another_subsidy(number, until=chance.choice(list(DAYS.values()))))
            case "withdraw":
                async with town.house.database.read() as tx:
                    known = (await tx.execute(sa.select(publications.c.address))).scalars().all()
                if known:
                    await town.withdraw(chance.choice(["/" + address[-1] for address in known]))
            case "wait":
                await town.advance(hours=chance.choice([0.2, 3, 9, 14, 30]))
            case "pause":
                await town.pauses(chance.choice(["email", "sms", "all"]))
            case "resume":
                await town.resumes("all")
            case "leave" if name not in gone:
                await leaves(town, name)
                gone |= {"home", "homer"} if name.startswith("home") else {name}
                before = len(await town.mailbox())
            case "back" if name in gone:
                town.clock.advance(timedelta(seconds=2))
                await town.a_citizen(name, reminders=False, **preferences[name])
                # A consent opens the mailbox again for who gave it, not for who shares it.
                gone.discard(name)
            case "erase" if chance.random() < 0.3 and await exists(town, name):
                await town.erases(name)
                gone.add(name)
                before = len(await town.mailbox())
        may_hear = {address_of(one) for one in names if one not in gone}
        may_hear |= set() if "both" in gone else {"+8613800001111"}
        assert {mail.to for mail in (await town.mailbox())[before:]} <= may_hear, gone
    await town.resumes("all")
    await town.advance(hours=24 * 9)


@pytest.mark.parametrize("seed", range(2))
async def test_in_bad_weather_everybody_is_told_once_or_it_is_seen_that_they_were_not(
    mail_town: Town, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    town, chance = mail_town, random.Random(3_000 + seed)
    monkeypatch.setattr(pace, "FIRST_PAUSE_SECONDS", 0.01)
    weather: list[Callable[[], None]] = [
        lambda: smtp_server.refuse(451, "4.3.0 try later", times=chance.randint(1, 4)),
        lambda: smtp_server.refuse(421, "4.7.0 too many, slow down", at="mail", times=1),
        lambda: smtp_server.refuse(554, "5.6.0 not this message", at="data", times=1),
        lambda: smtp_server.refuse(550, "5.1.1 no such user", to=f"c{chance.randrange(6)}@mail.example"),
        lambda: smtp_server.drop_before_data(times=chance.randint(1, 2)),
        lambda: smtp_server.drop_after_data(times=1),
    ]
    for number in range(6):
        more: dict[str, Any] = {"channels": ["email", "sms"], "quiet_hours": []} if number % 2 else {}
        await town.a_citizen(f"c{number}", **more)
    events = []
    for number in range(5):
        chance.choice(weather)()
        events.append(await town.publish(f"/{number}", **another_subsidy(number)))
        await town.advance(hours=chance.choice([0.01, 0.1, 1, 20]))
    await town.advance(hours=24 * 4)
    phones = await town.mailbox()
    for event in events:
        funnel = await town.funnel(event)
        assert (funnel["state"], funnel["held"], funnel["pending"]) == ("done", 0, 0), funnel
        texts = [mail for mail in phones if mail.publication == funnel["publication_id"]]
        assert len(texts) == len({mail.to for mail in texts}) == funnel["accepted"].get("sms", 0)
    for number in range(6):
        mails = smtp_server.to(f"c{number}@mail.example")
        assert len({mail.message_id for mail in mails}) == len({mail.subject for mail in mails})


def address_of(name: str) -> str:
    return "shared@mail.example" if name.startswith("home") else f"{name}@mail.example"


async def exists(town: Town, name: str) -> bool:
    async with town.house.database.read() as tx:
        return (await tx.execute(sa.select(subscribers).where(subscribers.c.subscriber_id == name))).first() is not None


async def leaves(town: Town, name: str) -> None:
    """Every channel, as the page does it; then the books are settled once more."""
    async with town.house.database.write() as tx:
        number = (await tx.execute(sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == name))).scalar()
        if number is not None:
            stop = await consent.stop_everything(tx, number, town.clock.now(), "a test")
            await cancel_for_endpoints(tx, stop.endpoint_ids, town.clock.now())
    await town.settle()
