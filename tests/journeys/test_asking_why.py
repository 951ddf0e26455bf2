"""Did she get it, and why (not)? The answer names the clause, the hold or the suppression."""

from __future__ import annotations

import pytest

from tests.journeys.house import Town, shanghai
from tests.journeys.publications import a_subsidy

SMS = {"sms": "13800001111"}


async def test_who_was_told_hears_by_which_clauses(either_town: Town) -> None:
    town = either_town
    await town.a_citizen("mei", attributes={"age": 65})
    await town.a_citizen("unknown")
    event = (await town.tells(eligibility={"age": {"min": 60}}, **a_subsidy()))["event_id"]
    answer = await town.trace("mei", event)
    assert (answer["told"], answer["state"], answer["channel"]) == (True, "accepted", "email")
    assert answer["reasons"] == ["region:510104", "any_of:补贴"]
    assert answer["at"]
    assert "eligibility:unknown" in (await town.trace("unknown", event))["reasons"]


@pytest.mark.parametrize(
    ("person", "named"),
    [
        ({"in_": "510105"}, "place"),
        ({"interests": [{"any_of": ["停水"]}]}, "any_of"),
        ({"interests": [{"any_of": ["补贴"], "none_of": ["适老化"]}]}, "none_of"),
        ({"attributes": {"age": 30}}, "age"),
        ({"interests": [{"topics": ["停水停电"]}]}, "topics"),
    ],
)
async def test_whom_it_does_not_concern_hears_which_clause_it_does_not_answer(
    town: Town, person: dict[str, object], named: str
) -> None:
    await town.a_citizen("mei", **person)
    event = (await town.tells(eligibility={"age": {"min": 60}}, **a_subsidy()))["event_id"]
    answer = await town.trace("mei", event)
    assert answer["told"] is False
    assert any(named in reason for reason in answer["reasons"]), answer


async def test_who_was_held_back_hears_why(town: Town) -> None:
    await town.a_site("5101050001", reach=["510100"])
    await town.a_citizen("mei", address={"email": "home@mail.example"})
    await town.a_citizen("wang", address={"email": "home@mail.example"})
    await town.a_citizen("daily", frequency="daily")
    await town.a_citizen("limited", max_a_day=1)
    event = (await town.tells(**a_subsidy()))["event_id"]
    copy = await town.tells("/copy", site="5101050001", regions=["510104"], **a_subsidy())
    told, silent = sorted([await town.trace(name, event) for name in ("mei", "wang")], key=lambda one: not one["told"])
    assert (told["told"], silent["reasons"]) == (True, ["shared_address"])
    assert (await town.trace("daily", event))["reasons"] == ["held:digest", "due:2026-03-03T00:30:00.000Z"]
    assert (await town.trace("limited", copy["event_id"]))["reasons"] == ["told_before", f"event:{event}"]
    await town.withdraw()
    await town.settle()
    assert (await town.trace("daily", event))["reasons"] in (["cancelled"], ["withdrawn"])


async def test_who_would_have_heard_too_late_hears_so(town: Town) -> None:
    town.clock.set(shanghai("2026-03-02 21:30"))
    await town.a_citizen("mei", channels=["sms"], address=SMS)
    event = (await town.tells(**a_subsidy(until="2026年3月2日")))["event_id"]
    assert (await town.trace("mei", event))["reasons"] == ["too_late"]


async def test_of_a_test_event_it_says_that_it_was_one(town: Town) -> None:
    await town.a_citizen("mei")
    event = (await town.tells(test=True, **a_subsidy()))["event_id"]
    assert (await town.trace("mei", event))["reasons"] == ["test"]


async def test_who_joined_later_hears_that_it_came_before_them(town: Town) -> None:
    event = (await town.tells(**a_subsidy()))["event_id"]
    await town.advance(minutes=1)
    await town.a_citizen("late")
    answer = await town.trace("late", event)
    assert answer["told"] is False
    assert answer["reasons"] not in ([], ["no_match"])


async def test_the_trace_of_an_event_walks_through_every_stage(town: Town) -> None:
    await town.a_citizen("mei")
    event = (await town.tells(**a_subsidy()))["event_id"]
    async with town.house.database.read() as tx:
        found = await town.house.trace(tx, event)
    assert found is not None
    stages = [step["stage"] for step in found["steps"]]
    assert stages == ["event", "normalise", "summarise", "match", "plan", "deliver"]
