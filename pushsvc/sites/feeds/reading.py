"""From the bytes of a feed to what it lists, or to the reason why it is none."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import urljoin

from pushsvc.domain.decoding import decode
from pushsvc.errors import InvalidRecord
from pushsvc.sites.feeds.items import Feed, NotAFeed
from pushsvc.sites.feeds.json_feed import read_json
from pushsvc.sites.feeds.xml_feed import read_xml

_HTML = re.compile(r"<(?:!doctype\s{1,5}html|html|head|body)[\s>]", re.IGNORECASE)
_LINK = re.compile(r"<link\s[^<>]{1,500}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s<>]{1,500})""", re.IGNORECASE)
_HEAD_CHARACTERS = 100_000
_SCRIPT = re.compile(r"(?:var|let|const|window\.|\w{1,40}\s?[=(])[^<]")


def read_feed(body: bytes, charset: str | None, url: str) -> Feed:
    """What the feed at `url` lists. `charset` is what the server declared; the bytes decide where they say something else.

    RSS 0.9x to 2.0, Atom 0.3 and 1.0, JSON Feed, sitemaps, and lines of JSON with `url`, `title`, `date`. Entries without an
    address are left out and counted. A feed without entries is a feed. NotAFeed for all else: an HTML page, an empty answer,
    hostile XML. Nothing else is raised, whatever the bytes are.
    """
    text = _decoded(body, charset).lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeed("it is empty")
    if text.startswith(("{", "[")):
        return read_json(text, url)
    if _HTML.match(text):
        why = _named_feed(text, url) or "an error page, a log-in page, or the wrong address"
        raise NotAFeed(f"it is an HTML page, not a feed: {why}")
    if not text.startswith("<") and _SCRIPT.match(text):
        raise NotAFeed("it is a script, not a feed: its entries have no addresses that people could open")
    if not text.startswith("<"):
        raise NotAFeed("it is no feed: it begins with neither < nor {")
    return read_xml(text, url)


def _named_feed(text: str, url: str) -> str:
    """A page that names its feed tells the operator what the registry should say."""
    for link in _LINK.findall(text[:_HEAD_CHARACTERS]):
        where = _HREF.search(link)
        if where and _FEED_TYPE.search(link):
            with contextlib.suppress(ValueError):
                return f"it names {urljoin(url, where.group(1))[:200]} as its feed"
    return ""


def _decoded(body: bytes, charset: str | None) -> str:
    if body[:2] in (b"<\x00", b"\x00<"):  # UTF-16 without its mark
        return body.decode("utf-16-le" if body[:1] == b"<" else "utf-16-be", errors="replace")
    try:
        return decode(body, charset)
    except InvalidRecord:
        raise NotAFeed("its bytes are no text") from None
