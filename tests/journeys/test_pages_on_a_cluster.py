"""The pages of three people on a cluster: two `serve` behind no session affinity, two workers, two schedulers, real servers.

Every request of a browser goes to another `serve` than the one before: whatever a page keeps in its own process is missed here.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import sqlalchemy as sa

from bench.cluster import Cluster, servers
from bench.service import Service, Site
from pushsvc.clock import SystemClock
from pushsvc.operations.accounts import add_account, set_password
from pushsvc.storage.database import Database
from pushsvc.storage.tables.flow import dead_letters
from pushsvc.storage.tables.sites import events, feeds
from pushsvc.storage.vault import Vault
from tests.integration.forms import Answer
from tests.integration.pages_town import SUBSIDY
from tests.journeys.cluster_town import metric
from tests.journeys.test_feed_to_mailbox import PAGE
from tests.services.smtp import Received, SmtpServer

LAYOUT = {
    "serve-1": ("serve",), "serve-2": ("serve",), "worker": ("worker",), "normalise": ("worker", "normalise"),
    "schedule-1": ("schedule",), "schedule-2": ("schedule",),
}  # fmt: skip
SITE = {"code": "5101040001", "name": "锦江区", "organisation": "锦江区政府", "region": "510104", "domains": "www.jj.example"}
COUNTY = {"code": "5101070001", "name": "武侯区", "organisation": "武侯区政府", "region": "510107"}
MEI = "mei@mail.example"
PASSWORD = "a good long password"
UNDO_SECONDS = 10
MOST_PEOPLE = 2
#: A change of what somebody asks for holds for what is accepted so long after it (CONTRACT).
TAKES_EFFECT_SECONDS = 2.0
WITHIN_SECONDS = 60.0
pytestmark = pytest.mark.timeout(300)


@dataclass
class Visitor:
    """A browser without scripts. `bases`: the addresses of the `serve` processes, asked in turn."""

    session: aiohttp.ClientSession
    bases: Sequence[str]
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def base(self) -> str:
        return self.bases[next(self._turn) % len(self.bases)]

    async def get(self, path: str) -> Answer:
        async with self.session.get(self.base() + path) as answer:
            return Answer(answer.status, await answer.text(), str(answer.url.relative()))

    async def post(self, path: str, at: str | None = None, **fields: str) -> Answer:
        shown = await self.get(at or path)
        mark = re.search(r'name="mark" value="([^"]+)"', shown.text)
        assert mark, f"{at or path} has no form: {shown.status} {words(shown.text)}"
        return await self.send(path, {"mark": mark[1], **fields})

    async def send(self, path: str, fields: Mapping[str, str]) -> Answer:
        async with self.session.post(self.base() + path, data=fields, allow_redirects=False) as answer:
            return Answer(answer.status, await answer.text(), answer.headers.get("Location", ""))

    async def until(self, path: str, said: str, seconds: float = WITHIN_SECONDS) -> str:
        """What a reader sees of the page once it says this."""
        return str(await until(lambda: self._reads(path, said), seconds, f"{path} says {said!r}"))

    async def _reads(self, path: str, said: str) -> str:
        read = words((await self.get(path)).text)
        return read if said in read else ""


async def until(look: Callable[[], Awaitable[Any]], seconds: float, what: str) -> Any:
    """What `look` gives, once it is something true."""
    end = asyncio.get_running_loop().time() + seconds
    while not (found := await look()):
        assert asyncio.get_running_loop().time() < end, f"not within {seconds:g} s: {what}"
        await asyncio.sleep(0.1)
    return found


def words(text: str) -> str:
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Pages(Thread):
    """A county's web server: its feed, its pages, and a log of what was asked for."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        pages = self
        self.paths: dict[str, str] = {}
        self.asked: list[str] = []
        #: The same at every visit: entries of which each has another date are a new form of the feed, and no news.
        self.dated = format_datetime(datetime.now(UTC))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                pages.asked.append(self.path)
                is_feed = self.path == "/feed.xml"
                body = (pages.feed() if is_feed else pages.paths.get(self.path, "")).encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/rss+xml" if is_feed else "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"

    def run(self) -> None:
        self.server.serve_forever()

    def feed(self) -> str:
        items = "".join(
            f"<item><title>关于高龄补贴</title><link>{path}</link><pubDate>{self.dated}</pubDate></item>" for path in self.paths
        )
        return f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"


