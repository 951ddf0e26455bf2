"""English calendar dates as printed: 1 March 2026, March 1, 2026, 3/1/2026, 4 to 6 May 2026, the end of March, autumn 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.plain.facts.mentions import DateMention, Years, mention_of
from pushsvc.plain.facts.scanning import found_at, found_near, places_of

_NAMED = {name.lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)}
_NAMED |= {name[:3].lower(): number for number, name in enumerate(ENGLISH_MONTHS, 1)} | {"sept": 9}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_MONTHS = tuple(name[:3] for name in ENGLISH_MONTHS)
_TH = r"(?:st|nd|rd|th)?"
_ENGLISH = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}}){_TH}\s{{1,2}}(?:(?:day\s)?of\s)?(?P<m1>{_MONTH})(?:,?\s{{1,2}}(?P<y1>(?:1[6-9]|20)\d{{2}}))?"
    rf"|(?P<late>end\sof\s)(?P<m4>{_MONTH})(?:,?\s{{1,2}}(?P<y4>(?:1[6-9]|20)\d{{2}}))?(?!\s?\d)"
    rf"|(?P<m2>{_MONTH})\s{{1,2}}(?P<d2>\d{{1,2}}){_TH}(?!\d)(?:,?\s{{1,2}}(?P<y2>(?:1[6-9]|20)\d{{2}}))?"
    rf"|(?P<m3>{_MONTH})\s(?P<y3>(?:1[6-9]|20)\d{{2}}))\b"
)
#: Days that share a month: "4 to 6 May 2026", "May 4-6, 2026", "May 4 and 5, 2026".
_TO = r"(?:\s?[-–—]\s?|\s(?:to|and|until|through)\s)"
_SHARED = re.compile(
    rf"\b(?:(?P<a1>\d{{1,2}}){_TH}(?P<link1>{_TO})(?P<b1>\d{{1,2}}){_TH}\s(?P<m1>{_MONTH})(?:,?\s{{1,2}}(?P<y1>(?:1[6-9]|20)\d{{2}}))?"
    rf"|(?P<m2>{_MONTH})\s{{1,2}}(?P<a2>\d{{1,2}}){_TH}(?P<link2>{_TO})(?P<b2>\d{{1,2}}){_TH}(?!\d)(?:,?\s{{1,2}}(?P<y2>(?:1[6-9]|20)\d{{2}}))?)\b"
)
#: A year by itself is a date only behind a word that says so; a season goes with it.
_YEAR_ALONE = re.compile(
    r"\b(?:in|at|since|during|between|from|until|by|before|after|of|for"
    r"|(?:calendar|financial|tax|scheme|academic|school|crop|plan|fiscal) years?|FY)\s(?:the\s)?"
    r"(?P<a>(?:(?:early|late|spring|summer|autumn|fall|winter|end\sof)\s(?:of\s)?)?(?P<ya>(?:1[6-9]|20)\d{2}))"
    r"(?:(?:\s(?:to|and|until)\s|[-–])(?P<b>(?P<yb>(?:1[6-9]|20)\d{2})))?(?![\w/-]|,\d|\.\d| (?:FR|U\.S\.C|CFR|Act)\b)",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/.-])(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)/(?P<y>(?:20)?\d{2})(?![\d/])")
_BRITISH = re.compile(r"£|gov\.uk|\bUK\b")
_THIS_YEAR = ("this year", "next year", "last year")
_YEARS_ON = {"this": 0, "next": 1, "last": -1}
_RELATIVE_YEAR = re.compile(r",? (this|next|last) year\b", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(r"(?<!\d )\b(?P<m>" + "|".join(ENGLISH_MONTHS) + r") (?:of )?(?P<which>this|next|last) year\b")
#: Between the first day of a range, printed without its year, and the last: "1 March to 30 April 2026".
_UP_TO = re.compile(r"\s?[-–—]\s?|,?\s(?:to|until|through|and)\s")


def english_dates(text: str, years: Years, figures: Sequence[int]) -> list[DateMention]:
    """The dates of a text in English; `value` is empty for a day that no calendar has. `figures`: where figures begin."""
    places = sorted({*figures, *places_of(text, _MONTHS)})
    found = list(_shared_months(text, years, places))
    for item in found_at(_ENGLISH, text, sorted({*places, *places_of(text, ("end",))})):
        month = _NAMED.get((item["m1"] or item["m2"] or item["m3"] or item["m4"]).rstrip(".").lower())
        if month is None:
            continue
        day = item["d1"] or item["d2"]
        printed = item["y1"] or item["y2"] or item["y3"] or item["y4"]
        year = (
            int(printed)
            if printed
            else _year_behind(text, item.end(), month)
            or _year_told(text, item.end(), years)
            or years.year_for(item.start(), month, int(day or 28))
        )
        if year is not None:
            late = bool(item["late"])
            found.append(mention_of(item, str(year), str(month), day, None, printed_year=bool(printed), late=late))
    found += _months_of_this_year(text, years)
    found += _years_alone(text, figures)
    found += _slashed(text, figures)
    return found


def _year_told(text: str, end: int, years: Years) -> int | None:
    """ "1 April next year", by the day of publication."""
    said = _RELATIVE_YEAR.match(text, end)
    return years.published.year + _YEARS_ON[said[1].lower()] if said and years.published else None


def _months_of_this_year(text: str, years: Years) -> Iterator[DateMention]:
    """ "In October this year"."""
    for item in _MONTH_OF_YEAR.finditer(text) if years.published and any(said in text for said in _THIS_YEAR) else ():
        month = _NAMED[item["m"].rstrip(".").lower()]
        year = (years.published.year if years.published else 0) + _YEARS_ON[item["which"].lower()]
        yield mention_of(item, str(year), str(month), None, None, printed_year=False)


def _year_behind(text: str, end: int, month: int) -> int | None:
    """The year of a range's first day, read from its last: of "1 November to 31 January 2027" it is the year before."""
    tie = _UP_TO.match(text, end)
    last = _ENGLISH.match(text, tie.end()) if tie else None
    printed = last and (last["y1"] or last["y2"] or last["y3"])
    if not last or not printed:
        return None
    closes = _NAMED.get((last["m1"] or last["m2"] or last["m3"]).rstrip(".").lower(), 12)
    return int(printed) - (month > closes)


