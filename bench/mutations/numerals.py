"""Numbers as the two languages write them."""

from __future__ import annotations

import re

ZH_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
EN_NUMBERS = {word: value for value, word in enumerate(re.findall(r"\w+", _WORDS), 1)}
SCALES = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
SCALES |= {"thousand": 1000, "million": 10**6, "billion": 10**9, "": 1}
#: In place of a Chinese numeral, another that is read the same way.
ZH_OTHERS = "一二三四五六七八九"


def number(words: str) -> float | None:
    """1,000 or 两 or 十五 or twelve as a number; nothing for anything else."""
    words = words.strip().lower()
    if re.fullmatch(r"\d[\d,，]*(?:\.\d+)?", words):
        return float(re.sub(r"[,，]", "", words))
    if words in EN_NUMBERS:
        return float(EN_NUMBERS[words])
    if tens := re.fullmatch(r"([一二三四五六七八九])?十([一二三四五六七八九])?", words):
        return float(ZH_DIGITS[tens[1] or "一"] * 10 + (ZH_DIGITS[tens[2]] if tens[2] else 0))
    return float(ZH_DIGITS[words]) if words in ZH_DIGITS else None


def others(written: str) -> list[str]:
    """Other numbers, written as this one is: a digit apart, the double, the half."""
    if written in EN_NUMBERS or written.lower() in EN_NUMBERS:
        return [word for word in EN_NUMBERS if abs(EN_NUMBERS[word] - EN_NUMBERS[written.lower()]) in (1, 2, 4)]
    if not written[:1].isdigit():
        value = number(written)
        return [] if value is None else [digit for digit in ZH_OTHERS if 0 < abs(ZH_DIGITS[digit] - value) <= 3]
    digits = [i for i, mark in enumerate(written) if mark.isdigit()]
    first, last = digits[0], digits[-1]
    grown = written[:first] + str(int(written[first]) % 9 + 1) + written[first + 1 :]
    shrunk = written[:first] + str((int(written[first]) + 6) % 9 + 1) + written[first + 1 :]
    tail = written[:last] + str((int(written[last]) + 3) % 9 + 1) + written[last + 1 :]
    value = number(written) or 0
    double = [] if value != int(value) else [_like(written, int(value) * 2), _like(written, int(value) * 10)]
    return list(dict.fromkeys(new for new in [grown, shrunk, tail, *double] if number(new) != number(written)))


def _like(written: str, value: int) -> str:
    return f"{value:,}" if "," in written else str(value)
