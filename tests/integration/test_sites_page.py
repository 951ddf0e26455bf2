"""`/o/sites`: who sees what of which site, in what order; and an import that changes nothing before it is asked to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa

from pushsvc.bootstrap.site_pausing import pause_site
from pushsvc.operations import uploads
from pushsvc.sites import directory, keys, registry
from pushsvc.sites.health import check_sites
from pushsvc.storage.tables.operations import installation
from pushsvc.storage.tables.sites import feeds, site_states
from tests.integration.desk import Desk, a_desk, get, post, words
from tests.integration.pages_town import HOSTILE_TITLE, SUBSIDY
from tests.integration.uploading import a_database, on_both, upload
from tests.journeys.house import SITE, a_house

HEAD = "code,name,organisation,region,domains,feeds,reach\n"
FEED = "https://www.3.gov.example/rss.xml"
TWO = (
    "5101060003,Wuhou 三号,民政局,510106,www.3.gov.example,,",
    "5101060004,四号,教育局,510106,www.4.gov.example,,",
)
HOSTILE = '"<script>alert(1)</script>市 "" onload=""x"'


@pytest.fixture
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_database(request, tmp_path) as url, a_house(url, tmp_path) as town:
        await town.a_site()
        async with a_desk(town) as made:
            yield made


async def register(desk: Desk, *lines: str) -> None:
    await registry.import_sites(desk.town.house.database, desk.town.clock, HEAD + "".join(f"{line}\n" for line in lines))


async def a_feed(desk: Desk, site: str, url: str, state: str, reason: str = "", failures: int = 0) -> None:
    now = desk.town.clock.now()
    async with desk.town.house.database.write() as tx:
        row = {
            "feed_id": f"feed-{site}", "site": site, "url": url, "host": "www.3.gov.example", "state": state, "reason": reason,
            "interval_seconds": 7200, "due_at": now + timedelta(hours=2), "failures": failures, "polled_at": now, "items": 3,
        }  # fmt: skip
        await tx.execute(sa.insert(feeds).values(**row))


async def judged(desk: Desk) -> None:
    await check_sites(desk.town.house.database, desk.town.clock)


@on_both
async def test_what_needs_somebody_stands_first(desk: Desk, runs_on: str) -> None:
    await register(
        desk,
        "5101060003,三号网站,机关,510106,www.3.gov.example," + FEED + ",",
        "5101060004,四号网站,机关,510106,www.4.gov.example,,",
    )
    await a_feed(desk, "5101060003", FEED, "failing", "HTTP 503", 4)
    await desk.town.a_citizen()
    await desk.town.tells("/subsidy", title="补贴", text=SUBSIDY)
    await judged(desk)
    async with desk.signed_in("viewer") as client:
        page = words((await get(client, "/o/sites")).text)
        assert page.index("三号网站") < page.index("四号网站") < page.index("网站510104")
        assert "读不到" in page
        assert "还没有发布过任何内容" in page
        assert "就在今天" in page


@on_both
async def test_sites_are_found_by_name_organisation_domain_code_and_state(desk: Desk, runs_on: str) -> None:
    await register(desk, *TWO)
    await judged(desk)
    async with desk.signed_in("viewer") as client:
        for asked in ("wuhou", "民政", "WWW.3.gov", "5101060003"):
            page = words((await get(client, f"/o/sites?q={asked}")).text)
            assert "三号" in page, asked
            assert "四号" not in page, asked
        assert "没有这样的网站" in (await get(client, "/o/sites?q=%25")).text
        assert "四号" in (await get(client, "/o/sites?state=due")).text
        assert "没有这样的网站" in (await get(client, "/o/sites?state=failing")).text
        assert "四号" in (await get(client, "/o/sites?state=nonsense&page=x")).text


@on_both
async def test_a_paused_site_and_one_without_a_feed_are_found(desk: Desk, runs_on: str) -> None:
    await register(desk, f"5101060003,三号网站,机关,510106,www.3.gov.example,{FEED},")
    await pause_site(desk.town.house, SITE, why="网页被改", who="lina")
    await judged(desk)
    async with desk.town.house.database.write() as tx:
        await tx.execute(sa.delete(site_states).where(site_states.c.site == "5101060003"))
        assert [each.code for each in await directory.listed(tx, "", "paused", 10)] == [SITE]
        assert [each.code for each in await directory.listed(tx, "", "no_feed", 10)] == [SITE]
        assert [each.code for each in await directory.listed(tx, "", "unchecked", 10)] == ["5101060003"]
        assert await directory.counts(tx) == {
            "failing": 0, "late": 0, "due": 1, "ok": 0, "unchecked": 1, "paused": 1, "no_feed": 1,
        }  # fmt: skip
    async with desk.signed_in("operator") as client:
        page = (await get(client, f"/o/sites/{SITE}")).text
    assert "网页被改" in page
    assert f"/o/pauses/site/{SITE}/resume" in page


async def test_the_list_has_pages(desk: Desk) -> None:
    await register(desk, *(f"510106{n:04},{n}号网站,机关,510106,www.{n}.gov.example,," for n in range(40)))
    async with desk.signed_in("viewer") as client:
        first, second = (await get(client, "/o/sites")).text, (await get(client, "/o/sites?page=2")).text
    assert "0号网站" in first
    assert "39号网站" not in first
    assert "39号网站" in second
    assert 'rel="prev"' in second


async def test_a_site_page_says_the_rule_the_feeds_the_events_the_keys_and_who_works_there(desk: Desk) -> None:
    house = desk.town.house
    await register(desk, f"{SITE},锦江网站,锦江区政府,510104,www.{SITE}.example www.3.gov.example,{FEED},")
    await a_feed(desk, SITE, FEED, "refused", "the address answers with a page")
    for name in ("mei", "li"):
        await desk.town.a_citizen(name, interests=[{"any_of": ["补贴"], "sites": [SITE]}])
    await desk.town.tells("/subsidy", title="电梯补贴", text=SUBSIDY)
    secret = await keys.make_key(house.database, house.vault, house.clock, house.random_bytes, SITE)
    await judged(desk)
    async with desk.signed_in("operator") as client:
        answer = await get(client, f"/o/sites/{SITE}")
    page = words(answer.text)
    for said in (
        "它的订阅源读不到", "the address answers with a page", "不再去读", "电梯补贴", "新内容", "2 人", "publisher",
        "四川省成都市锦江区的居民和企业", "在用",
    ):  # fmt: skip
        assert said in page, said
    assert secret.removeprefix("whsec_") not in answer.text
    assert 'href="/o/find/evt_' in answer.text
    async with desk.signed_in("viewer") as client:
        seen = (await get(client, f"/o/sites/{SITE}")).text
    assert "/o/find/" not in seen
    assert "/o/pauses" not in seen


async def test_the_national_rule_is_said_with_its_limit(desk: Desk) -> None:
    await desk.town.a_citizen()
    await desk.town.tells("/n", title="关于补贴的通知", text=SUBSIDY, type="notice")
    await desk.town.advance(days=200)
    await judged(desk)
    async with desk.signed_in("viewer", language="en") as client:
        page = words((await get(client, f"/o/sites/{SITE}")).text)
    assert "The national rule: notices and policies at least every 183 days." in page
    assert "Late" in page
    assert "silent for 200 days" in page


async def test_an_unknown_site_is_not_found_and_a_publisher_sees_none(desk: Desk) -> None:
    async with desk.signed_in("viewer") as client:
        assert (await get(client, "/o/sites/5101069999")).status == 404
        assert (await get(client, "/o/sites/import")).status == 403
    async with desk.signed_in("publisher") as client:
        assert (await get(client, "/o/sites")).status == 403
        assert (await get(client, f"/o/sites/{SITE}")).status == 403


# Import


@on_both
async def test_a_file_is_checked_first_and_applied_when_asked(desk: Desk, runs_on: str) -> None:
    await register(desk, "5101060003,三号,机关,510106,www.3.gov.example,,", "5101060004,四号,机关,510106,www.4.gov.example,,")
    file = HEAD + "5101060003,三号新名,机关,510106,www.3.gov.example,,\n5101060004,四号,机关,510106,www.4.gov.example,,\n"
    file += "5101060005,五号,机关,510106,www.5.gov.example,,\n"
    async with desk.signed_in("admin") as client:
        checked = await upload(client, "/o/sites/import", file.encode())
        page = words(checked.text)
        assert "1 新登记的网站 1 要改的网站 1 没有变化的网站" in page
        assert "三号新名 5101060003 · 名称" in page
        async with desk.town.house.database.read() as tx:
            assert await registry.find_site(tx, "5101060005") is None
        assert (await post(client, checked.location)).location == checked.location
        assert "导入好了" in (await get(client, checked.location)).text
        assert (await post(client, checked.location, at="/o/sites/import")).status == 303
    async with desk.town.house.database.read() as tx:
        assert (await registry.site(tx, "5101060003")).name == "三号新名"
        assert await registry.find_site(tx, "5101060005") is not None
    (deed,) = await desk.deeds()
    assert (deed.who, deed.action, dict(deed.detail)) == ("admin", "sites imported", {"new": 1, "changed": 1, "unchanged": 1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
async def test_the_encodings_of_spreadsheets_are_read(desk: Desk, encoding: str) -> None:
    file = HEAD + "5101060005,武侯区人民政府,武侯区政府办公室,510106,www.5.gov.example,,\r\n"
    async with desk.signed_in("admin") as client:
        checked = await upload(client, "/o/sites/import", file.encode(encoding))
    assert "武侯区人民政府" in checked.text


async def test_each_bad_line_is_named_with_its_rule_in_the_readers_language(desk: Desk) -> None:
    file = (
        HEAD + "51,x,机关,510106,https://www.1.gov.example,,\n5101060005,,机关,990106,www.5.gov.example,https://o.example/f,\n"
    )
    async with desk.signed_in("admin") as client:
        answer = await upload(client, "/o/sites/import", file.encode())
    assert answer.status == 422
    page = words(answer.text)
    for said in (
        "第 2 行，标识码：“51”不是网站标识码", "第 2 行，域名：“https://www.1.gov.example”不是域名",
        "第 3 行，名称：要有 1 到 200 个字",
        "第 3 行，地区：“990106”不是地区代码", "第 3 行，订阅源：“https://o.example/f”不在这个网站自己的域名里",
    ):  # fmt: skip
        assert said in page, page
    async with desk.signed_in("admin", language="en") as client:
        answer = await upload(client, "/o/sites/import", file.encode())
    assert "Line 3, name: must have 1 to 200 characters." in words(answer.text)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "没有内容"),
        (b"PK\x03\x04" + b"\0" * 400, "另存为 CSV"),
        (b"a,b\n1,2\n", "表头要是"),
        (HEAD.encode(), "下面没有网站"),
        (HEAD.encode() + b'5101060005,"open,x,510106,h.example,,\n', "不是 CSV"),
        (HEAD.encode() + b"5101060005,x,y,510106,h.example\n", "格数和表头不一样"),
        (HEAD.encode() + ("5101060005," + "x" * 200_000 + ",y,510106,h.example,,\n").encode(), "不是 CSV"),
        (HEAD.encode() + f"5101060005,x,y,510106,www.{SITE}.example,,\n".encode(), f"已经是网站 {SITE} 的"),
    ],
)
async def test_hostile_and_broken_files_are_refused_in_words(desk: Desk, body: bytes, said: str) -> None:
    async with desk.signed_in("admin") as client:
        answer = await upload(client, "/o/sites/import", body)
    assert answer.status == 422
    assert said in words(answer.text)
    assert await desk.deeds() == []


async def test_hostile_names_stay_text(desk: Desk) -> None:
    file = HEAD + f'5101060005,{HOSTILE},"{HOSTILE_TITLE[:100]}",510106,www.5.gov.example,,\n'
    async with desk.signed_in("admin") as client:
        checked = await upload(client, "/o/sites/import", file.encode())
        await post(client, checked.location)
        for path in (checked.location, "/o/sites", "/o/sites/5101060005"):
            shown = (await get(client, path)).text
            assert "<script>alert" not in shown
            assert "<script>alert(1)</script>市" in unescape(shown)


async def test_a_file_over_ten_megabytes_is_sent_to_the_command_line(desk: Desk) -> None:
    async with desk.signed_in("admin") as client:
        answer = await upload(client, "/o/sites/import", b"x" * (11 * 1024 * 1024))
    assert answer.status == 413
    assert "pushsvc sites import FILE.csv" in words(answer.text)


@on_both
async def test_a_check_belongs_to_whoever_made_it_and_is_kept_sealed_for_a_day(desk: Desk, runs_on: str) -> None:
    house = desk.town.house
    file = (HEAD + "5101060005,五号网站,机关,510106,www.5.gov.example,,\n").encode()
    async with desk.signed_in("admin") as client:
        checked = await upload(client, "/o/sites/import", file)
        async with house.database.read() as tx:
            kept = str((await tx.execute(sa.select(installation.c.value))).scalars().all())
            assert "五号" not in kept
            token = checked.location.rpartition("/")[2]
            assert await uploads.find(tx, house.vault, "sites", token, "another") is None
            assert await uploads.find(tx, house.vault, "subscribers", token, "admin") is None
    await desk.town.advance(hours=25)
    async with desk.signed_in("admin") as client:
        await upload(client, "/o/sites/import", file)
        assert (await get(client, checked.location)).status == 404
    async with desk.signed_in("operator") as client:
        assert (await get(client, checked.location)).status == 403
