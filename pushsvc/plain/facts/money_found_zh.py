"""Where a text says amounts of money: ranges, lists that share one unit, Chinese numerals, what an amount is counted by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from pushsvc.plain.facts.numerals import NUMBER, any_number, number

_SCALE = r"(?:万亿|千万|百万|十万|万|亿|千|百)"
_EACH = (
    r"(?:平方米|平米|立方米|㎡|m2|m²|m3|人次|学期|学年|人|户|家|年|月|日|天|次|小时|吨|亩|套|辆|间|生|台|名|个|张|件|例|孩|胎|度|位|床位|床|公里"
    r"|课时|单职工|双职工|单人|家庭|票)"
)
#: 元/人/月, 元/平方米·年, 元每月, 元/套（间）.
_PER = rf"(?:(?:\s?[/／每·・•.]\s?{_EACH}(?:[（(][^（()）\d]{{1,6}}[）)])?){{1,3}})"
_CURRENCY = r"(?P<{0}>美|欧|港|日|韩|澳|新台)?元"
_NUMERAL = (
    r"[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][一二两三四五六七八九十百千零〇壹贰叁肆伍陆柒捌玖拾佰仟]{0,11}"
    r"(?:万[一二两三四五六七八九十百千零]{0,8}|亿)?"
)
_INCLUSIVE = r"(?:[（(]不?含[^（()）]{0,8}[）)])?"
_TO = rf"\s?{_INCLUSIVE}\s?(?:-|—{{1,2}}|–|~|～|－|至|到|以上[、,，]?(?:至|到)?|及?以上不(?:满|足|超过))\s?(?:人民币)?"
_NOT_MONEY = r"(?![旦宵素件首宇器音化论])"
#: A prefix of 3 digits keeps NUMBER from being tried inside of a longer one.
_ALONE = r"(?<![\d.０-９])"
_MONEY = re.compile(
    # 1万元至3万元, 1000-5000元, 5万元以上10万元以下
    rf"{_ALONE}(?P<low>{NUMBER})\s?(?P<lowscale>{_SCALE})?(?P<lowyuan>元)?(?P<lowper>{_PER})?{_TO}(?P<high>{NUMBER})\s?(?P<highscale>{_SCALE})?\s?"
    rf"{_CURRENCY.format('highcurrency')}{_NOT_MONEY}(?P<rangeper>{_PER})?(?:{_INCLUSIVE}以下(?=的?罚款|[,，。；;的]))?"
    # 2、3、5万元: the last one's unit is everybody's
    rf"|{_ALONE}(?P<listed>(?:{NUMBER})(?:\s?(?:万|亿)?\s?(?:[、/]|和|或|及)\s?(?:{NUMBER})){{1,8}})\s?(?P<listscale>{_SCALE})?\s?"
    rf"{_CURRENCY.format('listcurrency')}{_NOT_MONEY}(?P<listper>{_PER})?"
    # 3万6千元
    rf"|{_ALONE}(?P<wan>\d{{1,4}})万(?P<qian>[1-9])千元{_NOT_MONEY}(?P<wanper>{_PER})?"
    rf"|{_ALONE}(?P<n>{NUMBER})\s?(?P<scale>{_SCALE})?\s?余?(?:{_CURRENCY.format('currency')}{_NOT_MONEY}|块钱)(?:人民币)?(?P<per>{_PER})?"
    # 25万/人
    rf"|{_ALONE}(?P<bare>{NUMBER})\s?(?P<barescale>万|亿)(?P<bareper>\s?[/／]\s?{_EACH})"
    rf"|(?:人民币|￥|¥)\s?(?P<sign>{NUMBER})\s?(?P<signscale>{_SCALE})?元?(?P<signper>{_PER})?(?!\s?(?:[\d.、~～—–-]|至\s?\d|到\s?\d))"
    rf"|(?<![一二两三四五六七八九十百千万亿数几上第余近超壹贰叁肆伍陆柒捌玖拾佰仟])(?P<words>{_NUMERAL})(?:余)?元(?![旦宵素件首宇器音化论里区桥方结复次])(?P<wordsper>{_PER})?"
    # 由60万提高至80万
    rf"|(?:(?<=[从由为到至的过])|(?<=限额)|(?<=额度)|(?<=最高)|(?<=补贴)|(?<=奖励))(?P<moved>{NUMBER})\s?(?P<movedscale>[万亿])(?=[提上下调降增,，。；;及和]|$)"
)
#: Amounts beyond which nobody reads a list; a document of nothing but sums must not cost seconds.
_MOST = 1_000
_HINT = re.compile(r"元|万|亿|￥|¥|人民币|块钱")
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_CURRENCIES = {"美": "USD", "欧": "EUR", "港": "HKD", "日": "JPY", "韩": "KRW", "澳": "AUD", "新台": "TWD"}
_ABOUT_MONEY = re.compile(r"额度|贷款|补贴|资金|金额|元|奖励|补助")
#: Numbers of a list that are no amounts: the mark that opens a line ("1、2万元补贴").
_LINE_MARK = re.compile(r"(?:^|\n)\s*$")
#: How many characters a text is looked at in one go: a line without an amount must not be tried as a whole.
_SENTENCE_ABOUT = 60


@dataclass(frozen=True)
class Money:
    """An amount as printed: `text[start:end]`; a range's value is "low-high"; `per` as printed after it."""

    value: int | float | str
    start: int
    end: int
    per: str = ""
    currency: str = "CNY"
    shown: tuple[int, int] | None = None
    """The place that shows it with its unit, where that is wider: all of "2、3、5万元"."""


