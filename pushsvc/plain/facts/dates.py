"""Every calendar date of a text, with its exact span; what role it plays is decided elsewhere."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.plain.facts.context import Context

_NAMED = {name.lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)}
_NAMED |= {name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)} | {"sept": 9}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_TIME = (
    r"(?:[\sT,，（(]{0,3}(?:(?P<half>上午|下午|晚上|中午)\s?)?(?P<H>\d{1,2})\s?(?:[:：]\s?(?P<M>\d{2})(?::\d{2})?(?:\.\d{1,6})?"
    r"|[时点](?:(?P<Mz>\d{2})分|整)?)(?:Z|[+-]\d{2}:\d{2})?)?"
)
_CHINESE = re.compile(
    r"(?:(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?)?(?<!\d)(?P<m>1[0-2]|0?[1-9])\s?月(?:份)?(?:\s?(?P<d>3[01]"
    r"|[12]\d|0?[1-9])\s?[日号])?(?P<late>底|末)?"
    r"(?:[（(](?:星期|周)[一二三四五六日天][）)])?" + _TIME
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?P<y>(?:19|20)\d{2})(?P<sep>[-/.])(?P<m>1[0-2]|0?[1-9])(?P=sep)(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/]|[.-]\d)"
    + _TIME
)
_YEAR_END = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?(?:年?底|年?末)")
_ENGLISH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m1>{_MONTH})(?:,?\s(?P<y1>(?:19|20)\d{{2}}))?"
    rf"|(?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>(?:19|20)\d{{2}}))?"
    rf"|(?P<m3>{_MONTH})\s(?P<y3>(?:19|20)\d{{2}}))\b"
)
_AMERICAN = re.compile(r"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])/(?P<y>(?:20)?\d{2})(?![\d/])")
_BARE_DAY = re.compile(r"\s?(?:至|到|-|—+|–|~|～|－)\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + _TIME)
_LINK = re.compile(
    r"\s?(?:起|开始|0?0?[:：]?00)?\s?(?:至|到|-|—+|–|~|～|－|－－)\s?(?:截至)?\s?"
    r"|,?\s(?:to|through|until|and)\s(?:(?:at\s)?\d{1,2}(?::\d{2})?\s?[ap]\.?m\.?,?\s(?:on\s)?)?",
    re.IGNORECASE,
)
#: A day that comes round each year has no year to be proved.
_RECURRING = re.compile(r"每两?年|每年度|每季|逐年|次年|each year|every year", re.IGNORECASE)
_RECURRING_AFTER = re.compile(
    r"\d,? (?:of the (?:following )?year|of (?:each|every) year|each year|every year|annually)", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s?年|\b(?![-\d]))")
#: A date without a year is of the publication's year only when it lies this near to the publication.
_DAYS_BEFORE, _DAYS_AFTER = 45, 300
#: Characters within which an earlier year still speaks for a date without one.
_YEAR_REACH = 120


@dataclass(frozen=True)
class DateMention:
    """A date as printed: `value` is ISO, of a month or a minute where that is printed. `opens` and `closes` tie ranges."""

    start: int
    end: int
    value: str
    printed_year: bool = True
    opens: bool = False
    closes: bool = False


def find_dates(context: Context) -> list[DateMention]:
    """The dates of the text, in order. One without a year is left out unless the context proves its year."""
    text = context.text
    years = _Years(context)
    found: list[DateMention] = []
    chinese = context.language == "zh" or "月" in text
    if chinese:
        found += _chinese(text, years)
    found += [_mention(item, item["y"], item["m"], item["d"], item) for item in _NUMERIC.finditer(text)]
    if context.language == "en":
        found += _english(text, years)
    return _tie_ranges(text, _apart(mention for mention in found if mention.value))


class _Years:
    """Which year a date without one is of."""

    def __init__(self, context: Context) -> None:
        self._places: list[tuple[int, int]] = [(item.start(), int(item[1])) for item in _YEAR.finditer(context.text)]
        self._starts = [place for place, _ in self._places]
        self._text = context.text
        self._published = context.published_on
        counted = Counter(int(year) for year in _YEAR.findall(context.title))
        self._title: int | None = next(iter(counted)) if len(counted) == 1 else None

    def year_for(self, position: int, month: int, day: int) -> int | None:
        begin = max(self._text.rfind(end, 0, position) for end in "。；;\n")
        if _RECURRING.search(self._text, max(0, begin, position - 30), position) or _RECURRING_AFTER.search(
            self._text, position, position + 50
        ):
            return None
        at = bisect_right(self._starts, position) - 1
        if at >= 0 and position - self._starts[at] <= _YEAR_REACH and self._near(self._places[at][1], month, day):
            return self._places[at][1]
        if self._published is None:
            return self._title
        this_year: int = self._published.year
        likely = [year for year in (self._title, this_year, this_year + 1) if year is not None]
        return next((year for year in likely if self._near(year, month, day)), None)

    def _near(self, year: int, month: int, day: int) -> bool:
        if self._published is None:
            return True
        try:
            return -_DAYS_BEFORE <= (date(year, month, day) - self._published).days <= _DAYS_AFTER
        except ValueError:
            return False


def _chinese(text: str, years: _Years) -> list[DateMention]:
    found = [DateMention(item.start(), item.end(), f"{item['y']}-12-31") for item in _YEAR_END.finditer(text)]
    for item in _CHINESE.finditer(text):
        year, day = item["y"], item["d"]
        if not year and not day:
            continue
        known = int(year) if year else years.year_for(item.start(), int(item["m"]), int(day or 1))
        if known is None:
            continue
        first = _mention(item, str(known), item["m"], day, item, printed_year=bool(year), late=bool(item["late"]))
        found.append(first)
        bare = _BARE_DAY.match(text, item.end()) if day else None
        if bare:
            last = _mention(bare, str(known), item["m"], bare["d"], bare, printed_year=bool(year))
            found.append(replace(last, start=bare.start("d")))
    return found


def _english(text: str, years: _Years) -> list[DateMention]:
    found = []
    for item in _ENGLISH.finditer(text):
        month = _NAMED.get((item["m1"] or item["m2"] or item["m3"]).rstrip(".").lower())
        day = item["d1"] or item["d2"]
        year = item["y1"] or item["y2"] or item["y3"]
        if month is None:
            continue
        known = int(year) if year else years.year_for(item.start(), month, int(day or 1))
        if known is not None:
            found.append(_mention(item, str(known), str(month), day, None, printed_year=bool(year)))
    for item in _AMERICAN.finditer(text):
        year = item["y"] if len(item["y"]) == 4 else f"20{item['y']}"
        found.append(_mention(item, year, item["m"], item["d"], None))
    return found


def _mention(
    item: re.Match[str],
    year: str,
    month: str,
    day: str | None,
    clock: re.Match[str] | None,
    *,
    printed_year: bool = True,
    late: bool = False,
) -> DateMention:
    """`value` is empty for a day that no calendar has."""
    y, m = int(year), int(month)
    if day is None and late:
        day = str(calendar.monthrange(y, m)[1])
    if day is None:
        return DateMention(item.start(), item.end(), f"{y:04d}-{m:02d}", printed_year)
    if int(day) > calendar.monthrange(y, m)[1] or int(day) < 1:
        return DateMention(item.start(), item.end(), "", printed_year)
    value = f"{y:04d}-{m:02d}-{int(day):02d}"
    if clock and clock["H"] and int(clock["H"]) < 24:
        hour = int(clock["H"]) + (12 if clock["half"] in ("下午", "晚上") and int(clock["H"]) < 12 else 0)
        value += f"T{hour:02d}:{int(clock['M'] or clock['Mz'] or 0):02d}"
    return DateMention(item.start(), item.end(), value, printed_year)


def _apart(mentions: Iterable[DateMention]) -> list[DateMention]:
    kept: list[DateMention] = []
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _tie_ranges(text: str, mentions: list[DateMention]) -> list[DateMention]:
    tied = list(mentions)
    for index in range(len(tied) - 1):
        between = text[tied[index].end : tied[index + 1].start]
        if len(between) <= 24 and _LINK.fullmatch(between) and tied[index].value[:10] <= tied[index + 1].value[:10]:
            if (
                between.strip().lower() == "and"
                and "between" not in text[max(0, tied[index].start - 20) : tied[index].start].lower()
            ):
                continue
            tied[index] = replace(tied[index], opens=True)
            tied[index + 1] = replace(tied[index + 1], closes=True)
    return tied
