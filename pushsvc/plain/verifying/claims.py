"""The claims of a text: every date, amount, percentage, telephone, address and number in it, in normal form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from pushsvc.plain.verifying.values import normal, value_of, value_of_chinese

Kind = Literal["url", "email", "document", "date", "phone", "amount", "percentage", "count", "title", "time"]

_N = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,16}(?:\.\d{1,6})?"
_S = r"万亿|千万|百万|十万|万|亿|千|百|trillion|billion|million|thousand|bn|k|m"
_H = r"[零〇一二三四五六七八九十百千万亿两]{1,16}"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_M = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_URL = re.compile(r"(?:https?://|www\.)[\w\-.~%/?#=&+:@!$*;,()]{1,300}", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_DOCUMENT = re.compile(r"[〔\[【(]\s?((?:19|20)\d{2})\s?[〕\]】)]\s?第?\s?(\d{1,5})\s?号")
#: The issuer's short name just before the bracket of a document's number.
_ISSUER = re.compile(r"[\u4e00-\u9fff]{0,10}[A-Za-z]{0,3}\s?$")
_DATES = (
    re.compile(r"(?=\d)(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]"),
    re.compile(r"(?=\d)(?<!\d)(?P<y>(?:19|2\d)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?=\d)(?P<y>\d{4})\s?年\s?(?P<m>\d{1,2})\s?月"),
    re.compile(r"(?=\d)(?<!\d)(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?[日号]"),
    re.compile(rf"(?=\d)\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<n>{_M})(?:,?\s(?P<y>\d{{4}}))?\b", re.IGNORECASE),
    re.compile(rf"(?=[jfmasond])\b(?P<n>{_M})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y>\d{{4}}))?", re.IGNORECASE),
    re.compile(rf"(?=[jfmasond])\b(?P<n>{_M})\s(?P<y>\d{{4}})\b", re.IGNORECASE),
    re.compile(r"(?=\d)(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>(?:20)?\d{2})(?![\d/])"),
    re.compile(r"(?=[12])(?P<y>(?:19|20)\d{2})\s?年(?!度?内)"),
    re.compile(r"(?<=[至到-])\s?(?P<m>\d{1,2})\s?月(?!\d)"),
    re.compile(r"(?<=[至到-])\s?(?P<d>\d{1,2})\s?日"),
)
_TIMES = (
    re.compile(
        r"(?=[\d上下中早晚])(?P<half>上午|下午|中午|晚上|晚|早上|早)?(?<!\d)(?P<h>\d{1,2})(?::(?P<m>[0-5]\d)(?!\d)(?::\d\d)?|\s?[时点](?!间|候|段|隔|效)(?:(?P<m2>[0-5]?\d)分?|(?P<m3>半))?)"
        r"(?:\s?(?P<ap>[ap]\.?\s?m\b)\.?)?",
        re.IGNORECASE,
    ),
    re.compile(r"(?=\d)(?<![\d.:])(?P<h>\d{1,2})\s?(?P<ap>[ap]\.?\s?m\b)\.?", re.IGNORECASE),
)
#: What each of the patterns needs, in small letters: to look for one word is cheap, and most texts are of one language.
_ANYTHING = ("",)
_DATES_NEED = (("年",), _ANYTHING, ("年",), ("月",), _MONTHS, _MONTHS, _MONTHS, ("/",), ("年",), ("月",), ("日",))
_HOURS, _AFTER_NOON = 24, ("下午", "晚上", "晚")
_PHONE = re.compile(
    r"(?=[\d(+])(?<![\d.])(?:\+\d{1,3}[\s-]?(?:\(0\)\s?)?)?(?:\(?0\d{2,4}\)?[\s-]?\d{3,4}[\s-]?\d{3,4}"
    r"|400-?\d{3,4}-?\d{3,4}|1[3-9]\d{9}|(?:1[-\s])?\(?\d{3}\)?[\s-]\s?\d{3}-\d{4}"
    r"|\d{2,4}\s\d{3,4}\s\d{3,4}|0\d{3,4}\s\d{3}\s?\d{3}|0\d{2,3}-\d{5}|12[03]\d{2})(?:-\d{1,5})?(?!\d|\.\d|\s?[万亿元%])"
)
#: First a look at one sign: most of a text is none of these.
_AMOUNT = re.compile(
    rf"(?=[\d$£€¥￥零〇一二三四五六七八九十百千万亿两]|US\$|CNY|RMB|USD|GBP|EUR)(?:(?P<a>{_N})\s?(?P<as>{_S})?\s?元?\s?(?:-|至|到|元以上)\s?(?P<b>{_N})\s?(?P<bs>{_S})?\s?元"
    rf"|(?P<n>{_N})\s?(?P<ns>{_S})?\s?(?P<c>美元|英镑|欧元|港元|元|块)"
    rf"|(?P<sign>US\$|CNY|RMB|USD|GBP|EUR|\$|£|€|¥|￥)\s?(?P<p>{_N})(?:\s?-\s?(?P<q>{_N}))?(?:\s?(?P<ps>{_S})\b)?"
    rf"|(?P<h>{_H})元)",
    re.IGNORECASE,
)
_TENTHS = re.compile(
    r"(?<![\d.零〇一二三四五六七八九十百千])([一二两三四五六七八九\d](?:\.\d)?)[成折](?![立为员果功人长本年品效就交绩分型])"
)
_PERCENT = re.compile(
    rf"(?=[\d百])(?:(?:(?P<a>{_N})\s?%?\s?(?:-|至|到)\s?)?(?P<n>{_N})\s?(?:%|percent\b|per cent\b|个百分点)"
    rf"|百分之(?P<h>{_H}|{_N}))",
    re.IGNORECASE,
)
_UNIT_WORDS = """
周岁 岁 个工作日 工作日 个月 月 个人 人 名 位 户 家 套 次 件 份 间 台 辆 张 本 天 日 年 周 倍
平 米 公 层 栋 幢 亩 吨 千 克 类 种
项 条 款 号 级 孩 分 小 点 时 楼 届 期 学 床 区 所 批 门 ㎡ 成 个 折 科 档 队 片 处 座 根 瓶 部 股 秒 里 元 度 季
"""
_UNITS = frozenset(_UNIT_WORDS.split())
_SPANS = r"(?:working |business |calendar )?(?:day|week|month|year|hour|minute)"
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_U = "|".join(sorted(_UNITS, key=len, reverse=True))
_COUNT = re.compile(
    rf"(?=\d)(?:(?P<n>{_N})\s?(?P<s>{_S})?(?!(?!s\b)[A-Za-z])\s?(?:(?P<u>{_U})|[\s-]?(?P<u2>{_SPANS})s?\b)?|(?P<n2>{_N})\s?(?P<s2>million|billion|thousand)?)",
    re.IGNORECASE,
)
_WORD_COUNT = re.compile(rf"(?=[otfsen])\b(?P<w>{'|'.join(_NUMBER_WORDS)})[\s-](?P<u>{_SPANS})s?\b", re.IGNORECASE)
_HAN_COUNT = re.compile(
    rf"(?=[零〇一二三四五六七八九十百千万亿两半])(?P<n>{_H}|(?<![上下])半)(?P<u>个?月|年|日|天|个?工作日|周岁|岁|倍|人|名|户|套|次|孩|成|(?<=[三四五六七八九十])个)"
)
#: A run of digits that is no amount and no date: it must stand in the source as it is.
_LONG = re.compile(r"\d{25,}")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_CURRENCIES = {
    "元": "CNY",
    "块": "CNY",
    "cny": "CNY",
    "rmb": "CNY",
    "¥": "CNY",
    "￥": "CNY",
    "美元": "USD",
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "英镑": "GBP",
    "£": "GBP",
    "gbp": "GBP",
    "欧元": "EUR",
    "€": "EUR",
    "eur": "EUR",
    "港元": "HKD",
}


#: A day without its month stands at most this many characters behind the date that names it.
_NEAR = 4
#: A text of fewer characters is one of ours, and asked about more than once.
_SHORT = 300
#: A text without any of these claims nothing.
_ANY = re.compile(rf"\d|\b(?:{'|'.join(_NUMBER_WORDS)})[\s-]{_SPANS}|[@《]|www\.|://|{_H}|半", re.IGNORECASE)
Reader = Callable[[re.Match[str]], Iterator[tuple[object, ...]]]


@dataclass(frozen=True)
class Claim:
    """One claim as printed, what it says in normal form, and where it stands in `normal(text)`."""

    kind: Kind
    printed: str
    said: tuple[object, ...]
    start: int = 0
    end: int = 0


def claims(text: str) -> list[Claim]:
    """Every claim of `text`, each character counted for one claim only: addresses first, bare numbers last."""
    return list(_claims_of_short(text)) if len(text) < _SHORT else _claims(text)


@lru_cache(maxsize=4096)
def _claims_of_short(text: str) -> tuple[Claim, ...]:
    return tuple(_claims(text))


def _claims(text: str) -> list[Claim]:
    rest = normal(text)
    if not _ANY.search(rest):
        return []
    items, rest = _taken(_LONG, rest)
    found = [Claim("phone", item.group()[:40], (item.group(),), *item.span()) for item in items]
    before, (items, rest) = rest, _taken(_DOCUMENT, rest)
    found += [_document(item, before) for item in items]
    for kind, pattern in _COPIED:
        items, rest = _taken(pattern, rest)
        found += [Claim(kind, item.group(), _copied(item), *item.span()) for item in items]
    found += [Claim("title", item.group(), (_squeezed(item[1]),), *item.span()) for item in _TITLE.finditer(rest)]
    days: list[Claim] = []
    low = rest.lower()
    for pattern, needs in zip(_DATES, _DATES_NEED, strict=True):
        if not _holds_any(low, needs):
            continue
        items, rest = _taken(pattern, rest)
        days += [Claim("date", item.group(), _date(item), *item.span()) for item in items]
    found += _last_days(days)
    for pattern in _TIMES:
        items, rest = _taken(pattern, rest)
        found += [Claim("time", item.group(), _time(item), *item.span()) for item in items]
    items, rest = _taken(_TENTHS, rest)
    found += [Claim("percentage", item.group(), _tenths(item), *item.span()) for item in items]
    for kind, pattern, read in _NUMBERS:
        if not _holds_any(low, _NEED.get(pattern, _ANYTHING)):
            continue
        items, rest = _taken(pattern, rest)
        found += [Claim(kind, item.group(), said, *item.span()) for item in items for said in read(item)]
    return found


def _last_days(days: list[Claim]) -> list[Claim]:
    """3月25日至28日 ends on 28 March: a bare day takes the month of the date just before it."""
    days = sorted(days, key=lambda claim: claim.start)
    for index, (before, day) in enumerate(pairwise(days), 1):
        year, month, _ = before.said
        if day.said[:2] == (None, None) and month is not None and day.start - before.end <= _NEAR:
            days[index] = replace(day, said=(year, month, day.said[2]))
    return days


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[re.Match[str]], str]:
    """What the pattern finds, and the text with it blanked out."""
    items = list(pattern.finditer(text))
    if not items:
        return items, text
    parts, at = [], 0
    for item in items:
        parts += [text[at : item.start()], "\x00" * (item.end() - item.start())]
        at = item.end()
    return items, "".join([*parts, text[at:]])


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text).casefold()


def _copied(item: re.Match[str]) -> tuple[object, ...]:
    return (item.group().rstrip("/.,;:)(").casefold().removeprefix("http://").removeprefix("https://"),)


def _document(item: re.Match[str], text: str) -> Claim:
    """A document's number; of the words before its bracket only the last two are counted to it."""
    issuer = _ISSUER.search(text[max(0, item.start() - 14) : item.start()])
    name = issuer.group() if issuer else ""
    said = (_squeezed(name)[-2:], item[1], item[2].lstrip("0"))
    return Claim("document", name + item.group(), said, max(item.start() - len(name), item.start() - 2), item.end())


