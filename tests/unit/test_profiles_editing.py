"""One person edits their own profile, on both databases: what each save writes, refuses, and leaves alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from pushsvc.clock import FixedClock
from pushsvc.errors import BadInput, NotFound
from pushsvc.profiles.agreeing import give_consent
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.checking import check
from pushsvc.profiles.consent import stop_subject
from pushsvc.profiles.editing import add_interest, change_interest, position_of, remove_interest, wake_interest
from pushsvc.profiles.importing import apply
from pushsvc.profiles.own_addresses import move_address, remove_address
from pushsvc.profiles.recipients import recipients
from pushsvc.profiles.replacing import Fact, losers, replace_address, still_mine
from pushsvc.profiles.self_service import Myself, NewSettings, Stale, myself, set_facts, set_settings
from pushsvc.profiles.taking_along import everything_of
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.vault import Vault
from pushsvc.taxonomy.interests import checked_interest

WANG, LI = 1, 2
LIFTS = checked_interest({"any_of": ["电梯"]})
CARE = checked_interest({"topics": ["养老"]})


class Home:
    """Wang (1) was born in 1956, lives in 510104, has an email address and a phone; Li (2) shares Wang's mailbox."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    async def imports(self, **changes: Any) -> None:
        consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
        email = {"channel": "email", "address": "wang@example.cn", "consent": consent}
        sms = {"channel": "sms", "address": "13800000001", "consent": consent}
        wang = {
            "id": "wang", "endpoints": [email, sms], "places": ["510104"], "attributes": {"birth_year": 1956},
            "interests": [{"topics": ["养老"]}, {"types": ["policy"]}], **changes,
        }  # fmt: skip
        li = {"id": "li", "endpoints": [email], "places": ["510107"], "interests": [{"topics": ["养老"]}]}
        raws = [json.dumps(person).encode() for person in (wang, li)]
        await apply(self.database, self.vault, self.clock, check(raws, self.clock))

    @asynccontextmanager
    async def acts(self) -> AsyncIterator[Transaction]:
        """One transaction, a minute after the last."""
        self.clock.advance(timedelta(minutes=1))
        async with self.database.write() as tx:
            yield tx

    async def me(self, number: int = WANG) -> Myself:
        async with self.database.read() as tx:
            return await myself(tx, self.vault, number)

    async def asks(self, number: int = WANG) -> list[tuple[int, dict[str, Any], bool]]:
        return [(each.position, dict(each.body), each.paused) for each in (await self.me(number)).interests]

    async def written_to(self, number: int = WANG) -> list[str]:
        """The channels of the open endpoints in the order in which the planner takes them."""
        async with self.database.read() as tx:
            return [each.channel for each in (await recipients(tx, [number]))[number].endpoints]


@pytest.fixture
async def home(database: Database, vault: Vault, clock: FixedClock) -> Home:
    made = Home(database, vault, clock)
    await made.imports()
    return made


async def test_a_new_interest_takes_the_next_position_and_answers_from_its_moment_on(home: Home) -> None:
    async with home.acts() as tx:
        await add_interest(tx, WANG, LIFTS, home.clock.now())
    assert [position for position, _body, _paused in await home.asks()] == [0, 1, 2]
    assert (await home.me()).interests[2].saved_at == home.clock.now()


async def test_no_new_interest_takes_the_position_of_one_that_is_gone(home: Home) -> None:
    """Reasons of old messages name positions: "only this subject" must not pause something else."""
    async with home.acts() as tx:
        first = await add_interest(tx, WANG, LIFTS, home.clock.now())
        gone = await remove_interest(tx, WANG, first, home.clock.now())
    async with home.acts() as tx:
        again = await add_interest(tx, WANG, LIFTS, home.clock.now())
        assert await position_of(tx, WANG, again) == gone + 1


async def test_the_same_question_again_keeps_its_moment_and_wakes(home: Home) -> None:
    before = (await home.me()).interests[0]
    async with home.acts() as tx:
        await stop_subject(tx, WANG, [0], home.clock.now(), "page /u")
    async with home.acts() as tx:
        await add_interest(tx, WANG, CARE, home.clock.now())
    after = (await home.me()).interests[0]
    assert (after.interest_id, after.saved_at, after.paused) == (before.interest_id, before.saved_at, False)


