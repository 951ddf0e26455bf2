"""Alerts: what needs a person is told to ALERT_URL, once, without anything personal, and never holds up the work."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from pushsvc import telemetry
from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.telemetry.hiding import masked_text

#: The same alert again within this long is counted and not sent.
REPEATED_AFTER = timedelta(minutes=30)
#: At most so many an hour in all: a storm of faults fills the logs, not somebody's telephone.
MOST_AN_HOUR = 20
MOST_WAITING = 50
TRIES = 4
FIRST_PAUSE_SECONDS = 2.0
MAX_TEXT = 500


@dataclass(frozen=True)
class Alert:
    """`kind` names what is wrong (`dead_letter`, `channel_failing`, `disk`), `text` says it and the way out."""

    kind: str
    text: str
    at: Instant


Send = Callable[[Alert], Awaitable[None]]
"""Brings one alert to a person; raises OSError (or a subclass) when that failed."""


class Alerter:
    """The Alerts port. Without a `send` (ALERT_URL unset), alerts stand in the log alone."""

    def __init__(self, send: Send | None, clock: Clock, *, first_pause_seconds: float = FIRST_PAUSE_SECONDS) -> None:
        self._send, self._clock, self._first_pause = send, clock, first_pause_seconds
        self._told: dict[tuple[str, str], Instant] = {}
        self._sent: deque[Instant] = deque()
        self._waiting: asyncio.Queue[Alert] = asyncio.Queue(MOST_WAITING)
        self._sender: asyncio.Task[None] | None = None

    async def raise_alert(self, kind: str, text: str) -> None:
        """Returns at once; the alert leaves in the background."""
        alert = Alert(kind, masked_text(text)[:MAX_TEXT], self._clock.now())
        telemetry.log.warning("alert", kind=kind, why=alert.text)
        if self._send is None:
            telemetry.count("alerts", outcome="unheard")
        elif self._is_repeat(alert):
            telemetry.count("alerts", outcome="repeated")
        elif self._waiting.full() or not self._within_the_hour(alert.at):
            telemetry.count("alerts", outcome="dropped")
        else:
            self._told[alert.kind, alert.text] = alert.at
            self._sent.append(alert.at)
            self._waiting.put_nowait(alert)
            if self._sender is None or self._sender.done():
                self._sender = asyncio.create_task(self._send_waiting())

    async def close(self, seconds: float = 3.0) -> None:
        """Give what still waits a moment to leave."""
        if self._sender is not None:
            await asyncio.wait([self._sender], timeout=seconds)
            self._sender.cancel()

    def _is_repeat(self, alert: Alert) -> bool:
        self._told = {told: at for told, at in self._told.items() if alert.at - at < REPEATED_AFTER}
        return (alert.kind, alert.text) in self._told

    def _within_the_hour(self, now: Instant) -> bool:
        while self._sent and now - self._sent[0] >= timedelta(hours=1):
            self._sent.popleft()
        return len(self._sent) < MOST_AN_HOUR

    async def _send_waiting(self) -> None:
        assert self._send is not None
        while not self._waiting.empty():
            alert = self._waiting.get_nowait()
            for tried in range(TRIES):
                try:
                    await self._send(alert)
                    telemetry.count("alerts", outcome="sent")
                    break
                except OSError as fault:
                    telemetry.log.warning("alert not sent", kind=alert.kind, tried=tried + 1, why=str(fault))
                    if tried + 1 < TRIES:
                        await asyncio.sleep(self._first_pause * 2**tried)
            else:
                telemetry.count("alerts", outcome="failed")
