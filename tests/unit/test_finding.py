"""Whatever an operator has in hand leads to what it names, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from pushsvc.channels.links import VaultLinks
from pushsvc.clock import FixedClock
from pushsvc.ledger import finding, one_person
from pushsvc.ledger.happened import Swiftness
from pushsvc.ledger.tallies import BOUNDS
from pushsvc.ledger.waits import on_the_way, versions_held, waiting
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.storage.tables.profiles import endpoints
from pushsvc.storage.tables.publications import publications, versions
from pushsvc.storage.tables.sites import events
from pushsvc.storage.vault import Vault
from pushsvc.web.operator.finder import Finder
from tests.unit.ledger_town import Town

DELIVERY = "dlv_" + "0a" * 16


@pytest.fixture
def town(database: Database, clock: FixedClock) -> Town:
    return Town(database, clock)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (DELIVERY, DELIVERY),
        (f"<{DELIVERY}@push.example>", DELIVERY),
        (f"Message-ID: <{DELIVERY}@push.example>", DELIVERY),
        (f"https://push.example/o/find/{DELIVERY}?x=1", DELIVERY),
        (DELIVERY[:-1], None),
        (f"{DELIVERY}f", None),
        (f"x{DELIVERY}", None),
        ("mei@mail.example", None),
    ],
)
def test_an_id_is_found_in_whatever_it_was_copied_with(written: str, meant: str | None) -> None:
    assert finding.id_in(written) == meant


async def a_document(town: Town, name: str, title: str, number: str | None = None) -> None:
    """A publication with a version; the ledger's town keeps none."""
    now = town.clock.now()
    declared = {"doc_number": number} if number else {}
    async with town.database.write() as tx:
        await tx.execute(
            sa.insert(versions).values(
                version_id=f"ver_{name}", publication_id=f"pub_{name}", content_id=f"con_{name}", work_id=f"wrk_{name}",
                site="5101000012", url=f"https://x.example/{name}", title=title, language="zh", declared=declared, first_at=now,
            )
        )  # fmt: skip
        await tx.execute(
            sa.insert(publications).values(
                publication_id=f"pub_{name}", address=f"https://x.example/{name}", site="5101000012", work_id=f"wrk_{name}",
                declared=declared, revision=1, version_id=f"ver_{name}", content_id=f"con_{name}", first_at=now, changed_at=now,
            )
        )  # fmt: skip


@pytest.mark.parametrize("typed", ["川民发〔2026〕12号", "川民发[2026]12号", "川民发（2026）12号", " 川民发【2026】12号 "])
async def test_a_document_number_is_found_in_whatever_brackets(town: Town, typed: str) -> None:
    await a_document(town, "said", "关于养老服务的通知", "川民发〔2026〕12号")
    await a_document(town, "titled", "关于印发办法的通知（川民发〔2026〕12号）")
    await a_document(town, "other", "关于印发办法的通知（川民发〔2026〕112号）", "川民发〔2026〕112号")
    async with town.database.read() as tx:
        found = await finding.documents(tx, typed)
    assert {one.publication_id for one in found} == {"pub_said", "pub_titled"}


@pytest.mark.parametrize("typed", ["École Order No. 12", "École order no. 12", "École ORDER NO. 12"])
async def test_a_document_number_is_found_in_capitals_and_in_small_letters(town: Town, typed: str) -> None:
    await a_document(town, "said", "Grants for small firms", "École Order No. 12")
    await a_document(town, "titled", "Grants for small firms (École ORDER No. 12)")
    async with town.database.read() as tx:
        found = await finding.documents(tx, typed)
    assert {one.publication_id for one in found} == {"pub_said", "pub_titled"}


@pytest.mark.parametrize("typed", ["%", "____", "%%%%%%", "\\\\\\\\", "号"])
async def test_signs_of_a_pattern_find_only_themselves(town: Town, typed: str) -> None:
    await a_document(town, "said", "关于养老服务的通知", "川民发〔2026〕12号")
    async with town.database.read() as tx:
        assert not await finding.documents(tx, typed)


@pytest.mark.parametrize(
    "typed",
    ["\x00", "mei\x00@mail.example", "\udc80", "'; DROP TABLE notices; --", "🦉" * 99, "https://[::1", "/s/\x00"],
)
async def test_hostile_text_means_nothing_on_either_database(town: Town, vault: Vault, typed: str) -> None:
    finder = Finder(vault, VaultLinks(vault, "https://push.example"))
    async with town.database.read() as tx:
        found = await finder.find(tx, typed)
    assert (found.people, found.ids, found.documents) == ((), (), ())


