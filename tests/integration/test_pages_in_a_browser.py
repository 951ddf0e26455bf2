"""Every page in a real browser: no accessibility violation, nothing wider than a phone, no policy broken, no script needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page

from tests.integration.pages_town import Pages, pages

#: Touch targets: WCAG 2.2 asks for 24 px; these are for hands that tremble.
SMALLEST_BUTTON = 48
PHONE, DESK = 360, 1280
_AXE = """async () => (await axe.run(document, {iframes: false})).violations
  .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | '))"""
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_PAGES = (
    "front", "mailbox", "empty mailbox", "not found", "leave", "message new", "message correction", "message withdrawal",
    "message digest", "hostile message", "hostile trace", "trace of an event", "trace of a notice", "trace of a publication",
    "trace of a subscriber", "trace of a delivery, email", "email in its frame",
)  # fmt: skip


@pytest.fixture
async def shown(sqlite_template: Path, tmp_path: Path) -> Any:
    async with pages(sqlite_template, tmp_path) as made:
        yield made


async def open_page(
    browser: Browser, shown: Pages, *, width: int = PHONE, scheme: Literal["light", "dark"] = "light", scripts: bool = True
) -> tuple[Page, list[str]]:
    """A page and what its console will complain of."""
    context = await browser.new_context(
        base_url=shown.base,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
    return page, complaints


def with_wishes(path: str, lang: str, large: int) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={lang}&large={large}"


@pytest.mark.timeout(240)
async def test_every_page_is_without_an_accessibility_violation_and_fits_its_screen(shown: Pages, browser: Browser) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    looks: list[tuple[str, Literal["light", "dark"], int, int]] = [
        ("zh", "light", PHONE, 0), ("en", "dark", PHONE, 1), ("zh", "dark", DESK, 0),
    ]  # fmt: skip
    found = []
    for lang, scheme, width, large in looks:
        page, complaints = await open_page(browser, shown, width=width, scheme=scheme)
        for name in _PAGES:
            await page.goto(with_wishes(shown.paths[name], lang, large))
            look = f"{name} ({lang}, {scheme}, {width} px{', large print' if large else ''})"
            if await page.evaluate(_WIDER) > 0:
                found.append(f"{look} is wider than its screen by {await page.evaluate(_WIDER)} px")
            if name != "email in its frame":  # whose policy keeps a script from ending
                await page.evaluate(axe)
                found += [f"{look}: {violation}" for violation in await page.evaluate(_AXE)]
            expected = [line for line in complaints if name == "not found" and "404" in line]
            found += [f"{look}: {line}" for line in complaints if line not in expected]
            complaints.clear()
        await page.context.close()
    assert not found, "\n".join(found)


async def test_an_email_of_every_kind_is_without_an_accessibility_violation_and_fits_a_phone(
    shown: Pages, browser: Browser
) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    found = []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page, _ = await open_page(browser, shown, scheme=scheme)
        for kind in ("new", "correction", "withdrawal", "digest"):
            await page.set_content((await shown.mail(kind)).html)
            await page.evaluate(axe)
            found += [f"{kind} ({scheme}): {violation}" for violation in await page.evaluate(_AXE)]
            if await page.evaluate(_WIDER) > 0:
                found.append(f"{kind} is wider than a phone")
    assert not found, "\n".join(found)


async def test_text_is_large_and_buttons_are_as_wide_as_a_thumb(shown: Pages, browser: Browser) -> None:
    page, _ = await open_page(browser, shown)
    for name in ("front", "leave", "message new", "mailbox", "trace of an event"):
        await page.goto(shown.paths[name])
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
        for button in await page.locator("button, .button, .filters a, .choices a").all():
            box = await button.bounding_box()
            assert box
            smallest = SMALLEST_BUTTON if await button.evaluate("e => e.matches('button, .button')") else 40
            assert box["height"] >= smallest, (name, await button.inner_text(), box)


async def test_who_has_no_script_leaves_regrets_it_and_leaves_one_subject(shown: Pages, browser: Browser) -> None:
    page, complaints = await open_page(browser, shown, scripts=False)
    await page.goto(with_wishes(shown.paths["leave"], "zh", 0))
    await page.get_by_role("button", name="停止发送").click()
    assert "已经停止" in await page.locator("h1").inner_text()
    await page.get_by_role("button", name="恢复接收").click()
    assert "已经恢复" in await page.locator("h1").inner_text()
    await page.get_by_role("button", name="只停这个主题").click()
    assert "这个主题已经停止" in await page.locator("h1").inner_text()
    await page.get_by_role("button", name="恢复接收").click()
    assert "已经恢复" in await page.locator("h1").inner_text()
    assert complaints == []


async def test_language_and_large_print_stay_chosen_on_the_next_page(shown: Pages, browser: Browser) -> None:
    page, _ = await open_page(browser, shown, scripts=False)
    await page.goto(shown.paths["message new"])
    await page.goto(f"{shown.paths['mailbox']}?channel=sms&lang=zh")
    await page.get_by_role("link", name="English").click()
    await page.get_by_role("link", name="Large print").click()
    assert "channel=sms" in page.url
    await page.goto("/")
    assert await page.locator("html.large[lang=en]").count() == 1
    await page.get_by_role("link", name="Normal print").click()
    assert await page.locator("html.large").count() == 0


async def test_a_link_in_an_email_of_the_viewer_opens_a_page_that_works(shown: Pages, browser: Browser) -> None:
    page, complaints = await open_page(browser, shown)
    mail = await shown.mail("new", to="mei")
    await page.goto(f"/dev/mailbox?delivery={mail.delivery}&lang=zh")
    frame = page.frame_locator("iframe")
    # The links name the service's public address; here it is served elsewhere.
    await page.context.route(
        "http://push.example/**",
        lambda route: route.fulfill(
            status=302, headers={"Location": shown.base + route.request.url.removeprefix("http://push.example")}
        ),
    )
    async with page.context.expect_page() as opening:
        await frame.get_by_text("一步就好").click()
    leave = await opening.value
    await leave.get_by_role("button", name="停止发送").click()
    await leave.wait_for_load_state()
    assert "已经停止" in await leave.locator("h1").inner_text()
    assert await frame.locator("body").evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert complaints == []
