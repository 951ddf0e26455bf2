"""Journeys in which everything comes twice: every output, and half of the batches once more beside those after them. See
repeats.py. `REPEATS=1` (or another seed) does this to all journeys, on whatever they run.
"""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from tests.journeys.house import Town
from tests.journeys.publications import another_subsidy
from tests.journeys.test_any_history import DAYS, PEOPLE, a_history, said
from tests.journeys.test_changes import test_withdrawn_and_published_again_is_told_to_who_heard_of_both
from tests.journeys.test_telling_once import test_copies_that_come_at_the_same_moment_are_told_once

__all__ = [  # pytest finds them here, and gives them the houses below
    "test_copies_that_come_at_the_same_moment_are_told_once",
    "test_withdrawn_and_published_again_is_told_to_who_heard_of_both",
]


@pytest.fixture(params=["sqlite", "kafka"])
def runs_on(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def repeats() -> int:
    return 11


@pytest.fixture
async def either_town(town: Town) -> Town:
    return town


async def test_many_events_at_once_are_each_told_once_to_everybody(town: Town) -> None:
    people = [await town.a_citizen(f"c{number}") for number in range(5)]
    events = [await town.publish(f"/{number}", **another_subsidy(number)) for number in range(6)]
    await town.settle()
    for event in events:
        funnel = await town.funnel(event)
        assert (funnel["state"], funnel["matched"], funnel["accepted"]) == ("done", len(people), {"email": len(people)}), funnel
    mails = [(mail.to, mail.publication) for mail in await town.mailbox()]
    assert len(mails) == len(set(mails)) == len(people) * len(events)
    assert town.repeats
    assert town.repeats.repeated > len(events), "there was something to withstand"


async def test_everybody_has_last_heard_what_holds(town: Town) -> None:
    for name, preferences in PEOPLE.items():
        await town.a_citizen(name, reminders=False, **preferences)
    state = await a_history(town, random.Random(3), steps=10)
    assert state in DAYS
    for name in PEOPLE:
        heard = said(await town.mailbox("+8613800001111" if name == "phone" else name))
        assert heard, name
        assert heard[-1] == state, (name, heard, state)
        assert all(one != other for one, other in pairwise(heard)), (name, heard)
