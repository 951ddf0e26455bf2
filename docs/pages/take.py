"""Takes the pictures of this folder from a demo town:  make pictures  (or `python -m docs.pages.take [NAME …]`).

Every page at 360 px in Chinese by day, the main ones in English by night, some on a desk's screen. WebP, which the browser
writes itself: a page weighs 10 to 30 KB.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from tests.integration.every_place import Place, places
from tests.integration.whole_town import Whole, whole_town
from tests.services import databases
from tests.services.browser import chromium

HERE = Path(__file__).parent
PHONE, DESK = 360, 1280
#: Longer pages are cut there: what follows is more of the same.
MOST_PIXELS = 2_000
QUALITY = 35
#: What is also shown in English, dark.
ENGLISH = {
    "front", "start-where", "start-what", "start-how", "message", "me", "search", "site", "site-preview", "dashboard",
    "find-message", "waiting", "providers",
}  # fmt: skip
DESKS = {"dashboard", "site-preview", "me", "providers"}


async def main(wanted: set[str]) -> None:
    with tempfile.TemporaryDirectory() as kept:
        template = Path(kept) / "template.sqlite3"
        await asyncio.to_thread(databases.make_sqlite_template, template)
        async with whole_town(template, Path(kept), crowd=True) as whole, chromium() as browser:
            for place in places(whole.ids):
                if not wanted or place.name in wanted:
                    await _pictures(browser, whole, place)


async def _pictures(browser: Browser, whole: Whole, place: Place) -> None:
    await _picture(browser, whole, place, "zh", PHONE)
    if place.name in ENGLISH:
        await _picture(browser, whole, place, "en", PHONE)
    if place.name in DESKS:
        await _picture(browser, whole, place, "zh", DESK)


async def _picture(browser: Browser, whole: Whole, place: Place, lang: str, width: int) -> None:
    context = await browser.new_context(
        base_url=whole.base, viewport={"width": width, "height": 640}, locale="en" if lang == "en" else "zh-CN",
        color_scheme="dark" if lang == "en" else "light",
    )  # fmt: skip
    await context.add_cookies(
        [{"name": name, "value": value, "url": whole.base} for name, value in whole.cookies[place.who].items()]
    )
    page = await context.new_page()
    await page.goto(f"{place.path}{'&' if '?' in place.path else '?'}lang={lang}")
    # A screen as high as the page: what sticks to the bottom of a screen stands there, and each frame is loaded.
    await page.set_viewport_size({"width": width, "height": await page.evaluate("document.documentElement.scrollHeight")})
    await page.wait_for_load_state("networkidle" if await page.locator("iframe").count() else "load")
    high = min(MOST_PIXELS, await page.evaluate("document.documentElement.scrollHeight"))
    what = place.name + ("-en" if lang == "en" else "") + ("-desk" if width == DESK else "")
    devtools = await context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "width": width, "height": high, "scale": 1}
    asked = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": clip}
    taken = await devtools.send("Page.captureScreenshot", asked)
    (HERE / f"{what}.webp").write_bytes(base64.b64decode(taken["data"]))
    await context.close()


if __name__ == "__main__":
    asyncio.run(main(set(sys.argv[1:])))
