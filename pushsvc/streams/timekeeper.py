"""The timekeeper rings; what is due is found in the database. So two of them tell nobody twice, and one that was late or
stopped in between loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pushsvc.clock import Clock
from pushsvc.errors import NotDurable
from pushsvc.ledger.approving import NOBODY_IS_ASKED, Asking
from pushsvc.ledger.reminders import Recipients, plan_reminders
from pushsvc.ledger.silence import silent, tell_the_silent_again
from pushsvc.storage.database import Database
from pushsvc.streams.waiting import end
from pushsvc.telemetry import log

REMINDERS_EVERY_SECONDS = 60.0
#: What is being done at a stop has so long.
STOP_SECONDS = 10.0
SILENCE_EVERY_SECONDS = 60.0
#: Reminders that one transaction plans: it holds the only writer of SQLite.
REMINDERS_AT_ONCE = 500


@dataclass(frozen=True)
class Duty:
    """Something to do every so many seconds. A round that takes longer than that is not begun twice."""

    name: str
    every_seconds: float
    do: Callable[[], Awaitable[object]]


class Timekeeper:
    """Does each duty in its rhythm, first at once. A duty that fails is logged and done again at its next turn."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = tuple(duties)
        self._scheduler: AsyncIOScheduler | None = None
        self._doing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin. Call it in the running event loop."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        for duty in self._duties:
            scheduler.add_job(
                self._do, "interval", (duty,), seconds=duty.every_seconds, id=duty.name, max_instances=1, coalesce=True,
                next_run_time=datetime.now(UTC),
                # However late the loop is, a turn is late, not missed.
                misfire_grace_time=None,
            )  # fmt: skip
        scheduler.start()
        self._scheduler = scheduler

    async def stop(self) -> None:
        """Ring no more, and let what is being done come to its end."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        await end(list(self._doing), STOP_SECONDS)

    async def _do(self, duty: Duty) -> None:
        """In a task of its own: the scheduler, when it is shut down, cancels what it runs, and a statement that is cancelled
        half-way can leave its connection such that it never closes."""
        doing = asyncio.create_task(_done(duty), name=duty.name)
        self._doing.add(doing)
        doing.add_done_callback(self._doing.discard)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(doing)

    async def once(self) -> None:
        """Do each duty now, one after the other: for whoever moved the clock and does not want to wait."""
        for duty in self._duties:
            await _done(duty)


async def _done(duty: Duty) -> None:
    try:
        await duty.do()
    except NotDurable as fault:
        log.warning("a duty waits", duty=duty.name, why=str(fault))
    except Exception:
        log.exception("a duty failed", duty=duty.name)


def reminding(database: Database, recipients: Recipients, clock: Clock, ring: Callable[[], None]) -> Duty:
    """Plans the reminders that are due; `ring` wakes the deliverers after the commit."""

    async def remind() -> None:
        looked = REMINDERS_AT_ONCE
        while looked == REMINDERS_AT_ONCE:
            async with database.write() as tx:
                looked = await plan_reminders(tx, recipients, clock.now(), REMINDERS_AT_ONCE)
            if looked:
                ring()

    return Duty("reminders", REMINDERS_EVERY_SECONDS, remind)


def telling_again(
    database: Database,
    recipients: Recipients,
    clock: Clock,
    ring: Callable[[], None],
    asking: Asking = NOBODY_IS_ASKED,
) -> Duty:
    """Urgent messages of which nothing was heard since they were accepted are told on the next endpoint too; `asking`: whose
    SMS two people approve first."""

    async def tell() -> None:
        async with database.read() as tx:
            if not await silent(tx, clock.now(), 1):
                return
        async with database.write() as tx:
            told = await tell_the_silent_again(tx, recipients, clock.now(), REMINDERS_AT_ONCE, asking)
        if told:
            ring()

    return Duty("silent messages", SILENCE_EVERY_SECONDS, tell)
