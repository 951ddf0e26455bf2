"""Drafts leave once, and can be taken back until they do."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import NotDurable
from pushsvc.ledger import reaches
from pushsvc.sites import drafts, reach_preview
from pushsvc.sites.drafts import Draft
from pushsvc.sites.intake import Accepted, Intake
from pushsvc.storage.database import Database
from pushsvc.storage.tables.sites import events
from pushsvc.storage.vault import Vault
from tests.conftest import SECRET_KEY
from tests.unit.intake_builders import an_intake, registered

SITE = "5101040001"
URL = "https://www.5101040001.example/1"
DOCUMENT = {"event": "published", "url": URL, "content_text": "请于2026年4月30日前申请。"}
TEN_MINUTES = timedelta(minutes=10)


class Dying(Intake):
    """A process that is killed when the event is written down and the draft does not know it yet."""

    async def send(self, *arguments: Any, **named: Any) -> Accepted:
        await super().send(*arguments, **named)
        raise KeyboardInterrupt


class Full(Intake):
    async def send(self, *arguments: Any, **named: Any) -> Accepted:
        raise NotDurable("the disk is full")


@pytest.fixture
async def intake(database: Database, vault: Vault, clock: FixedClock) -> Intake:
    columns = "code,name,organisation,region,domains,feeds,reach"
    await registered(database, clock, f"{columns}\n{SITE},网站,机关,510104,www.{SITE}.example,,\n")
    return an_intake(database, vault, clock)[0]


async def a_draft(database: Database, clock: FixedClock, name: str = "drf_1", **said: Any) -> Draft:
    async with database.write() as tx:
        await drafts.keep(tx, name, SITE, "lina", {**DOCUMENT, **said}, "标题", clock.now())
        found = await drafts.find(tx, SITE, name)
    assert found is not None
    return found


async def state_of(database: Database, name: str = "drf_1") -> str:
    async with database.read() as tx:
        found = await drafts.find(tx, SITE, name)
    return found.state if found else "gone"


async def sent_events(database: Database) -> list[Any]:
    async with database.read() as tx:
        return list((await tx.execute(sa.select(events).order_by(events.c.received_at))).all())


async def leaves(database: Database, clock: FixedClock, name: str = "drf_1") -> bool:
    async with database.write() as tx:
        return await drafts.leave(tx, name, clock.now() + TEN_MINUTES)


async def test_a_draft_waits_for_the_end_of_its_undo_period_and_then_leaves_once(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    await a_draft(database, clock)
    await leaves(database, clock)

    assert await reach_preview.send_due(database, intake, clock) == 0
    clock.advance(TEN_MINUTES)
    assert await reach_preview.send_due(database, intake, clock) == 1
    assert await reach_preview.send_due(database, intake, clock) == 0

    (event,) = await sent_events(database)
    assert (event.origin, event.test, await state_of(database)) == ("console", False, "sent")


async def test_what_was_taken_back_never_leaves_and_can_be_published_again(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    await a_draft(database, clock)
    await leaves(database, clock)
    async with database.write() as tx:
        assert await drafts.take_back(tx, "drf_1")
    clock.advance(TEN_MINUTES)
    assert await reach_preview.send_due(database, intake, clock) == 0
    assert await sent_events(database) == []

    assert await leaves(database, clock)
    clock.advance(TEN_MINUTES)
    assert await reach_preview.send_due(database, intake, clock) == 1


async def test_of_take_back_and_sending_at_the_same_moment_exactly_one_wins(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    for number in range(8):
        name = f"drf_{number}"
        await a_draft(database, clock, name, url=f"{URL}{number}")
        await leaves(database, clock, name)
    clock.advance(TEN_MINUTES)

    async def take_back(name: str) -> bool:
        async with database.write() as tx:
            return await drafts.take_back(tx, name)

    names = [f"drf_{number}" for number in range(8)]
    done = await asyncio.gather(
        *(take_back(name) for name in names[:4]), reach_preview.send_due(database, intake, clock),
        *(take_back(name) for name in names[4:]),
    )  # fmt: skip
    taken = sum(1 for each in done if each is True)

    assert [await state_of(database, name) for name in names].count("taken_back") == taken
    assert len(await sent_events(database)) == len(names) - taken


async def test_a_sender_that_dies_after_sending_has_sent_once(database: Database, clock: FixedClock, intake: Intake) -> None:
    await a_draft(database, clock)
    await leaves(database, clock)
    clock.advance(TEN_MINUTES)
    dying = Dying(intake.database, intake.publisher, intake.vault, intake.clock)
    with pytest.raises(KeyboardInterrupt):
        await reach_preview.send_due(database, dying, clock)
    assert await state_of(database) == "sending"
    async with database.write() as tx:
        assert not await drafts.take_back(tx, "drf_1"), "it has left already"

    clock.advance(timedelta(seconds=5))
    assert await reach_preview.send_due(database, intake, clock) == 1

    (event,) = await sent_events(database)
    async with database.read() as tx:
        found = await drafts.find(tx, SITE, "drf_1")
    assert found is not None
    assert (found.state, found.event_id) == ("sent", event.event_id)


_KILLED = """
import asyncio, os, signal, sys
from datetime import datetime
from pushsvc.clock import FixedClock
from pushsvc.sites import reach_preview
from pushsvc.sites.intake import Intake
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from tests.conftest import SECRET_KEY
from tests.unit.intake_builders import an_intake

