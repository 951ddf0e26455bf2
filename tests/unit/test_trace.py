"""Did she get it, and why (not)? The whole way of anything, stage by stage."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.fallback import fall_back, tell_again
from pushsvc.ledger.trace import trace, trace_pair
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.operations import paused_channels
from tests.unit.ledger_town import WHY, Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def she_got(town: Town, number: int, event: str, failed: tuple[str, ...] = ()) -> dict[str, Any]:
    async def why_not(_tx: Any, _number: int, _event: str) -> tuple[str, ...]:
        return failed

    async with town.database.read() as tx:
        answer = await trace_pair(tx, f"c-{number}", event, why_not)
    assert answer is not None
    return answer


async def kept(town: Town, *channels: str, **preferences: Any) -> int:
    number = town.a_citizen(*channels, **preferences)
    await town.keeps(number)
    return number


async def test_who_was_told_is_answered_with_state_channel_moment_and_reasons(town: Town):
    anna = await kept(town)
    event = await town.publish(anna)
    await town.leaves()

    answer = await she_got(town, anna, event)
    assert answer.pop("delivery").startswith("dlv_")
    assert answer.pop("attempts") == []  # the town's stand-in for a sender notes none
    assert answer == {
        "told": True, "state": "accepted", "channel": "email", "at": "2026-03-02T01:00:00.000Z", "reasons": WHY["0"],
    }  # fmt: skip


async def test_publication_and_address_name_the_event_too(town: Town):
    anna = await kept(town)
    await town.publish(anna)
    await town.leaves()

    assert (await she_got(town, anna, "pub_a"))["told"]
    assert (await she_got(town, anna, "https://x/pub_a"))["told"]


async def test_a_hold_is_named(town: Town):
    anna = await kept(town, frequency="daily")
    event = await town.publish(anna)

    answer = await she_got(town, anna, event)
    assert (answer["told"], answer["state"]) == (False, "held")
    assert answer["reasons"] == ["held:digest", "due:2026-03-03T00:30:00.000Z"]


async def test_a_paused_channel_is_named_and_counts_as_held(town: Town):
    anna = await kept(town)
    event = await town.publish(anna)
    async with town.database.write() as tx:
        await tx.execute(sa.insert(paused_channels).values(channel="all", paused_at=town.clock.now(), why="test"))

    assert (await she_got(town, anna, event))["reasons"][0] == "held:paused"
    funnel = await town.funnel(event)
    assert (funnel["held"], funnel["state"]) == (1, "done")


async def test_a_suppression_is_named(town: Town):
    anna = await kept(town, paused_until=town.clock.now() + timedelta(days=1))
    event = await town.publish(anna)

    assert await she_got(town, anna, event) == {
        "told": False, "state": "suppressed", "channel": None, "at": None, "reasons": ["paused"],
    }  # fmt: skip


async def test_the_clauses_that_failed_are_named(town: Town):
    anna = await kept(town)
    event = await town.publish()

    answer = await she_got(town, anna, event, ("interest 0: topics 养老",))
    assert (answer["told"], answer["reasons"]) == (False, ["interest 0: topics 养老"])


async def test_a_copy_names_the_event_that_told_her(town: Town):
    anna = await kept(town)
    first = await town.publish(anna, publication="pub_a", version="ver_a")
    event = await town.publish(anna, publication="pub_b", version="ver_b")

    assert (await she_got(town, anna, event))["reasons"] == ["told_before", f"event:{first}"]


async def test_what_a_newer_version_replaced_says_so(town: Town):
    anna = await kept(town, frequency="daily")
    event = await town.publish(anna)
    await town.publish(version="ver_a2", kind="changed")

    assert (await she_got(town, anna, event))["reasons"] == ["replaced"]


async def test_nobody_and_nothing_unknown_is_answered(town: Town):
    anna = await kept(town)
    event = await town.publish(anna)
    async with town.database.read() as tx:
        assert await trace_pair(tx, "nobody", event) is None
        assert await trace_pair(tx, f"c-{anna}", "evt_nothing") is None
        assert await trace(tx, "nothing") is None


async def test_everything_can_be_followed_stage_by_stage_without_personal_data(town: Town):
    anna = await kept(town)
    event = await town.publish(anna)
    await town.leaves()
    (message,), (notice,) = await town.messages(), await town.notices(anna)

    stages = {}
    async with town.database.read() as tx:
        for what in (event, "pub_a", "https://x/pub_a", notice.notice_id, message.delivery_id, f"c-{anna}"):
            found = await trace(tx, what)
            assert found is not None
            assert "sealed" not in json.dumps(found)
            stages[found["kind"]] = [step["stage"] for step in found["steps"]]

    assert stages == {
        "event": ["event", "normalise", "summarise", "match", "plan", "deliver"],
        "publication": ["publication", "normalise"],
        "notice": ["notice", "plan"],
        "delivery": ["notice", "plan"],
        "subscriber": ["subscriber", "notice"],
    }


async def test_a_dead_letter_shows_on_the_way_and_in_the_funnel_until_it_was_replayed(town: Town):
    event = await town.publish(await kept(town))
    await town.leaves()
    letter = {
        "stage": "match", "topic": "summaries", "part": 0, "offset": 1, "key": "pub_a", "value": {}, "reason": "poison",
        "event_id": event, "at": town.clock.now(),
    }  # fmt: skip
    async with town.database.write() as tx:
        await tx.execute(sa.insert(dead_letters).values(letter))

    async with town.database.read() as tx:
        found = await trace(tx, event)
    assert found is not None
    assert [step["reason"] for step in found["steps"] if "dead_letter" in step] == ["poison"]
    assert (await town.funnel(event))["state"] == "dead"
    async with town.database.write() as tx:
        await tx.execute(sa.update(dead_letters).values(replayed_at=town.clock.now()))
    assert (await town.funnel(event))["state"] == "done"


async def told_elsewhere(town: Town, state: str) -> tuple[int, str, list[str]]:
    """Somebody whose SMS ended as `state` and who was told by email then: (number, event, the channels of her notice's way)."""
    anna = await kept(town, "sms", "email", channels=("sms", "email"), quiet_hours=())
    event = await town.publish(anna)
    await town.leaves(state=state)
    (first,) = await town.messages()
    async with town.database.write() as tx:
        again = fall_back if state == "failed" else tell_again
        assert await again(tx, first.delivery_id, town.people[anna], town.clock.now())
    await town.leaves()
    (notice,) = await town.notices(anna)
    async with town.database.read() as tx:
        found = await trace(tx, notice.notice_id)
    assert found is not None
    return anna, event, [f"{step['channel']}:{step['state']}" for step in found["steps"] if step["stage"] == "plan"]


async def test_the_way_of_a_notice_begins_with_the_message_that_failed(town: Town) -> None:
    anna, event, way = await told_elsewhere(town, "failed")
    assert way == ["sms:failed", "email:accepted"]
    assert "possible_repeat" not in await she_got(town, anna, event)


async def test_whoever_may_have_been_told_twice_is_shown_so_with_the_silent_message(town: Town) -> None:
    anna, event, way = await told_elsewhere(town, "accepted")
    assert way == ["sms:accepted", "email:accepted"]
    answer = await she_got(town, anna, event)
    assert (answer["told"], answer["channel"], answer["possible_repeat"]) == (True, "email", True)
    (sms,) = [row for row in await town.messages() if row.channel == "sms"]
    assert answer["repeats"] == sms.delivery_id
