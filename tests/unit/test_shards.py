"""Matcher shards, and a number of them that changes with a restart: the same people are told, each once, and counted once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.records import Record
from pushsvc.ledger.trace import trace
from pushsvc.matching.index import MatchingIndex
from pushsvc.storage.database import Database
from pushsvc.streams.pipeline import match_group
from pushsvc.streams.plan import Plan
from tests.services import databases
from tests.unit.ledger_town import SHANGHAI, Town
from tests.unit.test_matching_against_oracle import Chance

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Records = list[dict[str, Any]]


@pytest.fixture
def town(sqlite_database: Database, clock: FixedClock) -> Town:
    return Town(sqlite_database, clock)


def said_by(town: Town, said: dict[str, Any], people: Sequence[int], of: int) -> list[Records]:
    """What each of the `of` shards writes for the event, when it answers `people`."""
    return [town.records(said, *[n for n in people if n % of == shard], shard=shard, of=of) for shard in range(of)]


def mixed(chance: random.Random, each: Sequence[Records]) -> Records:
    """Shards write side by side: any order, but each of them keeps its own."""
    left, order = [list(records) for records in each], []
    while left := [records for records in left if records]:
        order.append(chance.choice(left).pop(0))
    return order


# The same people


@pytest.mark.parametrize("of", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_shards_together_answer_as_one_does_and_nobody_twice(seed: int, of: int) -> None:
    chance, whole, shards = Chance(seed), MatchingIndex(), [MatchingIndex(shard, of) for shard in range(of)]
    for _ in range(200):
        profile = chance.profile(chance.randrange(90))
        for index in (whole, *shards):
            index.put(profile)
    assert sum(map(len, shards)) == len(whole)
    found = 0
    for _ in range(40):
        question = chance.question()
        together = [match for index in shards for match in index.answer(question)]
        assert sorted(together, key=lambda match: match.subscriber_no) == list(whole.answer(question))
        found += len(together)
    assert found > 100


async def a_story(town: Town, seed: int, layouts: Sequence[int]) -> tuple[dict[int, Any], list[Any]]:
    """Versions of one page, answered by shards of these numbers in turn: whoever is stopped halfway for the next number
    leaves the event to it, and now and then still writes down its rest. Gives what each person heard, and the funnels."""
    story, chance, asked = random.Random(seed), random.Random(seed + len(layouts)), []
    people = [town.a_citizen(frequency=story.choice(["immediate", "daily"])) for _ in range(12)]
    events = []
    for step in range(4):
        kind = "new" if not step else story.choice(["changed", "changed", "withdrawn"])
        said = await town.accept(version=f"ver_{step}", kind=kind)
        who = sorted(story.sample(people, story.randint(0, 12))) if kind != "withdrawn" else []
        leaves = story.random() < 0.7
        for turn, of in enumerate(layouts):
            records = mixed(chance, said_by(town, said, who, of))
            cut = chance.randint(0, len(records)) if turn < len(layouts) - 1 else len(records)
            await town.plan(*records[:cut])
            asked.append(records[cut:])
        if chance.random() < 0.5:
            await town.plan(*mixed(chance, [asked.pop(chance.randrange(len(asked)))]))
        events.append(said["event_id"])
        if leaves:
            await town.leaves()
    await town.after(days=2)
    await town.leaves()
    return {number: await town.told(number) for number in people}, [await town.funnel(event) for event in events]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("layouts", [(2,), (3,), (2, 3), (1, 2), (3, 1, 2), (2, 3, 2)])
async def test_however_many_shards_answer_and_change_everybody_hears_the_same(
    sqlite_template: Path, tmp_path: Path, seed: int, layouts: Sequence[int]
) -> None:
    heard = []
    for numbers in ((1,), layouts):
        async with databases.sqlite_database(sqlite_template, tmp_path) as database:
            heard.append(await a_story(Town(database, FixedClock(MONDAY_MORNING)), seed, numbers))
    (told, funnels), (told_by_shards, funnels_of_shards) = heard
    assert told_by_shards == told
    assert funnels_of_shards == funnels


# Counted once


async def test_an_event_is_done_when_all_shards_of_one_number_are_through(town: Town) -> None:
    people = [town.a_citizen() for _ in range(5)]
    said = await town.accept()
    halves, thirds = said_by(town, said, people, 2), said_by(town, said, people, 3)
    await town.plan(*halves[0], *thirds[0], *thirds[2])
    await town.leaves()
    assert (await town.funnel(said["event_id"]))["state"] == "working"
    await town.plan(*thirds[1])
    await town.leaves()
    told = await town.funnel(said["event_id"])
    assert (told["state"], told["matched"], told["accepted"]) == ("done", 5, {"email": 5})


async def test_people_without_a_notice_are_not_counted_again_by_shards_of_another_number(town: Town) -> None:
    people = [town.a_citizen() for _ in range(4)]
    await town.publish(*people)
    await town.leaves()
    said = await town.accept(publication="pub_b", version="ver_b")
    first, second = said_by(town, said, people, 2)
    await town.plan(*first)
    for records in said_by(town, said, people, 3):
        await town.plan(*records)
    await town.plan(*second)
    told = await town.funnel(said["event_id"])
    assert (told["matched"], told["planned"], told["suppressed"]) == (4, 0, {"told_before": 4})
    async with town.database.read() as tx:
        found = await trace(tx, said["event_id"])
    assert found is not None
    notes = [(step["shard"], step.get("counted", True)) for step in found["steps"] if step["stage"] == "match"]
    (planned,) = [step for step in found["steps"] if step["stage"] == "plan"]
    assert notes == [("0/2", False), ("0/3", True), ("1/3", True), ("2/3", True)]
    assert (planned["people"], planned["passed_over"]) == (4, {"told_before": 4})


async def test_while_no_number_of_shards_is_through_the_furthest_counts(town: Town) -> None:
    people = [town.a_citizen() for _ in range(6)]
    said = await town.accept()
    halves, thirds = said_by(town, said, people, 2), said_by(town, said, people, 3)
    await town.plan(*thirds[0], *thirds[1])
    await town.plan(*halves[0][:-1])
    async with town.database.read() as tx:
        found = await trace(tx, said["event_id"])
    assert found is not None
    assert [step["chunks"] for step in found["steps"] if "chunks" in step] == [2]


async def test_who_left_before_the_other_shards_answered_was_matched_all_the_same(town: Town) -> None:
    anna, bert, carl = (town.a_citizen() for _ in range(3))
    said = await town.accept()
    await town.plan(*said_by(town, said, [anna, bert, carl], 2)[1])
    await town.match(said, anna, bert)  # carl, number 3, is gone now
    await town.leaves()
    told = await town.funnel(said["event_id"])
    assert (told["state"], told["matched"], told["planned"]) == ("done", 3, 3)


async def test_who_was_planned_by_stopped_shards_is_not_replaced_in_the_count_by_the_others(town: Town) -> None:
    people = [town.a_citizen() for _ in range(4)]
    said = await town.accept()
    first, _second = said_by(town, said, people, 2)
    await town.plan(*first)
    await town.leaves()
    newer = await town.accept(version="ver_a2", kind="changed")
    await town.match(said, *people)
    await town.match(newer)
    told = await town.funnel(said["event_id"])
    assert (told["matched"], told["accepted"], told["suppressed"]) == (4, {"email": 2}, {"replaced": 2})


async def test_what_shards_of_another_number_say_later_of_a_finished_event_changes_nothing(town: Town) -> None:
    anna, bert, carl = (town.a_citizen() for _ in range(3))
    said = await town.accept()
    await town.match(said, anna, bert)
    before = await town.funnel(said["event_id"])
    for records in said_by(town, said, [bert, carl], 2):
        await town.plan(*records)
    assert await town.funnel(said["event_id"]) == before
    assert await town.notices(carl) == []


# Held for a release


@pytest.mark.parametrize("seed", range(6))
async def test_shards_together_never_tell_more_than_max_people_without_a_release(
    sqlite_database: Database, clock: FixedClock, seed: int
) -> None:
    town, chance = Town(sqlite_database, clock, max_people=9), random.Random(seed)
    people = [town.a_citizen() for _ in range(30)]
    crowded, quiet = chance.randint(8, 10), chance.randint(0, 5)
    who = [n for n in people if n % 2][:crowded] + [n for n in people if n % 2 == 0][:quiet]
    said = await town.accept()
    await town.plan(*mixed(chance, said_by(town, said, who, 2)))
    await town.leaves()
    told = await town.funnel(said["event_id"])
    assert told["accepted"].get("email", 0) <= 9
    assert (told["held"] > 0) == (len(who) > 9 or crowded * 2 > 9)


async def test_a_small_shard_waits_with_the_others_when_they_are_through_and_too_many(
    sqlite_database: Database, clock: FixedClock
) -> None:
    town = Town(sqlite_database, clock, max_people=10)
    people = [town.a_citizen() for _ in range(24)]
    many, few = [n for n in people if n % 2][:9], [n for n in people if n % 2 == 0][:3]
    said = await town.accept()
    one, other = said_by(town, said, [*many, *few], 2)
    await town.plan(*other, *one)
    assert (await town.funnel(said["event_id"]))["held"] == 12


async def test_an_operator_hears_of_it_also_when_only_a_later_chunk_is_held(
    sqlite_database: Database, clock: FixedClock
) -> None:
    heard: list[tuple[str, int]] = []
    town = Town(sqlite_database, clock, max_people=10)
    people = [town.a_citizen() for _ in range(18)]
    said = await town.accept()
    few, many = said_by(town, said, [*people[1:8:2], *people[::2]], 2)
    chunk, end = few
    halves = [{**chunk, "chunk": number, "members": chunk["members"][2 * number : 2 * number + 2]} for number in range(2)]
    await town.plan(halves[0])
    await town.plan(*many)
    stage = Plan(
        town.database, clock, town._recipients, town._stopped, zone=SHANGHAI, max_people=10,
        on_held=lambda event, number: heard.append((event, number)),
    )  # fmt: skip
    prepared = await stage.prepare([Record("matches", 0, 9, "pub_a", halves[1], clock.now())])
    async with town.database.write() as tx:
        await stage.apply(tx, prepared)
    await town.plan(end)
    assert heard == [(said["event_id"], 13)]
    assert (await town.funnel(said["event_id"]))["held"] == 11


def test_each_shard_is_a_consumer_group_of_its_own() -> None:
    assert [match_group(shard, of) for of in (1, 2) for shard in range(of)] == ["match", "match.0of2", "match.1of2"]
