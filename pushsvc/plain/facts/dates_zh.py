"""Chinese calendar dates as printed: 2026年3月1日, 3月1日, 2026年3月底, 二〇二六年三月一日, 年底, 下月10日."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pushsvc.plain.facts.mentions import CLOCK, LINK, LINK_REACH, DateMention, Years, mention_of
from pushsvc.plain.facts.numerals import chinese_number
from pushsvc.plain.facts.scanning import found_at

_CHINESE = re.compile(
    r"(?:(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?)?(?<!\d)(?P<m>1[0-2]|0?[1-9]|(?<=年)元)\s?月(?:份)?(?:\s?(?P<d>3[01]"
    r"|[12]\d|0?[1-9])\s?(?:[日号]|(?=(?:[、和及至~～－-]|—{1,2})\s?[1-3]?\d\s?日)))?(?P<late>底|末)?"
    r"(?:[（(](?:星期|周)[一二三四五六日天][）)])?" + CLOCK
)
_YEAR_END = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?(?:年?底|年?末)")
_BARE_DAY = re.compile(r"\s?(?:至|到|-|—+|–|~|～|－)\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + CLOCK)
#: "5月27日、28日": further days of the same month.
_FURTHER_DAY = re.compile(r"\s?[、和及]\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + CLOCK)
_NUMERALS = re.compile(
    r"(?P<y>[一二][一二三四五六七八九〇○零OＯ0]{3})年(?P<m>十[一二]?|[一二三四五六七八九])月(?:(?P<d>[一二三]?十[一二三四五六七八九]?"
    r"|[一二三四五六七八九])[日号])?"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_FIGURES = str.maketrans("〇○零OＯ一二三四五六七八九", "00000123456789")
#: "自2026年第四季度起": the quarter's first day.
_QUARTER = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?年第?(?P<q>[一二三四1-4])季度(?=起|开始)")
#: Dates that only the day of publication makes: this month's, next month's, this year's end.
_FROM_TODAY = re.compile(
    r"(?P<month>(?<!基)本月|下个?月)(?:(?P<d>3[01]|[12]\d|0?[1-9])[日号]|底|末)|(?P<year>(?:今年|本年度?|明年)年?|(?<![年度\d每])年)(?:底|末)(?=以?前|之前)"
)
#: In a rule for every month, 本月 is nobody's month in particular.
_EVERY_MONTH = re.compile(r"每个?月|当月|次月|上个?月|按月|每季|每年")


def chinese_dates(text: str, years: Years, figures: Sequence[int]) -> list[DateMention]:
    """The dates of a text in Chinese; `value` is empty for a day that no calendar has. `figures`: where figures begin."""
    found = [DateMention(item.start(), item.end(), f"{item['y']}-12-31") for item in found_at(_YEAR_END, text, figures)]
    found += [
        DateMention(item.start(), item.end(), f"{item['y']}-{3 * _QUARTERS[item['q']] - 2:02d}-01")
        for item in (_QUARTER.finditer(text) if "季度" in text else ())
    ]
    found += _in_digits(text, years, figures)
    found += _in_numerals(text)
    if years.published is not None and any(word in text for word in ("年底", "年末", "本月", "下月", "下个月")):
        found += _from_today(text, years)
    return found


def _in_digits(text: str, years: Years, figures: Sequence[int]) -> Iterator[DateMention]:
    last: DateMention | None = None
    for item in found_at(_CHINESE, text, figures):
        year, day = item["y"], item["d"]
        if not year and not day and not item["late"]:
            continue
        month = 1 if item["m"] == "元" else int(item["m"])
        known = (
            int(year)
            if year
            else _year_of_range(text, last, item.start(), month) or years.year_for(item.start(), month, int(day or 28))
        )
        if known is None:
            last = None
            upcoming = years.next_of(item.start(), month, int(day)) if day else None
            if upcoming:
                yield replace(mention_of(item, str(upcoming), item["m"], day, item, printed_year=False), yearly=True)
            continue
        last = mention_of(item, str(known), str(month), day, item, printed_year=bool(year), late=bool(item["late"]))
        yield last
        bare = _BARE_DAY.match(text, item.end()) if day else None
        if bare:
            until = mention_of(bare, str(known), str(month), bare["d"], bare, printed_year=bool(year))
            yield replace(until, start=bare.start("d"))
        further = _FURTHER_DAY.match(text, item.end()) if day else None
        while further:
            next_day = mention_of(further, str(known), str(month), further["d"], further, printed_year=bool(year))
            yield replace(next_day, start=further.start("d"))
            further = _FURTHER_DAY.match(text, further.end())


def _year_of_range(text: str, first: DateMention | None, position: int, month: int) -> int | None:
    """ "2024年1月1日-6月30日": the second day has the year of the first, or the next where its month comes before."""
    if first is None or position - first.end > LINK_REACH or not LINK.fullmatch(text, first.end, position):
        return None
    year, opened = int(first.value[:4] or 0), int(first.value[5:7] or 0)
    return (year if month >= opened else year + 1) if year else None


def _in_numerals(text: str) -> Iterator[DateMention]:
    for item in _NUMERALS.finditer(text):
        day = chinese_number(item["d"]) if item["d"] else None
        yield mention_of(
            item,
            item["y"].translate(_FIGURES),
            str(chinese_number(item["m"])),
            str(day) if day else None,
            None,
        )


def _from_today(text: str, years: Years) -> Iterator[DateMention]:
    today = years.published
    for item in _FROM_TODAY.finditer(text) if today else ():
        if today is None or _EVERY_MONTH.search(text, max(0, item.start() - 40), item.end() + 30):
            continue
        year, month = today.year, today.month
        if item["month"]:
            ahead = 0 if item["month"] == "本月" else 1
            year, month = (year + 1, 1) if month + ahead > 12 else (year, month + ahead)
        else:
            year, month = year + (item["year"] or "").startswith("明"), 12
        day = int(item["d"]) if item["d"] else calendar.monthrange(year, month)[1]
        yield mention_of(item, str(year), str(month), str(day), None, printed_year=False)
