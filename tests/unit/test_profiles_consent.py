"""Stops, undo, dead mailboxes and new consents, on both databases: what each closes, opens, and leaves alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput, NotFound
from pushsvc.profiles.agreeing import give_consent, rest_until
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.checking import check
from pushsvc.profiles.consent import stop_endpoint, stop_everything, stop_subject, suppress, undo
from pushsvc.profiles.importing import apply
from pushsvc.profiles.reading import profiles_of
from pushsvc.profiles.recipients import recipients, still_open, why_closed
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.tables.profiles import consents
from pushsvc.storage.vault import Vault

EMAIL, SMS, OTHERS_EMAIL = 1, 2, 3


class Town:
    """Wang (1) has an email address and a phone; Li (2) shares Wang's mailbox."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    async def settle(self) -> None:
        consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
        email = {"channel": "email", "address": "wang@example.cn", "consent": consent}
        sms = {"channel": "sms", "address": "13800000001", "consent": consent}
        people = [
            {"id": "wang", "endpoints": [email, sms], "interests": [{"topics": ["养老"]}, {"types": ["policy"]}]},
            {"id": "li", "endpoints": [email], "interests": [{"topics": ["养老"]}]},
        ]
        raws = [json.dumps(person).encode() for person in people]
        await apply(self.database, self.vault, self.clock, check(raws, self.clock))

    @asynccontextmanager
    async def acts(self) -> AsyncIterator[Transaction]:
        """One transaction, a minute after the last."""
        self.clock.advance(timedelta(minutes=1))
        async with self.database.write() as tx:
            yield tx

    async def open(self) -> list[int]:
        async with self.database.read() as tx:
            answers = await still_open(tx, [EMAIL, SMS, OTHERS_EMAIL], self.clock.now())
        return sorted(endpoint_id for endpoint_id, answer in answers.items() if answer)

    async def why(self, endpoint_id: int) -> str | None:
        async with self.database.read() as tx:
            return (await why_closed(tx, [endpoint_id], self.clock.now())).get(endpoint_id)

    async def asks(self, number: int = 1) -> list[int]:
        async with self.database.read() as tx:
            (profile,) = await profiles_of(tx, [number])
        return [position for position, _interest, _at in profile.interests]

    async def evidence(self) -> list[tuple[int, str, bool, str]]:
        async with self.database.read() as tx:
            rows = await tx.execute(sa.select(consents).order_by(consents.c.consent_id))
            return [(row.subscriber_no, row.channel, row.given, row.source) for row in rows]

    async def changes(self) -> int:
        async with self.database.read() as tx:
            return await last_change(tx)


@pytest.fixture
async def town(database: Database, vault: Vault, clock: FixedClock) -> Town:
    made = Town(database, vault, clock)
    await made.settle()
    return made


async def test_a_stop_closes_the_mailbox_for_everybody_who_shares_it_and_nothing_else(town: Town) -> None:
    async with town.acts() as tx:
        stop = await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    assert stop.endpoint_ids == (EMAIL, OTHERS_EMAIL)
    assert stop.subscriber_nos == (1, 2)
    assert await town.open() == [SMS]
    assert await town.why(EMAIL) == "no_consent"
    assert (await town.evidence())[-2:] == [(1, "email", False, "link"), (2, "email", False, "link")]
    assert await town.changes() == 4


async def test_a_repeated_stop_does_nothing_more_and_offers_the_same_undo(town: Town) -> None:
    async with town.acts() as tx:
        first = await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    evidence, changes = await town.evidence(), await town.changes()
    async with town.acts() as tx:
        again = await stop_endpoint(tx, OTHERS_EMAIL, town.clock.now(), "link")
    assert again.stop_id == first.stop_id
    assert again.endpoint_ids == ()
    assert (await town.evidence(), await town.changes()) == (evidence, changes)


async def test_undo_opens_exactly_what_its_stop_closed(town: Town) -> None:
    async with town.acts() as tx:
        first = await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    async with town.acts() as tx:
        rest = await stop_everything(tx, 1, town.clock.now(), "page")
    assert rest.endpoint_ids == (SMS,)
    assert await town.open() == []
    assert rest.stop_id is not None
    async with town.acts() as tx:
        undone = await undo(tx, rest.stop_id, town.clock.now(), "page")
    assert undone.endpoint_ids == (SMS,)
    assert await town.open() == [SMS]
    assert first.stop_id is not None
    async with town.acts() as tx:
        await undo(tx, first.stop_id, town.clock.now(), "page")
    assert await town.open() == [EMAIL, SMS, OTHERS_EMAIL]
    assert (await town.evidence())[-1] == (2, "email", True, "undo: page")


async def test_an_old_undo_link_does_not_open_what_was_stopped_again(town: Town) -> None:
    async with town.acts() as tx:
        stop = await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    assert stop.stop_id is not None
    for _twice in range(2):
        async with town.acts() as tx:
            await undo(tx, stop.stop_id, town.clock.now(), "page")
    async with town.acts() as tx:
        await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    async with town.acts() as tx:
        nothing = await undo(tx, stop.stop_id, town.clock.now(), "page")
    assert nothing.endpoint_ids == ()
    assert await town.open() == [SMS]


async def test_undo_of_a_stop_after_a_new_consent_leaves_the_consent_alone(town: Town) -> None:
    async with town.acts() as tx:
        stop = await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    async with town.acts() as tx:
        await give_consent(tx, town.vault, 1, "email", "wang@example.cn", town.clock.now(), "page")
    assert await town.open() == [EMAIL, SMS]
    async with town.acts() as tx:
        await stop_everything(tx, 1, town.clock.now(), "page")
    assert stop.stop_id is not None
    async with town.acts() as tx:
        await undo(tx, stop.stop_id, town.clock.now(), "page")
    assert await town.open() == [OTHERS_EMAIL]


