"""The figures of a text, each in one form, so that a sentence's can be compared with those of what it cites."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from pushsvc.domain.summaries import Fact

_SCALES = {
    "十": 10, "百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12,
    "thousand": 1_000, "k": 1_000, "million": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?:\s*(万亿|百万|千万|万|亿|千|百|十)|\s?(thousand|million|billion|trillion|bn|k|m)\b)?",
    re.IGNORECASE,
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1_000}
#: Numerals of one sign are figures only before what they count: 三日, 五倍; elsewhere they are parts of words.
_NUMERAL = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]{2,24}|[一二两三四五六七八九十](?=个?(?:工作日|日|天|月|年|周|星期|倍|次(?!性)|岁|人|折|级|份|元|万|亿))"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?=\s+\d)|(?<=\d )may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)}|half|(?<!\d )(?:hundred|thousand|million|billion))\b", re.IGNORECASE)
_DATE = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})(?:T.*)?")


def figures(text: str) -> frozenset[str]:
    """Every number of `text`: 5万 and 50,000 are both "50000", 028 is "28", 三十 is "30", March is "m3", half is "half"."""
    text = unicodedata.normalize("NFKC", text)
    found = {_scaled(number, fraction, han or latin) for number, fraction, han, latin in _NUMBER.findall(text)}
    found |= {_canonical(value) for numeral in _NUMERAL.findall(text) if (value := _numeral(numeral)) is not None}
    found |= {f"m{_MONTHS.index(month[:3].lower()) + 1}" for month in _MONTH.findall(text)}
    found |= {str(_WORDS.get(word.lower(), word.lower())) for word in _WORD.findall(text)}
    return frozenset(found)


def figures_of(fact: Fact) -> frozenset[str]:
    """What a sentence may say that cites `fact`: its value, and what stands in the source for it."""
    found = figures(fact.raw) | figures(str(fact.value)) | figures(fact.condition or "")
    day = _DATE.fullmatch(str(fact.value))
    return found | {f"m{int(day[2])}"} if day else found


def says(text: str, fact: Fact) -> bool:
    """Whether `text` tells the value of `fact`: the day of a date (the year may go unsaid), a sum, a telephone, an address."""
    if fact.kind == "email":
        return str(fact.value).lower() in text.lower()
    told, day = figures(text), _DATE.fullmatch(str(fact.value))
    if day:
        return str(int(day[3])) in told and bool({str(int(day[2])), f"m{int(day[2])}"} & told)
    wanted = figures(str(fact.value))
    return bool(wanted) and (wanted <= told or figures(fact.raw) <= told)


def _scaled(number: str, fraction: str, scale: str) -> str:
    try:
        value = Decimal(number.replace(",", "") + fraction) * _SCALES.get(scale.lower(), 1)
    except InvalidOperation:
        return number
    return _canonical(value)


def _canonical(value: Decimal | int) -> str:
    written = f"{Decimal(value):f}"
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"


def _numeral(signs: str) -> int | None:
    """二〇二六 is 2026, 一万五千 is 15000, 三十 is 30."""
    if all(sign in _DIGITS for sign in signs):
        return int("".join(str(_DIGITS[sign]) for sign in signs))
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section, digit = section + (digit or 1) * _TENS[sign], 0
        elif sign == "万":
            total, section, digit = total + (section + digit or 1) * 10_000, 0, 0
        else:
            total, section, digit = (total + section + digit or 1) * 10**8, 0, 0
    return total + section + digit
