"""Chinese calendar dates as printed: 2026年3月1日, 3月1日, 2026年3月底."""

from __future__ import annotations

import re
from dataclasses import replace

from pushsvc.plain.facts.mentions import CLOCK, DateMention, Years, mention_of

_CHINESE = re.compile(
    r"(?:(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?)?(?<!\d)(?P<m>1[0-2]|0?[1-9])\s?月(?:份)?(?:\s?(?P<d>3[01]"
    r"|[12]\d|0?[1-9])\s?[日号])?(?P<late>底|末)?"
    r"(?:[（(](?:星期|周)[一二三四五六日天][）)])?" + CLOCK
)
_YEAR_END = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s?年\s?(?:年?底|年?末)")
_BARE_DAY = re.compile(r"\s?(?:至|到|-|—+|–|~|～|－)\s?(?P<d>3[01]|[12]\d|0?[1-9])\s?日" + CLOCK)


def chinese_dates(text: str, years: Years) -> list[DateMention]:
    """The dates of a text in Chinese; `value` is empty for a day that no calendar has."""
    found = [DateMention(item.start(), item.end(), f"{item['y']}-12-31") for item in _YEAR_END.finditer(text)]
    for item in _CHINESE.finditer(text):
        year, day = item["y"], item["d"]
        if not year and not day:
            continue
        known = int(year) if year else years.year_for(item.start(), int(item["m"]), int(day or 1))
        if known is None:
            continue
        first = mention_of(item, str(known), item["m"], day, item, printed_year=bool(year), late=bool(item["late"]))
        found.append(first)
        bare = _BARE_DAY.match(text, item.end()) if day else None
        if bare:
            last = mention_of(bare, str(known), item["m"], bare["d"], bare, printed_year=bool(year))
            found.append(replace(last, start=bare.start("d")))
    return found
