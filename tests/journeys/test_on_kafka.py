"""Some journeys always run on Kafka: on a real broker and PostgreSQL, in all processes of a cluster. The others run there too
with `JOURNEYS_ON=kafka`."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from tests.journeys.house import Town
from tests.journeys.publications import a_subsidy, another_subsidy
from tests.journeys.test_changes import (
    test_a_correction_of_what_has_not_left_replaces_it,
    test_a_withdrawal_before_sending_cancels_and_says_nothing,
    test_withdrawn_and_published_again_is_told_to_who_heard_of_both,
)
from tests.journeys.test_sending import test_a_record_that_cannot_be_used_is_listed_alarms_and_can_be_replayed
from tests.journeys.test_telling_once import (
    test_a_dead_letter_replayed_tells_who_asked_then_and_not_who_joined_since,
    test_copies_that_come_at_the_same_moment_are_told_once,
    test_exactly_those_whom_it_concerns_get_one_message,
    test_the_whole_log_read_once_more_tells_nobody_again,
)

__all__ = [  # pytest finds them here, and gives them the houses below
    "test_a_correction_of_what_has_not_left_replaces_it",
    "test_a_dead_letter_replayed_tells_who_asked_then_and_not_who_joined_since",
    "test_a_record_that_cannot_be_used_is_listed_alarms_and_can_be_replayed",
    "test_a_withdrawal_before_sending_cancels_and_says_nothing",
    "test_copies_that_come_at_the_same_moment_are_told_once",
    "test_exactly_those_whom_it_concerns_get_one_message",
    "test_the_whole_log_read_once_more_tells_nobody_again",
    "test_withdrawn_and_published_again_is_told_to_who_heard_of_both",
]

UNTIL = ("2026年6月30日", "2026年7月31日")


@pytest.fixture
def runs_on() -> str:
    return "kafka"


@pytest.fixture
async def either_town(town: Town) -> Town:
    return town


async def test_a_restart_in_the_midst_of_everything_loses_nothing_and_tells_once(town: Town) -> None:
    """Events of several pages lie in the outbox, on topics and in hands when everything stops, three times."""
    chance = random.Random(7)
    people = ("mei", "wang", "li")
    for name in people:
        await town.a_citizen(name)
    for number in range(9):
        await town.publish(f"/{number % 3}", event="updated", **another_subsidy(number % 3, until=UNTIL[number // 3 % 2]))
        if number % 3 == 2:
            await asyncio.sleep(chance.random() * 0.3)
            await town.restart()
    await town.settle()
    for name in people:
        mails = await town.mailbox(name)
        told = Counter(mail.publication for mail in mails if mail.kind == "new")
        assert sorted(told.values()) == [1, 1, 1], mails
        for publication in told:
            last = [mail for mail in mails if mail.publication == publication][-1]
            assert UNTIL[0].removeprefix("2026年") in last.text, "the last thing heard is what holds"


async def test_a_house_that_stopped_for_long_takes_up_what_came_meanwhile(town: Town) -> None:
    """What a site sends while nothing but the database is there is accepted, and told after the start."""
    await town.a_citizen("mei")
    await town.tells("/1", **a_subsidy())
    await town.service.stop()
    events = [await town.publish("/1", event="updated", **a_subsidy(until="2026年4月10日")), await town.withdraw("/1")]
    await town.start_again()
    await town.settle()
    assert [(await town.funnel(event))["outcome"] for event in events] == ["changed", "withdrawn"]
    kinds = [mail.kind for mail in await town.mailbox("mei")]
    assert kinds in (["new", "withdrawal"], ["new", "correction", "withdrawal"]), "the correction leaves if it is quick enough"