def amounts_in(text: str) -> Iterator[Money]:
    """The amounts of a Chinese text from left to right."""
    for found in islice(in_lines(_MONEY, _HINT, text), _MOST):
        if found["low"]:
            yield from _range(found)
        elif found["listed"]:
            yield from _list(text, found)
        elif found["words"]:
            value = _numeral(found["words"])
            if value is not None:
                yield Money(value, found.start(), found.end(), found["wordsper"] or "")
        elif found["wan"]:
            yield Money(
                int(found["wan"]) * 10_000 + int(found["qian"]) * 1_000, found.start(), found.end(), found["wanper"] or ""
            )
        elif found["moved"]:
            about = text[max(0, found.start() - _SENTENCE_ABOUT) : found.end() + _SENTENCE_ABOUT]
            if _ABOUT_MONEY.search(about):
                yield Money(number(found["moved"], found["movedscale"]), found.start(), found.end())
        else:
            digits = found["n"] or found["bare"] or found["sign"]
            scale = found["scale"] or found["barescale"] or found["signscale"]
            per = found["per"] or found["bareper"] or found["signper"] or ""
            yield Money(number(digits, scale), found.start(), found.end(), per, _CURRENCIES.get(found["currency"] or "", "CNY"))


def in_lines(pattern: re.Pattern[str], hint: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `pattern` finds in those lines of `text` that have the `hint`: a costly pattern is not tried on the others."""
    at = 0
    while found := hint.search(text, at):
        start = text.rfind("\n", at, found.start()) + 1 or at
        end = text.find("\n", found.end())
        at = len(text) if end < 0 else end
        yield from pattern.finditer(text, start, at)


def _range(found: re.Match[str]) -> Iterator[Money]:
    high = number(found["high"], found["highscale"])
    # "2000元至2万元" says the unit of its lower end; "2至3万元" leaves it to the upper one.
    low = number(found["low"], found["lowscale"] or (None if found["lowyuan"] else found["highscale"]))
    per, currency = found["rangeper"] or found["lowper"] or "", _CURRENCIES.get(found["highcurrency"] or "", "CNY")
    if low < high:
        yield Money(f"{low}-{high}", found.start(), found.end(), per, currency)


def _list(text: str, found: re.Match[str]) -> Iterator[Money]:
    start, scale, per = found.start("listed"), found["listscale"], found["listper"] or ""
    currency = _CURRENCIES.get(found["listcurrency"] or "", "CNY")
    parts = list(re.finditer(rf"({NUMBER})\s?(万|亿)?", found["listed"]))
    if _LINE_MARK.search(text[max(0, start - 20) : start]):
        parts = parts[-1:]
    for part in parts:
        end = found.end() if part is parts[-1] else start + part.end()
        shown = (start + parts[0].start(), found.end())
        yield Money(number(part[1], part[2] or scale), start + part.start(), end, per, currency, shown)


def _numeral(words: str) -> int | None:
    words = words.translate(_CAPITALS)
    if words.endswith("亿"):
        value = any_number(words[:-1])
        return None if value is None else int(value * 10**8)
    value = any_number(words)
    return None if value is None else int(value)