async def test_an_edited_interest_keeps_its_position_and_its_pause_also_over_an_import(home: Home) -> None:
    async with home.acts() as tx:
        await stop_subject(tx, WANG, [0], home.clock.now(), "page /u")
    old = (await home.me()).interests[0].interest_id
    async with home.acts() as tx:
        await change_interest(tx, WANG, old, LIFTS, home.clock.now())
    assert (await home.asks())[0] == (0, {"any_of": ["电梯"]}, True)
    await home.imports(interests=[{"any_of": ["电梯"]}])
    assert await home.asks() == [(0, {"any_of": ["电梯"]}, True)]


async def test_of_two_pages_that_edit_one_interest_the_second_is_refused(home: Home) -> None:
    old = (await home.me()).interests[0].interest_id
    async with home.acts() as tx:
        await change_interest(tx, WANG, old, LIFTS, home.clock.now())
    with pytest.raises(Stale):
        async with home.acts() as tx:
            await change_interest(tx, WANG, old, checked_interest({"any_of": ["补贴"]}), home.clock.now())
    assert (await home.asks())[0][1] == {"any_of": ["电梯"]}


async def test_a_change_into_another_question_of_mine_is_refused(home: Home) -> None:
    old = (await home.me()).interests[1].interest_id
    with pytest.raises(BadInput, match="another interest"):
        async with home.acts() as tx:
            await change_interest(tx, WANG, old, CARE, home.clock.now())


async def test_an_interest_of_somebody_else_is_not_there(home: Home) -> None:
    hers = (await home.me(LI)).interests[0].interest_id
    for act in (wake_interest, remove_interest):
        with pytest.raises(NotFound):
            async with home.acts() as tx:
                await act(tx, WANG, hers, home.clock.now())
    assert len(await home.asks(LI)) == 1


async def test_fifty_interests_are_the_most(home: Home) -> None:
    await home.imports(interests=[{"any_of": [f"词语{number}"]} for number in range(50)])
    with pytest.raises(BadInput, match="50 interests"):
        async with home.acts() as tx:
            await add_interest(tx, WANG, CARE, home.clock.now())


async def test_each_save_is_one_number_on_the_change_feed(home: Home) -> None:
    async with home.database.read() as tx:
        before = await last_change(tx)
    async with home.acts() as tx:
        key = await add_interest(tx, WANG, LIFTS, home.clock.now())
    async with home.acts() as tx:
        await remove_interest(tx, WANG, key, home.clock.now())
    me = await home.me()
    async with home.acts() as tx:
        await set_facts(tx, home.vault, WANG, me.state("facts"), ("510107",), (), {}, home.clock.now())
    async with home.database.read() as tx:
        assert await last_change(tx) == before + 3


async def test_facts_saved_from_an_old_page_are_refused_and_settings_of_that_page_are_not(home: Home) -> None:
    seen = await home.me()
    async with home.acts() as tx:
        await set_facts(tx, home.vault, WANG, seen.state("facts"), ("510107",), (), {"birth_year": 1957}, home.clock.now())
    with pytest.raises(Stale):
        async with home.acts() as tx:
            await set_facts(tx, home.vault, WANG, seen.state("facts"), (), (), {}, home.clock.now())
    new = NewSettings("en", "Europe/London", True, {"frequency": "daily"})
    async with home.acts() as tx:
        await set_settings(tx, home.vault, WANG, seen.state("settings"), new, home.clock.now())
    me = await home.me()
    assert (me.places, me.attributes, me.language, me.large_print) == (("510107",), {"birth_year": 1957}, "en", True)


async def test_an_address_that_is_moved_to_the_front_is_written_to_first_whatever_channel_order_was_said(home: Home) -> None:
    await home.imports(preferences={"channels": ["email", "sms"]})
    me = await home.me()
    async with home.acts() as tx:
        await move_address(tx, home.vault, WANG, me.state("addresses"), me.addresses[1].endpoint_id, -1, home.clock.now())
    assert [each.channel for each in (await home.me()).addresses] == ["sms", "email"]
    assert await home.written_to() == ["sms", "email"]
    with pytest.raises(Stale):
        async with home.acts() as tx:
            await move_address(tx, home.vault, WANG, me.state("addresses"), me.addresses[1].endpoint_id, -1, home.clock.now())


