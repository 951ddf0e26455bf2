"""The main text of a government page: what a reader came for, without menus, counters, share buttons and footers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pushsvc.errors import InvalidRecord
from pushsvc.plain.containers import cut_chrome, main_container
from pushsvc.plain.page_lines import Line, lines_of
from pushsvc.plain.page_links import Link, files_in, joined, links_in, related_in
from pushsvc.plain.page_names import Node, is_article

__all__ = ["MainText", "Node", "main_text", "parse"]

#: A tag of this many characters is no markup that a person wrote; libxml2's time grows with the square of its attributes.
_MONSTER_TAG = re.compile(r"<[^<>]{8192,}>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: No page that people read comes near: parsed, such a page would take hundreds of megabytes.
_MOST_CHARACTERS = 6_000_000
_MOST_ELEMENTS = 100_000
#: A picture as an element of the text, not an icon of the page.
_ICON = re.compile(r"icon|logo|qr|ewm|erweima|weixin|wechat|share|print|arrow|blank|\.gif(?:$|\?)", re.IGNORECASE)
_PDF = re.compile(r"\.pdf(?:$|[?#&])|application/pdf|/viewer\.html\?file=", re.IGNORECASE)


@dataclass(frozen=True)
class MainText:
    """What a page says: the lines of its main container, the links that belong to it, and what nobody can read as text."""

    lines: tuple[Line, ...]
    links: tuple[Link, ...]
    files: tuple[Link, ...]
    pictures: int
    """Pictures in the main container that are no icons."""
    embedded: bool
    """Whether the page shows a PDF in a frame."""
    is_article: bool
    """Whether its container can only be an article's body: then a long list of links is no menu."""


def parse(html: str) -> Node | None:
    """The element tree of any input, or None when there is nothing to parse. Entities of a DTD are not expanded.

    Raises InvalidRecord for a page of more than 6,000,000 characters or 100,000 elements, the former before it is parsed.
    """
    if len(html) > _MOST_CHARACTERS:
        raise _too_large(f"{len(html):,} characters, and a page has at most {_MOST_CHARACTERS:,}")
    clean = _MONSTER_TAG.sub(" ", _CONTROLS.sub(" ", html))
    if clean.count("<") > 2 * _MOST_ELEMENTS + clean.count("</"):
        raise _too_large(f"more than {_MOST_ELEMENTS:,} elements")
    parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(clean.encode("utf-8", errors="replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    if root is not None and sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise _too_large(f"more than {_MOST_ELEMENTS:,} elements")
    return root


def main_text(root: Node) -> MainText:
    """The main text of a page with its links. Changes `root`: chrome is cut away."""
    found = root.find(".//body")
    body = root if found is None else found
    embedded = _embeds(body)
    files, related = files_in(body), related_in(body)
    top = main_container(body, cut_chrome(body))
    pictures = sum(1 for image in top.iter("img") if _is_picture(image))
    links = joined(links_in(top), related)
    addresses = {address for _, address in files}
    links = tuple(link for link in links if link[1] not in addresses)
    return MainText(tuple(lines_of(top)), links, joined(files), pictures, embedded, is_article(top))


def _embeds(body: Node) -> bool:
    for node in body.iter("iframe", "embed", "object"):
        named = " ".join((node.get(name) or "")[:2000] for name in ("src", "data", "type"))
        if _PDF.search(named):
            return True
    return False


def _is_picture(image: Node) -> bool:
    width = (image.get("width") or "").strip().removesuffix("px")
    small = width.isascii() and width.isdecimal() and len(width) < 4 and int(width) < 80
    return not small and not _ICON.search((image.get("src") or "")[-200:])


def _too_large(what: str) -> InvalidRecord:
    return InvalidRecord(f"content: the page has {what}; send its main text as content_text")
