"""What the typed fields of a WeChat template take, and how a summary's words are brought into that form.

A field's type stands in its name: `thing1`, `time2`, `amount3`. Types, forms and limits: developers.weixin.qq.com,
"sendMessage" of the mini-program (limits of parameter values); official accounts' templates of the public library follow the
same list. What does not fit is never bent until it does: a cap ("up to 3,000 yuan") is no `amount`, a day is no `time`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from pushsvc.channels.rendering.lengths import shorten
from pushsvc.channels.rendering.wechat import LIMITS

_FIELD = re.compile(r"([a-z_]*[a-z])([0-9]{1,2})")
_DAY = re.compile(r"(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_MONTH = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?")
_SPAN = re.compile(r"\s*(?:[~～至到—–]|\s-\s)\s*")
_MONEY = re.compile(r"([¥￥$€£]?)\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(万?)\s*(元?)")
_SYMBOLS = re.compile(r"[^\w\s]+")
_HAN = "\u3400-\u9fff"
_WHOLE = {
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]+"),
    "character_string": re.compile(r"[!-~]+"),
    "phone_number": re.compile(r"[+(]?\d[\d()+ -]*\d"),
    "car_number": re.compile(rf"[{_HAN}A-Z0-9][A-Z0-9]+[{_HAN}A-Z0-9]"),
    "phrase": re.compile(rf"[{_HAN}]+"),
}
_MOST_AMOUNT_DIGITS, _MOST_LATIN_NAME = 10, 20


def type_of(field: str) -> str | None:
    """`thing` of `thing1`; None for a name that is no field that we can fill. (`const` and `enum` hold what WeChat chose.)"""
    found = _FIELD.fullmatch(field)
    return found[1] if found and found[1] in _FITTING else None


def fit(field: str, words: str) -> str:
    """`words` as `field` takes them, on one line; empty when they do not fit its type."""
    kind = type_of(field)
    plain = " ".join(words.split())
    return _FITTING[kind](plain) if kind and plain and plain.isprintable() else ""


def _thing(words: str) -> str:
    """Cut at the end of a sentence or clause, never inside a number. WeChat counts a rare sign as two, so we do."""
    most = LIMITS["thing"]
    for signs in range(most, 0, -1):
        short = shorten(words, signs)
        if _units(short) <= most:
            return short
    return ""


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _whole(kind: str) -> Callable[[str], str]:
    """Taken as it stands, or not at all: half of a number or of a word of state says something else."""

    def take(words: str) -> str:
        return words if len(words) <= LIMITS[kind] and _WHOLE[kind].fullmatch(words) else ""

    return take


def _symbol(words: str) -> str:
    return words if len(words) <= LIMITS["symbol"] and _SYMBOLS.fullmatch(words) else ""


def _name(words: str) -> str:
    """10 signs with Chinese ones among them, or 20 Latin letters and signs; digits are none."""
    most = _MOST_LATIN_NAME if words.isascii() else LIMITS["name"]
    return words if len(words) <= most and not any(sign.isdigit() for sign in words) else ""


def _amount(words: str) -> str:
    """One sum of money: a sign of currency, at most 10 digits, 元 at the end. 万 is counted out, which says the same."""
    found = _MONEY.fullmatch(words)
    if not found or not (found[1] or found[5]):
        return ""
    sum_ = Decimal(found[2].replace(",", "") + (found[3] or "")) * (10_000 if found[4] else 1)
    written = f"{sum_:f}"
    if found[4] and "." in written:
        written = written.rstrip("0").rstrip(".")
    if sum(sign.isdigit() for sign in written) > _MOST_AMOUNT_DIGITS:
        return ""
    return f"{found[1]}{written}{found[5]}"


def _date(words: str) -> str:
    """2026年3月31日, with the hour where it is said; two of them with ~ between; 3月31日 where nobody says the year."""
    return _moments(words, needs_hour=False)


def _time(words: str) -> str:
    """17:00, with its day where it is said. A day alone is no time: which hour it ends at, nobody said."""
    return _moments(words, needs_hour=True)


def _moments(words: str, *, needs_hour: bool) -> str:
    halves = _SPAN.split(words)
    if len(halves) > 2:
        return ""
    written = [_moment(half, needs_hour=needs_hour) for half in halves]
    spelled = "~".join(written)
    return spelled if all(written) and len(spelled) <= LIMITS["date"] else ""


def _moment(words: str, *, needs_hour: bool) -> str:
    day = _DAY.match(words)
    month = None if day else _MONTH.fullmatch(words)
    if month and not needs_hour and 1 <= int(month[2]) <= 12:
        return f"{int(month[1])}年{int(month[2])}月"
    rest = words[day.end() :].strip().removeprefix("T") if day else words
    hour = _CLOCK.fullmatch(rest)
    if (rest and not hour) or (day and not (1 <= int(day[2]) <= 12 and 1 <= int(day[3]) <= 31)):
        return ""
    if (not hour and (needs_hour or not day)) or (hour and not day and not needs_hour):
        return ""
    spelled = (f"{int(day[1])}年" if day[1] else "") + f"{int(day[2])}月{int(day[3])}日" if day else ""
    clock = f"{int(hour[1]):02}:{hour[2]}" + (f":{hour[3]}" if hour[3] else "") if hour else ""
    return f"{spelled} {clock}".strip()


_FITTING: Mapping[str, Callable[[str], str]] = {
    "thing": _thing, "symbol": _symbol, "time": _time, "date": _date, "amount": _amount, "name": _name,
    **{kind: _whole(kind) for kind in _WHOLE},
}  # fmt: skip
"""By type: gives what fits, or nothing."""
TYPES = tuple(sorted(_FITTING))
