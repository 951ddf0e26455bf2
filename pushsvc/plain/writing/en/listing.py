"""Two or three things in a row, in the words of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.plain import catalogue


def all_of(values: Sequence[str]) -> str:
    """Two or three of them: "a, b and c"."""
    return ", ".join(values[:-1]) + catalogue.phrase("en", "told", "and") + values[-1]


def any_of(values: Sequence[str]) -> str:
    """One, two or three of them: "a, b or c"."""
    if len(values) < 2:
        return "".join(values)
    return ", ".join(values[:-1]) + catalogue.phrase("en", "told", "or") + values[-1]
