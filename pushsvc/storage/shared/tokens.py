"""Buckets of tokens in this process's memory."""

from __future__ import annotations

from collections.abc import Callable

#: Buckets kept at most; the fullest go first, because a full one says nothing.
_MOST_BUCKETS = 50_000


class Tokens:
    """Each bucket is one number: the moment at which it is full again (the "theoretical arrival time" of GCRA, the cell
    rate algorithm of ATM networks, ITU-T I.371). So a bucket costs nothing while nobody asks."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        """`seconds`: the time, from wherever it counts."""
        # Counted from here: a float of today's date has a grain of a quarter microsecond, and grains add up.
        self._seconds, self._start = seconds, seconds()
        self._full_at: dict[str, float] = {}

    def take(self, bucket: str, a_second: float, burst: float, count: int = 1) -> float:
        """As Shared.take."""
        if count > burst:
            raise ValueError(f"{count} tokens at once never fit a bucket of {burst:g}")
        now = self._seconds() - self._start
        room = burst / a_second
        # A clock that was set back must not close a bucket for longer than it takes to fill.
        full_at = min(max(self._full_at.get(bucket, now), now), now + room)
        after = full_at + count / a_second
        # What is left below a microsecond is the rounding of floats.
        if (wait := after - room - now) > 1e-6:
            return wait
        self._full_at[bucket] = after
        if len(self._full_at) > _MOST_BUCKETS:
            self._drop_the_fullest()
        return 0.0

    def _drop_the_fullest(self) -> None:
        for bucket in sorted(self._full_at, key=self._full_at.__getitem__)[: _MOST_BUCKETS // 2]:
            del self._full_at[bucket]
