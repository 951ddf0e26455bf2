"""A person's own pages in a real browser: no accessibility violation, as narrow as 320 px, by keyboard, without a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, ConsoleMessage, Page

from tests.integration.at_home import Home, at_home, cookie_of
from tests.integration.pages_town import SUBSIDY
from tests.integration.test_pages_in_a_browser import _AXE, _WIDER, with_wishes

HOSTILE = '"><script>alert(1)</script>' + "长" * 60 + "W" * 30
INTERESTS: list[dict[str, Any]] = [
    {"topics": ["养老", "社会保障"], "any_of": ["电梯", HOSTILE[:99]], "none_of": ["招标"]},
    {"audiences": ["老年人"], "places": ["510704", "320106"], "attributes": {"age": [80, 82]}, "types": ["policy"]},
    {"sites": ["5101040001"], "regions": ["510100"], "industries": ["C14"]},
]
PAGES = (
    "/me", "/me/interests/new", "/me/facts", "/me/settings", "/me/rest", "/me/addresses", "/me/addresses/new", "/me/stop",
    "/me/data", "/me/erase", "/me/lost",
)  # fmt: skip
#: Pages whose form cannot be sent empty.
EMPTY = ("/me/interests/new", "/me/addresses/new", "/me/lost", "/me/erase", "/me/rest")
Look = tuple[str, Literal["light", "dark"], int, int]
LOOKS: tuple[Look, ...] = (("zh", "light", 320, 0), ("en", "dark", 320, 1), ("zh", "dark", 1280, 0))


@pytest.fixture
async def home(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Home]:
    async with at_home(sqlite_template, tmp_path, interests=INTERESTS) as made:
        yield made


async def at_her_browser(
    browser: Browser, home: Home, *, width: int = 360, scheme: Literal["light", "dark"] = "light", scripts: bool = True
) -> tuple[Page, list[str]]:
    """A page where mei is signed in, and what its console will complain of."""
    context = await browser.new_context(
        base_url=home.base, viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
    )
    await context.add_cookies([{"name": "me", "value": await cookie_of(home.town, "mei"), "url": home.base}])
    page = await context.new_page()
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        # A form that is sent back is a 4xx, and that is no fault of the page.
        if said.type == "error" and "status of 4" not in said.text:
            complaints.append(said.text)

    page.on("console", heard)
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    return page, complaints


async def faults(page: Page, look: str, complaints: list[str]) -> list[str]:
    found = [f"{look} is wider than its screen"] if await page.evaluate(_WIDER) > 0 else []
    found += [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
    found += [f"{look}: {line}" for line in complaints]
    complaints.clear()
    return found


@pytest.mark.timeout(240)
async def test_every_page_of_hers_is_without_an_accessibility_violation_and_fits_its_screen(
    home: Home, browser: Browser
) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    await home.town.tells("/subsidy", title="关于老旧电梯更新的养老补贴通知", text=SUBSIDY)
    me = await home.me()
    one, address = f"/me/interests/{me.interests[1].interest_id}", f"/me/addresses/{me.addresses[0].endpoint_id}"
    paths = (
        *PAGES,
        one,
        f"{one}/remove",
        f"/me/interests/{me.interests[0].interest_id}",
        f"{address}/stop",
        f"{address}/remove",
    )
    found: list[str] = []
    for lang, scheme, width, large in LOOKS:
        page, complaints = await at_her_browser(browser, home, width=width, scheme=scheme)
        for path in paths:
            await page.goto(with_wishes(path, lang, large))
            await page.evaluate(axe)
            found += await faults(page, f"{path} ({lang}, {scheme}, {width} px)", complaints)
        # Every form, sent empty: what is wrong stands at its field.
        for path in EMPTY:
            button = "[value=save]" if "interests" in path else "main button"
            await page.goto(with_wishes(path, lang, large))
            await page.click(button)
            assert await page.locator(".errors").count() == 1, path
            await page.evaluate(axe)
            found += await faults(page, f"{path}, wrong ({lang}, {scheme}, {width} px)", complaints)
        await page.context.close()
    assert not found, "\n".join(found)


async def test_without_a_script_she_adds_changes_pauses_and_removes_what_she_hears_of(home: Home, browser: Browser) -> None:
    page, complaints = await at_her_browser(browser, home, scripts=False)
    await page.goto(with_wishes("/me", "zh", 0))
    await page.get_by_role("link", name="加一件关心的事").click()
    await page.get_by_label("医疗医保").check()
    await page.get_by_label("别人，比如外地的父母").check()
    await page.get_by_label("那个人住在哪里").fill("鼓楼区")
    await page.get_by_role("button", name="保存").click()
    assert "不止一处" in await page.locator(".errors").inner_text()
    await page.get_by_label("江苏省南京市鼓楼区").check()
    await page.get_by_role("button", name="先看看会有多少").click()
    assert "替在江苏省南京市鼓楼区的人看着" in await page.locator(".lead").inner_text()
    await page.get_by_role("button", name="保存").click()
    assert "加好了" in await page.locator(".note[role=status]").inner_text()
    mine = page.locator("li.interest").nth(3)
    await mine.get_by_role("button", name="暂停").click()
    assert "已暂停" in await page.locator("li.interest").nth(3).inner_text()
    await page.locator("li.interest").nth(3).get_by_role("link", name="删除").click()
    await page.get_by_role("button", name="删除").click()
    assert await page.locator("li.interest").count() == 3
    assert complaints == []


async def test_by_keyboard_alone_she_asks_for_one_message_a_day(home: Home, browser: Browser) -> None:
    page, complaints = await at_her_browser(browser, home)
    await page.goto(with_wishes("/me/settings", "zh", 0))
    await page.keyboard.press("Tab")
    for _ in range(30):
        if await page.evaluate("document.activeElement.name") == "frequency":
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me?done=settings")
    assert (await home.me()).preferences.frequency == "daily"
    assert complaints == []


async def test_two_tabs_with_one_form_show_what_stands_before_the_second_overwrites_it(home: Home, browser: Browser) -> None:
    first, _ = await at_her_browser(browser, home)
    second = await first.context.new_page()
    for page in (first, second):
        await page.goto(with_wishes("/me/facts", "zh", 0))
    await first.get_by_label("出生年份").fill("1957")
    await first.get_by_role("button", name="保存").click()
    await second.get_by_label("出生年份").fill("1958")
    await second.get_by_role("button", name="保存").click()
    assert "1957 年出生" in await second.locator(".note.warn").inner_text()
    assert await second.get_by_label("出生年份").input_value() == "1958"
    await second.get_by_role("button", name="保存").click()
    assert "存好了" in await second.locator(".note").first.inner_text()
    assert (await home.me()).attributes["birth_year"] == 1958