@dataclass
class Street:
    cluster: Cluster
    smtp: SmtpServer
    county: Pages
    database_url: str
    site: Site
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(headers={"Accept-Language": "zh"}, cookie_jar=jar) as session:
            yield Visitor(session, [f"http://127.0.0.1:{each.port}" for each in self.cluster.serves])

    @asynccontextmanager
    async def signed_in(self, name: str) -> AsyncIterator[Visitor]:
        async with self.visitor() as visitor:
            assert (await visitor.post("/sign-in", name=name, password=PASSWORD)).status == 303
            yield visitor

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.database_url, pool_size=2)
        try:
            yield database
        finally:
            await database.close()

    async def publish(self, title: str, text: str, **said: Any) -> str:
        """Accepted by one `serve` or the other. Gives the event's id."""
        number = next(self._numbers)
        event = {
            "event": "published", "url": f"https://www.jj.example/{number}", "published_at": datetime.now(UTC).isoformat(),
            "title": title, "content_text": text, **said,
        }  # fmt: skip
        answer, _ = await asyncio.to_thread(self.cluster.post, self.site, event, f"event-{number}")
        return str(answer.json()["event_id"])

    async def funnel(self, event_id: str, **wanted: Any) -> Mapping[str, Any]:
        """The funnel, once it says what is wanted."""

        async def look() -> Mapping[str, Any]:
            funnel = await asyncio.to_thread(self.cluster.serve.funnel, event_id)
            return funnel if funnel and wanted.items() <= funnel.items() else {}

        found: Mapping[str, Any] = await until(look, WITHIN_SECONDS, f"{event_id} has {wanted}")
        return found

    async def mail(self, address: str, holds: str, least: int = 1) -> Received:
        async def look() -> list[Received]:
            mails = [each for each in self.smtp.to(address) if holds in each.subject + each.part("plain")]
            return mails if len(mails) >= least else []

        mails: list[Received] = await until(look, WITHIN_SECONDS, f"a mail to {address} with {holds!r}")
        return mails[-1]

    async def code(self, address: str, nth: int = 1) -> str:
        mail = await self.mail(address, "验证码", nth)
        found = re.search(r"\d{6}", mail.subject + mail.part("plain"))
        assert found
        return found[0]

    def active_scheduler(self) -> str:
        schedulers = self.cluster.named("schedule")
        active = [name for name in schedulers if metric(self.cluster.processes[name], "scheduler_active") == 1]
        return active[0] if len(active) == 1 else ""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, smtp, county = tmp_path_factory.mktemp("street"), SmtpServer().start(), Pages()
    county.start()
    county.paths["/old.html"] = PAGE
    with servers() as found:
        settings = {
            **found.settings, "PUSHSVC_BASE_URL": "http://push.example", "PUSHSVC_HOLD_SECONDS": str(UNDO_SECONDS),
            "PUSHSVC_MAX_PEOPLE": str(MOST_PEOPLE), "PUSHSVC_FETCH_ALLOW": "127.0.0.0/8",
            "PUSHSVC_METRICS_TOKEN": "metrics-of-the-tests",
        }  # fmt: skip
        with Cluster(folder, settings, smtp.port, LAYOUT) as cluster:
            cluster.migrate()
            cluster.start(wait=False)
            site = cluster.serve.register(SITE)
            file = folder / "people.jsonl"
            file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in _people()))
            cluster.serve.import_subscribers(file)
            cluster.until_ready()
            made = Street(cluster, smtp, county, settings["PUSHSVC_DATABASE_URL"], site)
            asyncio.run(_accounts(made))
            yield made
            ended = dict(cluster.ended)
    county.server.shutdown()
    smtp.stop()
    assert {code for codes in ended.values() for code in codes} <= {-signal.SIGKILL}, f"nobody ends by itself: {ended}"


