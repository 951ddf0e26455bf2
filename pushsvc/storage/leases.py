"""A lease: what only one process may do at a time, such as the scheduler's duties, until a moment unless it is renewed.

Whose clock? Two machines may disagree on the time, and one that is ahead would take a lease that its holder still counts
on. So on PostgreSQL the moment is written and read by the server's clock alone. On SQLite everybody is on one machine, and
`clock` says the time. Whether it is *still ours* is never read from either: the holder counts its own seconds from before
it asked, by a clock that nobody can set and that goes on while the process is frozen or the machine asleep. It gives up
at the latest in the moment in which another may take over. (The server's clock itself must not jump ahead by a lease's
length: keep NTP on it.)

A holder does not notice in the middle of its work that it has lost the lease: what must not happen twice is claimed in the
database besides.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pushsvc.clock import Clock
from pushsvc.errors import NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.tables.base import Moment
from pushsvc.storage.tables.operations import leases

MOST_HOLDER = 100
ANSWER_SECONDS = 5.0
_SERVER_NOW = sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()) * 1_000_000, sa.BigInteger)


class Lease:
    """One process's hand on the lease `name`. `holder` is for people to read; two of the same words are still two holders."""

    def __init__(self, database: Database, name: str, holder: str, seconds: float, clock: Clock) -> None:
        self._database, self._name, self._clock, self._seconds = database, name, clock, seconds
        self._holder = f"{holder[:MOST_HOLDER]} {secrets.token_hex(4)}"
        self._ends = float("-inf")

    @property
    def ours(self) -> bool:
        """Whether no other can have it yet. False as soon as its time has passed without a renewal."""
        return _seconds_gone_by() < self._ends

    async def hold(self) -> bool:
        """Take it if it is free, renew it if it is ours; call it at least three times in `seconds`.

        True while it is ours: also when the database cannot be asked now and the time has not run out.
        """
        asked_at = _seconds_gone_by()
        with suppress(NotDurable, TimeoutError):
            async with asyncio.timeout(min(self._seconds / 2, ANSWER_SECONDS)):
                async with self._database.write(first=True) as tx:
                    got = (await tx.execute(self._taking())).first() is not None
            self._ends = asked_at + self._seconds if got else float("-inf")
        return self.ours

    async def release(self) -> None:
        """Another may have it at once. When the database is away, it is free after its time."""
        held, self._ends = self._ends > float("-inf"), float("-inf")
        if held:
            with suppress(NotDurable, TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS), self._database.write(first=True) as tx:
                    await tx.execute(sa.delete(leases).where(leases.c.name == self._name, leases.c.holder == self._holder))

    def _taking(self) -> Any:
        length = timedelta(seconds=self._seconds)
        now: Any
        until: Any
        if self._database.dialect == "postgresql":
            insert: Any = postgresql.insert(leases)
            now = sa.type_coerce(_SERVER_NOW, Moment)
            until = _SERVER_NOW + length // timedelta(microseconds=1)
        else:
            insert, now = sqlite.insert(leases), self._clock.now()
            until = now + length
        return (
            insert.values(name=self._name, holder=self._holder, until=until)
            .on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
                where=sa.or_(leases.c.holder == insert.excluded.holder, leases.c.until < now),
            )
            .returning(leases.c.name)
        )


def _seconds_gone_by() -> float:
    # Linux: time.monotonic() stands still while the machine sleeps, this one does not.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)
