"""Deliver: the ledger row is the queue. Every connection of every channel claims what is due and sends it.

A ring wakes the connections; a sweep takes what fell due by time, or whose ring was lost, and mends what a connection that
never came back had claimed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

import sqlalchemy as sa

from pushsvc.channels.pace import Pace
from pushsvc.channels.rendering import Renderer
from pushsvc.clock import Clock, SystemClock
from pushsvc.domain.ports import Alerts, Carrier, Contacts, Links, Shared
from pushsvc.domain.time import to_micros
from pushsvc.errors import NotDurable
from pushsvc.ledger import claims
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.storage.database import Database
from pushsvc.storage.shared import MemoryShared
from pushsvc.storage.tables.ledger import deliveries
from pushsvc.streams.affording import Purse
from pushsvc.streams.awake import Awake, Recipients
from pushsvc.streams.preparing import Preparer
from pushsvc.streams.sending import Desk, Sender
from pushsvc.streams.waiting import end, wait_for
from pushsvc.telemetry import count, log

SWEEP_SECONDS = 5.0
LEASE_SECONDS = claims.MOST_LEASE_SECONDS
#: What one message may take at most; the carriers' own limits are below it.
SEND_SECONDS = 16.0
#: What it may take at a stop, besides, to write down what came of it.
WRITING_SECONDS = 2.0
BATCH = 100
#: A connection that had nothing to carry for so long is closed.
KEPT_OPEN_SECONDS = 30.0
_FAULT_PAUSE_SECONDS = 1.0


class Deliverer:
    """Runs `carrier.connections` connections for each carrier, one carrier a channel."""

    def __init__(
        self,
        database: Database,
        carriers: Sequence[Carrier],
        writer: OutcomeWriter,
        renderer: Renderer,
        links: Links,
        contacts: Contacts,
        clock: Clock,
        *,
        alerts: Alerts | None = None,
        alone: bool = True,
        batch: int = BATCH,
        lease_seconds: float = LEASE_SECONDS,
        send_seconds: float = SEND_SECONDS,
        sweep_seconds: float = SWEEP_SECONDS,
        shared: Shared | None = None,
        rates: Mapping[str, float] | None = None,
        zone: tzinfo = UTC,
        recipients: Recipients | None = None,
    ) -> None:
        """`alone`: no other process sends, so what is claimed at the start belongs to a process that is dead.

        `shared`: what all sending processes know of the providers; absent, this one knows by itself. `rates`: the most
        messages a second of a channel, over all processes; a channel that is not in it has no limit of ours. `zone`: where the
        day of a budget begins. `recipients` know their quiet hours.
        """
        self._shared, self._rates = shared or MemoryShared(SystemClock()), dict(rates or {})
        self._database, self._carriers, self._clock, self._alerts = database, tuple(carriers), clock, alerts
        self._alone, self._sweep_seconds, self._stop_seconds = alone, sweep_seconds, send_seconds + WRITING_SECONDS
        preparer = Preparer(database, renderer, links, contacts)
        purse = Purse(database, clock, zone, self._tell_spent)
        awake = Awake(database, clock, recipients) if recipients else None
        self._desk = Desk(database, writer, preparer, links, clock, batch, lease_seconds, send_seconds, purse, awake)
        self._stopping = asyncio.Event()
        self._bells: list[asyncio.Event] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        if self._alone:
            async with self._database.write() as tx:
                doubtful = await claims.void_all_leases(tx, self._clock.now())
            if doubtful:
                log.warning("messages in doubt after a stop", count=doubtful)
                count("leases_expired", doubtful)
        process = f"{os.getpid():x}-{to_micros(self._clock.now()):x}"
        for carrier in self._carriers:
            provider = f"{carrier.channel} by {carrier.name}"
            pace = Pace(self._shared, carrier.channel, provider, self._rates.get(carrier.channel))
            for number in range(carrier.connections):
                name = f"{process}-{carrier.channel[0]}{number}"
                sender = Sender(self._desk, carrier, pace, name, self._stopping, self._tell_failing)
                bell = asyncio.Event()
                self._bells.append(bell)
                self._tasks.append(asyncio.create_task(self._run(sender, bell), name=f"deliver {name}"))
        self._tasks.append(asyncio.create_task(self._sweep(), name="deliver sweep"))

    def ring(self) -> None:
        """Something may be due: look now instead of at the next sweep."""
        for bell in self._bells:
            bell.set()

    async def stop(self) -> None:
        """Each connection finishes the message in hand and gives the rest of its claim back.

        A database that is away does not hold the stop: a message whose outcome cannot be written down is in doubt then, and
        its lease says so to whoever comes next.
        """
        self._stopping.set()
        self.ring()
        await end(self._tasks, self._stop_seconds)
        self._tasks.clear()
        self._bells.clear()

    async def _run(self, sender: Sender, bell: asyncio.Event) -> None:
        idle_seconds = 0.0
        while not self._stopping.is_set():
            bell.clear()
            try:
                worked = await sender.work()
            except NotDurable as fault:
                log.warning("deliveries wait", why=str(fault))
                worked = False
                await wait_for(self._stopping, _FAULT_PAUSE_SECONDS)
            except Exception:
                # What it had claimed is mended by its lease: only so is the message in hand counted as in doubt.
                log.exception("a connection failed")
                worked = False
                await wait_for(self._stopping, _FAULT_PAUSE_SECONDS)
            await sender.rest()
            if worked:
                idle_seconds = 0.0
                continue
            await wait_for(bell, self._sweep_seconds)
            idle_seconds = 0.0 if bell.is_set() else idle_seconds + self._sweep_seconds
            if idle_seconds >= KEPT_OPEN_SECONDS:
                await sender.close()
        await sender.close()

    async def _sweep(self) -> None:
        """Every `sweep_seconds`: mend expired leases. The connections themselves look for what is due as often."""
        while not self._stopping.is_set():
            await wait_for(self._stopping, self._sweep_seconds)
            try:
                if await self._any_expired():
                    async with self._database.write() as tx:
                        doubtful = await claims.void_expired_leases(tx, self._clock.now())
                    log.warning("leases expired", count=doubtful)
                    count("leases_expired", doubtful)
                    self.ring()
            except NotDurable as fault:
                log.warning("the sweep waits", why=str(fault))
            except Exception:
                log.exception("the sweep failed")

    async def _any_expired(self) -> bool:
        expired = sa.select(deliveries.c.delivery_id).where(
            deliveries.c.claim.is_not(None), deliveries.c.leased_until < self._clock.now()
        )
        async with self._database.read() as tx:
            return (await tx.execute(expired.limit(1))).first() is not None

    def _tell_failing(self, why: str) -> None:
        self._tell("channel_failing", why)

    def _tell_spent(self, why: str) -> None:
        self._tell("budget", why)

    def _tell(self, kind: str, why: str) -> None:
        if self._alerts:
            telling = asyncio.create_task(self._alerts.raise_alert(kind, why))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
