"""From a feed to a mailbox: a site that does nothing but keep a feed reaches the people whom its pages concern, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from pushsvc.sites.networks import read_networks
from pushsvc.sites.registry import import_sites
from tests.journeys.house import SITE, Town, a_house
from tests.services import databases

PAGE = """<html><head><meta name="ArticleTitle" content="关于发放高龄补贴的通知"></head><body><h1>关于发放高龄补贴的通知</h1>
<div class="content"><p>成都市八十周岁以上的老年人，每人每月可以领取补贴一百元。</p>
<p>请在6月30日前，凭身份证到户籍所在地的街道办事处办理，咨询电话028-12345678。</p>
<p>逾期没有办理的，可以在下一年度补办，补办时同样需要身份证和户口簿。</p></div></body></html>"""
WITHIN_SECONDS = 40


class County:
    """A site with pages and a feed of them, and a log of what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.dated = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path != "/feed.xml":
            return web.Response(text=self.pages[request.path], content_type="text/html")
        items = "".join(
            f"<item><title>[图] 关于…</title><link>{path}</link><pubDate>{self.dated}</pubDate></item>" for path in self.pages
        )
        return web.Response(text=f"<rss version='2.0'><channel>{items}</channel></rss>", content_type="application/rss+xml")


async def until(town: Town, holds: Callable[[], bool]) -> None:
    """Waits, and lets the town's time pass: a host is asked once a second."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not holds():
            town.clock.advance(timedelta(seconds=0.2))
            await asyncio.sleep(0.05)


async def day_passes(town: Town, county: County) -> None:
    visits = county.asked.count("/feed.xml")
    town.clock.advance(timedelta(days=1))
    await until(town, lambda: county.asked.count("/feed.xml") > visits)


async def test_a_page_that_a_feed_names_anew_reaches_whom_it_concerns_once_and_the_old_ones_nobody(
    sqlite_template: Path, tmp_path: Path
) -> None:
    county = County()
    app = web.Application()
    app.router.add_get("/{path:.*}", county.answer)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        async with (
            databases.sqlite_database(sqlite_template, tmp_path) as database,
            a_house(database.url, tmp_path, fetch_allow=read_networks(["127.0.0.0/8"])) as town,
        ):
            await town.a_citizen()
            county.dated = format_datetime(town.clock.now())
            county.pages["/old.html"] = PAGE
            host = f"127.0.0.1:{server.port}"
            csv = f"code,name,organisation,region,domains,feeds\n{SITE},成都,成都,510100,{host},http://{host}/feed.xml\n"
            await import_sites(town.house.database, town.clock, csv)
            await until(town, lambda: "/feed.xml" in county.asked)
            county.pages["/new.html"] = PAGE.replace("一百元", "二百元")
            await day_passes(town, county)
            await until(town, lambda: "/new.html" in county.asked)
            await day_passes(town, county)
            await town.settle()
            (mail,) = await town.mailbox()
            assert "二百元" in mail.text
            assert f"http://{host}/new.html" in mail.text
            assert "/old.html" not in county.asked
            assert county.asked.count("/new.html") == 1
    finally:
        await server.close()
