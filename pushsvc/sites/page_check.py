"""A page of a site, held against the tags that the national guide wants: which are there, missing, or wrong, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree, html

from pushsvc.domain.decoding import decode
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, InvalidRecord, Problem
from pushsvc.sites.addresses import canonical, parse
from pushsvc.sites.rules import rules
from pushsvc.sites.site_lines import code_of

PageType = Literal["home", "column", "article"]
FindingCode = Literal[
    "missing",  # a tag that this kind of page must have
    "advised",  # one that it may have, and that helps readers
    "empty",  # the tag is there and says nothing
    "spelling",  # its name is written in other letters than the guide's; `value` is how
    "twice",  # it stands there with two values; `value` is the first, `expected` empty
    "site_code_form",  # no identification code: ten characters
    "site_code_other",  # the code of another site; `expected` is this one's
    "domain_other",  # another domain than the page's; `expected` is the page's
    "time_form",  # no time as 2026-06-25 16:07
    "time_blank",  # the date and the hour are parted by a blank that is none (U+00A0 or U+3000)
    "time_future",  # it lies ahead
    "time_old",  # it lies before there were such sites
    "address_form",  # no web address
    "address_other",  # the address of another page; `expected` is this page's
]
_ERRORS: frozenset[FindingCode] = frozenset(
    {"missing", "empty", "site_code_form", "site_code_other", "time_form", "time_future", "time_old"}
)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?")
_OTHER_BLANKS = re.compile(r"[\u00a0\u2000-\u200b\u202f\u3000]+")
_SHANGHAI = ZoneInfo("Asia/Shanghai")
#: The first web pages of Chinese governments are of 1998; older dates are those of the paper, or of a broken system.
_FIRST_YEAR = 1998
_CLOCKS_DIFFER = timedelta(hours=1)
_HOME = re.compile(r"/(?:(?:index|default|home|main)\.\w{2,6})?", re.IGNORECASE)
_COLUMN = re.compile(r".*/(?:(?:index|list|default)(?:_\d+)?\.\w{2,6})?", re.IGNORECASE)
_MAX_VALUE = 300
_MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a tag. `value` is what the page says, `expected` what it should say, where that is known."""

    code: FindingCode
    tag: str
    value: str = ""
    expected: str = ""

    @property
    def serious(self) -> bool:
        """Whether the guide is broken by it; else it is advice."""
        return self.code in _ERRORS


@dataclass(frozen=True)
class PageCheck:
    """What was found: the kind of page that it was taken for, the tags that it has (standard spelling), what is wrong."""

    page_type: PageType
    tags: Mapping[str, str]
    findings: tuple[Finding, ...]
    version: str
    source: str

    @property
    def passed(self) -> bool:
        return not any(finding.serious for finding in self.findings)


@dataclass(frozen=True)
class _Written:
    name: str
    values: tuple[str, ...]


def check_page(page: bytes, charset: str | None, url: str, *, now: Instant, site: str | None = None) -> PageCheck:
    """Hold a page's tags against the national list (rules/page_tags.yaml).

    `page` are the bytes as they came, `charset` what the server declared, `url` the page's address, `site` the code of the
    site that it should belong to. Findings come in the order of the list. BadInput when it is no HTML page.
    """
    address = parse(url)
    written = _tags(_root(page, charset))
    book = rules("page_tags")
    found = {rule["tag"]: written[rule["tag"].lower()] for rule in book["tags"] if rule["tag"].lower() in written}
    kind = _page_type(found, address.path)
    findings: list[Finding] = []
    for rule in book["tags"]:
        findings += _of_one(rule, found.get(rule["tag"]), kind, url, site, now)
    tags = {name: _cut(each.values[0]) for name, each in found.items()}
    return PageCheck(kind, tags, tuple(findings), book["version"], book["source"])


