"""What `pushsvc doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and if it is not good, what to do."""

    part: str
    good: bool
    words: str
