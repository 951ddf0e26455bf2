"""What the dashboard shows, asked once for everybody who watches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.ledger.happened import SPANS, Happened, SpanName, happened, troubled_lately
from pushsvc.ledger.waits import OnTheWay, Waiting, on_the_way, stuck, versions_held, waiting
from pushsvc.operations.needs import Need, Seen, dead_by_stage, needs
from pushsvc.operations.paused_channels import pauses
from pushsvc.storage.database import Database

#: What was asked is good for so long, and for ten times as long as the asking took: watching never becomes the work.
GOOD_SECONDS, TIMES_THE_ASKING = 2.0, 10.0
#: Which documents wait for a release is asked so seldom while more and more of their people are being planned.
HELD_SECONDS = 20.0
Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """One answer for all who ask within a moment; who asks while it is being made waits for the same."""

    def __init__(self, ask: Callable[[], Awaitable[Thing]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[Thing] | None = None
        self._until = 0.0

    async def __call__(self) -> Thing:
        if self._asking is None or (self._asking.done() and time.monotonic() >= self._until):
            self._asking = asyncio.create_task(self._make())
        # Shielded: a watcher who leaves does not take the answer from the others.
        return await asyncio.shield(self._asking)

    async def _make(self) -> Thing:
        begun = time.monotonic()
        try:
            made = await self._ask()
        except BaseException:
            self._until = 0.0
            raise
        ended = time.monotonic()
        self._until = ended + max(GOOD_SECONDS, TIMES_THE_ASKING * (ended - begun))
        return made


@dataclass(frozen=True)
class Now:
    """How things stand at `at`."""

    at: Instant
    waiting: Mapping[str, Waiting]
    on_the_way: Mapping[str, OnTheWay]
    dead: Mapping[str, int]
    paused: frozenset[str]
    needs: Sequence[Need]

    @property
    def oldest(self) -> Instant | None:
        """Since when the message waits that could have left first. What is paused waits by a person's will."""
        since = [one.since for channel, one in self.waiting.items() if one.since and not self.paused & {channel, "all"}]
        return min(since, default=None)


class Board:
    """The figures. `now()` and `lately(span)` are shared, and at most a moment old."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._held: tuple[int, Mapping[str, int]] = (0, {})
        self._held_until = 0.0
        self.now = Kept(self._now)
        self._lately = {name: Kept(partial(self._happened, SPANS[name].name)) for name in SPANS}

    async def lately(self, span: str) -> Happened:
        return await self._lately[span]()

    async def _happened(self, span: SpanName) -> Happened:
        async with self._database.read() as tx:
            return await happened(tx, SPANS[span], self._clock.now())

    async def _now(self) -> Now:
        now = self._clock.now()
        async with self._database.read() as tx:
            waits, ways = await waiting(tx, now), await on_the_way(tx, now)
            held = await self._versions_held(tx, sum(one.release for one in waits.values()))
            today = await happened(tx, SPANS["day"], now)
            seen = Seen(
                due={channel: (one.due, one.since) for channel, one in waits.items() if one.since},
                stuck={channel: one.since for channel, one in (await stuck(tx, now)).items()},
                lately=await troubled_lately(tx, now),
                behind={stage: (way.events, way.since) for stage, way in ways.items()},
                release=(len(held), sum(held.values())),
                approval=sum(one.approval for one in waits.values()),
                unknown=(today.total("unknown"), today.total("told")),
            )
            found = await needs(tx, now, seen)
            return Now(now, waits, ways, await dead_by_stage(tx), frozenset(await pauses(tx)), found)

    async def _versions_held(self, tx: AsyncConnection, people: int) -> Mapping[str, int]:
        """Which documents they wait for is asked again when their number has changed, but not at each step of a large plan."""
        known, held = self._held
        if people != known and (not people or not known or time.monotonic() >= self._held_until):
            held = await versions_held(tx) if people else {}
            self._held, self._held_until = (people, held), time.monotonic() + HELD_SECONDS
        return held


def age(since: Instant | None, now: Instant) -> timedelta:
    return max(now - since, timedelta(0)) if since else timedelta(0)
