"""The publisher's console and the site's own machines: pages that are fetched, the key, and the check of a page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pushsvc.sites import registry
from pushsvc.sites.networks import read_networks
from tests.integration.clerks import NOTICE, Clerk, an_account, another, at_the_console

HERE = "5101070001"
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in NOTICE.splitlines() if line)
GOOD = f"""<html><head><title>关于电梯补贴的通知</title><meta name="sitename" content="武侯网">
<meta name="SiteIDCode" content="5100000001"><meta name="ArticleTitle" content="关于电梯&quot;补贴&quot;的通知">
<meta name="PubDate" content="2026年3月1日"></head><body><div class="article">{PARAGRAPHS}</div></body></html>"""
LOGIN = "<html><title>登录</title><body><form><p>请登录</p><input name=a><input type='password' name=b></form></body></html>"


class Web:
    """The site's own web server on loopback."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, bytes, dict[str, str]]] = {}

    def says(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, content, {"Content-Type": "text/html; charset=utf-8", **headers})

    async def answer(self, request: web.Request) -> web.Response:
        status, body, headers = self.pages.get(request.path, (404, b"", {}))
        return web.Response(status=status, body=body, headers=headers)


@pytest.fixture
async def at_site(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[tuple[Clerk, Web, str]]:
    """A clerk of a site whose pages are really there, the pages, and where they are."""
    pages, app = Web(), web.Application()
    app.router.add_get("/{path:.*}", pages.answer)
    async with (
        TestServer(app) as server,
        at_the_console(sqlite_template, tmp_path, fetch_allow=read_networks(["127.0.0.0/8"])) as lina,
    ):
        columns, place = "code,name,organisation,region,domains,feeds,reach", f"127.0.0.1:{server.port}"
        line = f"{HERE},武侯网,武侯区政府,510107,{place} intern.example,,"
        await registry.import_sites(lina.town.house.database, lina.town.clock, f"{columns}\n{line}\n")
        await an_account(lina.town, "wang", site=HERE)
        async with another(lina.town, lina.base, "wang") as wang:
            yield wang, pages, f"http://{place}"


async def test_an_address_alone_is_enough_and_what_was_previewed_is_what_is_published(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    await clerk.town.a_citizen("mei", in_="510107")
    pages.says("/a.html", GOOD)
    preview = await clerk.previews(url=f"{base}/a.html")
    assert "20万元" in preview.words

    pages.says("/a.html", GOOD.replace("20万元", "90万元"))  # between the preview and the button the page has changed
    await clerk.sends(f"{preview.path}/publish", preview.path)
    await clerk.town.settle()

    (mail,) = await clerk.town.mailbox("mei")
    assert "20万元" in mail.text
    assert "90万元" not in mail.text


async def test_a_page_that_cannot_be_read_says_why_and_what_to_do(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    pages.says("/login", LOGIN)
    pages.says("/empty", "<html><body></body></html>")
    pages.says("/broken", "no", status=503)
    pages.says("/shut", "no", status=403)
    pages.says("/file", b"%PDF", **{"Content-Type": "application/pdf"})
    pages.says("/away", "", status=302, Location="https://login.example/")
    pages.says("/large", b"x" * (6 * 1024 * 1024))
    for path, words in (
        ("/login", "这是登录页面"), ("/empty", "没有读到正文"), ("/broken", "网站现在回答不了"), ("/gone", "没有网页（404）"),
        ("/shut", "网站不让我们读"), ("/file", "不是网页，可能是附件"), ("/away", "转到了别的网站"), ("/large", "网页太大了"),
    ):  # fmt: skip
        answer = await clerk.previews(url=f"{base}{path}")
        assert (answer.status, words in answer.words) == (422, True), (path, answer.words)
        assert 'id="url-wrong"' in answer.text


async def test_an_address_that_points_inside_is_not_read(sqlite_template: Path, tmp_path: Path) -> None:
    async with at_the_console(sqlite_template, tmp_path) as lina:
        columns = "code,name,organisation,region,domains,feeds,reach"
        line = f"{HERE},武侯网,武侯区政府,510107,127.0.0.1:9,,"
        await registry.import_sites(lina.town.house.database, lina.town.clock, f"{columns}\n{line}\n")
        await an_account(lina.town, "wang", site=HERE)
        async with another(lina.town, lina.base, "wang") as wang:
            for path in ("/p/new", "/p/check"):
                answer = await wang.sends(path, url="http://127.0.0.1:9/a")
                assert (answer.status, "这个地址指向内部网络" in answer.words) == (422, True), answer.words


async def test_who_has_pages_read_all_day_is_slowed_down(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    pages.says("/a", GOOD)
    answers = [await clerk.sends("/p/check", url=f"{base}/a") for _ in range(31)]
    assert [answers[29].status, answers[30].status] == [200, 429]


async def test_a_key_is_shown_once_and_signs_by_the_line_beside_it(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, _pages, _base = at_site
    clerk.town.clock.set(datetime.now(UTC))  # the shell signs with the machine's clock
    await clerk.signs_in("wang")
    made = await clerk.sends("/p/key")
    secret = re.search(r'<pre id="secret">(whsec_[^<]+)</pre>', made.text)
    script = re.search(r'(?s)<pre id="curl">(.*?)</pre>', made.text)
    assert secret
    assert script
    later = await clerk.opens("/p/key")
    assert secret[1] not in later.text
    assert "还没有收到过用密钥签名的消息" in later.words

    lines = unescape(script[1]).replace("http://push.example", clerk.base)
    shell = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", lines, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await shell.communicate()
    assert b'"event_id"' in out, (out, err)
    await clerk.town.settle()
    assert "收到一条签名正确的测试消息" in (await clerk.opens("/p/key")).words
    assert '"last":"evt_' in (await clerk.opens("/p/key/last")).text
    assert await clerk.town.mailbox() == []


async def test_an_old_key_holds_beside_the_new_one_until_its_button_is_pressed(at_site: tuple[Clerk, Web, str]) -> None:
    from pushsvc.sites import keys

    clerk, _pages, _base = at_site
    await clerk.sends("/p/key")
    await clerk.sends("/p/key")
    house = clerk.town.house
    async with house.database.read() as tx:
        newer, older = await keys.in_use(tx, HERE)
        assert len(await keys.keys_of(tx, house.vault, HERE)) == 2

    page = await clerk.sends("/p/key/revoke", "/p/key", key=str(older.site_key_id))

    assert f"停用 {newer.site_key_id} 号" in page.words
    assert f"停用 {older.site_key_id} 号" not in page.words
    async with house.database.read() as tx:
        assert len(await keys.keys_of(tx, house.vault, HERE)) == 1


async def test_the_key_of_another_site_cannot_be_revoked(at_site: tuple[Clerk, Web, str]) -> None:
    from pushsvc.sites import keys

    clerk, _pages, _base = at_site
    house = clerk.town.house
    await keys.make_key(house.database, house.vault, clerk.town.clock, house.random_bytes, "5101040001")
    async with house.database.read() as tx:
        (theirs,) = await keys.in_use(tx, "5101040001")
    assert (await clerk.sends("/p/key/revoke", "/p/key", key=str(theirs.site_key_id))).status == 404
    async with house.database.read() as tx:
        assert await keys.in_use(tx, "5101040001") == [theirs]


async def test_a_page_is_checked_and_each_finding_brings_the_line_to_paste(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    pages.says("/a.html", GOOD)

    found = await clerk.sends("/p/check", url=f"{base}/a.html")

    lines = [unescape(line) for line in re.findall(r"(?s)<pre>(.*?)</pre>", found.text)]
    assert f'<meta name="SiteIDCode" content="{HERE}">' in lines
    assert '<meta name="SiteName" content="武侯网">' in lines
    assert '<meta name="ContentSource" content="武侯区政府">' in lines
    assert any(line.startswith('<meta name="PubDate" content="2026-03-01') for line in lines), lines
    assert "是别的网站的标识码" in found.words
    assert "时间写成了“2026年3月1日”" in found.words
    assert "读者不知道是哪个部门说的" in found.words


async def test_a_page_to_check_must_be_the_sites_own(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, _pages, base = at_site
    for url, words in (
        ("", "请贴上要检查的网页地址"), ("https://elsewhere.example/", "这个地址不在您的网站上"), ("随便", "这不是完整的网址"),
        (f"{base}/gone", "没有网页（404）"),
    ):  # fmt: skip
        answer = await clerk.sends("/p/check", url=url)
        assert (answer.status, words in answer.words) == (422, True), (url, answer.words)


async def test_an_address_without_its_scheme_is_read_from_a_site_that_knows_only_http(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    pages.says("/a.html", GOOD)
    bare = base.removeprefix("http://")

    preview = await clerk.previews(url=f"{bare}/a.html")

    assert preview.path.startswith("/p/drafts/drf_"), preview.words
    assert f"{base}/a.html" in (await clerk.opens(f"{preview.path}/email.html")).text
    assert "检查结果" in (await clerk.sends("/p/check", url=f"{bare}/a.html")).words


async def test_the_lines_of_a_page_that_lacks_them_all_stand_together_for_one_copy(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, pages, base = at_site
    pages.says(
        "/a.html", "<html><head><title>通知</title></head><body><h1>通知</h1><p>请于2026年4月30日前申请。</p></body></html>"
    )
    found = await clerk.sends("/p/check", url=f"{base}/a.html")
    block = found.text.split('<pre id="all">')[1].split("</pre>")[0]
    assert block.count("&lt;meta name=") == int(found.words.split(" 处要改")[0].rsplit(" ", 1)[1])


async def test_revoking_a_key_says_first_what_it_does(at_site: tuple[Clerk, Web, str]) -> None:
    clerk, _pages, _base = at_site
    assert "换成您的密钥" not in (await clerk.sends("/p/key")).words, "the line beside a new key has it"
    page = await clerk.opens("/p/key")
    assert "把第一行的 whsec_… 换成您的密钥" in page.words
    assert page.words.index("马上都会被拒绝") < page.text.index('action="/p/key/revoke"')