async def test_a_short_link_and_a_check_code_lead_to_their_message(town: Town, vault: Vault) -> None:
    await town.publish(town.a_citizen("sms", quiet_hours=()))
    await town.leaves()
    (message,) = await town.messages()
    links = VaultLinks(vault, "https://push.example")
    async with town.database.write() as tx:
        await links.remember_short(tx, [message.delivery_id])
    short = links.short(message.delivery_id)
    async with town.database.read() as tx:
        for typed in (short, short.rpartition("/")[2], links.check_code(message.delivery_id).lower()):
            assert (await Finder(vault, links).find(tx, typed)).ids == (message.delivery_id,), typed


async def test_a_person_s_ways_say_which_are_closed_and_none_says_an_address(town: Town) -> None:
    number = town.a_citizen("email", "sms", "wechat")
    await town.keeps(number)
    later = town.clock.now() + timedelta(days=1)
    async with town.database.write() as tx:
        for channel, column in (("sms", "withdrawn_at"), ("wechat", "suppressed_at")):
            await tx.execute(sa.update(endpoints).where(endpoints.c.channel == channel).values({column: later}))
    async with town.database.read() as tx:
        found = await one_person.person(tx, subscriber_id=f"c-{number}")
        nobody = await one_person.person(tx, subscriber_id="c-99")
    assert nobody is None
    assert found is not None
    assert [(way.channel, way.state) for way in found.ways] == [("email", "open"), ("sms", "stopped"), ("wechat", "dead")]


async def test_what_somebody_was_told_is_paged_newest_first_and_nothing_is_left_out_or_twice(town: Town) -> None:
    number = town.a_citizen("email")
    for place in range(45):
        await town.publish(number, publication=f"pub_{place}", version=f"ver_{place}", work=f"wrk_{place}")
        if place % 3:
            await town.after(seconds=1)
    seen: list[str] = []
    after, pages = "", 0
    async with town.database.read() as tx:
        while pages == 0 or after:
            lines, after = await one_person.told(tx, number, after)
            seen += [line.publication_id for line in lines]
            pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 45
    assert seen[0] == "pub_44"


async def test_what_is_due_what_waits_for_its_hour_and_what_waits_for_a_word_are_told_apart(town: Town) -> None:
    town.max_people = 2
    people = [town.a_citizen("email") for _ in range(3)]
    await town.publish(*people)
    await town.publish(town.a_citizen("sms"), publication="pub_b", version="ver_b", work="wrk_b")
    await town.publish(town.a_citizen("email", frequency="daily"), publication="pub_c", version="ver_c", work="wrk_c")
    async with town.database.read() as tx:
        found = await waiting(tx, town.clock.now())
        held = await versions_held(tx)
    assert (found["email"].release, found["email"].later, found["email"].due) == (3, 1, 0)
    assert (found["sms"].due, found["sms"].since) == (1, town.clock.now())
    assert held == {"ver_a1": 3}
    async with town.database.write() as tx:
        await tx.execute(sa.update(events).values(released_at=town.clock.now()))
        assert await versions_held(tx) == {}


async def test_messages_in_doubt_are_listed_newest_first(town: Town) -> None:
    for place in range(3):
        await town.publish(town.a_citizen("email"), publication=f"pub_{place}", version=f"ver_{place}", work=f"wrk_{place}")
        await town.after(minutes=1)
    await town.leaves(state="unknown")
    async with town.database.read() as tx:
        found = await finding.in_doubt(tx)
        ids = (await tx.execute(sa.select(deliveries.c.delivery_id).order_by(deliveries.c.due_at.desc()))).scalars().all()
    assert [one[0] for one in found] == list(ids)


async def test_an_event_is_on_its_way_until_somebody_has_planned_it(town: Town) -> None:
    said = await town.accept()
    async with town.database.read() as tx:
        before = await on_the_way(tx, town.clock.now())
    await town.match(said, town.a_citizen())
    async with town.database.read() as tx:
        after = await on_the_way(tx, town.clock.now())
    assert sum(way.events for way in before.values()) == 1
    assert after == {}


def test_shares_are_exact_at_the_bounds_and_percentiles_lie_in_their_bin() -> None:
    people = [0] * (len(BOUNDS) + 1)
    people[BOUNDS.index(3)], people[BOUNDS.index(60)], people[-1] = 50, 40, 10
    swift = Swiftness(people)
    assert swift.within(60) == 0.9
    assert swift.within(3_600) == 0.9
    assert 2 <= swift.percentile(0.5) <= 3
    assert 45 <= swift.percentile(0.9) <= 60
    assert Swiftness([0] * len(people)).within(60) == 0.0