async def test_a_stop_wins_over_a_consent_whose_clock_ran_ahead(town: Town) -> None:
    ahead = town.clock.now() + timedelta(minutes=4)
    async with town.acts() as tx:
        await give_consent(tx, town.vault, 1, "email", "wang@example.cn", ahead, "page")
    async with town.acts() as tx:
        await stop_endpoint(tx, EMAIL, town.clock.now(), "link")
    assert EMAIL not in await town.open()


async def test_stopping_a_subject_pauses_its_interests_only_and_undo_wakes_them(town: Town) -> None:
    async with town.acts() as tx:
        stop = await stop_subject(tx, 1, [0], town.clock.now(), "link")
    assert await town.asks(1) == [1]
    assert await town.asks(2) == [0]
    assert await town.open() == [EMAIL, SMS, OTHERS_EMAIL]
    async with town.acts() as tx:
        again = await stop_subject(tx, 1, [0], town.clock.now(), "link")
    assert again.stop_id == stop.stop_id
    assert stop.stop_id is not None
    async with town.acts() as tx:
        await undo(tx, stop.stop_id, town.clock.now(), "page")
    assert await town.asks(1) == [0, 1]


async def test_an_undo_link_that_was_used_does_not_wake_a_subject_that_was_stopped_again(town: Town) -> None:
    async with town.acts() as tx:
        first = await stop_subject(tx, 1, [0], town.clock.now(), "link")
    assert first.stop_id is not None
    async with town.acts() as tx:
        await undo(tx, first.stop_id, town.clock.now(), "link")
    async with town.acts() as tx:
        await stop_subject(tx, 1, [0], town.clock.now(), "link")
    async with town.acts() as tx:
        await undo(tx, first.stop_id, town.clock.now(), "link")
    assert await town.asks() == [1]


async def test_a_dead_mailbox_is_closed_for_all_who_share_it_and_once(town: Town) -> None:
    async with town.acts() as tx:
        assert await suppress(tx, EMAIL, "5.1.1", town.clock.now()) == (EMAIL, OTHERS_EMAIL)
    async with town.acts() as tx:
        assert await suppress(tx, EMAIL, "5.1.1", town.clock.now()) == ()
    assert await town.open() == [SMS]
    assert await town.why(EMAIL) == "no_endpoint"


async def test_a_stop_of_an_erased_or_unknown_endpoint_is_no_error(town: Town) -> None:
    async with town.acts() as tx:
        stop = await stop_endpoint(tx, 999, town.clock.now(), "link")
        assert (stop.stop_id, stop.endpoint_ids) == (None, ())
        assert (await undo(tx, 999, town.clock.now(), "page")).endpoint_ids == ()
    assert await town.why(999) == "no_endpoint"


async def test_a_pause_holds_everything_until_it_ends(town: Town) -> None:
    async with town.acts() as tx:
        await rest_until(tx, 1, town.clock.now() + timedelta(days=7), town.clock.now())
    assert await town.open() == [OTHERS_EMAIL]
    assert await town.why(SMS) == "paused"
    town.clock.advance(timedelta(days=8))
    assert await town.open() == [EMAIL, SMS, OTHERS_EMAIL]


async def test_a_new_consent_adds_an_endpoint_after_the_others(town: Town) -> None:
    async with town.acts() as tx:
        made = await give_consent(tx, town.vault, 1, "wechat", "oGZUI0egBJY1zhBYw2KhdUfwVJJE", town.clock.now(), "page")
    async with town.database.read() as tx:
        person = (await recipients(tx, [1]))[1]
    assert [endpoint.channel for endpoint in person.endpoints] == ["email", "sms", "wechat"]
    assert person.endpoints[-1].endpoint_id == made


async def test_a_consent_older_than_the_mailboxs_stop_opens_it_for_nobody_new_either(town: Town) -> None:
    before = town.clock.now()
    async with town.acts() as tx:
        await stop_endpoint(tx, SMS, town.clock.now(), "link")
    async with town.acts() as tx:
        endpoint = await give_consent(tx, town.vault, 2, "sms", "13800000001", before, "page")
    assert await town.why(endpoint) == "no_consent"


async def test_a_consent_older_than_the_mailboxs_death_does_not_open_it_and_a_newer_one_does(town: Town) -> None:
    before = town.clock.now()
    async with town.acts() as tx:
        await suppress(tx, EMAIL, "550", town.clock.now())
    async with town.acts() as tx:
        await give_consent(tx, town.vault, 1, "email", "wang@example.cn", before, "page")
    assert await town.why(EMAIL) == "no_endpoint"
    async with town.acts() as tx:
        await give_consent(tx, town.vault, 1, "email", "wang@example.cn", town.clock.now(), "page")
    assert await town.why(EMAIL) is None


async def test_a_consent_needs_a_real_address_and_a_known_person(town: Town) -> None:
    with pytest.raises(BadInput, match="phone"):
        async with town.acts() as tx:
            await give_consent(tx, town.vault, 1, "sms", "1380000", town.clock.now(), "page")
    with pytest.raises(NotFound):
        async with town.acts() as tx:
            await give_consent(tx, town.vault, 77, "sms", "13800000009", town.clock.now(), "page")


async def test_nothing_said_falls_back_to_the_installation(town: Town) -> None:
    async with town.database.read() as tx:
        found: dict[int, Any] = await recipients(tx, [1, 2, 77], language="en", timezone="Asia/Urumqi")
    assert sorted(found) == [1, 2]
    assert (found[1].language, found[1].timezone) == ("en", "Asia/Urumqi")
