"""Nearly XML made XML: what real feeds get wrong is mended as text, and what could harm a parser is refused before it.

Each step goes through the text once. Nothing here may search to the end of the text from every place in it: a hostile feed
of 10 MB would then take hours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import html5

from pushsvc.sites.feeds.items import NotAFeed

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = r"#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});|[A-Za-z][A-Za-z0-9]{1,31};"
_BARE_AMPERSAND = re.compile(f"&(?!{_REFERENCE})")
#: All but the five names that XML itself knows.
_FOREIGN = re.compile(f"&(?!(?:amp|lt|gt|quot|apos);)({_REFERENCE})")
_ROOT = re.compile(r"<[A-Za-z_]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,300}>", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,500}>", re.IGNORECASE)
_BARE_VALUE = re.compile(r"""(?<=\s)([A-Za-z_][\w:.-]{0,40})=([^\s"'<>=&]{1,200})(?=[\s>])""")


def cleaned(text: str) -> str:
    """`text` as XML that a parser can begin with, at its root element. NotAFeed when there is none, or it is hostile."""
    plain = _without(_NO_XML.sub("", text.lstrip("\ufeff \t\r\n")), "<!--", "-->")
    root = _ROOT.search(plain)
    if root is None:
        raise NotAFeed("it is no feed: it has no element at all" if plain.strip() else "it is empty")
    head = plain[: root.start()]
    if "<!ENTITY" in head.upper():
        raise NotAFeed("it declares entities of its own, which can fill the memory or name other files: leave them out")
    if len(_DECLARATION.sub("", _DOCTYPE.sub("", head)).strip()) > 2000:
        raise NotAFeed("before its root element stands what is no XML")
    body = plain[root.start() :]
    first, bracket, rest = body.partition(">")
    return _outside_cdata(_BARE_VALUE.sub(r'\1="\2"', first[:20_000] + bracket) + rest, _with_good_ampersands)


def _without(text: str, opening: str, closing: str) -> str:
    """`text` without its comments; one that never ends takes the rest along."""
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0:
        kept.append(text[at:start])
        end = text.find(closing, start + len(opening))
        if end < 0:
            return "".join(kept)
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def _outside_cdata(text: str, mend: Callable[[str], str]) -> str:
    kept, at = [], 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", start)
        kept.append(mend(text[at:start]))
        if end < 0:
            # Never closed: what follows is lost either way, and the elements before it are kept.
            return "".join(kept)
        kept.append(text[start : end + 3])
        at = end + 3
    return "".join([*kept, mend(text[at:])])


def _with_good_ampersands(text: str) -> str:
    """A bare & becomes &amp;, and the names that only HTML knows become their characters."""

    def one(found: re.Match[str]) -> str:
        name = found.group(1)
        if name.startswith("#"):
            return found.group() if _is_character(name[1:-1]) else ""
        known = html5.get(name)
        if known is None:
            return f"&amp;{name}"
        return known.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return _FOREIGN.sub(one, _BARE_AMPERSAND.sub("&amp;", text))


def _is_character(number: str) -> bool:
    """Whether XML knows the character. libxml2 lets half a surrogate pair through, and then no text can be made of it."""
    code = int(number[1:], 16) if number[:1] in "xX" else int(number)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
