"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, sitemaps and their index. Elements count by their names, whatever their prefix:
feeds in the wild declare the wrong namespace, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from pushsvc.sites.feeds.cleaning import cleaned
from pushsvc.sites.feeds.dates import read_date
from pushsvc.sites.feeds.items import Collected, Feed, NotAFeed

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PUBLISHED = {"rss": ("pubdate", "date", "published", "issued", "created"), "atom": ("published", "issued", "created")}
_UPDATED = ("updated", "modified", "lastmod")
_WORDS = ("description", "summary", "content", "encoded", "subtitle", "abstract")
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_TAGS = re.compile(r"<[^<>]{0,500}>")
_MAX_SAID = 20_000
_MAX_DEPTH = 200
Element = Any


def read_xml(text: str, url: str) -> Feed:
    """The feed in `text`, which came from `url`. NotAFeed says what it is instead, or what is wrong with it."""
    root = _root(cleaned(text))
    name = _name(root)
    match name:
        case "rss" | "rdf":
            return _rss(root, url, "rdf" if name == "rdf" else "rss")
        case "feed":
            return _atom(root, url)
        case "urlset":
            return _sitemap(root, url)
        case "sitemapindex":
            return _index(root, url)
        case "html":
            raise NotAFeed("it is an HTML page, not a feed: an error page, a log-in page, or the wrong address")
    raise NotAFeed(f'it is no feed: its root element is "{name[:40]}"')


def _root(xml: str) -> Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(xml.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotAFeed(f"it cannot be read as XML ({str(error)[:120]})") from None
    if root is None:
        raise NotAFeed("it cannot be read as XML: no element of it is whole")
    return root


def _rss(root: Element, url: str, kind: Any) -> Feed:
    found = Collected()
    for item in _all(root, "item"):
        parts = _parts(item)
        guid = parts.get("guid")
        link = _first(parts, "link") or _atom_link(item) or item.get(_about(item)) or _permalink(guid)
        found.add(
            _absolute(link, item, url), guid=_text(guid), title=_first(parts, "title"),
            published=_date(parts, _PUBLISHED["rss"]), updated=_date(parts, _UPDATED), said=_said(parts),
        )  # fmt: skip
    return found.feed(kind, _asked_every(root))


def _atom(root: Element, url: str) -> Feed:
    found = Collected()
    for entry in _all(root, "entry"):
        parts = _parts(entry)
        link = _atom_link(entry) or _permalink(parts.get("id"))
        found.add(
            _absolute(link, entry, url), guid=_first(parts, "id"), title=_first(parts, "title"),
            published=_date(parts, _PUBLISHED["atom"]), updated=_date(parts, _UPDATED), said=_said(parts),
        )  # fmt: skip
    return found.feed("atom", _asked_every(root))


def _sitemap(root: Element, url: str) -> Feed:
    found = Collected()
    for entry in _children(root, "url"):
        parts = _parts(entry)
        news = _parts(parts["news"]) if "news" in parts else {}
        found.add(
            _absolute(_first(parts, "loc"), entry, url), title=_first(news, "title"),
            published=_date(news, ("publication_date",)), updated=_date(parts, _UPDATED),
        )  # fmt: skip
    return found.feed("sitemap")


def _index(root: Element, url: str) -> Feed:
    listed: list[tuple[float, int, str]] = []
    for entry in _children(root, "sitemap"):
        parts = _parts(entry)
        where, when = _absolute(_first(parts, "loc"), entry, url), _date(parts, _UPDATED)
        if where:
            listed.append((-(when.timestamp() if when else 0.0), len(listed), where))
    return Feed("sitemap index", (), {}, parts=tuple(where for _, _, where in sorted(listed)))


def _name(element: Element) -> str:
    """In small letters, without namespace or prefix; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _about(element: Element) -> str:
    return next((name for name in element.attrib if name.endswith(("}about", ":about"))), "about")


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _name(element) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _parts(element: Element) -> dict[str, Element]:
    """The children by name: of several the first that says something, and of those one without a foreign prefix."""
    parts: dict[str, Element] = {}
    for child in element:
        name = _name(child)
        if name and (name not in parts or not (_text(parts[name]) or len(parts[name]))):
            parts[name] = child
    return parts


def _text(element: Element | None) -> str:
    """All text of an element on one line, however it is nested."""
    if element is None:
        return ""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def _first(parts: dict[str, Element], name: str) -> str:
    return _TAGS.sub("", _text(parts.get(name))) if name == "title" else _text(parts.get(name))


def _said(parts: dict[str, Element]) -> str:
    """The entry's own words without markup: an edit is a change of words."""
    words = " ".join(_text(parts[name])[:_MAX_SAID] for name in _WORDS if name in parts)
    return " ".join(_TAGS.sub(" ", words[:_MAX_SAID]).split())


def _date(parts: dict[str, Element], names: Iterable[str]) -> Any:
    return next((when for name in names if (when := read_date(_text(parts.get(name))))), None)


def _atom_link(entry: Element) -> str:
    """The `href` of the link that leads to the page itself: rel "alternate", or none said; HTML before other types."""
    links = [link for link in _children(entry, "link") if link.get("href") and _leads_there(link)]
    links.sort(key=lambda link: 0 if "html" in (link.get("type") or "html") else 1)
    return str(links[0].get("href")) if links else ""


def _leads_there(link: Element) -> bool:
    return (link.get("rel") or "alternate").strip().lower() == "alternate"


def _permalink(element: Element | None) -> str:
    """An id that is a web address is where the entry lies, unless it says that it is not."""
    if element is None or (element.get("isPermaLink") or "true").strip().lower() == "false":
        return ""
    text = _text(element)
    return text if text.lower().startswith(("http://", "https://")) else ""


def _absolute(link: str | None, element: Element, url: str) -> str | None:
    """The whole address of a link, which may be relative to any xml:base around it, and may have been escaped twice."""
    if not link or not link.strip():
        return None
    base = url
    bases = [node.get(_XML_BASE) for node in [element, *element.iterancestors()] if node.get(_XML_BASE)]
    try:
        for each in reversed(bases[:_MAX_DEPTH]):
            base = urljoin(base, each)
        there = urljoin(base, link.strip().replace("&amp;", "&"))
        return there if urlsplit(there).scheme else None
    except ValueError:
        return link


def _asked_every(root: Element) -> int | None:
    """The seconds by `ttl` (minutes), or by sy:updatePeriod and its frequency."""
    channel = next(iter(_children(root, "channel")), root)
    parts = _parts(channel)
    ttl = _text(parts.get("ttl"))
    if ttl.isascii() and ttl.isdigit() and len(ttl) <= 6:
        return int(ttl) * 60 or None
    period = _PERIODS.get(_text(parts.get("updateperiod")).lower())
    times = _text(parts.get("updatefrequency"))
    return period // max(1, int(times)) if period and times.isascii() and times.isdigit() and len(times) <= 6 else period
