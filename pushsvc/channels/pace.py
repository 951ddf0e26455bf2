"""The pace of one channel: a provider that says "slow down" is heard by every connection to it."""

from __future__ import annotations

import asyncio

#: The pause after the first such word, when the provider names none; each further one doubles the gap, up to the longest.
FIRST_PAUSE_SECONDS = 5.0
FIRST_GAP_SECONDS = 0.1
LONGEST_GAP_SECONDS = 10.0
#: With each message that is taken the gap shrinks by this share, until it is gone.
EASING = 0.02
SMALLEST_GAP_SECONDS = 0.005


class Pace:
    """Shared by all connections of a channel. Times are seconds of the event loop's clock."""

    def __init__(self) -> None:
        self.gap = 0.0
        self._free_at = 0.0

    @property
    def wait_seconds(self) -> float:
        """How long until the next message may go; 0 when it may go now."""
        return max(0.0, self._free_at - asyncio.get_running_loop().time())

    def take(self) -> None:
        """A message goes now: the next one waits for the gap."""
        if self.gap:
            self._free_at = max(self._free_at, asyncio.get_running_loop().time()) + self.gap

    def went_well(self) -> None:
        eased = self.gap * (1 - EASING)
        self.gap = eased if eased > SMALLEST_GAP_SECONDS else 0.0

    def slow_down(self, asked_seconds: float | None) -> None:
        """The provider has had enough for now: everybody pauses, then goes on with twice the gap."""
        pause = FIRST_PAUSE_SECONDS if asked_seconds is None else asked_seconds
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + pause)
        self.gap = min(LONGEST_GAP_SECONDS, max(FIRST_GAP_SECONDS, self.gap * 2))
