"""Imports as an operator sees them, on SQLite and on PostgreSQL: what is added, kept, closed, skipped, warned of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.subscribers import Profile, Recipient
from pushsvc.errors import NotDurable, NotFound
from pushsvc.profiles import importing
from pushsvc.profiles.changes import changes_after, last_change
from pushsvc.profiles.checking import check
from pushsvc.profiles.consent import stop_endpoint, stop_subject, suppress
from pushsvc.profiles.importing import Imported, apply
from pushsvc.profiles.leaving import erase, export
from pushsvc.profiles.reading import all_profiles, profiles_of
from pushsvc.profiles.recipients import contacts, find_by_contact, recipients
from pushsvc.storage.database import Database
from pushsvc.storage.tables.profiles import consents, endpoints, erasures, interests, stop_effects, stops, subscribers
from pushsvc.storage.vault import Vault

HOME_CARE = {"any_of": ["适老化改造"]}
TAX = {"types": ["policy"], "any_of": ["税收优惠"]}


def an_endpoint(
    channel: str = "email", address: str = "wang@example.cn", at: str = "2026-01-05T09:00:00+08:00"
) -> dict[str, Any]:
    return {"channel": channel, "address": address, "consent": {"at": at, "source": "社区登记表"}}


def a_line(subscriber_id: str = "c-1", **said: Any) -> dict[str, Any]:
    return {"id": subscriber_id, "kind": "citizen", "endpoints": [an_endpoint()], "interests": [HOME_CARE], **said}


class Office:
    """Somebody who imports files and looks at what came of it."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock

    async def imports(self, *lines: dict[str, Any]) -> Imported:
        raws = [json.dumps(line, ensure_ascii=False).encode() for line in lines]
        return await apply(self.database, self.vault, self.clock, check(raws, self.clock))

    async def sees(self, *numbers: int) -> dict[int, Recipient]:
        async with self.database.read() as tx:
            return await recipients(tx, numbers)

    async def open_channels(self, number: int = 1) -> list[str]:
        return [endpoint.channel for endpoint in (await self.sees(number))[number].endpoints]

    async def profile(self, number: int = 1) -> Profile:
        async with self.database.read() as tx:
            (profile,) = await profiles_of(tx, [number])
        return profile

    async def rows(self, table: sa.Table) -> list[sa.Row[Any]]:
        async with self.database.read() as tx:
            return list((await tx.execute(sa.select(table))).all())

    async def exports(self, subscriber_id: str | None = None) -> list[dict[str, Any]]:
        return [line async for line in export(self.database, self.vault, self.clock, subscriber_id)]


@pytest.fixture
def office(database: Database, vault: Vault, clock: FixedClock) -> Office:
    return Office(database, vault, clock)


async def test_an_imported_person_is_a_recipient_a_profile_and_a_line_on_the_change_feed(office: Office) -> None:
    done = await office.imports(
        a_line(
            language="en",
            timezone="Asia/Urumqi",
            endpoints=[an_endpoint(), an_endpoint("sms", "13800000001")],
            preferences={"frequency": "weekly", "channels": ["sms"], "quiet_hours": []},
            places=["510104"],
            attributes={"birth_year": 1959, "headcount": [5, 10]},
            interests=[HOME_CARE, TAX],
        )
    )
    assert (done.added, done.updated, done.warnings, done.skipped) == (1, 0, (), ())
    (person,) = (await office.sees(1)).values()
    assert (person.subscriber_id, person.language, person.timezone) == ("c-1", "en", "Asia/Urumqi")
    assert (person.preferences.frequency, person.preferences.quiet_hours) == ("weekly", ())
    assert [endpoint.channel for endpoint in person.endpoints] == ["sms", "email"]
    profile = await office.profile()
    assert (profile.places, profile.birth_year, profile.attributes) == (("510104",), 1959, {"headcount": (5, 10)})
    assert [(position, interest.any_of) for position, interest, _at in profile.interests] == [
        (0, ("适老化改造",)),
        (1, ("税收优惠",)),
    ]
    async with office.database.read() as tx:
        assert await changes_after(tx, 0) == [(done.change_no, 1)]
        sealed = await contacts(tx, office.vault, [endpoint.endpoint_id for endpoint in person.endpoints])
        assert sorted(sealed.values()) == ["+8613800000001", "wang@example.cn"]


async def test_addresses_lie_in_the_tables_only_sealed(office: Office) -> None:
    await office.imports(a_line())
    (row,) = await office.rows(endpoints)
    assert b"wang" not in row.address
    assert b"wang" not in row.address_hash


