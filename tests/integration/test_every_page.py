"""Every page that the application has, in a real browser. The list comes from the application, so that none is forgotten.

A page of 320 px is also what a phone or a desk of 640 px shows at 200% zoom: the browser lays out for half as many pixels.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, Request
from starlette.routing import Route

from pushsvc.bootstrap.pages import routes
from tests.integration.every_place import NO_PAGES, Place, places
from tests.integration.whole_town import Whole, whole_town
from tests.journeys.house import a_house

#: Uncompressed, with style and scripts: what a phone on a slow line waits for, before gzip makes it a fifth.
MOST_BYTES = 60_000
#: The one form without a mark is the one that stops messages: its token is enough, as for a mail program (RFC 8058).
_CHECKS = """async () => {
  document.querySelectorAll('details').forEach(each => { each.open = true; });
  const leaves = form => new URL(form.action).pathname.startsWith('/u/');
  const root = document.documentElement, forms = [...document.querySelectorAll('form[method=post i]')];
  const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(part => !part.name.includes('.html'));
  return {
    letters: parseFloat(getComputedStyle(root).fontSize), wider: root.scrollWidth - root.clientWidth,
    lang: root.lang, title: document.title,
    headings: document.querySelectorAll('h1').length,
    unmarked: forms.filter(form => !leaves(form) && !form.querySelector('[name=mark]')).length,
    bytes: parts.reduce((sum, part) => sum + part.decodedBodySize, 0),
    axe: (await axe.run(document, {iframes: false, resultTypes: ['violations']})).violations
      .map(found => found.id + ': ' + found.nodes.map(node => node.html).join(' | ')),
  };
}"""


@dataclass(frozen=True)
class Look:
    """How a page is looked at. `letters`: the height that the reader has chosen in the browser, in px."""

    lang: Literal["zh", "en"]
    scheme: Literal["light", "dark"]
    width: int
    large: int
    letters: int = 16


LOOKS = (Look("zh", "light", 320, 0), Look("en", "dark", 360, 1), Look("en", "light", 360, 0, letters=32))


@pytest.fixture
async def whole(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole_town(sqlite_template, tmp_path) as made:
        yield made


@dataclass
class Eyes:
    """Opens one page after the other and writes down what is wrong with it."""

    whole: Whole
    page: Page
    look: Look
    axe: str
    found: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def goes_through(self, pages: Sequence[Place]) -> None:
        self.page.on("console", lambda said: self.heard.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", self._asks)
        for place in pages:
            await self.sees(place)

    async def sees(self, place: Place) -> None:
        await self.page.context.clear_cookies()
        await self.page.context.add_cookies(
            [{"name": name, "value": value, "url": self.whole.base} for name, value in self.whole.cookies[place.who].items()]
        )
        joint = "&" if "?" in place.path else "?"
        answer = await self.page.goto(f"{self.whole.base}{place.path}{joint}lang={self.look.lang}&large={self.look.large}")
        wrong: list[str] = []
        landed = urlsplit(self.page.url).path
        if answer is None or answer.status != place.status or landed != urlsplit(place.path).path:
            wrong.append(f"{landed} came with status {answer and answer.status}")
        await self.page.evaluate(self.axe)
        wrong += self._faults(await self.page.evaluate(_CHECKS))
        wrong += [line for line in self.heard if not (place.status >= 400 and str(place.status) in line)]
        self.heard.clear()
        look = f"{self.look.lang}, {self.look.scheme}, {self.look.width} px, letters {self.look.letters}"
        self.found += [f"{place.name} ({look}): {one}" for one in wrong]

    def _asks(self, request: Request) -> None:
        if not request.url.startswith((self.whole.base, "data:")):
            self.heard.append(f"asks another host: {request.url}")

    def _faults(self, seen: dict[str, Any]) -> list[str]:
        return [
            *([f"is wider than its screen by {seen['wider']} px"] if seen["wider"] > 0 else []),
            *([f"has letters of {seen['letters']} px"] if seen["letters"] < 1.125 * self.look.letters else []),
            *([f"is said to be in {seen['lang']!r}"] if seen["lang"][:2] != self.look.lang else []),
            *(["has no title"] if len(seen["title"].partition(" · ")[0]) < 2 else []),
            *([f"has {seen['headings']} h1"] if seen["headings"] != 1 else []),
            *([f"has {seen['unmarked']} forms without a mark"] if seen["unmarked"] else []),
            *([f"weighs {seen['bytes']} bytes"] if seen["bytes"] > MOST_BYTES else []),
            *seen["axe"],
        ]


async def test_every_page_of_the_application_has_a_place_where_it_is_opened(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    shutil.copyfile(sqlite_template, path)
    async with a_house(f"sqlite+aiosqlite:///{path}", tmp_path) as town:
        pages = routes(town.house, town.service, dev=True)
    there = {route.path for route in pages if isinstance(route, Route) and "GET" in (route.methods or ())}
    listed = places(defaultdict(str))
    known = {place.route for place in listed}
    assert there - known - set(NO_PAGES) == set(), "pages without a line in tests/integration/every_place.py"
    assert (known | set(NO_PAGES)) - there == set(), "lines of pages that are gone"
    assert len({place.name for place in listed}) == len(listed)
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "commands.md").read_text("utf-8").partition("### Pages")[2]
    pages_there = {re.sub(r":\w+}", "}", path) for path in there if not path.startswith(("/api", "/static", "/healthz"))}
    unnamed = {path for path in pages_there if f"`{path}`" not in reference}
    assert unnamed <= {"/readyz", "/metrics", "/robots.txt"}, "pages that docs/reference/commands.md does not name"


@pytest.mark.timeout(400)
async def test_every_page_is_accessible_fits_320_pixels_and_large_print_weighs_little_and_asks_nobody_else(
    whole: Whole, browser: Browser
) -> None:
    axe = Path(AXE_FILE_PATH).read_text("utf-8")
    eyes = []
    for look in LOOKS:
        context = await browser.new_context(viewport={"width": look.width, "height": 800}, color_scheme=look.scheme)
        page = await context.new_page()
        browser_says = await context.new_cdp_session(page)
        await browser_says.send("Page.setFontSizes", {"fontSizes": {"standard": look.letters}})
        eyes.append(Eyes(whole, page, look, axe))
    await asyncio.gather(*(one.goes_through(places(whole.ids)) for one in eyes))
    found = [wrong for one in eyes for wrong in one.found]
    assert not found, "\n".join(found)