def _shared_months(text: str, years: Years, places: Sequence[int]) -> Iterator[DateMention]:
    for item in found_at(_SHARED, text, places):
        n = "1" if item["m1"] else "2"
        month = _NAMED.get(item[f"m{n}"].rstrip(".").lower())
        first, last = int(item[f"a{n}"]), int(item[f"b{n}"])
        if month is None or first >= last:
            continue
        printed = item[f"y{n}"]
        year = int(printed) if printed else years.year_for(item.start(), month, last)
        ranged = "and" not in item[f"link{n}"] or "between" in text[max(0, item.start() - 12) : item.start()].lower()
        if year is None:
            continue
        whole = mention_of(item, str(year), str(month), str(last), None, printed_year=bool(printed))
        value = whole.value[:8] + f"{first:02d}"
        place = item.start(f"b{n}")
        if whole.value:
            known = bool(printed)
            yield DateMention(
                item.start(), item.end(f"a{n}"), value, known, opens=ranged, whole_end=item.end() if ranged else 0
            )
            yield DateMention(place, item.end(), whole.value, known, closes=ranged)


def _years_alone(text: str, figures: Sequence[int]) -> Iterator[DateMention]:
    printed = [at for at in figures if text[at : at + 2] in ("16", "17", "18", "19", "20")]
    for item in found_near(_YEAR_ALONE, text, printed, 80, 60):
        late = item["a"].lower().startswith("end")
        yield DateMention(*item.span("a"), f"{item['ya']}-12-31" if late else item["ya"])
        if item["yb"]:
            yield DateMention(*item.span("b"), item["yb"])


def _slashed(text: str, figures: Sequence[int]) -> Iterator[DateMention]:
    """3/4/2026 is a day in April for the British, in March for Americans; where neither is plain, it is no date."""
    for item in found_at(_SLASHED, text, figures):
        first, second = int(item["a"]), int(item["b"])
        british = bool(_BRITISH.search(text))
        day, month = (first, second) if british else (second, first)
        if not 1 <= month <= 12:
            continue
        year = item["y"] if len(item["y"]) == 4 else f"20{item['y']}"
        yield mention_of(item, year, str(month), str(day), None)
