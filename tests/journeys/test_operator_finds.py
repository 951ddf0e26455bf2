"""A duty officer at 2 a.m. on a phone: is anything wrong, and did this person get it?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, expect

from tests.integration.pages_town import Pages, pages
from tests.integration.test_dashboard import URL, a_dead_letter, console_session

_AXE = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def shown(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages(sqlite_template, tmp_path, everything=False) as made:
        await made.town.service.timekeeper.once()
        yield made


async def on_duty(
    browser: Browser,
    shown: Pages,
    *,
    language: str = "zh",
    scheme: Literal["light", "dark"] = "light",
    width: int = 360,
    scripts: bool = True,
) -> Page:
    """A phone that is signed in as an operator."""
    context = await browser.new_context(
        base_url=shown.base, viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
    )
    cookies: list[Any] = [{"name": name, "value": value, "url": shown.base}
                          for name, value in {**await console_session(shown.town), "lang": language}.items()]  # fmt: skip
    await context.add_cookies(cookies)
    return await context.new_page()


async def test_an_officer_sees_what_is_wrong_without_touching_the_page_and_finds_out_whether_somebody_was_told(
    shown: Pages, browser: Browser
) -> None:
    page = await on_duty(browser, shown, language="en")
    await page.goto("/o/?span=day")
    await expect(page.get_by_role("heading", name="Nothing needs you.")).to_be_visible()
    await a_dead_letter(shown.town)
    await expect(page.get_by_role("heading", name="One thing needs you")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("link", name="See them by reason")).to_have_attribute("href", "/o/dlq")
    await page.get_by_role("link", name="Find", exact=True).click()
    await page.get_by_label("What do you have?").fill("mei@mail.example")
    await page.get_by_label("And, if you have it").fill(URL)
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_text("Yes. It left at 2 March 2026")).to_be_visible()
    assert "mei" not in page.url
    await page.context.close()


async def test_the_same_by_keyboard_and_without_a_script(shown: Pages, browser: Browser) -> None:
    page = await on_duty(browser, shown, scripts=False)
    await page.goto("/o/")
    await page.get_by_role("link", name="每 30 秒自动再看").click()
    assert await page.locator("meta[http-equiv=refresh]").get_attribute("content") == "30"
    await page.goto("/o/find")
    await page.locator("#what").focus()
    await page.keyboard.type("mei")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="关于申领老旧电梯更新补贴的通知")).to_be_visible()
    await page.get_by_role("link", name="关于申领老旧电梯更新补贴的通知").press("Enter")
    await expect(page.get_by_role("heading", name="一条消息的来龙去脉")).to_be_visible()
    await page.context.close()


@pytest.mark.timeout(120)
async def test_the_pages_are_without_an_accessibility_violation_and_fit_a_phone(shown: Pages, browser: Browser) -> None:
    await a_dead_letter(shown.town)
    (mail,) = await shown.town.mailbox("mei")
    axe, found = Path(AXE_FILE_PATH).read_text("utf-8"), []
    looks: list[tuple[str, Literal["light", "dark"], int]] = [("zh", "light", 320), ("en", "dark", 360)]
    for language, scheme, width in looks:
        page = await on_duty(browser, shown, language=language, scheme=scheme, width=width)
        for path in ("/o/?span=day", "/o/find", f"/o/find/{mail.delivery}", "person"):
            if path == "person":
                await page.goto("/o/find")
                await page.locator("#what").fill("mei")
                await page.locator("#what").press("Enter")
                await page.wait_for_load_state()
            else:
                await page.goto(path)
            for opened in await page.locator("summary").all():
                await opened.click()
            await page.evaluate(axe)
            found += [f"{path} ({language}, {scheme}): {violation}" for violation in await page.evaluate(_AXE)]
            if (wider := await page.evaluate(_WIDER)) > 0:
                found.append(f"{path} ({language}) is wider than {width} px by {wider}")
        await page.context.close()
    assert not found, "\n".join(found)
