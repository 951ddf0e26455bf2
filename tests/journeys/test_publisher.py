"""A clerk in a real browser: paste, look, publish, take back, with and without scripts; every page reads well."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Page

from pushsvc.clock import FixedClock
from pushsvc.ledger import reaches
from tests.integration.clerks import NOTICE, PASSWORD, Clerk, at_the_console
from tests.journeys.house import Town

URL = "https://www.5101040001.example/lift.html"
PHONE, NARROW, DESK = 360, 320, 1280
_AXE = """async () => (await axe.run(document, {iframes: false})).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def clerk(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Clerk]:
    async with at_the_console(sqlite_template, tmp_path, hold_seconds=600) as made:
        yield made


async def a_page(
    browser: Browser, clerk: Clerk, *, width: int = PHONE, scheme: Literal["light", "dark"] = "light", scripts: bool = True
) -> tuple[BrowserContext, Page, list[str]]:
    """A page, signed in already, and what its console complains of."""
    context = await browser.new_context(
        base_url=clerk.base, viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts,
        locale="zh-CN",
    )  # fmt: skip
    await context.add_cookies([{"name": each.key, "value": each.value, "url": clerk.base} for each in clerk.browser.cookie_jar])
    page, complaints = await context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    return context, page, complaints


async def test_by_keyboard_alone_a_text_is_published_and_taken_back_and_published(clerk: Clerk, browser: Browser) -> None:
    await clerk.town.a_citizen("mei")
    context, page, complaints = await a_page(browser, clerk)
    await context.clear_cookies()
    await page.goto("/p/")
    await page.get_by_label("账号名").focus()
    await page.keyboard.type("lina")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/p/")

    await page.get_by_role("link", name="发布一条消息").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("网页地址").focus()
    await page.keyboard.type(URL)
    await page.keyboard.press("Tab")
    await page.keyboard.insert_text(NOTICE)
    await page.get_by_role("button", name="先看看").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("会告诉 1 人。").wait_for()  # the page looks again by itself

    await page.get_by_role("button", name="发布").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="收回").focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("已收回，没有发给任何人。").wait_for()
    await page.get_by_role("button", name="发布").click()
    await page.get_by_role("heading", name="就要发出").wait_for()
    assert await clerk.town.mailbox() == []

    await clerk.town.advance(minutes=10, seconds=1)
    await page.wait_for_url(re.compile("/p/events/evt_"))  # and goes on to what became of it
    await clerk.town.settle()
    await page.reload()
    await page.get_by_text("已告诉 1 人：邮件 1 人。").wait_for()
    assert len(await clerk.town.mailbox()) == 1
    assert complaints == []


async def test_without_scripts_the_preview_looks_again_by_itself(clerk: Clerk, browser: Browser) -> None:
    await clerk.town.a_citizen("mei")
    _, page, _ = await a_page(browser, clerk, scripts=False, width=NARROW)
    await page.goto("/p/new")
    await page.locator("#url").fill(URL)
    await page.locator("#text").fill(NOTICE)
    await page.get_by_role("button", name="先看看").click()
    await page.get_by_text("会告诉 1 人。").wait_for()
    assert await page.evaluate(_WIDER) == 0
    await page.get_by_role("button", name="发布").click()
    await page.get_by_role("button", name="收回").click()
    assert await page.get_by_text("已收回，没有发给任何人。").count() == 1


@pytest.mark.timeout(240)
async def test_every_page_of_the_console_is_accessible_and_fits_its_screen(clerk: Clerk, browser: Browser) -> None:
    paths = await _every_page(clerk)
    axe, found = Path(AXE_FILE_PATH).read_text("utf-8"), []
    looks: list[tuple[str, Literal["light", "dark"], int, int]] = [
        ("zh", "light", PHONE, 0), ("en", "dark", NARROW, 1), ("en", "light", DESK, 0), ("zh", "dark", DESK, 0),
    ]  # fmt: skip
    for lang, scheme, width, large in looks:
        context, page, complaints = await a_page(browser, clerk, width=width, scheme=scheme)
        for name, path in paths.items():
            await page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}&large={large}")
            look = f"{name} ({lang}, {scheme}, {width} px)"
            if (wider := await page.evaluate(_WIDER)) > 0:
                found.append(f"{look} is wider than its screen by {wider} px")
            await page.evaluate(axe)
            found += [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
            weight = len((await page.content()).encode())
            if weight > 40_000:
                found.append(f"{look} weighs {weight} bytes without its style")
            found += [f"{look}: {line}" for line in complaints]
            complaints.clear()
        await context.close()
    assert not found, "\n".join(found)


async def test_an_error_of_a_form_is_accessible_at_320_pixels_too(clerk: Clerk, browser: Browser) -> None:
    _, page, _ = await a_page(browser, clerk, width=NARROW)
    await page.goto("/p/new")
    await page.locator("#url").fill("https://elsewhere.example/" + "a" * 300)
    await page.get_by_role("button", name="先看看").click()
    await page.get_by_role("alert").wait_for()
    await page.evaluate(Path(AXE_FILE_PATH).read_text("utf-8"))
    assert await page.evaluate(_AXE) == []
    assert await page.evaluate(_WIDER) == 0


async def test_a_test_event_counts_each_person_once_by_channel_and_place_on_every_engine(town: Town) -> None:
    await town.a_citizen("mei")
    await town.a_citizen("li", channels=("sms", "email"), in_="510104")
    await town.a_citizen("far", in_="110101")
    await town.a_citizen("follows", in_="110101", interests=[{"regions": ["510104"], "any_of": ["补贴"]}])

    event = await town.publish(text=NOTICE, test=True)
    await town.settle()

    async with town.house.database.read() as tx:
        counted = await reaches.counted(tx, event)
    assert counted == {"channel": {"email": 2, "sms": 1}, "place": {"510104": 3}, "why": {}}
    assert (await town.funnel(event))["matched"] == 3
    assert await town.mailbox() == []


async def _every_page(clerk: Clerk) -> dict[str, Any]:
    town = clerk.town
    assert isinstance(town.clock, FixedClock)
    await town.a_citizen("mei")
    await town.a_citizen("wang", channels=("sms",))
    told = await town.publish("/told", title="关于电梯补贴的通知", text=NOTICE)
    drafts = {}
    for name, fields in {
        "preview": {"text": NOTICE}, "nobody": {"text": NOTICE.replace("补贴", "登记"), "topics": "养老"},
        "correction": {"url": "https://www.5101040001.example/told", "text": NOTICE.replace("15万", "18万")},
        "leaving": {"text": NOTICE},
    }.items():  # fmt: skip
        await town.settle()
        drafts[name] = (await clerk.previews(**{"url": f"https://www.5101040001.example/{name}", **fields})).path
    withdrawal = (await clerk.sends(f"/p/events/{told}/withdraw")).path
    await clerk.sends(f"{withdrawal}/take-back", withdrawal)
    await town.settle()
    await town.service.timekeeper.once()
    await clerk.sends(f"{drafts['leaving']}/publish", drafts["leaving"])
    return {
        "events": "/p/", "new": "/p/new", "correct": f"/p/new?event={told}", "event": f"/p/events/{told}",
        "withdraw": f"/p/events/{told}/withdraw", "taken back": withdrawal, "key": "/p/key", "check": "/p/check", **drafts,
    }  # fmt: skip