def _people() -> Iterator[Mapping[str, Any]]:
    """Three who wait for a flat, one who is old in the county."""
    agreed = {"at": "2026-01-01T00:00:00+08:00", "source": "hall-form"}
    asks = [("wang", "510104", "轮候"), ("li", "510104", "轮候"), ("zhao", "510104", "轮候"), ("old", "510107", "补贴")]
    for name, place, word in asks:
        yield {
            "id": name, "kind": "citizen", "language": "zh", "places": [place], "interests": [{"any_of": [word]}],
            "endpoints": [{"channel": "email", "address": f"{name}@mail.example", "consent": agreed}],
        }  # fmt: skip


async def _accounts(street: Street) -> None:
    clock = SystemClock()
    async with street.database() as database:
        await Vault.load(database, street.cluster.serve.environment["PUSHSVC_SECRET_KEY"], clock)
        for name, role in (("lina", "publisher"), ("officer", "operator"), ("second", "operator")):
            await add_account(database, clock, name, role, SITE["code"] if role == "publisher" else None)
            await set_password(database, clock, name, PASSWORD)


# A citizen


async def test_a_citizen_signs_up_across_two_processes_and_what_she_changes_holds_within_two_seconds(street: Street) -> None:
    async with street.visitor() as mei:
        assert (await mei.post("/start", place="成都锦江", do="next")).location == "/start/what"
        assert (await mei.post("/start/what", bundles="older")).location == "/start/how"
        assert (await mei.post("/start/how", address=MEI, frequency="immediate")).location == "/start/code"
        assert (await mei.post("/start/code", code=await street.code(MEI))).location == "/start/done"
        assert "http://push.example/me" in (await street.mail(MEI, "/me")).part("plain")

        assert (await mei.post("/me/interests/new", any_of="扶手", do="save")).location == "/me?done=added"
        await asyncio.sleep(TAKES_EFFECT_SECONDS)
        told = await street.publish("关于安装扶手的通知", "楼道安装扶手，每户补助300元。请于2030年4月30日前申请。")
        assert (await street.funnel(told, state="done"))["accepted"] == {"email": 1}

        at = re.findall(r"/me/interests/(?!new)[\w-]+", (await mei.get("/me")).text)[-1]
        assert (await mei.post(f"{at}/pause", at="/me")).location == "/me?done=paused"
        await asyncio.sleep(TAKES_EFFECT_SECONDS)
        untold = await street.publish("关于安装扶手的补充通知", "楼道安装扶手，每户补助350元。请于2030年4月30日前申请。")
        await street.funnel(untold, state="no_audience")
        assert (await mei.post(f"{at}/go-on", at="/me")).location == "/me?done=awake"
    async with street.visitor() as stranger:
        assert (await stranger.get("/me")).location.startswith("/enter")


async def test_wrong_codes_are_counted_over_both_processes(street: Street) -> None:
    async with street.visitor() as guest:
        assert (await guest.post("/enter", address="wang@mail.example")).location == "/enter/code"
        code = await street.code("wang@mail.example")
        for number in range(1, 6):
            wrong = f"{(int(code) + number) % 10**6:06}"
            assert (await guest.post("/enter/code", code=wrong)).status == 422
        assert (await guest.post("/enter/code", code=code)).status == 422
        assert (await guest.get("/me")).location.startswith("/enter")


