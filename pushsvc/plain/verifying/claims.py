"""The claims of a text: every date, amount, percentage, telephone, address and number in it, in normal form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from pushsvc.plain.verifying.figures import amounts, counts, han_counts, percentages, phone, tenths, word_counts
from pushsvc.plain.verifying.shapes import (
    AFTER_NOON,
    AMOUNT,
    ANY,
    ANYTHING,
    BEGIN_WITH_MONTH,
    COUNT,
    DATES,
    DATES_NEED,
    DOCUMENT,
    EMAIL,
    HAN_COUNT,
    HOURS,
    ISSUER,
    LONG,
    MONTHS,
    PERCENT,
    PHONE,
    TENTHS,
    TIMES,
    TITLE,
    URL,
    WORD_COUNT,
)
from pushsvc.plain.verifying.values import normal

Kind = Literal["url", "email", "document", "date", "phone", "amount", "percentage", "count", "title", "time"]

#: A day without its month stands at most this many characters behind the date that names it.
_NEAR = 4
_DIGIT = re.compile(r"\d")
#: A text of fewer characters is one of ours, and asked about more than once.
_SHORT = 300
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
    printed = normal(text)
    rest = low = _lowered(printed)
    if not ANY.search(rest):
        return []
    has_digits = bool(_DIGIT.search(rest))
    items, rest = _taken(LONG, rest) if has_digits else ([], rest)
    found = [Claim("phone", item.group()[:40], (item.group(),), *item.span()) for item in items]
    if has_digits and "号" in rest:
        items, rest = _taken(DOCUMENT, rest)
        found += [_document(item, printed) for item in items]
    for kind, pattern in _COPIED:
        if not _holds_any(low, _NEED[pattern]):
            continue
        items, rest = _taken(pattern, rest)
        found += [Claim(kind, _as_printed(item, printed), _copied(item), *item.span()) for item in items]
    found += [Claim("title", _as_printed(item, printed), (_squeezed(item[1]),), *item.span()) for item in TITLE.finditer(rest)]
    days: list[Claim] = []
    months: list[int] | None = None
    for pattern, needs in zip(DATES, DATES_NEED, strict=True):
        if not has_digits or not _holds_any(low, needs):
            continue
        if needs is MONTHS:
            months = _places_of(MONTHS, low) if months is None else months
        items, rest = _taken(pattern, rest, months if pattern in BEGIN_WITH_MONTH else None)
        days += [Claim("date", _as_printed(item, printed), _date(item), *item.span()) for item in items]
    found += _last_days(days)
    for pattern in TIMES:
        if not has_digits or not _holds_any(low, _NEED[pattern]):
            continue
        items, rest = _taken(pattern, rest)
        found += [Claim("time", _as_printed(item, printed), _time(item), *item.span()) for item in items]
    if _holds_any(rest, _NEED[TENTHS]):
        items, rest = _taken(TENTHS, rest)
        found += [Claim("percentage", item.group(), tenths(item), *item.span()) for item in items]
    for kind, pattern, read in _NUMBERS:
        if not (has_digits or pattern in _WITHOUT_DIGITS) or not _holds_any(low, _NEED.get(pattern, ANYTHING)):
            continue
        items, rest = _taken(pattern, rest)
        found += [Claim(kind, _as_printed(item, printed), said, *item.span()) for item in items for said in read(item)]
    return found


def _lowered(text: str) -> str:
    """In small letters, each in its place: the few letters that grow are left as they are."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def _as_printed(item: re.Match[str], text: str) -> str:
    return text[item.start() : item.end()]


def _last_days(days: list[Claim]) -> list[Claim]:
    """3月25日至28日 ends on 28 March: a bare day takes the month of the date just before it."""
    days = sorted(days, key=lambda claim: claim.start)
    for index, (before, day) in enumerate(pairwise(days), 1):
        year, month, _ = before.said
        if day.said[:2] == (None, None) and month is not None and day.start - before.end <= _NEAR:
            days[index] = replace(day, said=(year, month, day.said[2]))
    return days


def _places_of(words: Iterable[str], text: str) -> list[int]:
    """Where any of the words begin, in order: in a book many times faster than one pattern of all of them."""
    places: list[int] = []
    for word in words:
        at = text.find(word)
        while at >= 0:
            places.append(at)
            at = text.find(word, at + 1)
    return sorted(places)


def _at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What the pattern finds, where all of it begins at one of the places."""
    end = 0
    for place in places:
        if place >= end and (item := pattern.match(text, place)):
            end = item.end()
            yield item


def _taken(pattern: re.Pattern[str], text: str, places: Sequence[int] | None = None) -> tuple[list[re.Match[str]], str]:
    """What the pattern finds, at the `places` where they are known, and the text with it blanked out."""
    items = list(pattern.finditer(text) if places is None else _at(pattern, text, places))
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
    issuer = ISSUER.search(text[max(0, item.start() - 14) : item.start()])
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
        month = MONTHS.index(said["n"][:3].lower()) + 1
    return (year, month, int(said["d"]) if said.get("d") else None)


def _time(item: re.Match[str]) -> tuple[object, ...]:
    """Hours and minutes of the day: 下午3点 and 3 p.m. are 15:00."""
    said = item.groupdict()
    hour = int(said["h"])
    minute = 30 if said.get("m3") else int(said.get("m") or said.get("m2") or 0)
    late = (said.get("ap") or "").lower().startswith("p") or said.get("half") in AFTER_NOON
    if late and hour < HOURS // 2:
        hour += HOURS // 2
    if (said.get("ap") or "").lower().startswith("a") and hour == HOURS // 2:
        hour = 0
    return (hour, minute)


_COPIED: tuple[tuple[Kind, re.Pattern[str]], ...] = (("url", URL), ("email", EMAIL))
_NUMBERS: tuple[tuple[Kind, re.Pattern[str], Reader], ...] = (
    ("phone", PHONE, phone),
    ("amount", AMOUNT, amounts),
    ("percentage", PERCENT, percentages),
    ("count", COUNT, counts),
    ("count", HAN_COUNT, han_counts),
    ("count", WORD_COUNT, word_counts),
)
#: 三万元, 百分之十, 半年, three months.
_WITHOUT_DIGITS = frozenset((AMOUNT, PERCENT, HAN_COUNT, WORD_COUNT))
_NEED = {
    URL: ("://", "www."),
    EMAIL: ("@",),
    TIMES[0]: (":", "时", "点"),
    TIMES[1]: ("m",),
    TENTHS: ("成", "折"),
    AMOUNT: ("元", "块", "$", "£", "€", "¥", "￥", "cny", "rmb", "usd", "gbp", "eur"),
    PERCENT: ("%", "百分", "percent", "per cent"),
    WORD_COUNT: ("day", "week", "month", "year", "hour", "minute"),
}


def _holds_any(low: str, needs: tuple[str, ...]) -> bool:
    for word in needs:  # noqa: SIM110 (a sentence is asked a hundred times, and a generator costs more than the looks)
        if word in low:
            return True
    return False
