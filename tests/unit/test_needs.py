"""What needs a person is said first, the most pressing first; what mends itself is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.operations.installation import set_value
from pushsvc.operations.needs import KINDS, WHERE, Need, Seen, dead_by_stage, needs
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.operations import paused_channels, paused_sites, reports, service_messages
from pushsvc.storage.tables.sites import site_states


async def found(database: Database, clock: FixedClock, **seen: Any) -> list[Need]:
    async with database.read() as tx:
        return list(await needs(tx, clock.now(), Seen(**seen)))


async def put(database: Database, table: sa.Table, *rows: dict[str, Any]) -> None:
    async with database.write() as tx:
        await tx.execute(sa.insert(table), list(rows))


def a_letter(clock: FixedClock, number: int, reason: str, stage: str = "summarise", **also: Any) -> dict[str, Any]:
    return {
        "stage": stage, "topic": "versions", "part": 0, "offset": number, "key": "k", "value": {}, "reason": reason,
        "at": clock.now() - timedelta(hours=number), "replayed_at": None, **also,
    }  # fmt: skip


async def test_nothing_needs_anybody_in_a_quiet_house(database: Database, clock: FixedClock) -> None:
    assert await found(database, clock) == []


async def test_dead_letters_are_told_by_number_and_replayed_ones_are_not(database: Database, clock: FixedClock) -> None:
    letters = [a_letter(clock, 1, "no text"), a_letter(clock, 2, "no text"), a_letter(clock, 3, "too long", "match")]
    await put(database, dead_letters, *letters, a_letter(clock, 9, "old", replayed_at=clock.now()))
    (need,) = await found(database, clock)
    assert (need.kind, need.number, need.href) == ("dead", 3, "/o/dlq")
    assert need.since == clock.now() - timedelta(hours=3)
    async with database.read() as tx:
        assert await dead_by_stage(tx) == {"summarise": 2, "match": 1}


async def test_a_message_that_is_due_for_a_moment_needs_nobody_and_one_that_waits_too_long_does(
    database: Database, clock: FixedClock
) -> None:
    now = clock.now()
    assert await found(database, clock, due={"email": (9, now - timedelta(minutes=9))}) == []
    (need,) = await found(database, clock, due={"email": (9, now - timedelta(minutes=11))})
    assert (need.kind, need.number, need.names) == ("oldest", 9, ("email",))


async def test_a_provider_that_does_not_answer_is_told_after_two_minutes(database: Database, clock: FixedClock) -> None:
    for minutes, kinds in ((1, []), (3, ["unreachable"]), (60, ["unreachable"])):
        since = clock.now() - timedelta(minutes=minutes)
        told = await found(database, clock, due={"email": (3, since)}, stuck={"email": since})
        assert [need.kind for need in told] == kinds


async def test_what_waits_on_a_paused_channel_is_told_as_the_pause(database: Database, clock: FixedClock) -> None:
    await put(database, paused_channels, {"channel": "sms", "paused_at": clock.now() - timedelta(hours=2), "why": ""})
    told = await found(database, clock, due={"sms": (50, clock.now() - timedelta(hours=2))})
    assert [(need.kind, need.names) for need in told] == [("channel_paused", ("sms",))]


async def test_a_restore_is_told_once_and_not_as_three_pauses(database: Database, clock: FixedClock) -> None:
    for channel in ("email", "sms", "wechat"):
        await put(database, paused_channels, {"channel": channel, "paused_at": clock.now(), "why": "restore"})
    async with database.write() as tx:
        await set_value(tx, "paused", {"paused": True, "at": clock.now().isoformat(), "why": "restore"})
    assert [need.kind for need in await found(database, clock)] == ["restored"]


async def test_a_channel_fails_when_more_goes_wrong_than_well(database: Database, clock: FixedClock) -> None:
    assert await found(database, clock, lately={"sms": (500, 20), "email": (0, 3)}) == []
    (need,) = await found(database, clock, lately={"sms": (5, 20), "email": (900, 9)})
    assert (need.kind, need.names, need.number) == ("failing", ("sms",), 20)


async def test_a_few_messages_in_doubt_among_very_many_need_nobody(database: Database, clock: FixedClock) -> None:
    assert await found(database, clock, unknown=(9, 0)) == []
    assert await found(database, clock, unknown=(50, 100_000)) == []
    assert [need.kind for need in await found(database, clock, unknown=(600, 100_000))] == ["unknown"]


async def test_a_page_may_be_fetched_again_for_an_hour_and_a_text_is_read_at_once(
    database: Database, clock: FixedClock
) -> None:
    since = clock.now() - timedelta(minutes=40)
    assert await found(database, clock, behind={"fetch": (3, since)}) == []
    (need,) = await found(database, clock, behind={"normalise": (3, since)})
    assert (need.kind, need.names, need.number) == ("behind", ("normalise",), 3)


async def test_every_other_thing_that_waits_for_a_person_is_told_with_the_page_for_it(
    database: Database, clock: FixedClock
) -> None:
    now = clock.now()
    await put(database, paused_sites, {"site": "5101000012", "paused_at": now, "who": "lina", "why": ""})
    states = [{"site": f"510100001{number}", "state": state, "rule": "r", "since": now, "checked_at": now}
              for number, state in enumerate(("ok", "late", "failing"))]  # fmt: skip
    await put(database, site_states, *states)
    said = {"delivery_id": "dlv_1", "publication_id": "pub_1", "version_id": "ver_1", "sentence": "…", "at": now}
    await put(database, reports, {**said, "closed_at": None}, {**said, "closed_at": now})
    code = {"kind": "code", "channel": "email", "language": "zh", "until": now, "created_at": now, "state": "waiting"}
    await put(
        database, service_messages,
        {**code, "message_id": "m1", "due_at": now - timedelta(minutes=3)}, {**code, "message_id": "m2", "due_at": now},
    )  # fmt: skip
    told = await found(database, clock, release=(2, 340_000), unknown=(70, 9_000))
    assert [(need.kind, need.number) for need in told] == [
        ("codes_wait", 1), ("release", 2), ("site_paused", 1), ("reports", 1), ("sites_failing", 1), ("unknown", 70),
    ]  # fmt: skip
    assert told[1].people == 340_000
    assert set(WHERE) == set(KINDS)