async def test_what_was_published_is_found_and_still_open_on_every_process(street: Street) -> None:
    event = await street.publish("关于老旧电梯更新的通知", SUBSIDY.replace("2026年", "2030年"), topics=["住房"])
    await street.funnel(event, pending=0)
    async with street.visitor() as guest:
        for _ in guest.bases:
            await guest.until(f"/search?q={quote('老旧电梯补贴多少钱')}", "15万元")
        for _ in guest.bases:
            await guest.until(f"/search?q={quote('电梯补贴')}&place={quote('锦江区')}", "过去 30 天里，这样会收到 1 条")


# A site


async def test_a_clerk_previews_takes_back_and_publishes_once_though_the_active_scheduler_is_killed(street: Street) -> None:
    text = "关于轮候名单的公告\n\n公租房轮候家庭每户补助500元。请于2030年5月6日前到区住建局申请。"
    async with street.signed_in("lina") as lina:
        shown = await lina.post("/p/new", url="https://www.jj.example/flats", text=text)
        draft = shown.location
        await lina.until(draft, "会告诉 3 人。")
        await lina.post(f"{draft}/publish", at=draft)
        await lina.post(f"{draft}/take-back", at=draft)
        assert "已收回" in words((await lina.get(draft)).text)
        await lina.post(f"{draft}/publish", at=draft)
        active = await until(lambda: asyncio.to_thread(street.active_scheduler), WITHIN_SECONDS, "one scheduler is active")
        street.cluster.kill(active)
        await lina.until("/p/", "关于轮候名单的公告")
        sent = await until(lambda: _sent(street, "https://www.jj.example/flats"), WITHIN_SECONDS, "the draft was sent")
        assert len(sent) == 1
        # MAX_PEOPLE is two: an operator lets it go, beside the console, with either process.
        await street.funnel(sent[0], held=3)
        async with street.signed_in("officer") as officer:
            await officer.until("/o/waiting", "关于轮候名单的公告")
            released = await officer.post(f"/o/waiting/{sent[0]}/release", why="核对过了")
            assert "done=released&n=3" in released.location
        await street.funnel(sent[0], state="done", accepted={"email": 3})
        await lina.until("/p/", "已告诉 3 人：邮件 3 人。")


async def _sent(street: Street, address: str) -> Sequence[str]:
    async with street.database() as database, database.read() as tx:
        found = sa.select(events.c.event_id).where(events.c.url == address, events.c.test.is_(False))
        return list((await tx.execute(found)).scalars())


async def test_a_preview_that_reaches_nobody_says_why(street: Street) -> None:
    async with street.signed_in("lina") as lina:
        text = "关于招聘公告\n\n区图书馆招聘工作人员3名，请于2030年5月6日前报名。"
        draft = (await lina.post("/p/new", url="https://www.jj.example/jobs", text=text)).location
        assert "锦江区有" in await lina.until(draft, "现在没有人会收到。")


async def test_a_feed_is_visited_by_one_of_two_workers_and_its_new_page_is_told_once(street: Street) -> None:
    county = street.county
    row = COUNTY | {"domains": county.host, "feeds": f"http://{county.host}/feed.xml"}
    await asyncio.to_thread(street.cluster.serve.register, row)

    async def visited() -> bool:
        return "/feed.xml" in county.asked

    await until(visited, 60, "the feed was visited")
    await _feeds_are_due(street)
    county.paths["/new.html"] = PAGE.replace("一百元", "二百元").replace("6月30日", "2030年6月30日")
    for _ in range(2):
        await _feeds_are_due(street)
        mail = await street.mail("old@mail.example", "二百元")
    assert f"http://{county.host}/new.html" in mail.part("plain")
    await asyncio.sleep(2)
    assert (county.asked.count("/new.html"), county.asked.count("/old.html")) == (1, 0)
    assert len(street.smtp.to("old@mail.example")) == 1


