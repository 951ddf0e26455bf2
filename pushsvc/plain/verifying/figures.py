"""What a written amount, percentage or number says, in normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.plain.verifying.shapes import NUMBER_WORDS, UNITS
from pushsvc.plain.verifying.values import value_of, value_of_chinese

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
#: Units of time, without what stands before them: working day.
OF_TIME = frozenset(("日", "月", "年", "周", "工作日", "小", "分", "day", "week", "month", "year", "hour", "minute"))


def phone(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """The digits."""
    yield (re.sub(r"\D", "", item.group().replace("(0)", "")),)


def amounts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """Each amount in its currency; both ends of a span."""
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


def percentages(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """Each percentage; both ends of a span."""
    if item["h"]:
        spoken = value_of_chinese(item["h"])
        yield (value_of(item["h"]) if spoken is None or item["h"][0].isdigit() else spoken,)
        return
    if item["a"]:
        yield (value_of(item["a"]),)
    yield (value_of(item["n"]),)


def counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """A number and its unit."""
    digits, scale = item["n"] or item["n2"], item["s"] or item["s2"] or ""
    word = item["u"] or (item["u2"] or "").lower()
    yield (value_of(digits, scale), unit_of(word))


def han_counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """The same in Chinese numerals."""
    value = value_of_chinese(item["n"])
    if value is not None:
        yield (value, unit_of(item["u"]))


def tenths(item: re.Match[str]) -> tuple[object, ...]:
    """九折 and 九成 are 90%."""
    tenths = value_of(item[1]) if item[1][0].isdigit() else value_of_chinese(item[1])
    return (round((tenths or 0.0) * 10, 4),)


def word_counts(item: re.Match[str]) -> Iterator[tuple[object, ...]]:
    """The same in English words."""
    yield (float(NUMBER_WORDS.index(item["w"].lower()) + 1), item["u"].lower())


def unit_of(word: str) -> str:
    """One word for a unit; nothing for a character that is none, such as the 咨 of 95533咨询."""
    if word.isascii():
        return "平" if word == "m2" else word
    if word not in UNITS:
        return ""
    return {"名": "人", "位": "人", "个人": "人", "天": "日", "周岁": "岁", "个月": "月", "个工作日": "工作日"}.get(word, word)
