"""What one person was told, as they look back on it: in its order, each with what became of it, corrections beside what they
correct."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Channel
from pushsvc.ledger.history import Line, Show, history
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from tests.unit.ledger_town import Town


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


async def told(town: Town, number: int, *, show: Show = "all", channel: Channel | None = None) -> list[Line]:
    async with town.database.read() as tx:
        found = await history(tx, number, show=show, channel=channel)
    return list(found.lines)


async def test_the_newest_stands_first_and_nobody_elses_is_there(town: Town) -> None:
    mei, tom = town.a_citizen(), town.a_citizen()
    for count in range(3):
        await town.publish(mei, tom, publication=f"pub_{count}", version=f"ver_{count}", work=f"wrk_{count}")
        await town.leaves()
        await town.after(hours=1)
    await town.publish(tom, publication="pub_9", version="ver_9", work="wrk_9")
    lines = await told(town, mei)
    assert [line.publication_id for line in lines] == ["pub_2", "pub_1", "pub_0"]
    assert {(line.state, line.channel, line.title) for line in lines} == {("accepted", "email", "通知")}
    assert len(await told(town, tom)) == 4


async def test_a_correction_stands_beside_what_it_corrects_and_the_other_way_round(town: Town) -> None:
    mei = town.a_citizen()
    await town.publish(mei)
    await town.leaves()
    await town.after(days=1)
    await town.publish(mei, version="ver_a2", kind="changed")
    await town.leaves()
    correction, first = await told(town, mei)
    assert (correction.kind, first.kind) == ("correction", "new")
    assert [other.notice_id for other in correction.earlier] == [first.notice_id]
    assert [(other.notice_id, other.kind) for other in first.later] == [(correction.notice_id, "correction")]
    assert first.earlier == () == correction.later
    assert correction.earlier[0].at < correction.at
    assert [line.kind for line in await told(town, mei, show="changes")] == ["correction"]


async def test_what_waits_says_for_what_and_until_when(town: Town) -> None:
    mei = town.a_citizen(frequency="daily")
    await town.publish(mei)
    (line,) = await told(town, mei, show="waiting")
    assert (line.state, line.held, line.in_digest) == ("planned", "digest", True)
    assert line.due_at
    assert line.due_at > town.clock.now()
    assert await told(town, mei, show="not") == []


async def test_what_did_not_come_is_shown_apart_with_its_reason(town: Town) -> None:
    mei = town.a_citizen()
    town.nobody_can_reach(mei)
    await town.publish(mei)
    assert await told(town, mei) == []
    (line,) = await told(town, mei, show="not")
    assert (line.state, line.suppressed, line.channel) == ("suppressed", "no_endpoint", None)


async def test_what_failed_stands_in_both_lists(town: Town) -> None:
    mei = town.a_citizen()
    await town.publish(mei)
    await town.leaves(state="failed")
    async with town.database.write() as tx:
        await tx.execute(sa.update(deliveries).values(code="5.1.1"))
    for found in (await told(town, mei), await told(town, mei, show="not")):
        (line,) = found
        assert (line.state, line.why) == ("failed", "5.1.1")


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(town: Town) -> None:
    mei = town.a_citizen()
    for count in range(7):
        # Two of each moment: the place of a page is a moment and an id.
        await town.publish(mei, publication=f"pub_{count}", version=f"ver_{count}", work=f"wrk_{count}")
        await town.after(minutes=count % 2)
    after, seen = "", []
    for _page in range(4):
        async with town.database.read() as tx:
            page = await history(tx, mei, after=after, most=2)
        seen += [line.notice_id for line in page.lines]
        after = page.after
    assert after == ""
    assert len(seen) == len(set(seen)) == 7
    assert seen == [line.notice_id for line in await told(town, mei)]


@pytest.mark.parametrize("after", ["x", "-", "9" * 40 + "-a", "12-", "-5-ntc_1", "1e9-x", "١٢-x", "\x00-\x00"])
async def test_a_place_that_nobody_gave_begins_at_the_newest_or_shows_nothing(town: Town, after: str) -> None:
    mei = town.a_citizen()
    await town.publish(mei)
    async with town.database.read() as tx:
        page = await history(tx, mei, after=after)
    assert len(page.lines) <= 1


async def test_a_channel_can_be_asked_for(town: Town) -> None:
    mei = town.a_citizen("sms")
    await town.publish(mei)
    assert [line.channel for line in await told(town, mei, channel="sms")] == ["sms"]
    assert await told(town, mei, channel="email") == []


async def test_only_the_rows_of_that_person_are_read(sqlite_database: Database) -> None:
    asked: list[str] = []
    async with sqlite_database.read() as tx:
        sa.event.listen(tx.sync_connection, "before_cursor_execute", lambda *event: asked.append(event[2]))
        await history(tx, 7)
        (query,) = [each for each in asked if each.lstrip().startswith("SELECT")]
        plan = " ".join(str(row) for row in await tx.execute(sa.text(f"EXPLAIN QUERY PLAN {query}".replace("?", "1"))))
    assert "SEARCH notices USING INDEX ix_notices_subscriber_no" in plan
    assert "SCAN notices" not in plan
    assert "SCAN deliveries" not in plan
