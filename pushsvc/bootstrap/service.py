"""Everything in one process on the embedded engine: what `pushsvc dev` and `pushsvc serve` run."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.bootstrap.carriers import carriers
from pushsvc.bootstrap.house import House
from pushsvc.channels.links import VaultLinks
from pushsvc.channels.rendering import Renderer
from pushsvc.domain.publications import Reading, Version
from pushsvc.domain.subscribers import Profile, Recipient
from pushsvc.domain.summaries import Summary
from pushsvc.ledger.claims import waiting_by_channel
from pushsvc.ledger.funnel import funnel
from pushsvc.ledger.late_check import LedgerLateCheck
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.matching.index import MatchingIndex
from pushsvc.operations.alert_roads import road
from pushsvc.operations.alerts import Alerter
from pushsvc.operations.disk import DiskWatch
from pushsvc.operations.pause_watch import PauseWatch
from pushsvc.plain import decode, read_html, read_text, summarise, work_key
from pushsvc.profiles import consent
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.follower import Follower
from pushsvc.profiles.recipients import contacts, recipients, stopped
from pushsvc.sites import fetch_queue
from pushsvc.sites.fetch_client import PageClient
from pushsvc.sites.fetching import FetchWorker
from pushsvc.sites.intake import forget_old_ids
from pushsvc.storage.migrations import is_current
from pushsvc.streams.dead_letters import DeadLetter
from pushsvc.streams.deliver import Deliverer
from pushsvc.streams.embedded import EmbeddedEngine
from pushsvc.streams.match import Answer
from pushsvc.streams.normalise import Normalise, Readers
from pushsvc.streams.pipeline import Handlers, pipeline
from pushsvc.streams.plan import Plan
from pushsvc.streams.record import RecordOutcomes
from pushsvc.streams.summarise import Summarise
from pushsvc.streams.timekeeper import Duty, Timekeeper, reminding
from pushsvc.telemetry import count, gauge, observe


class Service:
    """The stages, the senders, the fetcher, the timekeeper: started and stopped together, in this order and its reverse."""

    def __init__(self, house: House) -> None:
        self.house = house
        settings, database, clock = house.settings, house.database, house.clock
        send = (
            road(settings.alert_url.get_secret_value(), settings.smtp_url, settings.email_from, settings.base_url)
            if settings.alert_url
            else None
        )
        self.alerts = Alerter(send, clock)
        self.links = VaultLinks(house.vault, settings.base_url)
        self.index = MatchingIndex()
        self.follower = Follower(database, clock, self._hold)
        self.engine = EmbeddedEngine(
            database,
            house.publisher,
            pipeline(self._handlers()),
            clock,
            on_dead=self._dead,
            on_batch=self._handled,
            on_retry=lambda stage, _reason: count("records_retried", stage=stage),
        )
        self.writer = OutcomeWriter(database, house.publisher, clock, LedgerLateCheck(clock))
        self.deliverer = Deliverer(
            database, carriers(house), self.writer, Renderer(), self.links, self._contacts, clock, alerts=self.alerts
        )
        self.fetcher = FetchWorker(database, clock, house.publisher, PageClient(settings.fetch_allow), on_dead=self._page_dead)
        self.disk = DiskWatch(settings.home, self.alerts)
        self.timekeeper = Timekeeper(
            [
                reminding(database, self._recipients, clock, self.deliverer.ring),
                Duty("trim the log", 600.0, self.engine.trim),
                Duty("forget old ids", 3600.0, partial(forget_old_ids, database, clock)),
                Duty("refresh the vault's keys", 60.0, house.vault.refresh),
                Duty("watch the pauses", 5.0, PauseWatch(database, self.alerts).look),
            ]
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._quiet: Any = None

    async def start(self) -> None:
        """Ready when it returns: profiles are loaded, what was left unfinished is being worked on."""
        self.house.settings.home.mkdir(parents=True, exist_ok=True)
        await self.follower.start()
        await self.engine.start()
        await self.deliverer.start()
        await self.fetcher.start(alone=True)
        self._quiet = self.house.publisher.on_ring(self.fetcher.ring)
        self._tasks = [
            asyncio.create_task(self.follower.follow(), name="follower"),
            asyncio.create_task(self.disk.run(), name="disk watch"),
        ]
        self.timekeeper.start()

    async def stop(self) -> None:
        """Finish or give back what is in hand, losing nothing."""
        await self.timekeeper.stop()
        if self._quiet:
            self._quiet()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.fetcher.stop()
        await self.engine.stop()
        await self.deliverer.stop()
        await self.alerts.close()

    async def readiness(self) -> Mapping[str, str]:
        """Each part that is needed to work, "ok" or what is wrong with it."""
        parts = {"engine": "ok" if self.engine.healthy else "stopped"}
        try:
            parts["database"] = "ok" if await is_current(self.house.database) else "schema is not current: run pushsvc migrate"
        except Exception as error:
            parts["database"] = f"does not answer ({type(error).__name__})"
        return parts

    async def funnel(self, event_id: str) -> Mapping[str, Any] | None:
        async with self.house.database.read() as tx:
            return await funnel(tx, event_id)

    async def measure(self) -> None:
        """Bring the gauges up to date: asked for by /metrics."""
        lag: dict[str, int] = {}
        for (stage, _, _), behind in self.engine.lag().items():
            lag[stage] = lag.get(stage, 0) + behind
        for stage, behind in lag.items():
            gauge("stage_lag", behind, stage=stage)
        gauge("subscribers_held", len(self.index))
        async with self.house.database.read() as tx:
            waiting = await waiting_by_channel(tx, self.house.clock.now())
            gauge("fetches_waiting", await fetch_queue.waiting(tx))
            gauge("matcher_behind", await last_change(tx) - self.follower.position)
        for channel, (due, in_doubt) in waiting.items():
            gauge("deliveries_due", due, channel=channel)
            gauge("deliveries_unknown", in_doubt, channel=channel)
        with suppress(OSError):
            await self.disk.look()

    def _handlers(self) -> Handlers:
        database, clock = self.house.database, self.house.clock
        readers = Readers(decode, read_html, read_text, work_key)
        return Handlers(
            normalise=Normalise(database, clock, readers),
            summarise=Summarise(database, clock, _write),
            match=Answer(database, self.index, self.follower),
            plan=Plan(
                database,
                clock,
                self._recipients,
                stopped,
                zone=self.house.zone,
                max_people=self.house.settings.max_people,
                on_held=self._held,
            ),
            record=RecordOutcomes(database, clock, self._recipients, consent.suppress),
        )

    def _handled(self, stage: str, records: int, seconds: float) -> None:
        count("records_handled", records, stage=stage)
        observe("batch_seconds", seconds, stage=stage)
        observe("batch_records", records, stage=stage)
        if stage in ("plan", "record"):  # their effects are deliveries, not records, so no publisher rings for them
            self.deliverer.ring()

    def _hold(self, profiles: Sequence[Profile], gone: frozenset[int]) -> None:
        for profile in profiles:
            self.index.put(profile)
        for number in gone:
            self.index.remove(number)

    async def _recipients(self, tx: AsyncConnection, numbers: Collection[int]) -> dict[int, Recipient]:
        settings = self.house.settings
        return await recipients(tx, numbers, language=settings.language, timezone=settings.timezone)

    async def _contacts(self, tx: AsyncConnection, endpoint_ids: Iterable[int]) -> Mapping[int, str]:
        return await contacts(tx, self.house.vault, endpoint_ids)

    def _held(self, event_id: str, people: int) -> None:
        """The planner is in a transaction: the alert leaves beside it."""
        text = f"{event_id} concerns {people} people, more than MAX_PEOPLE: look at it, then `pushsvc release {event_id}`"
        telling = asyncio.create_task(self.alerts.raise_alert("release", text))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _dead(self, letter: DeadLetter) -> None:
        await self._set_aside(letter.stage, letter.reason)

    async def _page_dead(self, reason: str) -> None:
        await self._set_aside("fetch", f"the page could not be fetched: {reason}")

    async def _set_aside(self, stage: str, reason: str) -> None:
        count("dead_letters", stage=stage)
        await self.alerts.raise_alert("dead_letter", f"a record of {stage} was set aside: {reason}; see `pushsvc dlq list`")


def _write(version: Version, region: str | None, organisation: str | None) -> Summary:
    reading = Reading(version.source_text, version.title, version.language, published_at=version.published_at)
    return summarise(reading, version.declared, site_region=region, issuer=organisation)
