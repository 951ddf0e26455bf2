"""A site is judged by the national rules, and who follows one that fell silent hears of it once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from pushsvc.channels.service import claim_due, render
from pushsvc.clock import FixedClock
from pushsvc.domain.time import Instant
from pushsvc.profiles.checking import check
from pushsvc.profiles.importing import apply
from pushsvc.profiles.recipients import recipients
from pushsvc.sites.health import SiteHealth, check_sites, site_health
from pushsvc.sites.health_rules import SiteFacts, judge
from pushsvc.sites.registry import import_sites
from pushsvc.sites.rules import rules
from pushsvc.storage.database import Database
from pushsvc.storage.rows import insert_all
from pushsvc.storage.tables.publications import publications, summaries
from pushsvc.storage.tables.sites import events, feeds
from pushsvc.storage.vault import Vault
from pushsvc.streams.silent_sources import SilentSources
from tests.unit.intake_builders import CHENGDU, SICHUAN, SITES

#: Noon in Shanghai.
NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def ago(days: float) -> Instant:
    return NOW - timedelta(days=days)


def facts(*, last: float | None, feed_faults: Any = (), **types: float) -> SiteFacts:
    return SiteFacts(
        ago(500), None if last is None else ago(last), {name: ago(days) for name, days in types.items()}, feed_faults
    )


@pytest.mark.parametrize(
    ("known", "state", "rule", "silent"),
    [
        (facts(last=1, news=1, notice=1), "ok", "news", False),
        (facts(last=11, news=11), "due", "news", False),
        (facts(last=15, news=15), "late", "news", True),
        (facts(last=1, news=15, notice=1), "late", "news", False),  # it still speaks: its followers need not worry
        (facts(last=15, notice=15), "ok", "notices", False),
        (facts(last=160, notice=160), "due", "notices", False),
        (facts(last=184, policy=184), "late", "notices", True),
        (facts(last=3), "ok", "home", False),
        (facts(last=15), "late", "home", True),
        (facts(last=900, notice=900), "late", "home", True),
        (facts(last=None), "due", "never", False),
        (facts(last=1, news=1, feed_faults=[("failing", 2)]), "ok", "news", False),
        (facts(last=1, news=1, feed_faults=[("failing", 3)]), "failing", "feed", False),
        (facts(last=20, news=20, feed_faults=[("ok", 0), ("gone", 1)]), "failing", "feed", True),
        (facts(last=1, news=1, feed_faults=[("refused", 1)]), "failing", "feed", False),
    ],
)
def test_a_site_stands_as_the_national_rules_say(known: SiteFacts, state: str, rule: str, silent: bool) -> None:
    judged = judge(known, NOW)
    assert (judged.state, judged.rule, judged.silent) == (state, rule, silent)


def test_the_rules_name_their_version_and_source() -> None:
    for name in ("site_health", "page_tags"):
        assert rules(name)["version"]
        assert "国办" in rules(name)["source"]


class Country:
    """Two sites, what they published, and who follows them."""

    def __init__(self, database: Database, vault: Vault, clock: FixedClock) -> None:
        self.database, self.vault, self.clock = database, vault, clock
        self.number = 0

    async def registers(self) -> None:
        self.clock.set(ago(600))
        await import_sites(self.database, self.clock, SITES)
        self.clock.set(NOW)

    async def publishes(self, site: str, at: Instant, kind: str | None = "news") -> None:
        self.number += 1
        n = self.number
        event = {
            "event_id": f"evt_{n}", "site": site, "origin": "api", "event": "published", "url": "", "address": "",
            "declared": {}, "test": False, "received_at": at,
        }  # fmt: skip
        page = {
            "publication_id": f"pub_{n}", "address": f"https://a/{n}", "site": site, "work_id": f"wrk_{n}", "declared": {},
            "revision": 1, "version_id": f"ver_{n}", "content_id": f"con_{n}", "withdrawn": False, "first_at": at,
            "changed_at": at,
        }  # fmt: skip
        async with self.database.write() as tx:
            await insert_all(tx, events, [event])
            await insert_all(tx, publications, [page])
            said = {"type": kind} if kind else {}
            await insert_all(tx, summaries, [{"version_id": f"ver_{n}", "summary": said, "at": at}])

    async def follows(self, name: str, *sites: str, **fields: Any) -> None:
        endpoint = {
            "channel": "email",
            "address": f"{name}@example.com",
            "consent": {"at": "2026-01-01T00:00:00Z", "source": "t"},
        }
        person = {"id": name, "endpoints": [endpoint], "interests": [{"sites": list(sites)}], **fields}
        await apply(self.database, self.vault, self.clock, check([json.dumps(person).encode()], self.clock))

    async def stands(self) -> Mapping[str, SiteHealth]:
        await check_sites(self.database, self.clock)
        async with self.database.read() as tx:
            return {each.site: each for each in await site_health(tx)}

    async def looks(self) -> int:
        sources = SilentSources(self.database, self.vault, self.clock, recipients, SHANGHAI, "https://push.example/me")
        return await sources.look()

    async def mail(self) -> list[tuple[str, str]]:
        async with self.database.write() as tx:
            due = await claim_due(tx, self.vault, self.clock.now(), 100)
        rendered = [render(each) for each in sorted(due, key=lambda each: each.address)]
        return [(each.to, f"{each.subject}\n{each.text}") for each in rendered]


@pytest.fixture
async def country(database: Database, vault: Vault, clock: FixedClock) -> Country:
    made = Country(database, vault, clock)
    await made.registers()
    return made


async def test_each_site_is_written_down_with_its_state_the_worst_first(country: Country) -> None:
    await country.publishes(CHENGDU, ago(20), "news")
    await country.publishes(SICHUAN, ago(20), "notice")
    stands = await country.stands()
    assert [(site, each.state, each.rule) for site, each in stands.items()][:2] == [
        (CHENGDU, "late", "news"), ("bm01000001", "due", "never"),
    ]  # fmt: skip
    assert (stands[SICHUAN].state, stands[SICHUAN].rule) == ("ok", "notices")
    assert stands[CHENGDU].silent_for(NOW) == timedelta(days=20)
    assert stands[CHENGDU].since == ago(6)


async def test_a_new_date_in_a_feed_is_a_sign_of_life_and_a_feed_that_cannot_be_read_a_fault(country: Country) -> None:
    feed = {"feed_id": "fed_1", "site": CHENGDU, "url": "u", "host": "h", "state": "ok", "interval_seconds": 300, "due_at": NOW,
            "failures": 0, "items": 3, "newest_at": ago(2)}  # fmt: skip
    async with country.database.write() as tx:
        await insert_all(tx, feeds, [feed])
    assert (await country.stands())[CHENGDU].state == "ok"
    async with country.database.write() as tx:
        await tx.execute(sa.update(feeds).values(state="failing", failures=3, reason="404"))
    stands = (await country.stands())[CHENGDU]
    assert (stands.state, stands.feeds[0].reason) == ("failing", "404")


async def test_followers_of_a_site_that_fell_silent_are_told_once_all_sites_in_one_message(country: Country) -> None:
    await country.publishes(CHENGDU, ago(20))
    await country.publishes(SICHUAN, ago(15))
    await country.follows("a", CHENGDU, SICHUAN)
    await country.follows("b", SICHUAN, language="en")
    await country.follows("c", "bm01000001")
    assert await country.looks() == 2
    (to_a, mail_a), (to_b, mail_b) = await country.mail()
    assert (to_a, to_b) == ("a@example.com", "b@example.com")
    assert mail_a.startswith("成都市人民政府等2个网站很久没有新消息了\n")
    assert "成都市人民政府：最近一次是2026年5月12日\n四川省人民政府：最近一次是2026年5月17日" in mail_a
    assert "四川省人民政府: last heard of on 17 May 2026" in mail_b
    assert "https://push.example/me" in mail_a
    assert "{" not in mail_a + mail_b
    country.clock.advance(timedelta(days=1))
    assert await country.looks() == 0


async def test_a_site_that_speaks_and_falls_silent_anew_is_told_of_again(country: Country) -> None:
    await country.publishes(CHENGDU, ago(20))
    await country.follows("a", CHENGDU)
    assert await country.looks() == 1
    await country.publishes(CHENGDU, NOW + timedelta(days=1))
    country.clock.advance(timedelta(days=2))
    assert await country.looks() == 0
    country.clock.advance(timedelta(days=14))
    assert await country.looks() == 1
    assert len(await country.mail()) == 1  # the first one is too old by now


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoints": []},
        {"rests": True},
        {"preferences": {"quiet_hours": ["09:00", "18:00"]}},
    ],
    ids=["no endpoint", "rests", "quiet now"],
)
async def test_who_has_no_open_endpoint_or_rests_is_left_alone(country: Country, fields: dict[str, Any]) -> None:
    await country.publishes(CHENGDU, ago(20))
    await country.follows("a", CHENGDU, **{name: value for name, value in fields.items() if name != "rests"})
    if "rests" in fields:
        async with country.database.write() as tx:
            await tx.execute(sa.text("UPDATE subscribers SET paused_until = :until"), {"until": 9 * 10**15})
    assert await country.looks() == 0


async def test_nobody_is_told_at_night_and_the_telling_waits_for_the_day(country: Country) -> None:
    await country.publishes(CHENGDU, ago(20))
    await country.follows("a", CHENGDU)
    country.clock.set(NOW + timedelta(hours=12))
    assert await country.looks() == 0
    country.clock.set(NOW + timedelta(hours=23))
    assert await country.looks() == 1


async def test_a_crash_before_the_silence_is_marked_tells_nobody_twice(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    await country.publishes(CHENGDU, ago(20))
    await country.follows("a", CHENGDU)

    async def dies(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("pushsvc.streams.silent_sources.note_told", dies)
        with pytest.raises(RuntimeError):
            await country.looks()
    assert await country.looks() == 0
    assert len(await country.mail()) == 1


async def test_of_two_schedulers_that_look_at_once_one_tells(country: Country) -> None:
    """As for a moment after one lost its lease, and does not know it yet."""
    await country.publishes(CHENGDU, ago(20))
    await country.publishes(SICHUAN, ago(20))
    for name in ("a", "b", "c"):
        await country.follows(name, CHENGDU, SICHUAN)
    assert sum(await asyncio.gather(country.looks(), country.looks(), country.looks())) == 3
    assert len(await country.mail()) == 3