async def test_a_removed_address_is_gone_for_its_owner_only_and_an_old_consent_does_not_bring_it_back(home: Home) -> None:
    email = (await home.me()).addresses[0]
    async with home.acts() as tx:
        await remove_address(tx, home.vault, WANG, email.endpoint_id, home.clock.now())
    assert await home.written_to() == ["sms"]
    assert await home.written_to(LI) == ["email"]
    await home.imports()
    assert await home.written_to() == ["sms"]
    async with home.acts() as tx:
        await give_consent(tx, home.vault, WANG, "email", "wang@example.cn", home.clock.now(), "page /me")
    assert sorted(await home.written_to()) == ["email", "sms"]


async def test_the_last_open_address_cannot_be_removed_and_another_persons_is_not_there(home: Home) -> None:
    email, sms = (await home.me()).addresses
    async with home.acts() as tx:
        await remove_address(tx, home.vault, WANG, email.endpoint_id, home.clock.now())
    with pytest.raises(BadInput, match="stop everything"):
        async with home.acts() as tx:
            await remove_address(tx, home.vault, WANG, sms.endpoint_id, home.clock.now())
    with pytest.raises(NotFound):
        async with home.acts() as tx:
            await remove_address(tx, home.vault, LI, sms.endpoint_id, home.clock.now())


async def test_a_file_of_all_that_is_known_names_what_rests_what_is_closed_and_every_consent(home: Home) -> None:
    email = (await home.me()).addresses[0]
    async with home.acts() as tx:
        await stop_subject(tx, WANG, [0], home.clock.now(), "page /u")
        await remove_address(tx, home.vault, WANG, email.endpoint_id, home.clock.now())
    known = await everything_of(home.database, home.vault, home.clock, WANG)
    assert [each["address"] for each in known["subscriber"]["endpoints"]] == ["+8613800000001"]
    assert known["resting_interests"] == [{"topics": ["养老"]}]
    assert [(each["channel"], each["address"], each["given"]) for each in known["consents"]] == [
        ("email", None, True), ("sms", "+8613800000001", True), ("email", None, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        (Fact(1956, None), [WANG]),
        (Fact(1957, None), []),
        # A place is no fact of somebody whose year of birth we know; of Li we know none.
        (Fact(None, "510104"), []),
        (Fact(None, "510107"), [LI]),
        (Fact(1956, "510107"), [WANG, LI]),
        (Fact(None, None), []),
    ],
)
async def test_a_lost_address_is_found_by_the_year_of_birth_or_where_there_is_none_by_the_place(
    home: Home, fact: Fact, found: list[int]
) -> None:
    async with home.database.read() as tx:
        lost = await losers(tx, home.vault, "email", "wang@example.cn", fact)
    assert [each.me.subscriber_no for each in lost] == found


async def test_the_new_address_stands_where_the_lost_one_stood(home: Home) -> None:
    async with home.acts() as tx:
        lost = (await losers(tx, home.vault, "email", "wang@example.cn", Fact(1956, None)))[0]
    new = ("email", "wang.new@example.cn")
    async with home.acts() as tx:
        await replace_address(tx, home.vault, WANG, lost.old.endpoint_id, lost.consent_at, new, home.clock.now())  # type: ignore[arg-type]
    assert [each.address for each in (await home.me()).addresses] == ["wang.new@example.cn", "+8613800000001"]
    assert await home.written_to(LI) == ["email"]


async def test_who_says_that_the_address_is_still_read_ends_the_matter(home: Home) -> None:
    async with home.acts() as tx:
        lost = (await losers(tx, home.vault, "email", "wang@example.cn", Fact(1956, None)))[0]
    async with home.acts() as tx:
        assert await still_mine(tx, lost.old.endpoint_id, lost.consent_at, home.clock.now())
    with pytest.raises(Stale):
        async with home.acts() as tx:
            await replace_address(
                tx, home.vault, WANG, lost.old.endpoint_id, lost.consent_at, ("email", "thief@example.cn"), home.clock.now()
            )
    assert [each.address for each in (await home.me()).addresses] == ["wang@example.cn", "+8613800000001"]
