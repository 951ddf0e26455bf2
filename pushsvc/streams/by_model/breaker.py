"""A model that fails again and again is left alone for a while, so that it never slows the pipeline down."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES = 5
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 60.0, 900.0


class Breaker:
    """After five failures in a row it rests for a minute, then lets one question through; a further failure doubles the rest.

    `trial_seconds`: how long that one question may take, in which no other goes. `monotonic` gives seconds that never go back.
    """

    def __init__(self, trial_seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._trial_seconds, self._now = trial_seconds, monotonic
        self._failures = 0
        self._rests_until = 0.0
        self._next_rest = FIRST_REST_SECONDS
        self._trial = False

    def lets_through(self) -> bool:
        """Whether a question may go. After a rest only the first one may, until its outcome is known."""
        if self._now() < self._rests_until:
            return False
        if self._failures >= FAILURES:
            self._trial, self._rests_until = True, self._now() + self._trial_seconds
        return True

    def answered(self) -> None:
        self._failures, self._rests_until, self._next_rest, self._trial = 0, 0.0, FIRST_REST_SECONDS, False

    def failed(self, asked_rest_seconds: float | None = None) -> None:
        """`asked_rest_seconds`: the server itself asked to be left alone for so long, which counts from the first time."""
        self._failures += 1
        now, rest = self._now(), min(asked_rest_seconds or 0.0, LONGEST_REST_SECONDS)
        # Questions that were under way when the rest began fail too: they do not double it.
        if self._trial or (self._failures >= FAILURES and now >= self._rests_until):
            rest, self._rests_until, self._trial = max(rest, self._next_rest), now, False
            self._next_rest = min(self._next_rest * 2, LONGEST_REST_SECONDS)
        self._rests_until = max(self._rests_until, now + rest)
