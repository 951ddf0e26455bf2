"""Eligibility: does what a subscriber is fall within what an event limits? Yes, no, or not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pushsvc.domain.publications import Limit
from pushsvc.domain.subscribers import Interest, Profile, Value

Verdict = Literal["yes", "unknown", "no"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of the person whom an interest is for: ranges by attribute, and what an age is taken from."""

    ranges: tuple[tuple[str, float, float], ...] = ()
    birth_year: tuple[int, int] | None = None
    """The earliest and the latest year of birth."""
    age_as_of: date | None = None
    """The day on which the range of `age` was true; None: it stands."""

    def verdict(self, limits: Mapping[str, Limit], on: date | None) -> Verdict:
        """`no` when any limit is missed, else `unknown` when any attribute that is limited is not known, else `yes`."""
        verdict: Verdict = "yes"
        for name, limit in limits.items():
            if limit.min is None and limit.max is None:
                continue
            known = self._range(name, on)
            if known is None:
                verdict = "unknown"
            elif (limit.min is not None and known[1] < limit.min) or (limit.max is not None and known[0] > limit.max):
                return "no"
        return verdict

    def _range(self, name: str, on: date | None) -> tuple[float, float] | None:
        for known, low, high in self.ranges:
            if known == name:
                grown = years_between(self.age_as_of, on) if name == "age" and self.age_as_of and on else 0
                return low + grown, high + grown
        if name == "birth_year":
            return self.birth_year
        if name == "age" and self.birth_year and on:
            # Somebody born in year b is on - b years old from the birthday on, and a year younger before it.
            earliest, latest = self.birth_year
            return on.year - latest - 1, on.year - earliest
        return None


def years_between(start: date, end: date) -> int:
    """Full years that passed from `start` to `end`; none when `end` is earlier."""
    before_anniversary = (end.month, end.day) < (start.month, start.day)
    return max(0, end.year - start.year - before_anniversary)


def traits_of(profile: Profile, interest: Interest, saved_on: date) -> Traits:
    """What is known of whom `interest` is for: its own attributes as a whole where it names any, else the subscriber's.

    An interest's own age was true when it was saved, and grows from then on when the subscriber's does.
    """
    if not interest.attributes:
        return _traits(profile.attributes, profile.birth_year, profile.age_as_of)
    return _traits(interest.attributes, None, saved_on if profile.age_as_of else None)


def _traits(attributes: Mapping[str, Value], birth_year: int | None, age_as_of: date | None) -> Traits:
    ranges = {name: _as_range(value) for name, value in attributes.items()}
    born = ranges.pop("birth_year", None)
    years = (birth_year, birth_year) if birth_year is not None else (int(born[0]), int(born[1])) if born else None
    return Traits(
        tuple((name, low, high) for name, (low, high) in sorted(ranges.items())),
        years,
        age_as_of if "age" in ranges else None,
    )


def _as_range(value: Value) -> tuple[float, float]:
    return (value[0], value[1]) if isinstance(value, tuple | list) else (value, value)