async def test_the_same_file_again_changes_nothing_but_the_count(office: Office) -> None:
    lines = [a_line("c-1"), a_line("c-2", endpoints=[an_endpoint("sms", "13800000002")])]
    await office.imports(*lines)
    before = [await office.rows(table) for table in (endpoints, interests, consents)]
    office.clock.advance(timedelta(days=1))
    again = await office.imports(*lines)
    assert (again.added, again.updated) == (0, 2)
    assert [await office.rows(table) for table in (endpoints, interests, consents)] == before


async def test_subscriber_numbers_are_dense_also_over_pieces_and_repeats(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pushsvc.profiles.checking.PIECE", 2)
    people = [a_line(f"c-{n}", endpoints=[an_endpoint(address=f"p{n}@example.cn")]) for n in range(5)]
    await office.imports(*people[:3])
    await office.imports(*people)
    assert sorted(row.subscriber_no for row in await office.rows(subscribers)) == [1, 2, 3, 4, 5]


async def test_an_interest_that_stays_keeps_its_moment_a_new_one_is_saved_now_and_one_not_named_goes(office: Office) -> None:
    await office.imports(a_line(interests=[HOME_CARE]))
    saved_at = office.clock.now()
    office.clock.advance(timedelta(days=1))
    await office.imports(a_line(interests=[TAX, HOME_CARE]))
    profile = await office.profile()
    assert [(position, at) for position, _interest, at in profile.interests] == [(0, office.clock.now()), (1, saved_at)]
    await office.imports(a_line(interests=[TAX]))
    assert [interest.types for _position, interest, _at in (await office.profile()).interests] == [("policy",)]


async def test_the_same_question_asked_twice_in_one_line_keeps_both_places(office: Office) -> None:
    for _repeat in range(2):
        await office.imports(a_line(interests=[HOME_CARE, HOME_CARE]))
        assert [position for position, _interest, _at in (await office.profile()).interests] == [0, 1]


async def test_an_endpoint_that_the_file_no_longer_names_is_closed_and_opens_when_it_is_named_again(office: Office) -> None:
    both = [an_endpoint(), an_endpoint("sms", "13800000001")]
    await office.imports(a_line(endpoints=both))
    await office.imports(a_line(endpoints=both[:1]))
    assert await office.open_channels() == ["email"]
    await office.imports(a_line(endpoints=both))
    assert await office.open_channels() == ["email", "sms"]


async def test_a_consent_older_than_a_stop_does_not_open_the_endpoint_and_is_listed_a_newer_one_does(office: Office) -> None:
    await office.imports(a_line())
    async with office.database.write() as tx:
        await stop_endpoint(tx, 1, office.clock.now(), "link in an email")
    again = await office.imports(a_line())
    assert await office.open_channels() == []
    assert len(again.skipped) == 1
    assert again.skipped[0].startswith("subscriber line 1: endpoints[0] (email) stays closed")
    assert "wang" not in again.skipped[0]
    office.clock.advance(timedelta(days=2))
    newer = await office.imports(a_line(endpoints=[an_endpoint(at="2026-03-03T09:00:00+08:00")]))
    assert newer.skipped == ()
    assert await office.open_channels() == ["email"]
    old_file = await office.imports(a_line())
    assert old_file.skipped == ()
    assert await office.open_channels() == ["email"], "the newer consent is not forgotten"


async def test_a_consent_of_the_very_moment_of_the_stop_does_not_open_the_endpoint_and_is_listed(office: Office) -> None:
    at_the_stop = office.clock.now().isoformat()
    await office.imports(a_line())
    async with office.database.write() as tx:
        await stop_endpoint(tx, 1, office.clock.now(), "link in an email")
    again = await office.imports(a_line(endpoints=[an_endpoint(at=at_the_stop)]))
    assert len(again.skipped) == 1
    assert await office.open_channels() == []


async def test_a_mailbox_that_said_stop_stays_closed_under_another_id_too(office: Office) -> None:
    await office.imports(a_line("c-1"))
    async with office.database.write() as tx:
        await stop_endpoint(tx, 1, office.clock.now(), "link")
    other = await office.imports(a_line("c-2"))
    assert len(other.skipped) == 1
    assert await office.open_channels(2) == []
    await office.imports(a_line("c-2"))
    assert await office.open_channels(2) == []


async def test_a_dead_mailbox_is_tried_again_only_after_a_newer_consent(office: Office) -> None:
    await office.imports(a_line())
    async with office.database.write() as tx:
        await suppress(tx, 1, "5.1.1", office.clock.now())
    await office.imports(a_line())
    assert await office.open_channels() == []
    office.clock.advance(timedelta(days=2))
    await office.imports(a_line(endpoints=[an_endpoint(at="2026-03-03T09:00:00+08:00")]))
    assert await office.open_channels() == ["email"]


async def test_one_address_under_two_ids_is_taken_and_warned_of(office: Office) -> None:
    same_file = await office.imports(a_line("c-1"), a_line("c-2"))
    assert len(same_file.warnings) == 1
    assert "line 2" in same_file.warnings[0]
    assert "c-1" in same_file.warnings[0]
    later_file = await office.imports(a_line("c-3"))
    assert "c-1, c-2" in later_file.warnings[0]
    async with office.database.read() as tx:
        assert await find_by_contact(tx, office.vault, "email", "WANG@example.cn ") == ["c-1", "c-2", "c-3"]


async def test_an_interest_that_was_stopped_stays_stopped_through_imports_that_drop_it_and_bring_it_back(
    office: Office,
) -> None:
    await office.imports(a_line(interests=[HOME_CARE, TAX]))
    async with office.database.write() as tx:
        await stop_subject(tx, 1, [0], office.clock.now(), "link")
    await office.imports(a_line(interests=[TAX]))
    await office.imports(a_line(interests=[HOME_CARE, TAX]))
    assert [position for position, _interest, _at in (await office.profile()).interests] == [1]


async def test_an_erased_person_is_gone_and_comes_back_only_with_a_newer_consent(office: Office) -> None:
    await office.imports(a_line("c-1"), a_line("c-2", endpoints=[an_endpoint(address="li@example.cn")]))
    assert await erase(office.database, office.vault, office.clock, "c-1") == 1
    assert [row.subscriber_id for row in await office.rows(subscribers)] == ["c-2"]
    for table in (endpoints, interests, consents):
        assert {row.subscriber_no for row in await office.rows(table)} == {2}
    assert all(b"c-1" not in row.subject_hash for row in await office.rows(erasures))

    of_that_moment = [an_endpoint(at=office.clock.now().isoformat())]
    assert (await office.imports(a_line("c-1", endpoints=of_that_moment))).added == 0
    old = await office.imports(a_line("c-1"))
    assert (old.added, old.updated, old.change_no) == (0, 0, 0)
    assert old.skipped[0].startswith('subscriber line 1: id "c-1" was erased on 2026-03-02')
    other_id = await office.imports(a_line("c-9"))
    assert "stays closed" in other_id.skipped[0]

    office.clock.advance(timedelta(days=2))
    newer = an_endpoint(at="2026-03-03T09:00:00+08:00")
    new = await office.imports(a_line("c-1", endpoints=[newer]))
    assert (new.added, new.skipped) == (1, ())
    (number,) = [row.subscriber_no for row in await office.rows(subscribers) if row.subscriber_id == "c-1"]
    assert number == 4  # 1 is never given again: the ledger still knows it
    assert await office.open_channels(number) == ["email"]
    old_file = await office.imports(a_line("c-1"))
    assert (old_file.updated, old_file.skipped) == (1, ()), "who came back is somebody known"
    phone = await office.imports(a_line("c-1", endpoints=[newer, an_endpoint("sms", "13800000001")]))
    assert "(sms) stays closed" in phone.skipped[0], "another address needs a consent since the erasure too"
    assert await office.open_channels(number) == ["email"]


async def test_an_erased_person_leaves_no_stop_behind(office: Office) -> None:
    await office.imports(a_line())
    async with office.database.write() as tx:
        await stop_endpoint(tx, 1, office.clock.now(), "link in an email")
    await erase(office.database, office.vault, office.clock, "c-1")
    assert await office.rows(stops) == await office.rows(stop_effects) == []


async def test_erasing_somebody_unknown_says_so(office: Office) -> None:
    with pytest.raises(NotFound, match='no subscriber "c-7"'):
        await erase(office.database, office.vault, office.clock, "c-7")


async def test_what_is_exported_can_be_imported_again_to_the_same_effect(office: Office) -> None:
    line = a_line(
        language="en",
        preferences={"quiet_hours": [], "max_a_day": 3},
        endpoints=[an_endpoint("sms", "13800000001"), an_endpoint()],
        places=["510104"],
        industries=["C39"],
        attributes={"age": 66, "headcount": [5, 10]},
        interests=[HOME_CARE, {"topics": ["养老"], "attributes": {"age": [80, 80]}, "places": ["510704"]}],
    )
    await office.imports(line)
    before = [await office.rows(table) for table in (endpoints, interests, consents)]
    (exported,) = await office.exports("c-1")
    assert exported["attributes"] == line["attributes"]
    again = await office.imports(exported)
    assert (again.added, again.updated, again.skipped) == (0, 1, ())
    assert [await office.rows(table) for table in (endpoints, interests, consents)] == before
    assert await office.exports() == [exported]


async def test_an_export_leaves_out_what_was_stopped(office: Office) -> None:
    await office.imports(a_line(endpoints=[an_endpoint(), an_endpoint("sms", "13800000001")], interests=[HOME_CARE, TAX]))
    async with office.database.write() as tx:
        await stop_endpoint(tx, 1, office.clock.now(), "link")
        await stop_subject(tx, 1, [1], office.clock.now(), "link")
    (exported,) = await office.exports()
    assert [endpoint["channel"] for endpoint in exported["endpoints"]] == ["sms"]
    assert exported["interests"] == [HOME_CARE]


async def test_exporting_somebody_unknown_says_so(office: Office) -> None:
    with pytest.raises(NotFound, match='no subscriber "c-7"'):
        await office.exports("c-7")


async def test_an_import_that_is_cut_off_is_mended_by_running_it_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pushsvc.profiles.checking.PIECE", 10)
    people = [a_line(f"c-{n}", endpoints=[an_endpoint(address=f"p{n}@example.cn")]) for n in range(50)]
    real, pieces = importing.apply_piece, iter(range(100))

    async def third_fails(*args: Any) -> Any:
        if next(pieces) == 2:
            raise NotDurable("the disk is full")
        return await real(*args)

    monkeypatch.setattr(importing, "apply_piece", third_fails)
    with pytest.raises(NotDurable):
        await office.imports(*people)
    assert len(await office.rows(subscribers)) == 20
    again = await office.imports(*people)
    assert (again.added, again.updated) == (30, 20)
    assert len(await office.rows(endpoints)) == len(await office.rows(consents)) == 50


async def test_others_write_between_the_pieces_of_an_import(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pushsvc.profiles.checking.PIECE", 100)
    people = [a_line(f"c-{n}", endpoints=[an_endpoint(address=f"p{n}@example.cn")]) for n in range(1_000)]
    waits: list[float] = []
    seconds = asyncio.get_running_loop().time
    work = asyncio.create_task(office.imports(*people))
    while not work.done():
        begun = seconds()
        async with office.database.write() as tx:
            await tx.execute(sa.text("SELECT 1"))
        waits.append(seconds() - begun)
        await asyncio.sleep(0.005)
    assert (await work).added == 1_000
    assert len(waits) >= 10
    assert max(waits) < 1.0


async def test_two_imports_at_once_give_every_change_its_own_number_and_lose_nobody(office: Office) -> None:
    def people(start: int) -> Iterable[dict[str, Any]]:
        return [a_line(f"c-{n}", endpoints=[an_endpoint(address=f"p{n}@example.cn")]) for n in range(start, start + 30)]

    await asyncio.gather(office.imports(*people(0)), office.imports(*people(15)), office.imports(*people(0)))
    assert sorted(row.subscriber_no for row in await office.rows(subscribers)) == list(range(1, 46))
    async with office.database.read() as tx:
        changes = await changes_after(tx, 0)
        assert [change_no for change_no, _who in changes] == list(range(1, 91))
        assert await last_change(tx) == 90


async def test_all_profiles_come_in_pages_and_a_shard_sees_its_own(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pushsvc.profiles.reading.PAGE", 2)
    await office.imports(*(a_line(f"c-{n}", endpoints=[an_endpoint(address=f"p{n}@example.cn")]) for n in range(5)))
    pages = [[profile.subscriber_no for profile in page] async for page in all_profiles(office.database)]
    assert pages == [[1, 2], [3, 4], [5]]
    odd = [profile.subscriber_no async for page in all_profiles(office.database, shard=1, of=2) for profile in page]
    assert odd == [1, 3, 5]


async def test_an_age_grows_from_the_day_of_the_consent(office: Office) -> None:
    await office.imports(a_line(attributes={"age": 66}))
    profile = await office.profile()
    assert (profile.attributes, profile.age_as_of) == ({"age": 66}, datetime(2026, 1, 5, tzinfo=UTC).date())
