"""Feeds are visited in their rhythm, what is new becomes one event, and a fault of the server is never news."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from pushsvc.clock import Clock, FixedClock, SystemClock
from pushsvc.sites.feeds import news
from pushsvc.sites.feeds.client import FeedClient
from pushsvc.sites.feeds.polling import FeedPoller
from pushsvc.sites.feeds.standings import FeedStanding, feeds_of
from pushsvc.sites.intake import Intake
from pushsvc.sites.networks import read_networks
from pushsvc.sites.registry import import_sites
from pushsvc.storage.database import Database
from pushsvc.storage.tables.sites import events, feed_items, feeds, fetch_hosts, fetches
from pushsvc.storage.vault import Vault
from tests.conftest import SECRET_KEY
from tests.services import databases
from tests.unit.intake_builders import HEADER, an_intake

SITE = "5101000012"
LOOPBACK = read_networks(["127.0.0.0/8"])
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(number: int, at: datetime | None = None, title: str = "通知", link: str = "/tz/{}.html", extra: str = "") -> str:
    date = f"<pubDate>{format_datetime(at)}</pubDate>" if at else ""
    return f"<item><title>{title}</title><link>{link.format(number)}</link>{date}{extra}</item>"


def rss(*entries: str, head: str = "") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>'


@dataclass
class County:
    """A site with one feed on loopback, and the poller that visits it."""

    database: Database
    clock: Clock
    intake: Intake
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    elsewhere: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    server: TestServer | None = None
    poller: FeedPoller | None = None

    @property
    def host(self) -> str:
        assert self.server is not None
        return f"127.0.0.1:{self.server.port}"

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers)))
        status, body, headers = self.elsewhere.get(request.path, (self.status, self.body, self.headers))
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(status=status, body=body, headers={"Content-Type": "application/xml", **headers})

    def says(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}

    async def visit(self, after: timedelta = timedelta(days=1)) -> list[str]:
        """What came of the visits that are due `after` so long."""
        assert self.poller is not None
        assert isinstance(self.clock, FixedClock)
        self.clock.advance(after)
        return await self.poller.run_due()

    async def standing(self) -> FeedStanding:
        async with self.database.read() as tx:
            (feed,) = await feeds_of(tx)
            return feed

    async def events(self) -> Sequence[tuple[str, str]]:
        async with self.database.read() as tx:
            rows = await tx.execute(sa.select(events).order_by(events.c.received_at, events.c.url))
            return [(row.event, row.url.removeprefix(f"http://{self.host}")) for row in rows]

    async def register(self, feeds: str = "/feed.xml") -> None:
        urls = " ".join(f"http://{self.host}{feed}" for feed in feeds.split())
        await import_sites(self.database, self.clock, f"{HEADER}\n{SITE},成都,成都,510100,{self.host},{urls},\n")


@asynccontextmanager
async def a_county_on(database: Database, clock: Clock) -> AsyncIterator[County]:
    vault = await Vault.load(database, SECRET_KEY, clock)
    intake, _ = an_intake(database, vault, clock)
    county = County(database, clock, intake)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", county.answer)
    county.server = TestServer(app, host="127.0.0.1")
    await county.server.start_server()
    county.poller = FeedPoller(database, clock, FeedClient(LOOPBACK), intake)
    await county.register()
    try:
        yield county
    finally:
        await county.server.close()


@pytest.fixture
async def county(database: Database) -> AsyncIterator[County]:
    async with a_county_on(database, FixedClock(START)) as made:
        yield made


async def test_the_first_sight_of_a_feed_tells_nothing_and_later_each_new_entry_once(county: County) -> None:
    county.says(rss(entry(1, START), entry(2)))
    assert await county.visit() == ["same"]
    assert await county.events() == []
    county.says(rss(entry(3, START + timedelta(days=1)), entry(4), entry(1, START), entry(2)))
    assert await county.visit() == ["changed"]
    assert await county.events() == [("published", "/tz/3.html"), ("published", "/tz/4.html")]
    assert await county.visit() == ["same"]
    assert len(await county.events()) == 2
    standing = await county.standing()
    assert (standing.state, standing.reason, standing.items) == ("ok", None, 4)


async def test_a_new_entry_is_fetched_and_carries_the_date_of_the_feed_but_not_its_title(
    county: County,
) -> None:
    county.says(rss(entry(1)))
    await county.visit()
    county.says(rss(entry(2, START, title="[图] 关于……", extra="<description>摘要</description>")))
    await county.visit()
    async with county.database.read() as tx:
        event = (await tx.execute(sa.select(events))).one()
        wish = (await tx.execute(sa.select(fetches))).one()
    assert (event.origin, event.declared, event.published_at) == ("feed", {}, START)
    assert (wish.url, wish.state) == (event.url, "waiting")


async def test_a_date_that_lies_ahead_is_not_believed(county: County) -> None:
    county.says(rss(entry(1)))
    await county.visit()
    county.says(rss(entry(2, START + timedelta(days=300))))
    await county.visit()
    async with county.database.read() as tx:
        assert (await tx.execute(sa.select(events.c.published_at))).scalar_one() is None
    assert (await county.standing()).newest_at is None


async def test_an_edit_without_a_new_date_is_an_update_and_going_back_is_another(county: County) -> None:
    for words in ("每月一百元", "每月二百元", "每月一百元", "每月二百元"):
        county.says(rss(entry(1, START, extra=f"<description>{words}</description>")))
        await county.visit()
    assert await county.events() == [("updated", "/tz/1.html")] * 3


async def test_a_feed_whose_dates_are_always_of_now_is_not_taken_for_one_of_edits(county: County) -> None:
    for day in range(3):
        county.says(rss(*(entry(number, START + timedelta(days=day)) for number in range(1, 13 + day))))
        await county.visit()
    assert await county.events() == [("published", "/tz/13.html"), ("published", "/tz/14.html")]
    assert "13 entries say something else all at once" in ((await county.standing()).reason or "")


async def test_entries_that_fall_off_come_in_another_order_or_come_back_are_no_news(county: County) -> None:
    county.says(rss(*(entry(number, START) for number in range(1, 6))))
    await county.visit()
    county.says(rss(entry(5, START), entry(4, START)))
    await county.visit()
    county.says(rss(*(entry(number, START) for number in range(1, 6))))
    await county.visit()
    assert await county.events() == []


async def test_old_entries_that_a_longer_list_shows_are_no_news(county: County) -> None:
    county.says(rss(entry(1, START)))
    await county.visit()
    county.says(rss(entry(1, START), entry(2, START - timedelta(days=60)), entry(3, START - timedelta(days=3))))
    await county.visit()
    assert await county.events() == [("published", "/tz/3.html")]


async def test_what_fills_an_empty_feed_is_news_only_with_a_date_of_now(county: County) -> None:
    county.says(rss())
    await county.visit()
    county.says(rss(entry(1, START + timedelta(days=2)), entry(2, START - timedelta(days=20)), entry(3)))
    await county.visit()
    assert await county.events() == [("published", "/tz/1.html")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!DOCTYPE html><html><body>系统维护中", "an HTML page"),
        ("<html><head><title>统一身份认证</title></head></html>", "an HTML page"),
        ("", "it is empty"),
        (rss(), "it lists nothing, and listed 2 entries before"),
        ("{}", "no JSON Feed"),
        ("Service Unavailable", "it is no feed"),
        ("<error>500</error>", 'its root element is "error"'),
        (gzip.compress(b"0" * 20_000_000), "larger than 10 MiB"),
    ],
)
async def test_an_answer_that_is_no_feed_is_never_news_and_the_feed_recovers_by_itself(
    county: County, body: str | bytes, reason: str
) -> None:
    good = rss(entry(1, START), entry(2, START))
    county.says(good)
    await county.visit()
    county.says(body)
    assert (await county.visit())[0] in ("failing", "refused")
    standing = await county.standing()
    assert reason in (standing.reason or "")
    assert (standing.items, standing.failures) == (2, 1)
    county.says(good)
    assert await county.visit() == ["same"]
    standing = await county.standing()
    assert (standing.state, standing.reason, standing.failures) == ("ok", None, 0)
    assert await county.events() == []


@pytest.mark.parametrize(
    ("status", "state"), [(404, "failing"), (410, "gone"), (500, "failing"), (403, "failing"), (503, "failing")]
)
async def test_a_status_that_is_an_error_sets_the_state_and_backs_off(county: County, status: int, state: str) -> None:
    county.says("x", status=status)
    waits = []
    for _ in range(3):
        assert await county.visit() == [state]
        standing = await county.standing()
        waits.append(standing.due_at - county.clock.now())
    assert str(status) in (standing.reason or "")
    assert waits == sorted(waits)
    assert standing.failures == 3


async def test_a_server_that_asks_for_rest_gets_it(county: County) -> None:
    county.says("x", status=503, Retry_After="3000")
    await county.visit()
    assert (await county.standing()).due_at - county.clock.now() >= timedelta(minutes=45)


async def test_an_unchanged_feed_is_asked_conditionally_and_costs_no_reading(county: County) -> None:
    county.says(rss(entry(1)), ETag='"a1"', Last_Modified="Mon, 02 Mar 2026 01:00:00 GMT")
    await county.visit()
    assert await county.visit() == ["same"]
    path, headers = county.asked[-1]
    assert (path, headers["If-None-Match"]) == ("/feed.xml", '"a1"')
    assert headers["If-Modified-Since"] == "Mon, 02 Mar 2026 01:00:00 GMT"


async def test_a_feed_that_wants_to_be_asked_rarely_is(county: County) -> None:
    county.says(rss(entry(1, START), head="<ttl>600</ttl>"))
    await county.visit(timedelta())
    assert timedelta(hours=8) < (await county.standing()).due_at - county.clock.now() < timedelta(hours=12)
    assert await county.visit(timedelta(hours=8)) == []


async def test_a_lively_feed_is_asked_every_few_minutes_and_a_sleepy_one_daily(county: County) -> None:
    county.says(rss(entry(1, START)))
    await county.visit(timedelta(minutes=10))
    assert (await county.standing()).due_at - county.clock.now() < timedelta(minutes=6)
    for _ in range(90):
        await county.visit(timedelta(days=1))
    assert (await county.standing()).due_at - county.clock.now() > timedelta(hours=20)


async def test_addresses_of_others_are_refused_with_the_reason_and_the_own_ones_told(county: County) -> None:
    county.says(rss(entry(1)))
    await county.visit()
    county.says(
        rss(entry(1), entry(2), entry(3, link="http://www.other.example/{}.html"), entry(4, link="javascript:alert(1)"))
    )
    await county.visit()
    assert await county.events() == [("published", "/tz/2.html")]
    reason = (await county.standing()).reason or ""
    assert "1 entries refused" in reason
    assert "www.other.example" in reason
    assert "1 entries left out" in reason


async def test_a_feed_that_moved_for_good_is_followed_and_said_and_one_that_leads_away_is_refused(county: County) -> None:
    county.elsewhere["/new.xml"] = (200, rss(entry(1)).encode(), {})
    county.says("", status=301, Location="/new.xml")
    assert await county.visit() == ["same"]
    assert "has moved for good" in ((await county.standing()).reason or "")
    county.says("", status=302, Location="http://www.other.example/feed.xml")
    assert await county.visit() == ["refused"]
    assert "not one of the site's own" in ((await county.standing()).reason or "")


async def test_a_process_that_dies_between_the_event_and_its_note_tells_once(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.says(rss(entry(1)))
    await county.visit()
    county.says(rss(entry(1), entry(2), entry(3)))

    class Killed(BaseException):
        pass

    async def dies(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("pushsvc.sites.feeds.queue.visited", dies)
        with pytest.raises(Killed):
            await county.visit()
    assert len(await county.events()) == 2
    assert await county.visit(timedelta(minutes=1)) == []  # its lease still runs
    await county.visit()
    assert await county.events() == [("published", "/tz/2.html"), ("published", "/tz/3.html")]


async def test_many_new_entries_are_told_over_several_visits_and_none_is_lost(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "MOST_AT_ONCE", 10)
    county.says(rss(entry(1)), ETag='"1"')
    await county.visit()
    county.says(rss(*(entry(number, START) for number in range(1, 26))), ETag='"2"')
    for _ in range(3):
        await county.visit(timedelta(hours=20))
    assert len(await county.events()) == 25 - 1 + 1  # entry 1 has a date now: that is an update


async def test_a_sitemap_index_is_followed_to_the_sitemaps_that_changed_last(county: County) -> None:
    def sitemap(*numbers: int) -> bytes:
        urls = "".join(f"<url><loc>http://{county.host}/{n}.html</loc><lastmod>2026-03-02</lastmod></url>" for n in numbers)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    county.says(f"<sitemapindex><sitemap><loc>http://{county.host}/s.xml.gz</loc></sitemap></sitemapindex>")
    county.elsewhere["/s.xml.gz"] = (200, gzip.compress(sitemap(1)), {"Content-Type": "application/gzip"})
    await county.visit()
    county.elsewhere["/s.xml.gz"] = (200, gzip.compress(sitemap(1, 2)), {"Content-Type": "application/gzip"})
    await county.visit()
    assert await county.events() == [("published", "/2.html")]


async def test_a_feed_that_the_registry_drops_is_forgotten_and_comes_back_as_a_new_one(county: County) -> None:
    county.says(rss(entry(1)))
    await county.visit()
    await county.register("")
    assert await county.visit() == []
    async with county.database.read() as tx:
        assert await feeds_of(tx) == []
        assert (await tx.execute(sa.select(feed_items))).all() == []
    await county.register()
    county.says(rss(entry(1), entry(2)))
    assert await county.visit() == ["same"]
    assert await county.events() == []


async def test_one_host_is_asked_for_one_feed_at_a_time_and_at_a_pace(county: County) -> None:
    await county.register("/a.xml /b.xml /c.xml")
    county.says(rss(entry(1)))
    assert [len(await county.visit(timedelta())), len(await county.visit(timedelta()))] == [1, 0]
    assert len(await county.visit(timedelta(seconds=2))) == 1
    assert len({path for path, _ in county.asked}) == 2


async def test_two_pollers_at_once_ask_each_feed_once(county: County) -> None:
    county.says(rss(entry(1)))
    other = FeedPoller(county.database, county.clock, FeedClient(LOOPBACK), county.intake)
    assert county.poller is not None
    await county.poller.run_due()
    county.clock.advance(timedelta(days=1))
    county.asked.clear()
    await asyncio.gather(county.poller.run_due(), other.run_due())
    assert len(county.asked) == 1


async def test_a_running_poller_finds_what_an_import_names_by_itself(county: County) -> None:
    county.says(rss(entry(1)))
    assert county.poller is not None
    await county.poller.start(alone=True)
    try:
        async with asyncio.timeout(10):
            while not county.asked:
                await asyncio.sleep(0.05)
    finally:
        await county.poller.stop()
    assert county.asked[0][0] == "/feed.xml"


DIES_BEFORE_ITS_NOTE = """
import asyncio, os, signal, sys
from pushsvc.bootstrap.feeds import feed_poller
from pushsvc.bootstrap.house import open_house
from pushsvc.settings import read_settings
from pushsvc.sites.feeds import queue

