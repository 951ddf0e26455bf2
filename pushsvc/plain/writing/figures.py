"""Dates and amounts in the words of a reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.languages import ENGLISH_MONTHS, Language
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_DURATION = re.compile(r"P(\d+)([YMWD])")
#: Per what a sum is meant, as it stands before the sum: "每人每月发放津贴100元". Without a time or a measure it is one sum.
_PER = re.compile(
    r"(?P<per>(?:每(?:人|户|家|个?月|年|日|天|小时|学期|学年|平方米|立方米|平米|吨|公里|次|度|亩)){1,3})"
    r"(?:[\u4e00-\u9fff]{0,8})$"
)
_LEADING = re.compile(r"(?:每[^\d每]{1,12}){1,3}(?=\d)")
#: Counted by more than whom it is for: a rate, no whole sum.
_RATE = re.compile(r"/(?!person|household|firm|home)")
_RECURS = re.compile(r"每(?!人|户|家)")
_COUNTED_BY = {
    **{"人": "person", "户": "household", "家": "firm", "月": "month", "个月": "month", "年": "year", "日": "day", "天": "day"},
    **{
        "小时": "hour",
        "学期": "term",
        "学年": "school_year",
        "平方米": "m2",
        "平米": "m2",
        "吨": "tonne",
        "次": "time",
        "亩": "mu",
    },
}
_TIMES = frozenset({"hour", "day", "week", "month", "term", "year", "school_year", "night"})
#: Sums that nobody who reads this gets or pays: no answer to "how much".
OTHERS_AMOUNTS = frozenset({"threshold", "budget"})
#: Roles in the order in which a reader wants to know an amount.
AMOUNT_ORDER = (
    "subsidy_max",
    "subsidy",
    "loan_max",
    "new_value",
    "increment",
    "fee",
    "standard",
    "limit",
    "fine",
    "budget",
    "threshold",
    None,
)


def is_calendar_date(value: object) -> bool:
    return bool(_DATE.match(str(value)))


def date_words(value: object, language: Language, *, year: bool = True) -> str:
    """2026-03-31 as 2026年3月31日 or 31 March 2026; without the year 3月31日 or 31 March."""
    found = _DATE.match(str(value))
    if not found:
        return term_words(value, language)
    y, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
    if language == "zh":
        return (f"{y}年" if year or not day else "") + f"{month}月" + (f"{day}日" if day else "")
    return " ".join(
        part for part in (str(day) if day else "", ENGLISH_MONTHS[month - 1], str(y) if year or not day else "") if part
    )


def term_words(value: object, language: Language) -> str:
    """P5Y as 5年 or 5 years; `on_publication` in words."""
    found = _DURATION.fullmatch(str(value))
    if found:
        one = f"{found[2]}1" if found[1] == "1" else ""
        return catalogue.phrase(language, "units", one if catalogue.has(language, "units", one) else found[2], n=found[1])
    if value == "on_publication":
        return catalogue.phrase(language, "changes", "on_publication")
    return str(value)


def amount_words(fact: Fact, language: Language, source_language: Language) -> str:
    """An amount: as it is printed for a reader of the source's language, else the same value in the reader's words."""
    if language == source_language:
        printed = re.sub(r"\s+", " " if language == "en" else "", fact.raw)
        return per_words(fact) + printed if language == "zh" else " ".join([printed, *_per_english(fact)])
    numbers = [_number(float(part), language) for part in str(fact.value).split("-") if part]
    currency = (fact.unit or "CNY").split("/")[0]
    joined = ("至" if language == "zh" else " to ").join(numbers)
    counted = _counted_by(fact)
    if not catalogue.has(language, "currency", currency) or any(not catalogue.has(language, "per", each) for each in counted):
        return per_words(fact) + fact.raw
    sum_ = catalogue.phrase(language, "currency", currency, number=joined)
    per = [catalogue.phrase(language, "per", each) for each in counted]
    return "".join([*per, sum_]) if language == "zh" else " ".join([sum_, *per])


def _per_english(fact: Fact) -> list[str]:
    """ "a month" of £900 per month; nothing where one of the parts has no word of ours."""
    counted = _counted_by(fact)
    known = all(catalogue.has("en", "per", each) for each in counted)
    return [catalogue.phrase("en", "per", each) for each in counted] if known else []


def _counted_by(fact: Fact) -> list[str]:
    """What a sum is counted by, whom it is for first: person and month of 每人每月100元 or of £100 a person per month."""
    parts = (fact.unit or "").split("/")[1:]
    if not parts:
        parts = [_COUNTED_BY.get(part, part) for part in re.findall(r"每(个?[\u4e00-\u9fff]{1,3}?)(?=每|$)", per_words(fact))]
    return sorted(parts, key=lambda part: part in _TIMES)


def per_words(fact: Fact) -> str:
    """每人每月 of "每人每月发放100元"; empty for a sum that is paid once, or that says it itself (100元/月, 每人100元)."""
    if "/" in (fact.unit or ""):
        if re.search(r"[每/／・·•]", fact.raw):
            return ""
        return "".join(_each(part) for part in sorted((fact.unit or "").split("/")[1:], key=lambda part: part in _TIMES))
    found = _PER.search(fact.condition or "")
    return found["per"] if found and _RECURS.search(found["per"]) else ""


def per_and_sum(fact: Fact, language: Language) -> tuple[str, str]:
    """What a sum of a Chinese document is per, and the sum: 每套 and 6000元, 每人每月 and 300元."""
    words = amount_words(fact, language, "zh")
    found = _LEADING.match(words) if language == "zh" else None
    return (found.group(), words[found.end() :]) if found else ("", words)


def _each(part: str) -> str:
    """每人 of person, 每餐 of 餐."""
    known = catalogue.has("zh", "per", part)
    return catalogue.phrase("zh", "per", part) if known else f"每{part}" if re.fullmatch(r"[\u4e00-\u9fff]+", part) else ""


def says_its_unit(fact: Fact) -> bool:
    """Whether the amount can be shown as printed: in a table whose head says 万元 a bare 10 cannot."""
    return bool(re.search(r"[^\d.,，．０-９\s~～—–-]", fact.raw))


def listed(sums: Sequence[str], most: int, language: Language) -> str:
    """The first of several sums, and that there are more: 1万元、60万元等."""
    more = catalogue.phrase(language, "short", "and_more") if len(sums) > most else ""
    return catalogue.phrase(language, "short", "sums").join(sums[:most]) + more


def _number(value: float, language: Language) -> str:
    """Digits with their commas; large round values in 万 and 亿 for a reader of Chinese."""
    if language == "zh":
        for scale, name in ((1e8, "亿"), (1e4, "万")):
            if value >= scale and round(value / scale, 2) * scale == value:
                return f"{value / scale:g}{name}"
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def main_amount(facts: tuple[Fact, ...]) -> Fact | None:
    """The amount that a reader wants first: by its role; whole sums before rates; of caps the highest, else the first said."""
    amounts = [fact for fact in facts if fact.kind == "amount" and fact.role != "old_value" and says_its_unit(fact)]

    def rank(fact: Fact) -> tuple[int, bool, float, int]:
        place = AMOUNT_ORDER.index(fact.role) if fact.role in AMOUNT_ORDER else len(AMOUNT_ORDER)
        cap = float(fact.value) if fact.role in ("subsidy_max", "loan_max") and isinstance(fact.value, int | float) else 0.0
        return place, bool(_RATE.search(fact.unit or "")), -cap, fact.start

    return min(amounts, key=rank, default=None)
