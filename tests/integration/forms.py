"""Forms as a browser sends them: read the page, take its mark, post.

async with a_browser(base) as client:
    answer = await post(client, "/start", {"place": "成都", "do": "next"})
    assert answer.location == "/start/what"
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

_MARK = re.compile(r'name="mark" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back. `location` is where a redirect leads, "" for none."""

    status: int
    text: str
    location: str = ""


@asynccontextmanager
async def a_browser(base: str, *, language: str = "zh") -> AsyncIterator[aiohttp.ClientSession]:
    """A client that keeps the cookies of `127.0.0.1`."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(base, headers={"Accept-Language": language}, cookie_jar=jar) as session:
        yield session


async def get(client: aiohttp.ClientSession, path: str) -> Answer:
    """The page behind `path`, wherever it leads."""
    async with client.get(path) as answer:
        return Answer(answer.status, await answer.text(), str(answer.url.relative()))


async def mark_of(client: aiohttp.ClientSession, path: str) -> str:
    """The mark that every form of this browser bears."""
    page = await get(client, path)
    found = _MARK.search(page.text)
    assert found, f"{path} has no form: {page.status}"
    return found[1]


async def post(
    client: aiohttp.ClientSession,
    path: str,
    fields: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    at: str | None = None,
) -> Answer:
    """Open the page (`at`, or `path` itself), take its form's mark, and post `fields` to `path`. Redirects are not followed."""
    pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
    form = [("mark", await mark_of(client, at or path)), *pairs]
    async with client.post(path, data=form, allow_redirects=False) as answer:
        return Answer(answer.status, await answer.text(), answer.headers.get("Location", ""))
