"""English calendar dates as printed: 1 March 2026, March 1, 2026, 3/1/2026."""

from __future__ import annotations

import re

from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.plain.facts.mentions import DateMention, Years, mention_of

_NAMED = {name.lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)}
_NAMED |= {name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)} | {"sept": 9}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s(?:(?:day\s)?of\s)?(?P<m1>{_MONTH})(?:,?\s(?P<y1>(?:19|20)\d{{2}}))?"
    rf"|(?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>(?:19|20)\d{{2}}))?"
    rf"|(?P<m3>{_MONTH})\s(?P<y3>(?:19|20)\d{{2}}))\b"
)
_AMERICAN = re.compile(r"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])/(?P<y>(?:20)?\d{2})(?![\d/])")


def english_dates(text: str, years: Years) -> list[DateMention]:
    """The dates of a text in English; `value` is empty for a day that no calendar has."""
    found = []
    for item in _ENGLISH.finditer(text):
        month = _NAMED.get((item["m1"] or item["m2"] or item["m3"]).rstrip(".").lower())
        day = item["d1"] or item["d2"]
        year = item["y1"] or item["y2"] or item["y3"]
        if month is None:
            continue
        known = int(year) if year else years.year_for(item.start(), month, int(day or 1))
        if known is not None:
            found.append(mention_of(item, str(known), str(month), day, None, printed_year=bool(year)))
    for item in _AMERICAN.finditer(text):
        year = item["y"] if len(item["y"]) == 4 else f"20{item['y']}"
        found.append(mention_of(item, year, item["m"], item["d"], None))
    return found