def _root(page: bytes, charset: str | None) -> Any:
    if len(page) > _MAX_BYTES:
        raise BadInput(Problem("page", f"is larger than {_MAX_BYTES // 1024 // 1024} MiB"))
    try:
        text = decode(page, charset).replace("\x00", "")
    except InvalidRecord as error:
        raise BadInput(Problem("page", str(error))) from None
    try:
        # Bytes, because lxml refuses text that declares an encoding of its own.
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise BadInput(Problem("page", "holds nothing that could be read as HTML")) from None


def _tags(root: Any) -> dict[str, _Written]:
    """By the name in small letters; of one that stands there twice, every value that is not the same again."""
    found: dict[str, _Written] = {}
    for tag in root.iter("meta"):
        name = (tag.get("name") or tag.get("property") or "").strip()
        value = (tag.get("content") or "").strip(" \t\r\n")
        earlier = found.get(name.lower())
        if earlier is None:
            found[name.lower()] = _Written(name, (value,))
        elif value and value not in earlier.values:
            kept = tuple(each for each in earlier.values if each)
            found[name.lower()] = _Written(earlier.name, (*kept, value))
    return found


def _page_type(found: Mapping[str, _Written], path: str) -> PageType:
    if any(found[tag].values[0] for tag in ("ArticleTitle", "PubDate") if tag in found):
        return "article"
    if _HOME.fullmatch(path):
        return "home"
    return "column" if _COLUMN.fullmatch(path) else "article"


def _of_one(
    rule: Mapping[str, Any], written: _Written | None, kind: PageType, url: str, site: str | None, now: Instant
) -> list[Finding]:
    tag, wanted = rule["tag"], kind in rule["pages"]
    if written is None:
        return [Finding("missing" if rule["required"] else "advised", tag)] if wanted else []
    value = written.values[0]
    if not value:
        return [Finding("empty" if rule["required"] else "advised", tag)] if wanted else []
    findings = [Finding("spelling", tag, written.name, tag)] if written.name != tag else []
    if len(written.values) > 1:
        findings.append(Finding("twice", tag, _cut(value), _cut(written.values[1])))
    wrong = _wrong_form(rule["form"], tag, value, url, site, now)
    return [*findings, *([wrong] if wrong else [])]


def _wrong_form(form: str, tag: str, value: str, url: str, site: str | None, now: Instant) -> Finding | None:
    match form:
        case "site_code":
            return _site_code(tag, value, site)
        case "domain":
            own = parse(url).authority
            said = value.lower().removeprefix("https://").removeprefix("http://").rstrip("/")
            return None if said == own else Finding("domain_other", tag, _cut(value), own)
        case "time":
            return _time(tag, value, now)
        case "address" | "own_address":
            return _address(tag, value, url, own=form == "own_address")
    return None


def _site_code(tag: str, value: str, site: str | None) -> Finding | None:
    try:
        said = code_of(value)
    except BadInput:
        return Finding("site_code_form", tag, _cut(value), site or "")
    return Finding("site_code_other", tag, value, site) if site and said != site else None


def _time(tag: str, value: str, now: Instant) -> Finding | None:
    plain = _OTHER_BLANKS.sub(" ", value)
    if not _TIME.fullmatch(plain):
        return Finding("time_form", tag, _cut(value))
    try:
        when = datetime.fromisoformat(plain).replace(tzinfo=_SHANGHAI)
    except ValueError:
        return Finding("time_form", tag, _cut(value))
    if when > now + _CLOCKS_DIFFER:
        return Finding("time_future", tag, _cut(value))
    if when.year < _FIRST_YEAR:
        return Finding("time_old", tag, _cut(value))
    return Finding("time_blank", tag, _cut(value), plain) if plain != value else None


def _address(tag: str, value: str, url: str, *, own: bool) -> Finding | None:
    try:
        there = canonical(urljoin(url, value))
    except (BadInput, ValueError):
        return Finding("address_form", tag, _cut(value))
    return Finding("address_other", tag, _cut(value), url) if own and there != canonical(url) else None


def _cut(value: str) -> str:
    return value if len(value) <= _MAX_VALUE else f"{value[: _MAX_VALUE - 1]}…"
