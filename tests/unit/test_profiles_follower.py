"""How a matcher keeps up with profiles, and how an import learns that it has, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Profile
from pushsvc.errors import NotDurable
from pushsvc.profiles import changes
from pushsvc.profiles.changes import forget_changes, hold_the_pen, note_changes
from pushsvc.profiles.checking import check
from pushsvc.profiles.follower import Follower, matchers_follow
from pushsvc.profiles.importing import apply
from pushsvc.profiles.leaving import erase
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault


class Index:
    """A matching index as the follower sees it."""

    def __init__(self) -> None:
        self.profiles: dict[int, Profile] = {}

    def take(self, profiles: Sequence[Profile], gone: frozenset[int]) -> None:
        self.profiles |= {profile.subscriber_no: profile for profile in profiles}
        for number in gone:
            self.profiles.pop(number, None)


async def imports(database: Database, vault: Vault, clock: FixedClock, ids: Iterable[str], topic: str = "养老") -> int:
    raws = [json.dumps({"id": each, "endpoints": [], "interests": [{"topics": [topic]}]}).encode() for each in ids]
    return (await apply(database, vault, clock, check(raws, clock))).change_no


async def test_a_matcher_loads_everybody_then_sees_changes_newcomers_and_who_is_gone(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    await imports(database, vault, clock, ["c-1", "c-2"])
    index = Index()
    follower = Follower(database, clock, index.take)
    await follower.start()
    assert sorted(index.profiles) == [1, 2]
    await imports(database, vault, clock, ["c-1"], topic="医疗")
    last = await imports(database, vault, clock, ["c-3"])
    await erase(database, vault, clock, "c-2")
    assert await follower.catch_up() == last + 1
    assert sorted(index.profiles) == [1, 3]
    assert index.profiles[1].interests[0][1].topics != index.profiles[3].interests[0][1].topics


async def test_a_shard_follows_only_its_own(database: Database, vault: Vault, clock: FixedClock) -> None:
    index = Index()
    follower = Follower(database, clock, index.take, shard=0, of=2)
    await follower.start()
    last = await imports(database, vault, clock, [f"c-{n}" for n in range(5)])
    assert await follower.catch_up() == last
    assert sorted(index.profiles) == [2, 4]


async def test_more_changes_than_one_look_reads_are_all_followed(
    database: Database, vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushsvc.profiles.follower.FEED_LIMIT", 2)
    index = Index()
    follower = Follower(database, clock, index.take)
    await follower.start()
    await imports(database, vault, clock, [f"c-{n}" for n in range(7)])
    await follower.catch_up()
    assert sorted(index.profiles) == [1, 2, 3, 4, 5, 6, 7]


async def test_an_import_returns_once_the_running_matcher_has_followed_it(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    index = Index()
    follower = Follower(database, clock, index.take)
    await follower.start()
    following = asyncio.create_task(follower.follow())
    try:
        last = await imports(database, vault, clock, ["c-1", "c-2", "c-3"])
        assert await matchers_follow(database, clock, last) == "followed"
        assert sorted(index.profiles) == [1, 2, 3]
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def test_a_ring_makes_it_look_at_once(
    database: Database, vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushsvc.profiles.follower.LOOK_SECONDS", 60)
    index = Index()
    follower = Follower(database, clock, index.take)
    await follower.start()
    following = asyncio.create_task(follower.follow())
    try:
        await asyncio.sleep(0.1)
        last = await imports(database, vault, clock, ["c-1"])
        follower.ring()
        assert await matchers_follow(database, clock, last) == "followed"
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def test_a_database_that_was_away_does_not_end_the_following(
    database: Database, vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, faults = Index(), iter([NotDurable("the disk is full"), ConnectionError("away")])
    follower = Follower(database, clock, index.take)
    await follower.start()
    real = follower.catch_up

    async def fails_twice() -> int:
        if fault := next(faults, None):
            raise fault
        return await real()

    monkeypatch.setattr(follower, "catch_up", fails_twice)
    following = asyncio.create_task(follower.follow())
    try:
        last = await imports(database, vault, clock, ["c-1"])
        assert await matchers_follow(database, clock, last) == "followed"
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def test_changes_that_all_have_followed_can_be_forgotten_without_counting_again(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    last = await imports(database, vault, clock, ["c-1"])
    clock.advance(timedelta(days=8))
    assert await forget_changes(database, clock) == last
    assert await forget_changes(database, clock) == 0
    index = Index()
    follower = Follower(database, clock, index.take)
    await follower.start()
    assert (follower.position, sorted(index.profiles)) == (last, [1])
    assert await imports(database, vault, clock, ["c-2"]) == last + 1
    await follower.catch_up()
    assert sorted(index.profiles) == [1, 2]


async def test_what_a_living_matcher_has_not_followed_is_not_forgotten(
    database: Database, vault: Vault, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "FORGOTTEN_AT_ONCE", 2)
    index = Index()
    behind = Follower(database, clock, index.take)
    await imports(database, vault, clock, ["c-1", "c-2", "c-3"])
    await behind.start()
    await imports(database, vault, clock, ["c-4", "c-5"])
    clock.advance(timedelta(days=8))
    await behind._say_position()
    assert await forget_changes(database, clock) == 3
    await behind.catch_up()
    assert sorted(index.profiles) == [1, 2, 3, 4, 5]
    await behind._say_position()
    assert await forget_changes(database, clock) == 2


async def test_an_import_says_when_no_matcher_runs_or_when_one_is_behind(database: Database, clock: FixedClock) -> None:
    assert await matchers_follow(database, clock, 1) == "none"
    await Follower(database, clock, Index().take).start()
    assert await matchers_follow(database, clock, 1, seconds=0.1) == "behind"
    clock.advance(timedelta(seconds=11))
    assert await matchers_follow(database, clock, 1) == "none"


async def test_a_change_is_never_seen_before_a_lower_one(database: Database, clock: FixedClock) -> None:
    """A writer that was first to take the pen commits first, so the numbers that a reader sees have no gap."""
    order: list[str] = []

    async def write(name: str, holds: float) -> int:
        async with database.write() as tx:
            await hold_the_pen(tx)
            order.append(f"{name} began")
            await asyncio.sleep(holds)
            number = await note_changes(tx, [1], clock.now())
            order.append(f"{name} ends")
        return number

    slow = asyncio.create_task(write("slow", 0.2))
    await asyncio.sleep(0.05)
    assert await write("quick", 0) == 2
    assert await slow == 1
    assert order == ["slow began", "slow ends", "quick began", "quick ends"]


async def test_shards_of_before_that_look_alive_for_a_moment_are_not_waited_for(
    database: Database, vault: Vault, clock: FixedClock
) -> None:
    before = [Follower(database, clock, Index().take, shard=shard, of=2) for shard in range(2)]
    for follower in before:
        await follower.start()
    now = [Follower(database, clock, Index().take, shard=shard, of=3) for shard in range(3)]
    last = await imports(database, vault, clock, [f"c-{n}" for n in range(3)])
    for follower in now[:2]:
        await follower.start()
    assert await matchers_follow(database, clock, last, seconds=0) == "behind"
    await now[2].start()
    assert await matchers_follow(database, clock, last, seconds=0) == "followed"


async def test_a_shard_that_is_behind_is_waited_for(database: Database, vault: Vault, clock: FixedClock) -> None:
    late = Follower(database, clock, Index().take, shard=1, of=2)
    await late.start()
    last = await imports(database, vault, clock, ["c-1"])
    await Follower(database, clock, Index().take, shard=0, of=2).start()
    assert await matchers_follow(database, clock, last, seconds=0) == "behind"
