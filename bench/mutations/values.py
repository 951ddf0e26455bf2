"""The values of a text, in both languages: where they stand, of what kind they are, and what they amount to."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bench.mutations.numerals import EN_NUMBERS, SCALES, number

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = "|".join([*MONTHS, *(month[:3] + r"\.?" for month in MONTHS if month != "May"), "Sept"])
_WORD = "|".join(EN_NUMBERS)
_ZH_UNITS = "平方米|㎡|m2|公里|人次|人|次|套|倍|件|户|个|名|张|条|份|家|间|辆|所|孩|类|级|分|期|批"
_EN_SPAN = r"(?:(?:working|business|calendar|consecutive|full)\s)?(days?|weeks?|months?|years?|hours?|minutes?)"

SPANS = {"年": (12, "月"), "year": (12, "month"), "周": (7, "天"), "星期": (7, "天"), "week": (7, "day"), "日": (1, "天")}


@dataclass(frozen=True)
class Value:
    """`means` is equal for two values that are the same, however written; `shape` for those that are written alike."""

    kind: str
    start: int
    end: int
    text: str
    means: Hashable
    shape: str


Reader = Callable[[re.Match[str]], Hashable]


def _amount(found: re.Match[str]) -> Hashable:
    scale = SCALES[(found["scale"] or "").strip().lower()]
    return round((number(found["n"]) or 0) * scale, 4)


def _zh_date(found: re.Match[str]) -> Hashable:
    return tuple(int(part) if part else None for part in found.groups())


def _en_date(found: re.Match[str]) -> Hashable:
    parts = found.groupdict()
    month = 1 + [name[:3] for name in MONTHS].index(parts["m"][:3].title())
    return (int(parts["y"]) if parts.get("y") else None, month, int(parts["d"]) if parts.get("d") else None)


def _clock(found: re.Match[str]) -> Hashable:
    half = (found.groupdict().get("half") or "").replace(".", "").lower()
    hour = int(found["h"]) % 12 + 12 if half == "pm" else int(found["h"])
    return (hour, int(found.groupdict().get("min") or 0))


def _counted(found: re.Match[str]) -> Hashable:
    """12个月 is 1年, and two weeks are 14 days."""
    unit = found["unit"].lower().removesuffix("s").replace("个", "")
    times, same = SPANS.get(unit.split(" ")[-1], (1, unit))
    return ((number(found["n"]) or 0) * times, " ".join([*unit.split(" ")[:-1], same]))


def _years(found: re.Match[str]) -> Hashable:
    return number(found["n"])


def _as_is(found: re.Match[str]) -> Hashable:
    return re.sub(r"[\s()（）-]", "", found[0]).lower()


#: In order: a span that one pattern took is no other's. (kind, shape, pattern, what it means)
PATTERNS: tuple[tuple[str, str, str, Reader], ...] = (
    ("link", "link", r"https?://[\w./?=&%#~-]+\w|\bwww\.[\w./-]+\w|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _as_is),
    ("docnumber", "zh", r"[\u4e00-\u9fff]{1,8}[〔\[（(]\d{4}[〕\]）)]\d+号", _as_is),
    (
        "docnumber",
        "en",
        r"\b(?:Docket|File|Document|Order|OMB Control|Control|Airspace Docket|Notice|NDA|SR|CAS)(?: No\.?| Number:?|)s?:? ?"
        r"[A-Z]*-?[A-Z0-9]*\d[\w-]*\d|\b\d+ (?:FR|CFR|U\.S\.C\.)(?: parts?)? \d[\d.]*(?<!\.)",
        _as_is,
    ),
    ("phone", "us", r"(?<![\d-])\(?\d{3}\)?[-. ]\d{3}-\d{4}(?!\d)", _as_is),
    ("phone", "uk", r"(?<!\d)0\d{3,4} \d{3} \d{3,4}(?!\d)|(?<!\d)0\d{2} \d{4} \d{4}(?!\d)", _as_is),
    ("phone", "zh", r"(?<![\d-])(?:0\d{2,3}[-－—])?[2-8]\d{6,7}(?![\d.,元万]|\s*元)|(?<!\d)1[3-9]\d{9}(?!\d)", _as_is),
    ("phone", "hotline", r"(?<![\d.,])(?:0\d{2,3}-)?(?:12\d{3}|95\d{3})(?![\d.,元万%名人户套个])", _as_is),
    ("date", "zh-ymd", r"(?<!\d)(?:(\d{4})\s*年)\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]", _zh_date),
    ("date", "zh-md", r"(?<!\d)()(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]", _zh_date),
    ("date", "zh-ym", r"(?<!\d)(\d{4})\s*年\s*(\d{1,2})\s*月(?!\s*\d)()", _zh_date),
    ("date", "en-mdy", rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})\b", _en_date),
    ("date", "en-dmy", rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{_MONTH}),? (?P<y>\d{{4}})\b", _en_date),
    ("date", "en-my", rf"\b(?P<m>{_MONTH}) (?P<y>\d{{4}})\b", _en_date),
    ("date", "en-md", rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)", _en_date),
    ("date", "en-dm", rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{_MONTH})\b", _en_date),
    ("time", "zh", r"(?<!\d)(?P<h>\d{1,2})(?:[:：](?P<min>\d\d)|[时点](?!间|代))", _clock),
    ("time", "en", r"\b(?P<h>\d{1,2})(?::(?P<min>\d\d))? ?(?P<half>[ap]\.m\.|[ap]m\b)", _clock),
    ("percent", "percent", r"(?<![\d.])(?P<n>\d+(?:\.\d+)?)\s?(?P<scale>)(?:[%％]|per ?cent\b)", _amount),
    ("amount", "en", r"[£$€](?P<n>\d[\d,]*(?:\.\d+)?)(?: ?(?P<scale>thousand|million|billion)\b)?", _amount),
    (
        "amount",
        "zh",
        r"(?<![\d.])(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>百万|千万|[百千万亿])?(?=\s*(?:元|美元|港元|人民币))",
        _amount,
    ),
    ("amount", "zh-万", r"(?<![\d.])(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>[万亿])(?!人|户|套|平|名|个)", _amount),
    ("age", "zh", r"(?<!\d)(?P<n>\d{1,3})\s*(?:周岁|岁)", _years),
    ("age", "en", r"\b(?:aged|age of|ages?|over|under) (?P<n>\d{1,2})\b(?! ?%)(?! \w+ )", _years),
    (
        "duration",
        "zh",
        r"(?<![\d.第月上下每])(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,2})\s*"
        r"(?P<unit>个?(?:工作日|自然日|小时|月|星期)|分钟|年|天|日|周)(?!度|岁|级)",
        _counted,
    ),
    ("duration", "en", rf"\b(?P<n>\d{{1,3}}|{_WORD})[ -](?P<unit>{_EN_SPAN})\b", _counted),
    (
        "quantity",
        "zh",
        rf"(?<![\d.第])(?P<n>\d[\d,]*(?:\.\d+)?|[两三四五六七八九])\s*(?P<unit>{_ZH_UNITS})(?![月之])",
        _counted,
    ),
    ("year", "year", r"(?<![\d-])(?:19|20)\d\d(?=\s*年|\b)(?![\d-])", _as_is),
    ("number", "number", r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w-])|(?<![\w.,/-])\d{2,6}(?![\w/.-]|,\d)", _as_is),
)
COMPILED = tuple((kind, shape, re.compile(pattern), reader) for kind, shape, pattern, reader in PATTERNS)


def values(text: str) -> list[Value]:
    taken = [False] * len(text)
    found = []
    for kind, shape, pattern, reader in COMPILED:
        for match in pattern.finditer(text):
            if match.end() > match.start() and not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                found.append(Value(kind, match.start(), match.end(), match[0], (kind, reader(match)), shape))
    return sorted(found, key=lambda value: value.start)
