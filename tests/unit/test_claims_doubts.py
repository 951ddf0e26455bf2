"""How often a message in doubt is repeated: an email once, an SMS as long as its provider can be asked about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.domain.notices import NEVER_KNOWN, Due, SendResult
from pushsvc.domain.subscribers import Channel
from pushsvc.ledger import claims
from pushsvc.ledger.intents import name_providers
from pushsvc.ledger.moves import MOST_TRIES_IN_DOUBT, MOST_TRIES_WHERE_ASKED, write_results
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from tests.unit.post_office import PostOffice

BROKEN = SendResult("unknown", "broken", "the connection broke", provider="smpp")
NOT_YET = SendResult("hold", "asked", "it cannot say yet", provider="smpp", retry_after_seconds=30)


@pytest.fixture
async def office(database: Database, clock: FixedClock, vault: Vault) -> PostOffice:
    return PostOffice(database, clock, vault)


async def turn(office: PostOffice, clock: FixedClock, channel: Channel, result: SendResult) -> list[Due]:
    """A claim an hour later, and what came of it."""
    clock.advance(timedelta(hours=1, minutes=5))
    async with office.database.write() as tx:
        dues = await claims.claim(tx, channel, f"c-{clock.now().isoformat()}", 10, clock.now())
        await tx.run_sync(lambda connection: write_results(connection, [(due, result) for due in dues], clock.now()))
    return dues


async def test_a_provider_that_cannot_say_yet_is_asked_on_and_that_is_no_try(office: PostOffice, clock: FixedClock) -> None:
    (one,) = await office.plan(1, channel="sms")
    await turn(office, clock, "sms", BROKEN)
    for _ in range(2 * MOST_TRIES_WHERE_ASKED):
        assert [due.tries for due in await turn(office, clock, "sms", NOT_YET)] == [1]
    row = await office.row(one)
    assert (row.state, row.ended_at, row.provider) == ("unknown", None, "smpp")


async def test_an_sms_that_breaks_off_again_after_its_provider_said_no_is_asked_about_again(
    office: PostOffice, clock: FixedClock
) -> None:
    (one,) = await office.plan(1, channel="sms")
    for _ in range(MOST_TRIES_IN_DOUBT + 1):
        assert await turn(office, clock, "sms", BROKEN)
    row = await office.row(one)
    assert (row.state, row.ended_at) == ("unknown", None)
    assert [due.in_doubt for due in await turn(office, clock, "sms", SendResult("accepted", "0", provider="smpp"))] == [True]
    assert (await office.row(one)).state == "accepted"


async def test_an_sms_that_was_put_off_before_is_asked_about_all_the_same(office: PostOffice, clock: FixedClock) -> None:
    await office.plan(1, channel="sms")
    for _ in range(MOST_TRIES_IN_DOUBT):
        await turn(office, clock, "sms", SendResult("try_later", "busy", provider="smpp"))
        clock.advance(timedelta(hours=1))
    assert await turn(office, clock, "sms", BROKEN)
    assert [due.in_doubt for due in await turn(office, clock, "sms", NOT_YET)] == [True]


async def test_what_nobody_will_ever_say_is_asked_no_more_and_stays_in_doubt(office: PostOffice, clock: FixedClock) -> None:
    (one,) = await office.plan(1, channel="sms")
    await turn(office, clock, "sms", BROKEN)
    await turn(office, clock, "sms", SendResult("unknown", NEVER_KNOWN, provider="smpp"))
    assert await turn(office, clock, "sms", NOT_YET) == []
    row = await office.row(one)
    assert (row.state, row.ended_at is not None) == ("unknown", True)


async def test_an_sms_of_a_gateway_that_never_answers_is_not_repeated_for_ever(office: PostOffice, clock: FixedClock) -> None:
    await office.plan(1, channel="sms")
    taken = 0
    while await turn(office, clock, "sms", BROKEN):
        taken += 1
    assert taken == MOST_TRIES_WHERE_ASKED


async def test_an_email_in_doubt_is_repeated_once(office: PostOffice, clock: FixedClock) -> None:
    await office.plan(1)
    taken = 0
    while await turn(office, clock, "email", BROKEN):
        taken += 1
    assert taken == MOST_TRIES_IN_DOUBT == 2


@pytest.mark.parametrize(("named", "left_as"), [(False, {"planned": 2}), (True, {"planned": 1, "unknown": 1})])
async def test_an_sms_that_no_provider_was_named_for_is_in_no_doubt_after_a_crash(
    office: PostOffice, clock: FixedClock, named: bool, left_as: dict[str, int]
) -> None:
    await office.plan(1, 2, channel="sms")
    async with office.database.write() as tx:
        dues = await claims.claim(tx, "sms", "c1", 10, clock.now())
        if named:
            await name_providers(tx, "c1", {due.delivery_id: "smpp" for due in dues})
    async with office.database.write() as tx:
        assert await claims.void_all_leases(tx, clock.now()) == left_as.get("unknown", 0)
    assert await office.states() == left_as
