"""A date as a text prints it, and which year a date without one is of."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date

from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_at

#: A clock time behind a date. Only behind a written T or seconds stands a time zone: "9:00-11:30" are a counter's hours.
CLOCK = (
    r"(?:(?:(?P<iso>T)|[\s,，（(]{0,3})(?:(?P<half>上午|下午|晚上|中午|凌晨|早上|晚间|夜间|傍晚|早|晚)\s?)?(?P<H>\d{1,2})\s?(?:[:：]\s?(?P<M>\d{2})(?::\d{2})?(?:\.\d{1,6})?(?:[时点分](?=[之以]?前|止|截))?"
    r"|[时点](?:(?P<Mz>\d{2})分|整)?)(?(iso)(?:Z|[+-]\d{2}:\d{2})?|(?:(?<=:\d\d:\d\d)[+-]\d{2}:\d{2})?))?"
)
_AFTERNOON = frozenset({"下午", "晚上", "晚间", "夜间", "傍晚", "晚"})
#: What ties two dates to a range.
LINK = re.compile(
    r"\s?(?:[（(](?:含|自|星期|周)[^（）()]{0,8}[）)])?\s?(?:零时|0时)?(?:起|开始|0?0?[:：]?00)?\s?[,，]?(?:至|到|-{1,2}|—+|–|~|～|－"
    r"|－－)\s?(?:截至)?\s?"
    r"|\)?,?\s{1,3}(?:to|through|until|and)\s{1,2}(?:(?:at\s)?\d{1,2}(?::\d{2})?\s?[ap]\.?m\.?,?\s(?:\(?(?:[A-Z]{2,4}"
    r"|[A-Za-z]{3,9} (?:standard |daylight )?time)\)?,?\s)?(?:on\s)?)?",
    re.IGNORECASE,
)
#: Characters between two dates that may tie them.
LINK_REACH = 48
#: A day that comes round each year, or that runs from somebody's own event, has no year to be proved.
_RECURRING = re.compile(
    r"每两?年|每个?年度|每季|逐年|历年|次年|翌年|当年|上一?年度|任一年度|年度指|each year|every year", re.IGNORECASE
)
_YEARLY, _YEARLY_REACH = re.compile(r"每两?年(?!度?内)[^。；;\n]*$"), 40
_THIS_YEAR = re.compile(r"(?:今年|本年)\s?$")
_LAST_YEAR, _NEXT_YEAR = re.compile(r"(?:去年|上年|前年)\s?$"), re.compile(r"(?:明年|来年)\s?$")
#: "凡于2013年6月30日前注册的，均应在6月15日前": what somebody still has to do is to come.
_TO_COME = re.compile(r"(?:应当?|须|(?<!申)请|务必)(?:于|在)\s?$")
_RECURRING_AFTER = re.compile(
    r"\d,? (?:of the (?:following )?year|of (?:each|every) year|each year|every year|annually)", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s?年|\b(?![-\d]))")
#: A date without a year is of the publication's year only when it lies this near to the publication (days), and of the
#: next year only when it comes sooner than most of a year: officials who mean next summer print its year.
_DAYS_BEFORE, _DAYS_AFTER, _DAYS_INTO_NEXT_YEAR = 45, 300, 120
#: Characters within which an earlier year still speaks for a date without one, and how far back a sentence is looked for.
_YEAR_REACH, _SENTENCE_REACH = 120, 400


@dataclass(frozen=True)
class DateMention:
    """A date as printed: `value` is ISO, of a month or a minute where that is printed. `opens` and `closes` tie ranges."""

    start: int
    end: int
    value: str
    printed_year: bool = True
    opens: bool = False
    closes: bool = False
    whole_end: int = 0
    """Where a range ends whose first day is printed without its month, "4 to 6 May 2026"; 0 elsewhere."""
    yearly: bool = False
    """Comes round each year; `value` is its next day after the publication."""


class Years:
    """Which year a date without one is of."""

    def __init__(self, context: Context) -> None:
        self._places: list[tuple[int, int]] = [
            (item.start(), int(item[1])) for item in found_at(_YEAR, context.text, context.figures)
        ]
        self._starts = [place for place, _ in self._places]
        self._text = context.text
        self._published = context.published_on
        counted = Counter(int(year) for year in _YEAR.findall(context.title))
        self._title: int | None = next(iter(counted)) if len(counted) == 1 else None

    def year_for(self, position: int, month: int, day: int) -> int | None:
        """The year that the text or the day of publication proves; None where neither does."""
        begin = max(self._text.rfind(end, max(0, position - _SENTENCE_REACH), position) for end in "。；;\n")
        said = self._text[max(0, position - 4) : position]
        if _LAST_YEAR.search(said):
            return None
        if _THIS_YEAR.search(said):
            return self._published.year if self._published else None
        if _NEXT_YEAR.search(said):
            return self._published.year + 1 if self._published else None
        if _RECURRING.search(self._text, max(0, begin, position - 30), position) or _RECURRING_AFTER.search(
            self._text, position, position + 50
        ):
            return None
        at = bisect_right(self._starts, position) - 1
        if at >= 0 and position - self._starts[at] <= _YEAR_REACH:
            year, place = self._places[at][1], self._starts[at]
            if self._near(year, month, day):
                return year
            to_come = _TO_COME.search(said) and self._published and self._near(self._published.year, month, day)
            if place > begin and self._dated(place) and not to_come:
                # "2022年6月1日前已备案，但在6月1日后撤销": the sentence's own date speaks for the bare one, however long ago.
                return year
        if self._published is None:
            return self._title
        this_year: int = self._published.year
        if self._title is not None and self._near(self._title, month, day):
            return self._title
        if self._near(this_year, month, day):
            return this_year
        return this_year + 1 if self._near(this_year + 1, month, day, _DAYS_INTO_NEXT_YEAR) else None

    @property
    def published(self) -> date | None:
        """The day of publication, where known."""
        return self._published

    def next_of(self, position: int, month: int, day: int) -> int | None:
        """The year of the next such day after the publication, where the sentence says that it comes round each year."""
        if self._published is None or not _YEARLY.search(self._text, max(0, position - _YEARLY_REACH), position):
            return None
        this_year: int = self._published.year
        return this_year + ((month, day) < (self._published.month, self._published.day))

    def _dated(self, place: int) -> bool:
        return re.match(r"\d{4}\s?年\s?\d", self._text[place : place + 8]) is not None

    def _near(self, year: int, month: int, day: int, after: int = _DAYS_AFTER) -> bool:
        if self._published is None:
            return True
        try:
            return -_DAYS_BEFORE <= (date(year, month, day) - self._published).days <= after
        except ValueError:
            return False


def mention_of(
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
        hour = int(clock["H"]) + (12 if clock["half"] in _AFTERNOON and int(clock["H"]) < 12 else 0)
        value += f"T{hour:02d}:{int(clock['M'] or clock['Mz'] or 0):02d}"
    return DateMention(item.start(), item.end(), value, printed_year)
