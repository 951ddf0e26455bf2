"""Dates as feeds write them: RFC 822, ISO 8601, and what Chinese systems print. Without a zone it is Asia/Shanghai."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from pushsvc.domain.time import Instant

SHANGHAI = ZoneInfo("Asia/Shanghai")
_MAX_CHARACTERS = 80
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
#: RFC 822's names. CST is China's here: what it means in America is written -0600 by every feed that was looked at.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "cst": 8, "bst": 1, "cet": 1, "cest": 2, "jst": 9, "hkt": 8,
    "est": -5, "edt": -4, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cdt": -5,
}  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
)}  # fmt: skip
#: Java prints month names in the server's language.
_CHINESE_MONTHS = {name: number for number, name in enumerate(
    ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"), start=1
)}  # fmt: skip
_CLOCK = (
    r"(?:[T\s,]{0,3}(?P<half>上午|下午|AM|PM)?\s?(?P<H>\d{1,2})\s?[:：时点]\s?(?P<M>\d{1,2})?\s?分?(?:[:：]?\s?(?P<S>\d{2})秒?)?"
    r"(?:[.,]\d{1,9})?\s?(?P<half2>AM|PM)?)?"
)
_ZONE = r"\s{0,2}(?P<zone>[A-Za-z]{1,4}(?=\s|$|\))|(?:GMT|UTC)?[+-]\d{2}(?::?\d{2})?)?"
_NUMBERS = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?[-/.年_]\s?(?P<m>\d{1,2})\s?[-/.月_]\s?(?P<d>\d{1,2})(?!\d)(?:\s?日)?" + _CLOCK + _ZONE,
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})[-\s]{1,3}(?P<month>[A-Za-z]{3,9}|[一二三四五六七八九十]{1,2}月|\d{1,2}月)[-\s,]{1,3}(?P<y>\d{4}|\d{2})(?!\d)"
    + _CLOCK + _ZONE, re.IGNORECASE,
)  # fmt: skip
#: What Java's Date.toString() and C's ctime give.
_UNIX = re.compile(
    r"(?P<month>[A-Za-z]{3})\s{1,2}(?P<d>\d{1,2})\s(?P<H>\d{1,2}):(?P<M>\d{2}):(?P<S>\d{2})\s(?:(?P<zone>[A-Za-z]{3,4})\s)?(?P<y>\d{4})(?!\d)"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?(?P<zone>Z|[+-]\d{4})?")
_SECONDS = re.compile(r"\d{10}")
_MILLISECONDS = re.compile(r"\d{13}")


def read_date(written: str | None, zone: tzinfo = SHANGHAI) -> Instant | None:
    """The moment in UTC that `written` names; a bare date is its midnight. None when it names none that can be read.

    A time without a zone is in `zone`. Nothing is guessed: 03/04/2026 is March to one reader and April to another.
    """
    plain = " ".join(unicodedata.normalize("NFKC", (written or "")[:_MAX_CHARACTERS]).split())
    if not plain:
        return None
    if _SECONDS.fullmatch(plain):
        return datetime.fromtimestamp(int(plain), UTC)
    if _MILLISECONDS.fullmatch(plain):
        return datetime.fromtimestamp(int(plain) // 1000, UTC)
    found = _COMPACT.fullmatch(plain) or _NUMBERS.search(plain) or _UNIX.search(plain) or _WORDS.search(plain)
    return _moment(found.groupdict(), zone) if found else None


def _moment(parts: dict[str, str | None], zone: tzinfo) -> Instant | None:
    month = _month(parts)
    year = int(parts["y"] or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900  # RFC 822 wrote years by two digits
    if month is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("H", "M", "S"))
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half in ("下午", "PM") and hour < 12:
        hour += 12
    elif half == "AM" and hour == 12:
        hour = 0
    try:
        day = datetime(year, month, int(parts["d"] or 0), tzinfo=_zone(parts.get("zone"), zone))
        if hour > 24 or minute > 59:
            return None
        # A leap second is the next second, and 24:00 the next midnight.
        return (day + timedelta(hours=hour, minutes=minute, seconds=min(second, 60))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month(parts: dict[str, str | None]) -> int | None:
    if parts.get("m"):
        return int(parts["m"] or 0)
    name = (parts.get("month") or "").lower()
    if name in _CHINESE_MONTHS:
        return _CHINESE_MONTHS[name]
    return int(name[:-1]) if name.endswith("月") and name[:-1].isdigit() else _MONTHS.get(name[:3])


def _zone(written: str | None, default: tzinfo) -> tzinfo:
    plain = (written or "").lower()
    if plain in _ZONES:
        return timezone(timedelta(hours=_ZONES[plain]))
    digits = re.sub(r"[^\d]", "", plain)
    if not digits or len(digits) not in (2, 4):
        return default
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-away if "-" in plain else away)