async def _feeds_are_due(street: Street) -> None:
    """Let the time until the next visit pass."""
    polled = sa.select(sa.func.count()).where(feeds.c.polled_at.is_not(None), feeds.c.leased_until.is_(None))
    async with street.database() as database:

        async def has_ended() -> bool:
            async with database.read() as tx:
                return bool(await tx.scalar(polled))

        await until(has_ended, WITHIN_SECONDS, "the visit has ended")
        async with database.write() as tx:
            await tx.execute(sa.update(feeds).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))


# An operator


async def test_an_officer_refuses_pauses_cancels_and_resumes_from_any_process(street: Street) -> None:
    refused = await street.publish("关于第二批轮候名单的公告", "公租房轮候家庭每户补助600元。请于2030年5月6日前申请。")
    await street.funnel(refused, held=3)
    async with street.signed_in("officer") as officer:
        done = await officer.post(f"/o/waiting/{refused}/refuse", why="发错了")
        assert "done=refused&n=3" in done.location
        await street.funnel(refused, cancelled=3, state="done")

        await officer.post(f"/o/pauses/site/{SITE['code']}/pause", why="网页被人改过")
        held = await street.publish("关于安装扶手的第二个通知", "楼道安装扶手，每户补助700元。请于2030年4月30日前申请。")
        await street.funnel(held, held=1)
        done = await officer.post("/o/cancel", at=f"/o/cancel?event={held}", event=held, why="网页被人改过")
        assert "done=cancelled&n=1" in done.location
        await street.funnel(held, cancelled=1)
        await officer.post(f"/o/pauses/site/{SITE['code']}/resume")
        freed = await street.publish("关于安装扶手的第三个通知", "楼道安装扶手，每户补助800元。请于2030年4月30日前申请。")
        await street.funnel(freed, state="done", accepted={"email": 1})


async def test_a_dead_letter_is_replayed_through_the_outbox_and_dies_again_in_sight(street: Street) -> None:
    letter = {
        "stage": "match", "topic": "summaries", "part": 0, "offset": 900_000_000, "key": "pub_0",
        "value": {"event_id": f"evt_{0:032x}", "version_id": f"ver_{0:032x}"},
        "reason": f"version ver_{0:032x} has no summary in the store: replay the event that brought it",
        "at": datetime.now(UTC),
    }  # fmt: skip
    async with street.database() as database, database.write() as tx:
        number = await tx.scalar(sa.insert(dead_letters).values(letter).returning(dead_letters.c.dead_letter_id))
    async with street.signed_in("officer") as officer:
        done = await officer.post(f"/o/dlq/letter/{number}/replay", why="补上了")
        assert "n=1" in done.location
        await officer.until(done.location, "又有没办成的")


async def test_the_first_page_has_the_same_figures_on_every_process_and_moves_by_itself(street: Street) -> None:
    async with street.signed_in("officer") as officer:
        for _ in officer.bases:
            await officer.until("/o/", "告诉")
        for base in officer.bases:
            async with asyncio.timeout(15), officer.session.get(f"{base}/o/live?span=hour") as answer:
                assert answer.content_type == "text/event-stream"
                said = b""
                while b"event: figures" not in said:
                    said += await answer.content.readany()


async def test_the_trail_of_two_processes_that_write_at_once_is_whole(street: Street) -> None:
    async def pauses(name: str, channel: str) -> None:
        async with street.signed_in(name) as officer:
            for _ in range(10):
                for what in ("pause", "resume"):
                    assert (await officer.post(f"/o/pauses/channel/{channel}/{what}", why="试一试")).status == 303

    await asyncio.gather(pauses("officer", "wechat"), pauses("second", "sms"))
    checked = await asyncio.to_thread(street.cluster.serve.run, "audit", "verify")
    assert "whole" in checked.stdout + checked.stderr


def test_one_process_of_a_kind_stops_cleanly_and_the_other_serves_on(street: Street) -> None:
    for name in ("serve-2", "normalise"):
        assert street.cluster.stop(name) == 0
    _ready(street.cluster.serve)


def _ready(service: Service) -> None:
    assert service.call("GET", "/readyz").status == 200
