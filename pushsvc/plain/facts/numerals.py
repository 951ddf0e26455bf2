"""Numbers as documents write them: 3,000 · 1.5万 · 二十 · 半 · $1.8 million."""

from __future__ import annotations

import unicodedata

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000}
SCALES = {
    "十": 1e1,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "万亿": 1e12,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
#: A number in digits, full-width ones too; thousands may be grouped by commas.
NUMBER = r"[0-9０-９]{1,3}(?:[,，][0-9０-９]{3}){1,5}(?:[.．][0-9０-９]{1,6})?|[0-9０-９]{1,16}(?:[.．][0-9０-９]{1,6})?"
CHINESE = "零〇一二两三四五六七八九十百千万"


def number(digits: str, scale: str | None = None) -> float | int:
    """3,000 with 万 is 30000000. Whole values are ints."""
    value = float(unicodedata.normalize("NFKC", digits).replace(",", "").replace("，", ""))
    value = round(value * SCALES.get((scale or "").strip().lower(), 1.0), 6)
    return int(value) if value.is_integer() else value


def chinese_number(text: str) -> int | None:
    """二十 is 20, 三千 is 3000, 一万五千 is 15000; None for what is no such numeral."""
    if not text or any(character not in CHINESE for character in text):
        return None
    if "万" in text:
        high, low = text.split("万", 1)
        above, below = chinese_number(high) if high else 1, chinese_number(low) if low else 0
        return None if above is None or below is None else above * 10_000 + below
    total = current = 0
    for character in text:
        if character in _DIGITS:
            current = current * 10 + _DIGITS[character] if current else _DIGITS[character]
        else:
            total, current = total + (current or 1) * _TENS[character], 0
    return total + current


def any_number(text: str) -> float | int | None:
    """A number in digits or in Chinese numerals; 半 is a half."""
    if text == "半":
        return 0.5
    try:
        return number(text)
    except ValueError:
        return chinese_number(text)


_ENGLISH = {
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
    **{"eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "twenty-one": 21, "twenty-eight": 28},
    **{"thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90},
}
#: Number words that a limit or a count is written in, the longest first.
NUMBER_WORDS = tuple(sorted(_ENGLISH, key=len, reverse=True))
ENGLISH_NUMBERS = "|".join(NUMBER_WORDS)


def english_number(text: str) -> int:
    """seven is 7, 30 is 30. Raises ValueError for what is neither."""
    return _ENGLISH.get(text.lower()) or int(text)
