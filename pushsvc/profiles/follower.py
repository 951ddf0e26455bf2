"""How a matcher keeps its profiles: it loads them all once, then follows the change feed, and says how far it is.

The position is read before the profiles are, so a change that commits while they load is applied again, never missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from pushsvc.clock import Clock
from pushsvc.domain.subscribers import Profile
from pushsvc.domain.time import Instant
from pushsvc.errors import NotDurable
from pushsvc.profiles.changes import FEED_LIMIT, changes_after, last_change
from pushsvc.profiles.reading import all_profiles, profiles_of
from pushsvc.storage.database import Database
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.profiles import matcher_positions
from pushsvc.telemetry.logs import log

LOOK_SECONDS = 0.2
SIGN_OF_LIFE = timedelta(seconds=2)
DEAD_AFTER = timedelta(seconds=10)
"""A matcher that gave no sign of life for this long is taken for stopped."""

Apply = Callable[[Sequence[Profile], frozenset[int]], None]
"""Takes profiles that are new or changed, and the numbers of those who are gone."""
Followed = Literal["followed", "behind", "none"]


class Follower:
    """Follows the feed for shard `shard` of `of`, whose subscribers are those with `subscriber_no % of == shard`."""

    def __init__(self, database: Database, clock: Clock, apply: Apply, *, shard: int = 0, of: int = 1) -> None:
        self._database, self._clock, self._apply = database, clock, apply
        self._shard, self._of = shard, of
        self._bell, self._reading = asyncio.Event(), asyncio.Lock()
        self._said: tuple[int, Instant] | None = None
        self.position = 0
        """The last change that the profiles show."""

    async def start(self) -> None:
        """Load every profile. Call it once, before `follow`."""
        async with self._database.read() as tx:
            position = await last_change(tx)
        async for page in all_profiles(self._database, shard=self._shard, of=self._of):
            self._apply(page, frozenset())
            await asyncio.sleep(0)  # a page is some milliseconds of work: let others of this process go on
        self.position = position
        await self._say_position()

    async def follow(self) -> None:
        """Follow until cancelled: a look every LOOK_SECONDS, and at once when `ring` is called.

        A database that is away for a while does not end it. Meanwhile no position is said, so that others see it.
        """
        said = ""
        while True:
            try:
                await self.catch_up()
                await self._say_position()
                said = ""
            except (NotDurable, DBAPIError, OSError) as error:
                # Five times a second it would be the same line; a statement that failed shows what it carried.
                why = str(error) if isinstance(error, NotDurable) else type(error).__name__
                if why != said:
                    log.warning("profiles_not_followed", shard=self._shard, why=why)
                said = why
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), LOOK_SECONDS)
            self._bell.clear()

    def ring(self) -> None:
        """A profile was changed in this process: look now."""
        self._bell.set()

    async def catch_up(self) -> int:
        """Apply every change that is committed now. Gives the position; afterwards no older change is missing."""
        async with self._reading:
            while True:
                async with self._database.read() as tx:
                    changes = await changes_after(tx, self.position, FEED_LIMIT)
                    mine = {number for _no, number in changes if number % self._of == self._shard}
                    profiles = await profiles_of(tx, mine)
                if mine:
                    self._apply(profiles, frozenset(mine - {profile.subscriber_no for profile in profiles}))
                if changes:
                    self.position = changes[-1][0]
                if len(changes) < FEED_LIMIT:
                    return self.position
                await asyncio.sleep(0)

    async def _say_position(self) -> None:
        now = self._clock.now()
        if self._said and self._said[0] == self.position and now - self._said[1] < SIGN_OF_LIFE:
            return
        row = {"shard": self._shard, "of": self._of, "change_no": self.position, "at": now}
        async with self._database.write() as tx:
            await upsert(tx, matcher_positions, [row], update=("change_no", "at"))
        self._said = (self.position, now)


async def matchers_follow(database: Database, clock: Clock, change_no: int, *, seconds: float = 2.0) -> Followed:
    """Wait until the running matchers have followed `change_no`, `seconds` at most. `none`: no matcher runs.

    When the number of shards has just changed, those of before look alive for DEAD_AFTER: all shards of one number that
    have followed are enough, for each of these answers every event whole.
    """
    now = asyncio.get_running_loop().time
    end = now() + seconds
    while True:
        alive = matcher_positions.c.at > clock.now() - DEAD_AFTER
        async with database.read() as tx:
            running = (await tx.execute(sa.select(matcher_positions).where(alive))).all()
        if not running:
            return "none"
        followed = [row.of for row in running if row.change_no >= change_no]
        if len(followed) == len(running) or any(followed.count(of) >= of for of in followed):
            return "followed"
        if now() >= end:
            return "behind"
        await asyncio.sleep(0.05)
