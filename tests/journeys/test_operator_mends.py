"""An officer on duty puts things right, in a real browser: on a phone, without scripts, by keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Page

from pushsvc.operations import paused_channels
from tests.integration.desk import PASSWORD, Desk, a_desk
from tests.integration.pages_town import SUBSIDY
from tests.journeys.house import SITE, a_house

TITLE = "关于申领老旧电梯更新补贴的通知"
_AXE = """async () => (await axe.run(document)).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_house(database_url, tmp_path, max_people=1) as town:
        town.may_die = True
        await town.a_site()
        for name in ("mei", "wang"):
            await town.a_citizen(name)
        async with a_desk(town) as made:
            yield made


async def sign_in(browser: Browser, desk: Desk, path: str, **look: object) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(base_url=desk.base, viewport={"width": 360, "height": 800}, **look)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"/sign-in?next={path}&lang=zh")
    await page.fill("#name", "operator")
    await page.fill("#password", PASSWORD)
    await page.click("main form button")
    return context, page


async def test_an_officer_reads_what_waits_and_releases_it_in_two_steps_without_a_script(desk: Desk, browser: Browser) -> None:
    event = await desk.town.publish("/subsidy", title=TITLE, text=SUBSIDY)
    await desk.town.settle()
    context, page = await sign_in(browser, desk, "/o/waiting", java_script_enabled=False)
    await page.get_by_role("link", name="放行", exact=True).click()
    await page.fill("#why", "核对过了")
    await page.get_by_role("button", name="放行，告诉 2 人").click()
    assert "已放行，2 人会陆续收到" in await page.inner_text("main")
    await context.close()
    await desk.town.settle()
    assert (await desk.town.funnel(event))["accepted"] == {"email": 2}


async def test_at_two_in_the_morning_a_site_is_stopped_and_what_waits_of_it_is_cancelled_by_keyboard(
    desk: Desk, browser: Browser
) -> None:
    await paused_channels.pause(desk.town.house.database, desk.town.clock, "email", why="夜里维护")
    event = await desk.town.publish("/subsidy", title=TITLE, text=SUBSIDY)
    await desk.town.settle()
    context, page = await sign_in(browser, desk, "/o/pauses")
    await page.focus("#site")
    await page.keyboard.type(SITE)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="暂停这个网站").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#why")
    await page.focus("#why")
    await page.keyboard.type("网页被人改过")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="取消还没发出的").focus()
    await page.keyboard.press("Enter")
    button = page.get_by_role("button", name="取消 2 人的消息")
    await button.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[role=status]")
    assert "已取消，2 人不会收到" in await page.inner_text("main")
    await page.goto("/o/audit")
    trail = await page.inner_text("main")
    assert "没有人改动" in trail
    assert trail.index("取消了一个网站还没发出的消息") < trail.index("暂停了网站") < trail.index("暂停了渠道")
    await context.close()
    assert (await desk.town.funnel(event))["cancelled"] == 2


async def test_a_cause_of_failure_is_read_tried_dry_and_tried_again(desk: Desk, browser: Browser) -> None:
    await desk.die(12)
    context, page = await sign_in(browser, desk, "/o/dlq", java_script_enabled=False)
    await page.get_by_role("link", name="看一看").click()
    assert "ver_" in await page.inner_text("pre")
    await page.get_by_role("link", name="重新办", exact=True).click()
    assert "12 条会从停下的那一步重新开始" in await page.inner_text("main")
    await page.get_by_role("button", name="重新办").click()
    assert "重新办了 12 条" in await page.inner_text("main")
    await desk.town.settle()
    await page.get_by_role("link", name="再看一次").click()
    assert "又有没办成的" in await page.inner_text("main")
    await context.close()


@pytest.mark.timeout(120)
async def test_every_page_is_accessible_and_fits_a_phone_in_both_languages_and_themes(desk: Desk, browser: Browser) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    event = await desk.town.publish("/subsidy", title=TITLE, text=SUBSIDY)
    await desk.town.settle()
    await desk.die(2)
    await desk.a_report()
    paths = [
        "/o/dlq", "/o/dlq/letter/1", "/o/dlq/letter/1/replay", "/o/waiting", f"/o/waiting/{event}/refuse", "/o/pauses",
        "/o/pauses/site?site=nowhere", "/o/pauses/channel/all/pause", f"/o/cancel?site={SITE}", "/o/reports", "/o/reports/1",
        "/o/audit",
    ]  # fmt: skip
    looks: list[tuple[str, Literal["light", "dark"], int, int]] = [("zh", "light", 320, 0), ("en", "dark", 360, 1)]
    found = []
    for lang, scheme, width, large in looks:
        context, page = await sign_in(browser, desk, "/o/dlq", color_scheme=scheme)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)  # noqa: B023
        await page.set_viewport_size({"width": width, "height": 800})
        cause = await page.get_attribute(".causes .actions a.quiet", "href")
        for path in [*paths, str(cause)]:
            await page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
            look = f"{path} ({lang}, {scheme}, {width} px)"
            if await page.evaluate(_WIDER) > 0:
                found.append(f"{look} is wider than its screen by {await page.evaluate(_WIDER)} px")
            await page.evaluate(axe)
            found += [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
        found += [one for one in complaints if "404" not in one]
        await context.close()
    assert found == []
