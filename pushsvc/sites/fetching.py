"""The worker that fetches the pages of events that came without content. A hanging server holds only itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from pushsvc.clock import Clock
from pushsvc.domain.records import Publisher
from pushsvc.errors import NotDurable
from pushsvc.sites import fetch_queue, registry
from pushsvc.sites.addresses import Address
from pushsvc.sites.events import Body
from pushsvc.sites.fetch_client import PageClient, Refused, Unavailable
from pushsvc.sites.fetch_queue import Fetch
from pushsvc.sites.hands import Hands
from pushsvc.sites.intake import started
from pushsvc.storage.database import Database
from pushsvc.telemetry import count

PACE = timedelta(seconds=1)
MAX_AT_ONCE = 16
_LOOK_SECONDS = 0.5
_log = structlog.get_logger(__name__)

OnDead = Callable[[str], Awaitable[None]]
"""Hears the reason of each page that was given up."""


class FetchWorker:
    """Fetches what is due: one page of a host at a time, and no more than one in `pace`."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        publisher: Publisher,
        client: PageClient,
        *,
        pace: timedelta = PACE,
        on_dead: OnDead | None = None,
    ) -> None:
        self._database, self._clock, self._publisher, self._client, self._pace = database, clock, publisher, client, pace
        self._on_dead = on_dead
        self._bell, self._hands = asyncio.Event(), Hands(MAX_AT_ONCE)

    async def start(self, *, alone: bool = False) -> None:
        """Begins to work. `alone`: this is the installation's only process, so nobody else holds a lease."""
        if alone:
            async with self._database.write() as tx:
                await fetch_queue.void_leases(tx)
        self._hands.begin(self._run(), "fetch-worker")

    async def stop(self) -> None:
        """Stops at once: a page in hand is fetched again after its lease."""
        await self._hands.let_go()

    def ring(self) -> None:
        """Something may be due: look now."""
        self._bell.set()

    async def run_due(self) -> int:
        """Fetches what is due at this moment, and waits for it. Gives how many pages were asked for."""
        fetches = await self._claim(MAX_AT_ONCE)
        await asyncio.gather(*(self._fetch(fetch) for fetch in fetches))
        return len(fetches)

    async def _run(self) -> None:
        said = ""
        while True:
            self._bell.clear()
            try:
                for fetch in await self._claim(self._hands.free):
                    self._hands.take(self._fetch(fetch))
                said = ""
            except NotDurable as error:
                if str(error) != said:
                    _log.warning("fetch_claim_failed", reason=str(error))
                said = str(error)
            except Exception:
                _log.exception("fetch_claim_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), _LOOK_SECONDS)

    async def _claim(self, most: int) -> list[Fetch]:
        if most <= 0:
            return []
        now = self._clock.now()
        # Looking is a read: an idle worker must not take the writer's turn twice a second.
        async with self._database.read() as tx:
            if not await fetch_queue.any_due(tx, now):
                return []
        async with self._database.write() as tx:
            return await fetch_queue.claim(tx, now, self._pace, most)

    async def _fetch(self, fetch: Fetch) -> None:
        async def owns(address: Address) -> bool:
            async with self._database.read() as tx:
                return await registry.owner_of(tx, address) == fetch.site

        try:
            body = await self._client.fetch(fetch.url, owns)
        except Refused as error:
            await self._failed(fetch, str(error), final=True)
        except Unavailable as error:
            await self._failed(fetch, str(error), wait=error.wait)
        except Exception as error:
            _log.exception("fetch_failed", event_id=fetch.event_id)
            await self._failed(fetch, f"an error of our own: {type(error).__name__}")
        else:
            await self._arrived(fetch, body)

    async def _arrived(self, fetch: Fetch, body: Body) -> None:
        try:
            async with self._database.write() as tx:
                if await fetch_queue.arrived(tx, fetch, body):
                    await self._publisher.publish(tx, [started(fetch.event_id, fetch.address)])
            self._publisher.ring()
            count("fetches", outcome="done")
        except NotDurable as error:
            # The lease runs out, and the page is fetched again.
            _log.warning("fetch_not_kept", event_id=fetch.event_id, reason=str(error))

    async def _failed(self, fetch: Fetch, reason: str, *, final: bool = False, wait: timedelta | None = None) -> None:
        try:
            async with self._database.write() as tx:
                dead = await fetch_queue.failed(tx, fetch, reason, self._clock.now(), final=final, wait=wait)
            count("fetches", outcome="dead" if dead else "put_off")
            _log.info("fetch_dead" if dead else "fetch_put_off", event_id=fetch.event_id, tries=fetch.tries, reason=reason)
            if dead and self._on_dead:
                await self._on_dead(reason)
        except NotDurable as error:
            _log.warning("fetch_not_noted", event_id=fetch.event_id, reason=str(error))
