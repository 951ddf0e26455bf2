"""JSON Feed 1.0 and 1.1 (jsonfeed.org), and lists with one JSON object a line, as some lists of pages are exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from pushsvc.sites.feeds.dates import read_date
from pushsvc.sites.feeds.items import Collected, Feed, NotAFeed

_MAX_SAID = 20_000
_MAX_LINES = 100_000


def read_json(text: str, url: str) -> Feed:
    """The feed in `text`, which came from `url`. NotAFeed says what is wrong with it."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise NotAFeed("its JSON is nested too deeply") from None
    except ValueError as error:
        return _lines(text, url, error)
    if not isinstance(document, dict):
        raise NotAFeed("it is JSON, but no JSON Feed: a list without `version` and `items`")
    items = document.get("items")
    if not isinstance(items, list) or not isinstance(document.get("version"), str):
        if isinstance(document.get("url"), str):
            return _lines(text, url, None)
        raise NotAFeed("it is JSON, but no JSON Feed: it has no `version` and no list of `items`")
    found = Collected()
    for item in items:
        _add(found, item if isinstance(item, dict) else {}, url)
    return found.feed("json")


def _lines(text: str, url: str, error: ValueError | None) -> Feed:
    """Objects with `url`, `title`, `date`, one a line. A text that is none begins with something else than an object."""
    found = Collected()
    for line in text.splitlines()[:_MAX_LINES]:
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            raise NotAFeed(f"its JSON cannot be read ({str(error)[:120]})") from None
        if not isinstance(entry, dict):
            raise NotAFeed("it is JSON, but no JSON Feed")
        _add(found, entry, url)
    return found.feed("lines")


def _add(found: Collected, item: Mapping[str, Any], base: str) -> None:
    link = _text(item.get("url")) or _address(item.get("id"))
    try:
        there = urljoin(base, link) if link else None
    except ValueError:
        there = link
    said = " ".join(_text(item.get(name)) for name in ("summary", "content_text", "content_html"))
    found.add(
        there, guid=_id(item.get("id")), title=" ".join(_text(item.get("title")).split()),
        published=read_date(_text(item.get("date_published")) or _text(item.get("date"))),
        updated=read_date(_text(item.get("date_modified"))), said=" ".join(said.split())[:_MAX_SAID],
    )  # fmt: skip


def _text(value: object) -> str:
    # JSON can spell half a surrogate pair, which is no text.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _id(value: object) -> str:
    """1.0 lets ids be numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _address(value: object) -> str:
    text = _text(value)
    return text if text.startswith(("http://", "https://")) else ""
