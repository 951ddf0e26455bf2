"""Whether the limits that a site declares for a publication take in more people than before, or fewer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OPEN = float("inf")


def limits_moved(before: Any, after: Any) -> str | None:
    """The catalogue's key of the sentence to tell: wider, narrower, or only otherwise; None where nothing moved.

    `before` and `after`: attribute to {"min", "max"}, as an event declares its eligibility.
    """
    if before == after:
        return None
    names = {*(before or {}), *(after or {})}
    wider = narrower = False
    for name in names:
        was, now = _ends(before, name), _ends(after, name)
        if was is None or now is None:
            return "eligibility"
        wider |= now[0] < was[0] or now[1] > was[1]
        narrower |= now[0] > was[0] or now[1] < was[1]
    if wider is narrower:
        return "eligibility" if wider else None
    return "eligibility_wider" if wider else "eligibility_narrower"


def _ends(limits: Any, name: str) -> tuple[float, float] | None:
    """Both ends of one limit, open where nothing is said; None where it is no pair of numbers."""
    limit = limits.get(name) if isinstance(limits, Mapping) else None
    if limit is None:
        return -_OPEN, _OPEN
    if not isinstance(limit, Mapping):
        return None
    low, high = limit.get("min"), limit.get("max")
    if not all(end is None or isinstance(end, int | float) for end in (low, high)):
        return None
    return -_OPEN if low is None else float(low), _OPEN if high is None else float(high)
