"""The late check, reason by reason: what may leave at this moment, and why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.ledger.late_check import NEWER_VERSION_COUNTS_FOR, LedgerLateCheck
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import notices
from pushsvc.storage.tables.operations import paused_channels
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.publications import publications
from pushsvc.storage.vault import Vault
from tests.unit.post_office import PostOffice

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    made = PostOffice(database, clock, vault)
    await made.publish()
    await made.people(1)
    return made


async def reason(office: PostOffice, clock: FixedClock, kind: str = "new") -> str | None:
    """What the check says of the one notice of a message that is about to leave."""
    (message,) = await office.plan(1, kind=kind)
    return await reason_of(office, clock, message)


async def reason_of(office: PostOffice, clock: FixedClock, message: str) -> str | None:
    async with office.database.write() as tx:
        (found,) = (await tx.run_sync(LedgerLateCheck(clock), [message]))[message].values()
    return found


async def test_nothing_stops_what_is_still_wanted(office: PostOffice, clock: FixedClock) -> None:
    assert await reason(office, clock) is None


@pytest.mark.parametrize(
    ("column", "ago", "answer"),
    [
        ("withdrawn_at", -A_MINUTE, "no_consent"),
        ("withdrawn_at", timedelta(0), "no_consent"),
        ("withdrawn_at", A_MINUTE, None),
        ("closed_at", timedelta(0), "no_endpoint"),
        ("suppressed_at", timedelta(0), "no_endpoint"),
    ],
)
async def test_a_stop_that_is_not_older_than_the_consent_and_a_closed_mailbox_stop_it(
    office: PostOffice, clock: FixedClock, column: str, ago: timedelta, answer: str | None
) -> None:
    await office.set(endpoints, sa.true(), **{column: clock.now() - ago})
    assert await reason(office, clock) == answer


@pytest.mark.parametrize(("until", "answer"), [(A_MINUTE, "paused"), (-A_MINUTE, None)])
async def test_a_pause_stops_it_only_until_it_ends(
    office: PostOffice, clock: FixedClock, until: timedelta, answer: str | None
) -> None:
    await office.set(subscribers, sa.true(), paused_until=clock.now() + until)
    assert await reason(office, clock) == answer


async def test_nothing_leaves_to_who_is_erased(office: PostOffice, clock: FixedClock) -> None:
    (message,) = await office.plan(1)
    async with office.database.write() as tx:
        await tx.execute(sa.delete(endpoints))
        await tx.execute(sa.delete(subscribers))
    assert await reason_of(office, clock, message) == "erased"


@pytest.mark.parametrize(("kind", "answer"), [("new", "withdrawn"), ("correction", "withdrawn"), ("withdrawal", None)])
async def test_of_what_is_withdrawn_only_the_withdrawal_leaves(
    office: PostOffice, clock: FixedClock, kind: str, answer: str | None
) -> None:
    await office.set(publications, sa.true(), withdrawn=True)
    assert await reason(office, clock, kind) == answer


@pytest.mark.parametrize(("kind", "answer"), [("new", "too_late"), ("reminder", "too_late"), ("correction", None)])
async def test_a_correction_leaves_also_after_the_deadline(
    office: PostOffice, clock: FixedClock, kind: str, answer: str | None
) -> None:
    (message,) = await office.plan(1, kind=kind)
    await office.set(notices, sa.true(), deadline=clock.now() - A_MINUTE)
    assert await reason_of(office, clock, message) == answer


@pytest.mark.parametrize(("state", "answer"), [("replaced", "replaced"), ("cancelled", "withdrawn")])
async def test_what_the_planner_took_back_does_not_leave(
    office: PostOffice, clock: FixedClock, state: str, answer: str
) -> None:
    (message,) = await office.plan(1)
    await office.set(notices, sa.true(), state=state)
    assert await reason_of(office, clock, message) == answer


@pytest.mark.parametrize("closed", ["email", "all", "sms"])
async def test_a_paused_channel_holds_its_own_messages(office: PostOffice, clock: FixedClock, closed: str) -> None:
    async with office.database.write() as tx:
        await tx.execute(sa.insert(paused_channels).values(channel=closed, paused_at=clock.now(), why=""))
    assert await reason(office, clock) == (None if closed == "sms" else "wait")


@pytest.mark.parametrize(
    ("material", "age", "answer"),
    [
        (True, timedelta(0), "wait"),
        (True, 2 * NEWER_VERSION_COUNTS_FOR, "wait"),
        (False, timedelta(0), None),
        (None, timedelta(0), "wait"),
        (None, 2 * NEWER_VERSION_COUNTS_FOR, None),
    ],
)
async def test_a_newer_version_holds_it_back_when_it_matters_or_nobody_can_say_yet(
    office: PostOffice, clock: FixedClock, material: bool | None, age: timedelta, answer: Any
) -> None:
    await office.publish(version="ver_a2", revision=2, kind="changed", material=material)
    clock.advance(age)
    assert await reason(office, clock) == answer
