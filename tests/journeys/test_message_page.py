"""What a reader does with a message, in a real browser on a phone: every page without an accessibility violation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Page

from tests.integration.pages_town import Pages, pages, path_in
from tests.integration.signed_in import session_of

NARROW, USUAL = 320, 360
_AXE = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def shown(sqlite_template: Path, tmp_path: Path) -> Any:
    async with pages(sqlite_template, tmp_path) as made:
        yield made


async def a_phone(browser: Browser, shown: Pages, **said: Any) -> BrowserContext:
    context = await browser.new_context(**{"base_url": shown.base, "viewport": {"width": USUAL, "height": 800}, **said})
    session = await session_of(shown.town, "mei")
    await context.add_cookies([{"name": name, "value": value, "url": shown.base} for name, value in session.items()])
    return context


async def violations(page: Page, look: str) -> list[str]:
    await page.evaluate(Path(AXE_FILE_PATH).read_text("utf-8"))
    wider = await page.evaluate(_WIDER)
    found = [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
    return [*found, *([f"{look} is wider than its screen by {wider} px"] if wider > 0 else [])]


async def press(page: Page, which: str = "main form button") -> None:
    await page.locator(which).first.click()


@pytest.mark.timeout(180)
async def test_every_page_of_a_message_is_without_a_violation_and_fits_a_small_phone(shown: Pages, browser: Browser) -> None:
    corrected, hostile = path_in(await shown.mail("correction", to="mei"), "m"), shown.paths["hostile message"]
    digest = shown.paths["message digest"]
    paths = [corrected, "/me/history", "/me/history?show=not", "/me/open", "/check"]
    paths += [f"{path}/{part}" for path in (corrected, hostile, digest) for part in ("not-for-me", "report")]
    found: list[str] = []
    for lang, scheme, width, large in (("zh", "light", NARROW, 0), ("en", "dark", USUAL, 1)):
        phone = await a_phone(browser, shown, viewport={"width": width, "height": 700}, color_scheme=scheme)
        page = await phone.new_page()
        for path in paths:
            await page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
            found += await violations(page, f"{path} ({lang}, {scheme}, {width})")
        # The answers to forms: an error, a change with its way back, thanks, a code that is ours and one that is not.
        for path, choose in ((f"{corrected}/not-for-me", None), (f"{corrected}/not-for-me", "#choice-1"),
                             (f"{corrected}/report", None), (f"{corrected}/report", "#sentence-1")):  # fmt: skip
            await page.goto(path)
            if choose:
                await page.check(choose)
            await press(page)
            found += await violations(page, f"answer of {path} after {choose} ({lang})")
            if choose == "#choice-1":
                await press(page, ".stack button")
                found += await violations(page, f"undone ({lang})")
        for typed in ("BCDFG-HJKMN", await _code(shown)):
            await page.goto("/check")
            await page.fill("#code", typed)
            await press(page)
            found += await violations(page, f"{typed} checked ({lang})")
        await phone.close()
    assert not found, "\n".join(found)


async def test_a_reader_narrows_by_keyboard_alone_and_without_javascript(shown: Pages, browser: Browser) -> None:
    phone = await a_phone(browser, shown, java_script_enabled=False, locale="zh-CN")
    page = await phone.new_page()
    await page.goto(path_in(await shown.mail("new", to="mei"), "m"))
    await page.get_by_role("link", name="这不是我要的").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/not-for-me**")
    await page.locator("input[type=radio]").first.focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="改好了").wait_for()
    await page.get_by_role("button", name="改错了，恢复原样").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="已经撤销").wait_for()


async def test_from_what_i_was_told_to_the_message_and_to_its_code_and_back(shown: Pages, browser: Browser) -> None:
    phone = await a_phone(browser, shown, java_script_enabled=False, locale="zh-CN")
    page = await phone.new_page()
    await page.goto("/me/history?show=changes")
    await page.get_by_role("link", name="申领老旧电梯更新补贴").click()
    code = await page.locator(".check-code").inner_text()
    await page.get_by_role("link", name="核对消息").click()
    await page.get_by_label("核对码").fill(code.lower())
    await page.get_by_role("button", name="核对").click()
    answer = await page.locator("main").inner_text()
    assert "是我们发的" in answer
    assert "申领老旧电梯更新补贴" in answer


async def _code(shown: Pages) -> str:
    found = re.search(r"[B-Z]{5}-[B-Z]{5}", (await shown.mail("new", to="mei")).text)
    assert found
    return found[0]
