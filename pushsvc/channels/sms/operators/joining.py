"""Texts that people send in several parts become one again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from pushsvc.channels.sms.longtext import MOST_PARTS, Place
from pushsvc.channels.sms.operators.receiving import Done

#: How long the first part waits unanswered for the others. An operator that delivers one at a time does not send the next
#: before we answer: then each part is a message of its own, and none is lost.
WAIT_SECONDS = 2.0
_MOST_OPEN = 200
Whole = Callable[[str, Done], None]


@dataclass
class _Open:
    total: int
    whole: Whole
    timer: asyncio.TimerHandle
    words: dict[int, str] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)


class Joiner:
    """Keeps the parts of texts that are not whole yet, unanswered."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, int], _Open] = {}

    def part(self, phone: str, to: str, place: Place, words: str, done: Done, whole: Whole) -> None:
        """`whole(text, done)` is called once, with all parts or with those that came within WAIT_SECONDS."""
        key = (phone, to, place.reference)
        known = self._open.get(key)
        if known is not None and known.total != place.total:
            self._hand_on(key)
            known = None
        if known is None:
            if len(self._open) >= _MOST_OPEN or place.total > MOST_PARTS * 2:
                whole(words, done)
                return
            timer = asyncio.get_running_loop().call_later(WAIT_SECONDS, self._hand_on, key)
            known = self._open[key] = _Open(place.total, whole, timer)
        known.words.setdefault(place.number, words)
        known.done.append(done)
        if len(known.words) == known.total:
            self._hand_on(key)

    def close(self) -> None:
        """Hand on what there is."""
        for key in list(self._open):
            self._hand_on(key)

    def _hand_on(self, key: tuple[str, str, int]) -> None:
        known = self._open.pop(key, None)
        if known is None:
            return
        known.timer.cancel()

        def all_done(durable: bool) -> None:
            for done in known.done:
                done(durable)

        known.whole("".join(words for _, words in sorted(known.words.items())), all_done)
