"""Does a value stand in the source at all, however it is written there?"""

from __future__ import annotations

import re
from functools import cached_property

from pushsvc.plain.verifying.claims import Claim
from pushsvc.plain.verifying.figures import OF_TIME
from pushsvc.plain.verifying.values import normal

_HEAD_TEN_THOUSANDS = re.compile(r"(?:[(（]|单位[:：]?)(?:人民币)?万元")
_HEAD_YUAN = re.compile(r"(?:[(（]|单位[:：]?)(?:人民币)?元(?![以及])")


class Values:
    """The values of a source, read once for all the sentences that are checked against it."""

    def __init__(self, source_text: str, found: list[Claim]) -> None:
        self._text = "".join(normal(source_text).split()).casefold()
        self._said: dict[str, set[tuple[object, ...]]] = {}
        for claim in found:
            self._said.setdefault(claim.kind, set()).add(claim.said)
        self._dates = self._said.get("date", set())
        self._counted = {said[0] for said in self._said.get("count", set())}
        #: Numbers of days, weeks, years …: beside those a bare number is no other length of time.
        self._times = {said[0] for said in self._said.get("count", set()) if str(said[1]).split(" ")[-1] in OF_TIME}
        self._bare_days = {said[2] for said in self._dates if said[0] is None and said[1] is None}

    @cached_property
    def _digits(self) -> str:
        return self._text.replace("(", "").replace(")", "").replace("-", "")

    @cached_property
    def _letters(self) -> str:
        return re.sub(r"[\W_]+", "", self._text)

    def lacks(self, claim: Claim) -> str | None:
        """Why `claim` does not stand in the source, or None when it does."""
        said = claim.said
        if claim.kind == "date":
            return None if self._has_date(*said) else "this date is not in the source"
        if claim.kind == "phone":
            ok = str(said[0]) in self._digits
            return None if ok else "this telephone number is not in the source"
        if claim.kind in ("url", "email"):
            return None if str(said[0]) in self._text else f"this {claim.kind} is not in the source"
        if claim.kind == "title":
            return None if str(said[0]) in self._letters else "this title is not in the source"
        if claim.kind == "document":
            ok = any(said[1:] == other[1:] and (not said[0] or said[0] == other[0]) for other in self._said.get("document", ()))
            return None if ok else "this document number is not in the source"
        if claim.kind == "time":
            return None if said in self._said.get("time", set()) else "this time is not in the source"
        if claim.kind in ("amount", "percentage"):
            ok = (
                said in self._said.get(claim.kind, set())
                or self._in_table(claim)
                or self._without_its_unit(claim)
                or re.sub(r"\s+", "", claim.printed).casefold() in self._text
            )
            return None if ok else f"this {claim.kind} is not in the source"
        return None if self._has_count(claim) else "this number is not in the source"

    def _has_date(self, year: object, month: object, day: object) -> bool:
        if year is not None and str(year) not in self._text and not re.search(rf"/{str(year)[2:]}(?!\d)", self._text):
            return False
        for y, m, d in self._dates:
            if month is None and day is None and y == year:
                return True
            if m == month and (d == day or day is None) and (year is None or y is None or y == year) and month is not None:
                return True
            if month is None and year is None and d == day:
                return True
        if day in self._bare_days:
            return any(m == month and (year is None or y in (None, year)) for y, m, _ in self._dates)
        return self._is_month_end(year, month, day)

    def _is_month_end(self, year: object, month: object, day: object) -> bool:
        """2026年3月底 may be said as 31 March 2026, 2025年底 as 31 December 2025."""
        if not isinstance(day, int) or day < 28:
            return False
        if month == 12 and re.search(rf"{year or ''}年(?:年)?[底末]", self._text):
            return True
        return bool(re.search(rf"(?:{year}年)?0?{month}月[份]?[底末]", self._text))

    def _without_its_unit(self, claim: Claim) -> bool:
        """最高25万 is 25万元: a count of ten thousands without a unit may be yuan."""
        scaled = claim.kind == "amount" and claim.said[1] == "CNY" and isinstance(claim.said[0], float)
        return scaled and claim.said[0] >= 1e4 and (claim.said[0], "") in self._said.get("count", set())  # type: ignore[operator]

    def _in_table(self, claim: Claim) -> bool:
        """In a table whose head says 万元 (or 元), a bare 20 is 200,000 yuan."""
        if claim.kind != "amount" or claim.said[1] != "CNY" or not isinstance(claim.said[0], float):
            return False
        in_ten_thousands = round(claim.said[0] / 1e4, 6)
        bare = {value for value, unit in self._said.get("count", ()) if unit == ""}
        return (in_ten_thousands in bare and bool(_HEAD_TEN_THOUSANDS.search(self._text))) or (
            claim.said[0] in bare and bool(_HEAD_YUAN.search(self._text))
        )

    def _has_count(self, claim: Claim) -> bool:
        value, unit = claim.said
        if value == 1 and unit in ("次", "人", "家", "户", "套", "年"):
            return True
        if not unit:
            printed = re.sub(r"\s+", "", claim.printed).casefold()
            return (
                value in self._counted
                or any(said[0] == value for said in self._said.get("amount", ()))
                or (_stands_alone(printed, self._text))
            )
        if (value, unit) in self._said.get("count", set()):
            return True
        printed = re.sub(r"\s+", "", claim.printed).casefold()
        of_time = str(unit).split(" ")[-1] in OF_TIME and value in self._times
        return _stands_alone(printed, self._text) or (not of_time and (value, "") in self._said.get("count", set()))


def _stands_alone(printed: str, text: str) -> bool:
    """Does the number stand in the text as it is, and not as a part of a longer one?"""
    return re.search(rf"(?<![\d.,]){re.escape(printed)}(?![\d]|[.,]\d)", text) is not None