async def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with open_house(read_settings()) as house:
        poller = feed_poller(house)
        if sys.argv[1] == "die":
            queue.visited = dies
        else:
            async with house.database.write() as tx:
                await queue.void_leases(tx)
        await poller.run_due()

asyncio.run(main())
"""


async def test_kill_9_between_the_event_and_its_note_loses_nothing_and_tells_nothing_twice(
    sqlite_template: Path, tmp_path: Path
) -> None:
    async with (
        databases.sqlite_database(sqlite_template, tmp_path) as database,
        a_county_on(database, SystemClock()) as county,
    ):
        county.says(rss(entry(1)))
        assert county.poller is not None
        assert await county.poller.run_due() == ["same"]
        county.says(rss(entry(1), entry(2), entry(3)))

        async def child(how: str) -> int:
            async with database.write() as tx:
                await tx.execute(sa.update(feeds).values(due_at=START))
                await tx.execute(sa.delete(fetch_hosts))
            settings = {
                "PUSHSVC_HOME": str(tmp_path), "PUSHSVC_DATABASE_URL": database.url, "PUSHSVC_FETCH_ALLOW": "127.0.0.0/8",
                "PUSHSVC_SECRET_KEY": SECRET_KEY,
            }  # fmt: skip
            run = await asyncio.create_subprocess_exec(
                sys.executable, "-c", DIES_BEFORE_ITS_NOTE, how, env=os.environ | settings, cwd=Path(__file__).parents[2]
            )
            return await run.wait()

        assert await child("die") == -signal.SIGKILL
        assert len(await county.events()) == 2
        assert await child("live") == 0
        assert await county.events() == [("published", "/tz/2.html"), ("published", "/tz/3.html")]
        assert (await county.standing()).items == 3
