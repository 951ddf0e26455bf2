"""Time comes from a clock that is passed in, so that a test can hold it still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from pushsvc.domain.time import Instant


class Clock(Protocol):
    def now(self) -> Instant:
        """The present moment, in UTC."""
        ...


class SystemClock:
    def now(self) -> Instant:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests, and for replaying documents at their own date."""

    def __init__(self, at: Instant) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> Instant:
        return self._at

    def set(self, at: Instant) -> None:
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._at += by
