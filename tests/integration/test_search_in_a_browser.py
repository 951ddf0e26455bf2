"""The search in a real browser: by keyboard and without a script, on a narrow phone, in large print, in the dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, expect

from pushsvc.domain.publications import publication_id
from tests.integration.pages_town import HOSTILE_TEXT, HOSTILE_TITLE, served
from tests.journeys.house import a_house
from tests.unit.test_search import BUS, CHILDCARE, ELEVATOR

_AXE = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW = 320
_Scheme = Literal["light", "dark"]


@pytest.fixture
async def base(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    path = tmp_path / "search.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        await town.a_site()
        await town.tells("/bus", title="老年人优待证办理指南", text=BUS)
        await town.tells("/elevator", title="关于申领老旧电梯更新补贴的通知", text=ELEVATOR)
        await town.tells("/childcare", title="Childcare subsidy for working parents", text=CHILDCARE, language="en")
        await town.tells("/hostile", title=HOSTILE_TITLE, text=HOSTILE_TEXT)
        async with served(town) as address:
            yield address


async def test_somebody_asks_by_keyboard_and_goes_on_to_be_told_without_a_script(base: str, browser: Browser) -> None:
    context = await browser.new_context(
        base_url=base, viewport={"width": NARROW, "height": 640}, locale="zh-CN", java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/search")
    await page.locator("#q").focus()
    await page.keyboard.type("老人坐公交要钱吗")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answers li").first).to_contain_text("免费")
    await page.locator(".answers h3 a").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("优待证")
    await page.go_back()
    await page.locator("#words").focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{base}/start")
    await context.close()


@pytest.mark.timeout(240)
async def test_each_page_is_without_an_accessibility_violation_and_fits_a_narrow_phone(base: str, browser: Browser) -> None:
    axe, found = Path(AXE_FILE_PATH).read_text("utf-8"), list[str]()
    elevator, hostile = (publication_id(f"https://www.5101040001.example/{name}") for name in ("elevator", "hostile"))
    paths = [
        "/search", f"/search?q={quote('电梯补贴')}", f"/search?q={quote('补贴300元')}", f"/search?q={quote('潜水艇补贴')}",
        f"/search?q={quote('补贴')}&place={quote('鼓楼区')}&year=2026", f"/doc/{elevator}", f"/doc/{hostile}",
    ]  # fmt: skip
    complain = found.append
    looks: list[tuple[str, _Scheme, int]] = [("zh", "light", 0), ("en", "dark", 1)]
    for lang, scheme, large in looks:
        context = await browser.new_context(base_url=base, viewport={"width": NARROW, "height": 640}, color_scheme=scheme)
        page = await context.new_page()
        page.on("console", lambda line: complain(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        for path in paths:
            answer = await page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
            look = f"{path} ({lang}, {scheme}, large {large})"
            assert answer is not None
            assert answer.status == 200, look
            if (wider := await page.evaluate(_WIDER)) > 0:
                found.append(f"{look} is wider than its screen by {wider} px")
            await page.evaluate(axe)
            found += [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
        await context.close()
    assert not found, "\n".join(found)
