"""Sites and subscribers at the operator's console in a real browser: on a phone, without a script, by keyboard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Page

from pushsvc.sites import registry
from pushsvc.sites.health import check_sites
from tests.integration.desk import PASSWORD, Desk, a_desk
from tests.integration.pages_town import HOSTILE_TITLE, SUBSIDY
from tests.journeys.house import SITE, a_house

HEAD = "code,name,organisation,region,domains,feeds,reach\n"
_AXE = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_house(database_url, tmp_path) as town:
        await town.a_site()
        async with a_desk(town) as made:
            yield made


async def sign_in(browser: Browser, desk: Desk, path: str, **look: object) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(base_url=desk.base, **{"viewport": {"width": 360, "height": 800}, **look})  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"/sign-in?next={path}&lang=zh")
    await page.fill("#name", "admin")
    await page.fill("#password", PASSWORD)
    await page.click("main form button")
    return context, page


def a_person(name: str) -> str:
    consent = {"at": "2026-03-01T09:00:00+08:00", "source": "hall-form"}
    endpoint = {"channel": "email", "address": f"{name}@mail.example", "consent": consent}
    return json.dumps(
        {"id": name, "kind": "citizen", "endpoints": [endpoint], "places": ["510104"], "interests": [{"any_of": ["补贴"]}]}
    )


async def test_an_administrator_imports_a_site_and_finds_it_without_a_script(desk: Desk, browser: Browser) -> None:
    context, page = await sign_in(browser, desk, "/o/sites", java_script_enabled=False)
    await page.get_by_role("link", name="导入网站").click()
    file = HEAD + "5101060005,武侯区人民政府,武侯区政府办公室,510106,www.5.gov.example,,\n"
    await page.set_input_files("#file", {"name": "sites.csv", "mimeType": "text/csv", "buffer": file.encode("gb18030")})
    await page.get_by_role("button", name="先检查").click()
    assert "文件里的 1 个网站都没有问题" in await page.inner_text("main")
    await page.get_by_role("button", name="导入").click()
    assert "导入好了" in await page.inner_text("main")
    await page.goto("/o/sites")
    await page.fill("#q", "武侯区政府")
    await page.get_by_role("button", name="查找").click()
    await page.get_by_role("link", name="武侯区人民政府").click()
    assert "www.5.gov.example" in await page.inner_text("main")
    await context.close()


async def test_who_is_imported_by_page_hears_of_the_next_publication(desk: Desk, browser: Browser) -> None:
    context, page = await sign_in(browser, desk, "/o/subscribers/import", java_script_enabled=False)
    await page.fill("#text", "\n".join([a_person("lan"), a_person("hong")]))
    await page.get_by_role("button", name="先检查").click()
    await page.get_by_role("button", name="导入").click()
    said = await page.inner_text("main")
    assert "导入好了" in said, said
    assert "新的资料已经生效" in said
    await context.close()
    await desk.town.tells("/subsidy", title="补贴", text=SUBSIDY)
    assert sorted(mail.to for mail in await desk.town.mailbox()) == ["hong@mail.example", "lan@mail.example"]


async def test_somebody_is_erased_by_keyboard_and_hears_no_more(desk: Desk, browser: Browser) -> None:
    await desk.town.a_citizen("mei")
    context, page = await sign_in(browser, desk, "/o/subscribers")
    link = page.get_by_role("link", name="有人来要资料")
    await link.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#id")
    await page.focus("#id")
    await page.keyboard.type("mei")
    await page.get_by_role("button", name="清除资料").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#why")
    assert "不能恢复" in await page.inner_text("main")
    await page.get_by_role("button", name="清除").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=status]")
    assert "已经清除" in await page.inner_text("main")
    await context.close()
    await desk.town.tells("/subsidy", title="补贴", text=SUBSIDY)
    assert await desk.town.mailbox() == []


@pytest.mark.timeout(180)
async def test_every_page_is_accessible_and_fits_a_phone_in_both_languages_and_themes(desk: Desk, browser: Browser) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    house = desk.town.house
    title = HOSTILE_TITLE[:150].replace('"', "")
    hostile = f'5101060005,"{title}",机关,510106,www.5.gov.example,https://www.5.gov.example/{"a" * 300},\n'
    await registry.import_sites(house.database, desk.town.clock, HEAD + hostile)
    await desk.town.imports([json.loads(a_person(f"p{n}")) for n in range(5)])
    await desk.town.tells("/subsidy", title=HOSTILE_TITLE, text=SUBSIDY)
    await check_sites(house.database, desk.town.clock)
    context, page = await sign_in(browser, desk, "/o/sites/import")
    await page.fill("#text", HEAD + "5101060009,新网站,机关,510106,www.9.gov.example,,\n")
    await page.click("main form button")
    checked_site = page.url.removeprefix(desk.base)
    await page.goto("/o/subscribers/import")
    await page.fill("#text", a_person("new"))
    await page.click("main form button")
    checked_person = page.url.removeprefix(desk.base)
    paths = [
        "/o/sites", f"/o/sites/{SITE}", "/o/sites/5101060005", "/o/sites/import", checked_site, "/o/subscribers",
        "/o/subscribers/import", checked_person, "/o/subscribers/person",
    ]  # fmt: skip
    themes: tuple[tuple[Literal["light", "dark"], str], ...] = (("light", "zh"), ("dark", "en"))
    await page.set_viewport_size({"width": 320, "height": 700})
    for theme, language in themes:
        await page.emulate_media(color_scheme=theme)
        for path in paths:
            answer = await page.goto(f"{path}?lang={language}")
            assert answer
            assert answer.status == 200
            assert await page.evaluate(_WIDER) <= 0, path
            await page.evaluate(axe)
            assert await page.evaluate(_AXE) == [], path
    await context.close()
