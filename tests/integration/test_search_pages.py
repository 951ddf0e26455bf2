"""The search page and the page of a publication, as a browser meets them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from pushsvc.domain.subscribers import Interest
from pushsvc.profiles.reading import interest_of
from pushsvc.storage.tables.profiles import interests
from pushsvc.storage.tables.publications import publications
from pushsvc.web.citizen.search import MOST_A_MINUTE
from tests.integration.forms import a_browser, get, post
from tests.integration.pages_town import HOSTILE_TEXT, HOSTILE_TITLE, served
from tests.integration.signed_in import session_of
from tests.journeys.house import Town, a_house
from tests.unit.test_search import BUS, ELEVATOR


@dataclass
class Served:
    town: Town
    base: str

    async def publication(self, path: str) -> str:
        async with self.town.house.database.read() as tx:
            wanted = sa.select(publications.c.publication_id).where(publications.c.address.endswith(path))
            return str((await tx.execute(wanted)).scalar_one())


@pytest.fixture
async def here(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Served]:
    path = tmp_path / "search.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        await town.a_citizen("mei")
        await town.tells("/bus", title="老年人优待证办理指南", text=BUS)
        await town.tells("/elevator", title="关于申领老旧电梯更新补贴的通知", text=ELEVATOR)
        async with served(town) as base:
            yield Served(town, base)


async def test_the_answer_stands_first_with_its_source_and_its_own_page(here: Served) -> None:
    async with a_browser(here.base) as client:
        page = await get(client, f"/search?q={quote('老人坐公交要钱吗')}")
        assert page.status == 200
        assert "<mark>免费</mark>" in page.text
        assert "2026年3月2日" in page.text
        assert 'href="https://www.5101040001.example/bus"' in page.text
        document = await get(client, f"/doc/{await here.publication('/bus')}")
        assert document.status == 200
        assert "优待证" in document.text
        assert document.text.count("028-61880001") > 1, "a fact stands beside its sentence"


async def test_a_withdrawn_document_says_so_and_is_not_found(here: Served) -> None:
    await here.town.withdraw("/bus")
    await here.town.settle()
    async with a_browser(here.base) as client:
        assert "/doc/" not in (await get(client, f"/search?q={quote('老人坐公交要钱吗')}")).text
        document = await get(client, f"/doc/{await here.publication('/bus')}")
        assert "已经撤回" in document.text
        assert (await get(client, "/doc/pub_unknown")).status == 404
        assert (await get(client, "/doc/%00%27")).status == 404


async def test_nothing_found_says_what_to_do(here: Served) -> None:
    async with a_browser(here.base) as client:
        page = await get(client, f"/search?q={quote('潜水艇补贴')}")
        assert page.status == 200
        assert "没有找到" in page.text
        assert f"/search?q={quote('补贴')}" in page.text
        assert "有新的就告诉我" in page.text


async def test_who_is_signed_in_saves_the_words_that_she_left(here: Served) -> None:
    async with a_browser(here.base) as client:
        client.cookie_jar.update_cookies(await session_of(here.town))
        page = f"/search?q={quote('电梯补贴怎么申请')}"
        assert 'value="电梯、补贴"' in (await get(client, page)).text
        answer = await post(client, "/search/tell", {"q": "电梯补贴怎么申请", "words": "电梯、加装"}, at=page)
        assert (answer.status, answer.location) == (303, "/me?done=added")
        wrong = await post(client, "/search/tell", {"q": "电梯", "words": "梯"}, at=page)
        assert wrong.status == 422
        assert 'aria-invalid="true"' in wrong.text
    async with here.town.house.database.read() as tx:
        saved = [interest_of(row.body) for row in await tx.execute(sa.select(interests.c.body).order_by(interests.c.position))]
    assert saved[1:] == [Interest(any_of=("电梯", "加装"))]


async def test_who_is_not_goes_on_to_the_three_steps_with_the_words(here: Served) -> None:
    async with a_browser(here.base) as client:
        page = f"/search?q={quote('电梯补贴')}&place={quote('锦江区')}"
        assert "过去 30 天里，这样会收到 1 条" in (await get(client, page)).text
        answer = await post(client, "/search/tell", {"q": "电梯补贴", "words": "电梯 补贴", "place": "510104"}, at=page)
        assert (answer.status, answer.location) == (303, "/start")
        assert "电梯、补贴" in (await get(client, "/start/what")).text


async def test_hostile_words_and_titles_do_nothing(here: Served) -> None:
    await here.town.tells("/hostile", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
    async with a_browser(here.base) as client:
        for words in (
            '"><script>alert(1)</script>',
            "NEAR(补贴 * ^",
            "\x00电梯",
            "\u202e补贴",
            "😀",
            "补" * 5_000,
            "a" * 10_000,
            "%",
            "'; DROP TABLE passages; --",
        ):
            page = await get(client, f"/search?q={quote(words)}&page=0&year=99999&order=%00&place={quote(words[:90])}")
            assert page.status == 200, words[:20]
            assert "<script>alert" not in page.text
        page = await get(client, f"/search?q={quote('补贴300元')}")
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        document = await get(client, f"/doc/{await here.publication('/hostile')}")
        assert document.status == 200
        assert "<script>alert" not in document.text


async def test_a_network_that_asks_without_end_hears_to_wait(here: Served) -> None:
    async with a_browser(here.base) as client:
        for _ in range(MOST_A_MINUTE):
            await here.town.house.shared.attempt("search from 127.0.0.1", MOST_A_MINUTE, 60.0)
        async with client.get("/search?q=a") as answer:
            assert answer.status == 429
            assert int(answer.headers["Retry-After"]) >= 1
        assert (await get(client, "/search")).status == 200
