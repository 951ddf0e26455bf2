"""Whatever a site does with a page, and whenever: in the end everybody whom it concerns has last heard what holds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from tests.journeys.house import Mail, Town
from tests.journeys.publications import a_subsidy

DAYS = {"a": "2026年6月30日", "b": "2026年7月31日", "c": "2026年8月31日"}
PEOPLE = {
    "now": {},
    "daily": {"frequency": "daily"},
    "weekly": {"frequency": "weekly"},
    "night": {"quiet_hours": ["18:00", "09:00"]},
    "phone": {"channels": ["sms"], "address": {"sms": "13800001111"}},
    "limited": {"max_a_day": 1},
}
WITHDRAWN = "withdrawn"


async def a_history(town: Town, chance: random.Random, steps: int) -> str:
    """Let things happen; gives the state in which the page is left. Everything settles only now and then."""
    state = ""
    for _ in range(steps):
        match chance.choice(["publish", "publish", "publish", "withdraw", "wait", "wait", "pause", "resume", "settle", "restart"]):
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


@pytest.mark.parametrize("seed", range(8))
async def test_everybody_has_last_heard_what_holds_and_nothing_twice_in_a_row(town: Town, seed: int) -> None:
    for name, preferences in PEOPLE.items():
        await town.a_citizen(name, reminders=False, **preferences)
    state = await a_history(town, random.Random(seed), steps=14)
    for name in PEOPLE:
        heard = said(await town.mailbox("+8613800001111" if name == "phone" else name))
        assert all(one != other for one, other in zip(heard, heard[1:], strict=False)), (name, heard)
        if state == WITHDRAWN:
            assert heard == [] or heard[-1] == WITHDRAWN, (name, heard)
        elif state:
            assert heard, name
            assert heard[-1] == state, (name, heard, state)
