"""Subscribing on a page, on both databases: who is made, who is found again, and what stands of before."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Profile
from pushsvc.errors import BadInput, NotFound
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.checking import check
from pushsvc.profiles.consent import stop_endpoint, stop_subject, suppress
from pushsvc.profiles.holders import endpoint_of, holders
from pushsvc.profiles.importing import apply
from pushsvc.profiles.joining import Joined, join
from pushsvc.profiles.leaving import erase
from pushsvc.profiles.reading import profiles_of
from pushsvc.profiles.recipients import recipients
from pushsvc.profiles.wishes import Born, ForAnother, Wish, interests_of, profile_of, read_born
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import consents, interests, subscribers
from pushsvc.storage.vault import Vault

TODAY = date(2026, 3, 2)
WISH = Wish(places=("510104",), topics=("养老",))


class Hall:
    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    async def join(self, wish: Wish = WISH, address: str = "mei@example.cn", known: int | None = None) -> Joined:
        """A minute after whatever was before."""
        self.clock.advance(timedelta(minutes=1))
        async with self.database.write() as tx:
            return await join(
                tx, self.vault, wish, channel="email", address=address, frequency="daily", language="zh",
                now=self.clock.now(), random_bytes=os.urandom, known=known,
            )  # fmt: skip

    async def imports(self, **line: Any) -> None:
        consent = {"at": "2026-01-05T09:00:00+08:00", "source": "登记表"}
        whole = {"endpoints": [{"channel": "email", "address": "mei@example.cn", "consent": consent}], **line}
        await apply(self.database, self.vault, self.clock, check([json.dumps(whole).encode()], self.clock))

    async def who_reads(self, address: str = "mei@example.cn") -> list[int]:
        async with self.database.read() as tx:
            return [holder.subscriber_no for holder in await holders(tx, self.vault, "email", address)]

    async def profile(self, number: int = 1) -> Profile:
        async with self.database.read() as tx:
            return (await profiles_of(tx, [number]))[0]

    async def is_open(self, number: int = 1) -> bool:
        async with self.database.read() as tx:
            return bool((await recipients(tx, [number]))[number].endpoints)

    async def row(self, number: int = 1) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(sa.select(subscribers).where(subscribers.c.subscriber_no == number))).one()


@pytest.fixture
def hall(database: Database, vault: Vault, clock: FixedClock) -> Hall:
    return Hall(database, vault, clock)


async def test_somebody_new_is_a_subscriber_with_an_open_address_and_the_evidence_of_it(hall: Hall) -> None:
    joined = await hall.join(Wish(places=("510104",), bundles=("older",), born=Born(year=1959)))
    assert (joined.subscriber_no, joined.is_new, joined.added) == (1, True, 3)
    assert await hall.is_open()
    profile, row = await hall.profile(), await hall.row()
    assert (profile.places, profile.birth_year, len(profile.interests)) == (("510104",), 1959, 3)
    assert (row.kind, row.language, row.preferences) == ("citizen", "zh", {"frequency": "daily"})
    async with hall.database.read() as tx:
        assert [tuple(each) for each in await tx.execute(sa.select(consents.c.given, consents.c.source))] == [
            (True, "page /start")
        ]
        assert await last_change(tx) > 0
        assert await endpoint_of(tx, joined.endpoint_id) == (1, "email", "zh")


async def test_whoever_comes_again_is_the_same_person_and_is_not_asked_twice(hall: Hall) -> None:
    await hall.join()
    again = await hall.join(Wish(places=("510104",), topics=("养老", "医疗医保")), known=1)
    assert (again.subscriber_no, again.is_new, again.added) == (1, False, 1)
    assert [interest.topics for _, interest, _ in (await hall.profile()).interests] == [("养老",), ("医疗医保",)]
    assert await hall.who_reads() == [1]


async def test_what_an_import_said_stands_and_what_it_left_out_is_filled_in(hall: Hall) -> None:
    await hall.imports(id="mei", places=["510700"], attributes={"birth_year": 1950}, preferences={"frequency": "weekly"})
    wish = Wish(kind="business", places=("510104",), topics=("税务",), born=Born(age=40), headcount=12, industries=("C39",))
    await hall.join(wish, known=1)
    row, profile = await hall.row(), await hall.profile()
    assert (row.subscriber_id, row.kind, row.preferences) == ("mei", "citizen", {"frequency": "weekly"})
    assert (row.places, row.industries, row.attributes) == (["510700"], ["C39"], {"birth_year": 1950, "headcount": 12})
    # She lives elsewhere than this question is about: it keeps its own place.
    assert {interest.places for _, interest, _ in profile.interests} == {("510104",)}


async def test_a_stopped_and_a_dead_address_are_opened_by_signing_up(hall: Hall) -> None:
    joined = await hall.join()
    async with hall.database.write() as tx:
        await stop_endpoint(tx, joined.endpoint_id, hall.clock.now(), "a test")
    assert not await hall.is_open()
    assert await hall.who_reads() == [1]
    await hall.join(known=1)
    assert await hall.is_open()
    async with hall.database.write() as tx:
        await suppress(tx, joined.endpoint_id, "550", hall.clock.now())
    await hall.join(known=1)
    assert await hall.is_open()


async def test_a_subject_that_was_stopped_is_awake_when_it_is_asked_for_again(hall: Hall) -> None:
    await hall.join()
    async with hall.database.write() as tx:
        await stop_subject(tx, 1, [0], hall.clock.now(), "a test")
    assert (await hall.profile()).interests == ()
    assert (await hall.join(known=1)).added == 1
    assert len((await hall.profile()).interests) == 1


async def test_everybody_at_a_shared_mailbox_is_offered_the_newest_first(hall: Hall) -> None:
    await hall.imports(id="grandmother")
    hall.clock.advance(timedelta(days=1))
    await hall.imports(id="grandfather", places=["510104"])
    assert await hall.who_reads() == [2, 1]
    assert await hall.who_reads("nobody@example.cn") == []
    # Somebody new at that mailbox opens it for themselves alone.
    joined = await hall.join()
    assert (joined.subscriber_no, await hall.who_reads()) == (3, [3, 2, 1])


async def test_an_address_that_an_import_took_away_is_nobodys(hall: Hall) -> None:
    await hall.imports(id="mei")
    await hall.imports(id="mei", endpoints=[])
    assert await hall.who_reads() == []


async def test_the_erased_may_come_back_as_somebody_new_and_a_person_who_is_gone_is_said_to_be(hall: Hall) -> None:
    await hall.join()
    await erase(hall.database, hall.vault, hall.clock, (await hall.row()).subscriber_id)
    assert await hall.who_reads() == []
    joined = await hall.join()
    assert (joined.subscriber_no, joined.is_new, await hall.is_open(2)) == (2, True, True)
    with pytest.raises(NotFound):
        await hall.join(known=1)


async def test_too_many_interests_change_nothing(hall: Hall) -> None:
    await hall.imports(id="mei", interests=[{"any_of": [f"补贴{number}"]} for number in range(50)])
    with pytest.raises(BadInput, match="at most 50"):
        await hall.join(known=1)
    async with hall.database.read() as tx:
        assert (await tx.execute(sa.select(sa.func.count()).select_from(interests))).scalar() == 50
        evidence = sa.select(sa.func.count()).select_from(consents).where(consents.c.source == "page /start")
        assert (await tx.execute(evidence)).scalar() == 0


def test_who_chose_nothing_but_a_place_is_told_all_of_it() -> None:
    assert interests_of(Wish(places=("510104",)), TODAY) == [{"places": ["510104"]}]
    assert interests_of(Wish(), TODAY) == []


def test_a_wish_for_somebody_else_has_her_place_and_an_age_that_grows() -> None:
    mother = ForAnother(("510700",), ("disability",), Born(age=80))
    bodies = interests_of(Wish(others=(mother,)), TODAY)
    assert bodies == [
        {"topics": ["残疾人"], "places": ["510700"], "attributes": {"birth_year": [1945, 1946]}},
        {"audiences": ["残疾人"], "places": ["510700"], "attributes": {"birth_year": [1945, 1946]}},
    ]


def test_an_industry_narrows_no_other_question() -> None:
    bodies = interests_of(Wish(places=("510104",), topics=("税务",), industries=("C39",)), TODAY)
    assert bodies == [{"topics": ["税务"]}, {"industries": ["C39"]}]


def test_the_foretaste_is_asked_for_the_very_profile_that_would_be_saved() -> None:
    wish = Wish(places=("510104",), topics=("养老",), born=Born(age=67), headcount=3)
    profile = profile_of(wish, datetime(2026, 3, 2, 1, tzinfo=UTC))
    assert (profile.places, profile.attributes, profile.age_as_of) == (("510104",), {"age": 67.0, "headcount": 3.0}, TODAY)


@pytest.mark.parametrize("wrong", ["abc", "-5", "1700", "2027", "999", "６７岁半", "1" * 5_000, "١٩٥٩x"])
def test_an_age_that_nobody_has_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput):
        read_born(wrong, TODAY)


def test_an_age_and_a_year_are_both_understood() -> None:
    assert [read_born(each, TODAY) for each in ("67", "1959", "67岁", " 1959年 ", "")] == [
        Born(age=67), Born(year=1959), Born(age=67), Born(year=1959), None,
    ]  # fmt: skip


async def test_a_button_that_is_pressed_twice_makes_one_person(hall: Hall) -> None:
    """Both forms carry the same proof, and nobody of this address was known when they were sent."""
    first = await hall.join()

    async def again() -> Joined:
        async with hall.database.write() as tx:
            return await join(
                tx, hall.vault, WISH, channel="email", address="mei@example.cn", frequency="daily", language="zh",
                now=hall.clock.now(), random_bytes=os.urandom,
            )  # fmt: skip

    both = list(await asyncio.gather(again(), again()))
    assert both == [first, first]
    assert await hall.who_reads() == [1]


async def test_two_people_of_one_mailbox_who_join_one_after_the_other_are_two(hall: Hall) -> None:
    await hall.join()
    await hall.join(Wish(places=("510104",), topics=("教育",)))
    await hall.join()
    assert len(await hall.who_reads()) == 3