class Killed(Intake):
    async def send(self, *arguments, **named):
        await super().send(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database, clock = Database(sys.argv[1]), FixedClock(datetime.fromisoformat(sys.argv[2]))
    made = an_intake(database, await Vault.load(database, sys.argv[3], clock), clock)[0]
    await reach_preview.send_due(database, Killed(made.database, made.publisher, made.vault, made.clock), clock)

asyncio.run(main())
"""


async def test_kill_9_between_sending_and_noting_it_sends_exactly_one_event(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    await a_draft(database, clock)
    await leaves(database, clock)
    clock.advance(TEN_MINUTES)
    arguments = (database.url, clock.now().isoformat(), SECRET_KEY)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, *arguments)
    assert await child.wait() == -signal.SIGKILL

    clock.advance(timedelta(seconds=5))
    assert await reach_preview.send_due(database, intake, clock) == 1

    assert len(await sent_events(database)) == 1
    assert await state_of(database) == "sent"


async def test_a_full_disk_holds_a_draft_up_and_loses_nothing(database: Database, clock: FixedClock, intake: Intake) -> None:
    await a_draft(database, clock)
    await leaves(database, clock)
    clock.advance(TEN_MINUTES)
    full = Full(intake.database, intake.publisher, intake.vault, intake.clock)

    assert await reach_preview.send_due(database, full, clock) == 0
    assert await reach_preview.send_due(database, intake, clock) == 1


async def test_a_draft_that_the_intake_refuses_is_the_clerks_again_with_the_reason(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    await a_draft(database, clock, url="https://elsewhere.example/1")
    await leaves(database, clock)
    clock.advance(TEN_MINUTES)

    assert await reach_preview.send_due(database, intake, clock) == 0

    async with database.read() as tx:
        found = await drafts.find(tx, SITE, "drf_1")
    assert found is not None
    assert found.state == "open"
    assert "own domains" in (found.why or "")


async def test_a_test_of_a_draft_is_sent_once_however_often_it_is_asked_for(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    draft = await a_draft(database, clock)

    first = await reach_preview.ask(database, intake, draft)
    again = await reach_preview.ask(database, intake, replace(draft, test_event_id=first))

    (event,) = await sent_events(database)
    assert (first, event.test) == (again, True)


async def test_a_list_shows_of_each_address_the_newest_draft_and_nothing_that_was_sent(
    database: Database, clock: FixedClock, intake: Intake
) -> None:
    for name, url in (
        ("drf_1", URL),
        ("drf_2", URL),
        ("drf_3", f"{URL}/other"),
        ("drf_4", f"{URL}/sent"),
        ("drf_5", f"{URL}/sent"),
    ):
        clock.advance(timedelta(seconds=1))
        await a_draft(database, clock, name, url=url)
    async with database.write() as tx:
        await drafts.leave(tx, "drf_5", clock.now())
    await reach_preview.send_due(database, intake, clock)

    async with database.read() as tx:
        shown = await drafts.unfinished(tx, SITE)

    assert [(each.draft_id, each.title, each.url, each.event) for each in shown] == [
        ("drf_3", "标题", f"{URL}/other", "published"), ("drf_2", "标题", URL, "published"),
    ]  # fmt: skip


async def test_drafts_of_another_site_are_not_found(database: Database, clock: FixedClock, intake: Intake) -> None:
    await a_draft(database, clock)
    async with database.read() as tx:
        assert await drafts.find(tx, "5101070001", "drf_1") is None


async def test_people_of_two_chunks_are_added_up(database: Database) -> None:
    for _ in range(2):
        async with database.write() as tx:
            await reaches.add(tx, "evt_1", {("channel", "email"): 3, ("place", "510104"): 2, ("place", "510107"): 1})
    async with database.read() as tx:
        counted = await reaches.counted(tx, "evt_1")
    assert counted == {"channel": {"email": 6}, "place": {"510104": 4, "510107": 2}, "why": {}}


@pytest.mark.parametrize(
    ("places", "reasons", "place"),
    [
        (("510104",), {"0": ["region:510100"]}, "510104"),
        (("320102", "510104"), {"0": ["region:510100"]}, "510104"),
        (("320102",), {"0": ["follows:510107", "topic:养老"]}, "510107"),
        ((), {"0": ["region:CN"]}, "CN"),
    ],
)
def test_somebody_is_counted_at_the_place_by_which_they_match(
    places: tuple[str, ...], reasons: dict[str, list[str]], place: str
) -> None:
    assert reaches.place_of(places, reasons) == place
