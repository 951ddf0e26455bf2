"""A narrower question, a rest, an end, and the way back from each, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Interest
from pushsvc.profiles import narrowed
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.checking import check
from pushsvc.profiles.importing import apply
from pushsvc.profiles.narrowed import WayBack
from pushsvc.profiles.reading import profiles_of
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

ELDERS = {"topics": ["养老"], "any_of": ["补贴"]}
POLICY = {"types": ["policy"]}
SOURCE = "test"


class Town:
    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    async def imports(self, *interests: dict[str, Any]) -> None:
        consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
        line = {
            "id": "wang", "interests": list(interests),
            "endpoints": [{"channel": "email", "address": "wang@example.cn", "consent": consent}],
        }  # fmt: skip
        await apply(self.database, self.vault, self.clock, check([json.dumps(line).encode()], self.clock))

    async def wants(self) -> list[tuple[int, Interest, Any]]:
        async with self.database.read() as tx:
            return list((await profiles_of(tx, [1]))[0].interests)

    async def changes(self) -> int:
        async with self.database.read() as tx:
            return await last_change(tx)

    async def does(self, what: Any, *said: Any, **named: Any) -> Any:
        self.clock.advance(timedelta(minutes=1))
        async with self.database.write() as tx:
            return await what(tx, *said, **named)


@pytest.fixture
async def town(database: Database, vault: Vault, clock: FixedClock) -> Town:
    made = Town(database, vault, clock)
    await made.imports(ELDERS, POLICY)
    return made


async def elders(town: Town) -> Interest:
    return (await town.wants())[0][1]


async def test_a_narrower_question_stands_at_the_same_place_and_keeps_its_moment(town: Town) -> None:
    before, seen = await town.wants(), await town.changes()
    narrower = replace(before[0][1], none_of=("电梯",))
    way = await town.does(narrowed.narrow, 1, 0, before[0][1], narrower, town.clock.now())
    assert way
    assert await town.wants() == [(0, narrower, before[0][2]), before[1]]
    assert await town.changes() > seen  # the matcher hears of it


async def test_every_way_back_leads_to_exactly_what_was(town: Town) -> None:
    before, now = await town.wants(), town.clock.now()
    first = before[0][1]
    for act in (
        (narrowed.narrow, 1, 0, first, replace(first, none_of=("电梯",)), now),
        (narrowed.rest, 1, 0, first, now, SOURCE),
        (narrowed.end, 1, 0, first, now),
    ):
        way = await town.does(*act)
        assert await town.wants() != before
        carried = WayBack(**json.loads(json.dumps(way.to_json(), ensure_ascii=False)))
        assert await town.does(narrowed.take_back, carried, now, SOURCE)
        assert await town.wants() == before
        assert not await town.does(narrowed.take_back, carried, now, SOURCE)
        assert await town.wants() == before


async def test_what_another_tab_changed_meanwhile_is_left_alone(town: Town) -> None:
    first, now = await elders(town), town.clock.now()
    await town.does(narrowed.narrow, 1, 0, first, replace(first, none_of=("电梯",)), now)
    stands = await town.wants()
    assert await town.does(narrowed.narrow, 1, 0, first, replace(first, none_of=("招标",)), now) is None
    assert await town.does(narrowed.rest, 1, 0, first, now, SOURCE) is None
    assert await town.does(narrowed.end, 1, 0, first, now) is None
    assert await town.wants() == stands


async def test_an_undo_does_not_take_back_what_was_changed_since(town: Town) -> None:
    first, now = await elders(town), town.clock.now()
    second, third = replace(first, none_of=("电梯",)), replace(first, none_of=("电梯", "招标"))
    way = await town.does(narrowed.narrow, 1, 0, first, second, now)
    await town.does(narrowed.narrow, 1, 0, second, third, now)
    assert not await town.does(narrowed.take_back, way, now, SOURCE)
    assert await elders(town) == third


async def test_a_question_that_the_person_asks_already_is_not_asked_twice(town: Town) -> None:
    first, other = (one for _place, one, _at in await town.wants())
    assert await town.does(narrowed.narrow, 1, 0, first, other, town.clock.now()) is None
    assert len(await town.wants()) == 2


async def test_an_import_does_not_wake_what_was_ended(town: Town) -> None:
    first, now = await elders(town), town.clock.now()
    await town.does(narrowed.end, 1, 0, first, now)
    await town.imports(ELDERS, POLICY)
    assert [one for _place, one, _at in await town.wants()] == [Interest(types=("policy",))]


async def test_nobody_elses_interest_is_reached(town: Town) -> None:
    first = await elders(town)
    assert await town.does(narrowed.end, 2, 0, first, town.clock.now()) is None
    assert await elders(town) == first
