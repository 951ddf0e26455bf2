"""Charts as plain numbers for a template to draw: bars in a box of 100 by 100, and the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.languages import Language
from pushsvc.web.words import say

BOX = 100.0
#: Of a bar's place, what is left free beside it.
GAP = 0.25
#: A bar that stands for somebody is never too low to be seen.
LOWEST = 1.5


@dataclass(frozen=True)
class Bar:
    """In the units of the box, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`rows`: (label, number) of each bar, for the table. `most`: the number that the full height stands for."""

    bars: Sequence[Bar]
    rows: Sequence[tuple[str, str]]
    most: int
    total: int


def chart(labels: Sequence[str], values: Sequence[int]) -> Chart:
    """Upright bars, the first on the left."""
    most, place = max(values, default=0), BOX / max(len(values), 1)
    bars = []
    for number, value in enumerate(values):
        height = max(value / most * BOX, LOWEST) if value else 0.0
        bars.append(Bar(round(number * place, 2), round(BOX - height, 2), round(place * (1 - GAP), 2), round(height, 2)))
    return Chart(bars, [(label, amount(value)) for label, value in zip(labels, values, strict=True)], most, sum(values))


def amount(number: int) -> str:
    """`12,345`."""
    return f"{number:,}"


def percent(share: float) -> str:
    """One decimal; never 100 while somebody is missing, never 0 while somebody is there."""
    shown = f"{share * 100:.1f}".removesuffix(".0")
    if shown == "100" and share < 1:
        return "99.9%"
    return "0.1%" if shown == "0" and share > 0 else f"{shown}%"


#: (unit, its seconds, up to how many seconds it is used): `97 min` says more than `2 h`, and an hour is one.
_UNITS = (
    ("seconds", 1, 60),
    ("minutes", 60, 3_600),
    ("hours", 3_600, 3_601),
    ("minutes", 60, 7_200),
    ("hours", 3_600, 172_800),
)


def lasting(seconds: float, reader: Language) -> str:
    """How long, in the one unit that fits: `3 s`, `97 min`, `2 h`."""
    if seconds < 1:
        return say(reader, "dashboard.lasting.moment")
    unit, size = next(((unit, size) for unit, size, until in _UNITS if seconds < until), ("days", 86_400))
    return say(reader, f"dashboard.lasting.{unit}", number=round(seconds / size))
