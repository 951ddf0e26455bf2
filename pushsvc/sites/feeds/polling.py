"""The worker that visits feeds when they are due. A server that hangs holds only its own feed."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import structlog

from pushsvc.clock import Clock
from pushsvc.errors import NotDurable
from pushsvc.sites.feeds import queue, registered
from pushsvc.sites.feeds.client import FeedClient
from pushsvc.sites.feeds.queue import Visit
from pushsvc.sites.feeds.visiting import Visitor
from pushsvc.sites.hands import Hands
from pushsvc.sites.intake import Intake
from pushsvc.storage.database import Database

PACE = timedelta(seconds=1)
MAX_AT_ONCE = 32
_LOOK_SECONDS = 0.5
_REGISTRY_SECONDS = 5.0
"""How soon a feed that an import has named is taken up."""
_log = structlog.get_logger(__name__)


class FeedPoller:
    """Visits feeds in their rhythm: one of a host at a time, no more than one in `pace`; follows the registry by itself."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: FeedClient,
        intake: Intake,
        *,
        pace: timedelta = PACE,
        at_once: int = MAX_AT_ONCE,
    ) -> None:
        self._database, self._clock, self._pace, self._hands = database, clock, pace, Hands(at_once)
        self._visitor = Visitor(database, clock, client, intake)
        self._looked = float("-inf")

    async def start(self, *, alone: bool = False) -> None:
        """Begins to work. `alone`: this is the installation's only process, so nobody else holds a lease."""
        if alone:
            async with self._database.write() as tx:
                await queue.void_leases(tx)
        self._hands.begin(self._run(), "feed-poller")

    async def stop(self) -> None:
        """Stops at once: a feed in hand is asked again after its lease."""
        await self._hands.let_go()

    async def run_due(self) -> list[str]:
        """Follows the registry, visits what is due at this moment, and waits for it. Gives what came of each visit."""
        await self._follow_registry()
        visits = await self._claim(self._hands.most)
        return list(await asyncio.gather(*(self._visitor.visit(visit) for visit in visits)))

    async def _run(self) -> None:
        said = ""
        while True:
            more = False
            try:
                await self._follow_registry_now_and_then()
                more = await self._take_up()
                said = ""
            except NotDurable as error:
                if str(error) != said:
                    _log.warning("feed_claim_failed", reason=str(error))
                said = str(error)
            except Exception:
                _log.exception("feed_claim_failed")
            if more:
                await self._half_free()
            else:
                await asyncio.sleep(_LOOK_SECONDS)

    async def _take_up(self) -> bool:
        """Begins as many visits as hands are free. Gives whether more may be due."""
        free = self._hands.free
        visits = await self._claim(free)
        for visit in visits:
            self._hands.take(self._visit(visit))
        return len(visits) >= free

    async def _half_free(self) -> None:
        """A claim costs the same for one feed as for many: it waits until it is worth it, but not for a server that hangs."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._hands.half_free()

    async def _visit(self, visit: Visit) -> None:
        try:
            await self._visitor.visit(visit)
        except NotDurable as error:
            # The lease runs out, and the feed is asked again.
            _log.warning("feed_visit_not_kept", feed_id=visit.feed_id, reason=str(error))

    async def _claim(self, most: int) -> list[Visit]:
        if most <= 0:
            return []
        now = self._clock.now()
        # Looking is a read: an idle worker must not take the writer's turn twice a second.
        async with self._database.read() as tx:
            if not await queue.any_due(tx, now):
                return []
        async with self._database.write() as tx:
            return await queue.claim(tx, now, self._pace, most)

    async def _follow_registry_now_and_then(self) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._looked >= _REGISTRY_SECONDS:
            self._looked = moment
            await self._follow_registry()

    async def _follow_registry(self) -> None:
        async with self._database.read() as tx:
            if not await registered.registry_moved(tx):
                return
        async with self._database.write() as tx:
            await registered.follow_registry(tx, self._clock.now())
