"""What a page's own markup says of it: the standard tags (国办发〔2017〕47号), title, time, document number, language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from pushsvc.domain.invisible import without_invisible
from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.plain.page_names import Node

#: The standard tags by their lower-case name: pages write them in any letter case.
STANDARD_TAGS = {
    name.lower(): name
    for name in (
        "SiteName",
        "SiteDomain",
        "SiteIDCode",
        "ColumnName",
        "ColumnDescription",
        "ColumnKeywords",
        "ColumnType",
        "ArticleTitle",
        "PubDate",
        "ContentSource",
        "Keywords",
        "Author",
        "Description",
        "Image",
        "Url",
    )
}
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_PUBDATE = re.compile(
    r"(?P<y>\d{4})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})\s?日?"
    r"(?:[\sT]{0,3}(?P<H>\d{1,2})\s?[:：时]\s?(?P<M>\d{2})(?:[:：分]\s?(?P<S>\d{2}))?(?:\.\d{1,9})?\s?(?P<zone>Z"
    r"|[+-]\d{2}:?\d{2})?)?"
)
_BRACKETED = re.compile(
    r"(?P<word>[\u4e00-\u9fffA-Za-z]{1,12}?)\s?[〔\[［【(（﹝]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]］】)）﹞]\s?第?\s?(?P<no>\d{1,5})\s?号"
)
#: The first of a run apart: so the search skips all other characters.
_CHINESE, _LATIN = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff]*"), re.compile(r"[A-Za-z][A-Za-z]+")
_ORDER = re.compile(
    r"(?:[\u4e00-\u9fff]{2,20}令\s?(?:\d{4}年)?第\s?\d{1,5}\s?号|[\u4e00-\u9fff]{2,20}公告\s?\d{4}年第\s?\d{1,5}\s?号)"
)
_FR_NUMBER = re.compile(r"\bFR Doc\.? ?(?P<no>(?:E\d-|\d{2,4}-)\d{3,6})")
_NUMBER_BOX = re.compile(
    r"(?:发\s*文\s*字\s*号|文\s*号|文件编号)\s*[】\]]?\s*[:：]\s*(?P<word>[\u4e00-\u9fffA-Za-z]{1,16})\s?"
    r"[〔\[［【(（﹝]\s?(?P<year>(?:19|20)\d{2})\s?[〕\]］】)）﹞]\s?第?\s?(?P<no>\d{1,5})\s?号"
)
_TITLED = re.compile(r"关于.{4,80}(?:通知|公告|通告|意见|办法|规定|方案|决定)\s?[（(]$")
_LEADING_WORDS = re.compile(
    r"^.*?(?:文号|字号|索引号|编号|按照|根据|依据|贯彻|落实|参照|执行|关于|通知|及|和|与|以|的|号)(?=[\u4e00-\u9fff]{2,})"
)
_SITE_SUFFIX = re.compile(
    r"\s*(?:[-_|–—－_·]|>>|<<)+\s*[^-_|–—－]{0,40}(?:网|政府|门户|局|委|GOV\.UK|中心|厅|平台)[^-_|–—－]{0,12}$"
)
#: Lines at the head of a text among which its own number stands.
_HEAD_LINES = 12
#: Pieces of text of a page among which the box above the document stands.
_HEAD_PIECES = 4000


def standard_tags(root: Node) -> dict[str, str]:
    """The standard tags of a page under their standard spelling; of a repeated tag the first that says something."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = STANDARD_TAGS.get((tag.get("name") or tag.get("property") or "").strip().lower())
        content = " ".join((tag.get("content") or "").split())
        if name and content and name not in found:
            found[name] = content[:2000]
    return found


def published_at(text: str | None) -> Instant | None:
    """A publication time as pages print it, in UTC. Without a zone it is Asia/Shanghai; U+00A0 counts as a blank."""
    found = _PUBDATE.search((text or "").replace("\u00a0", " "))
    if not found:
        return None
    numbers = {key: int(found[key] or 0) for key in "ymdHMS"}
    try:
        local = datetime(numbers["y"], numbers["m"], numbers["d"], numbers["H"] % 24, numbers["M"], numbers["S"])
        zone = found["zone"]
        aware = datetime.fromisoformat(f"{local.isoformat()}{zone.replace('Z', '+00:00')}") if zone else None
        return (aware or local.replace(tzinfo=_SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def title_of(root: Node, meta: Mapping[str, str]) -> str | None:
    """ArticleTitle, else the only heading of first rank, else the window title without the site's name."""
    if meta.get("ArticleTitle"):
        return _one_line(meta["ArticleTitle"])
    headings = [_one_line(" ".join(str(piece) for piece in node.itertext())) for node in root.iter("h1")]
    headings = [text for text in headings if len(text) >= 4]
    if headings:
        return headings[0]
    window = next((_one_line(" ".join(str(piece) for piece in node.itertext())) for node in root.iter("title")), "")
    site = meta.get("SiteName", "")
    if site and window.endswith(site):
        window = window[: -len(site)].rstrip(" -_|–—－")
    return _SITE_SUFFIX.sub("", window) or None


def _one_line(text: str) -> str:
    return " ".join(without_invisible(text).split())[:300]


def doc_number_of(title: str, source_text: str) -> str | None:
    """The document's own number as 穗民规字〔2025〕2号: from a line of its own near the head, or the end of the title."""
    for line in [*source_text.split("\n", _HEAD_LINES)[:_HEAD_LINES], title]:
        own = line.strip(" （）()：:")
        found = _BRACKETED.search(own[:120]) if any(sign in own for sign in "〔[［【(（﹝") else None
        if found and (len(found.group()) >= len(own) - 8 or (line is title and own.endswith(found.group()))):
            return f"{_LEADING_WORDS.sub('', found['word'])}〔{found['year']}〕{found['no']}号"
        if found and _TITLED.search(line.strip()[: line.strip().rfind(found.group())]):
            return f"{_LEADING_WORDS.sub('', found['word'])}〔{found['year']}〕{found['no']}号"
        order = _ORDER.fullmatch(own)
        if order:
            return order.group().replace(" ", "")
    foot = _FR_NUMBER.search(source_text[-600:])
    return f"FR Doc. {foot['no']}" if foot else None


def head_matter_number(root: Node) -> str | None:
    """The number in the box above a document ("文号：金规〔2025〕24号"), which is no part of its text."""
    found = _NUMBER_BOX.search("".join(str(piece) for piece in islice(root.itertext(), _HEAD_PIECES)))
    return f"{found['word']}〔{found['year']}〕{found['no']}号" if found else None


def language_of(text: str) -> Language:
    """zh when Chinese characters outweigh Latin words."""
    sample = text[:20_000]
    chinese = sum(map(len, _CHINESE.findall(sample)))
    latin = len(_LATIN.findall(sample))
    return "zh" if chinese >= latin else "en"
