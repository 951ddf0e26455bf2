"""The funnels of a list of events. Counting 100,000 people takes a moment, so a list does not wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pushsvc.domain.time import Instant
from pushsvc.ledger import reaches
from pushsvc.sites.sent import Sent
from pushsvc.telemetry import log
from pushsvc.web.publisher.desk import Desk

#: A funnel of so many people is counted while the page waits.
QUICK_PEOPLE = 2_000
#: What was counted is shown for so long: not at all while it moves, little while an event is young, more when it is old.
YOUNG = timedelta(hours=1)
KEPT_YOUNG, KEPT_OLD = timedelta(seconds=20), timedelta(minutes=15)
_MOVING = ("received", "working")
_MOST_KEPT = 2_000


@dataclass(frozen=True)
class Counted:
    """A funnel, and what its messages wait for."""

    funnel: Mapping[str, Any]
    held: Mapping[str, int]
    at: Instant


@dataclass(frozen=True)
class Funnels:
    """Remembers what was counted in this process."""

    desk: Desk
    _kept: dict[str, Counted] = field(default_factory=dict)
    _counting: dict[str, asyncio.Task[Counted]] = field(default_factory=dict)

    async def now(self, event: Sent) -> Counted:
        """Counted for this page."""
        funnel = await self.desk.funnel(event.event_id) or {}
        held: Mapping[str, int] = {}
        if funnel.get("held"):
            async with self.desk.database.read() as tx:
                held = await reaches.held_for(tx, event.publication_id or "", event.event_id)
        counted = Counted(funnel, held, self.desk.clock.now())
        self._kept[event.event_id] = counted
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return counted

    async def lately(self, event: Sent) -> Counted | None:
        """As it was a moment ago. None for an event of many people that was not counted lately: it is being counted now."""
        kept, now = self._kept.get(event.event_id), self.desk.clock.now()
        lasts = KEPT_YOUNG if event.received_at > now - YOUNG else KEPT_OLD
        if kept and kept.at > now - lasts and kept.funnel.get("state") not in _MOVING:
            return kept
        async with self.desk.database.read() as tx:
            many = bool(event.publication_id) and await reaches.concerns_many(tx, event.publication_id or "", QUICK_PEOPLE)
        if not many:
            return await self.now(event)
        if event.event_id not in self._counting:
            task = asyncio.create_task(self.now(event), name="count a funnel")
            self._counting[event.event_id] = task
            task.add_done_callback(lambda done: self._counted(event.event_id, done))
        return kept

    def _counted(self, event_id: str, done: asyncio.Task[Counted]) -> None:
        del self._counting[event_id]
        if not done.cancelled() and (error := done.exception()):
            log.warning("a funnel was not counted", why=type(error).__name__)