def _date(item: re.Match[str]) -> tuple[object, ...]:
    said = item.groupdict()
    year = int(said["y"]) if said.get("y") else None
    if year is not None and year < 100:
        year += 2000
    month = int(said["m"]) if said.get("m") else None
    if said.get("n"):
        month = _MONTHS.index(said["n"][:3].lower()) + 1
    return (year, month, int(said["d"]) if said.get("d") else None)


def _time(item: re.Match[str]) -> tuple[object, ...]:
    """Hours and minutes of the day: 下午3点 and 3 p.m. are 15:00."""
    said = item.groupdict()
    hour = int(said["h"])
    minute = 30 if said.get("m3") else int(said.get("m") or said.get("m2") or 0)
    late = (said.get("ap") or "").lower().startswith("p") or said.get("half") in _AFTER_NOON
    if late and hour < _HOURS // 2:
        hour += _HOURS // 2
    if (said.get("ap") or "").lower().startswith("a") and hour == _HOURS // 2:
        hour = 0
    return (hour, minute)


def _phone(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    yield (re.sub(r"\D", "", item.group().replace("(0)", "")),)


def _amounts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    if item["a"]:
        yield (value_of(item["a"], item["as"] or item["bs"] or ""), "CNY")
        yield (value_of(item["b"], item["bs"] or ""), "CNY")
    elif item["n"]:
        yield (value_of(item["n"], item["ns"] or ""), _CURRENCIES[item["c"]])
    elif item["p"]:
        currency = _CURRENCIES[item["sign"].lower()]
        yield (value_of(item["p"], item["ps"] or ""), currency)
        if item["q"]:
            yield (value_of(item["q"], item["ps"] or ""), currency)
    else:
        yield (value_of_chinese(item["h"]), "CNY")


def _percentages(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    if item["h"]:
        spoken = value_of_chinese(item["h"])
        yield (value_of(item["h"]) if spoken is None or item["h"][0].isdigit() else spoken,)
        return
    if item["a"]:
        yield (value_of(item["a"]),)
    yield (value_of(item["n"]),)


def _counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    digits, scale = item["n"] or item["n2"], item["s"] or item["s2"] or ""
    unit = item["u"] or (item["u2"] or "").lower()
    yield (value_of(digits, scale), _unit(unit))


def _han_counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    value = value_of_chinese(item["n"])
    if value is not None:
        yield (value, _unit(item["u"]))


def _tenths(item: re.Match[str]) -> tuple[object, ...]:
    """九折 and 九成 are 90%."""
    tenths = value_of(item[1]) if item[1][0].isdigit() else value_of_chinese(item[1])
    return (round((tenths or 0.0) * 10, 4),)


def _word_counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    yield (float(_NUMBER_WORDS.index(item["w"].lower()) + 1), item["u"].lower())


def _unit(word: str) -> str:
    """One word for a unit; nothing for a character that is none, such as the 咨 of 95533咨询."""
    if word.isascii():
        return word
    if word not in _UNITS:
        return ""
    return {"名": "人", "位": "人", "个人": "人", "天": "日", "周岁": "岁", "个月": "月", "个工作日": "工作日"}.get(word, word)


_COPIED: tuple[tuple[Kind, re.Pattern[str]], ...] = (("url", _URL), ("email", _EMAIL))
_NUMBERS: tuple[tuple[Kind, re.Pattern[str], Reader], ...] = (
    ("phone", _PHONE, _phone),
    ("amount", _AMOUNT, _amounts),
    ("percentage", _PERCENT, _percentages),
    ("count", _COUNT, _counts),
    ("count", _HAN_COUNT, _han_counts),
    ("count", _WORD_COUNT, _word_counts),
)
_NEED = {
    _AMOUNT: ("元", "块", "$", "£", "€", "¥", "￥", "cny", "rmb", "usd", "gbp", "eur"),
    _PERCENT: ("%", "百", "per"),
    _WORD_COUNT: ("day", "week", "month", "year", "hour", "minute"),
}


def _holds_any(low: str, needs: tuple[str, ...]) -> bool:
    return any(word in low for word in needs)
