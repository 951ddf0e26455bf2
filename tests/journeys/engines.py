"""What runs a journey's house: the embedded engine, or all processes of a cluster (whole_cluster.py).

Both are built from the parts that `pushsvc serve`, `worker` and `schedule` run. What differs is how a test asks whether
everything was read, and how it has everything read once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.service import Service
from pushsvc.bootstrap.stages import Matcher
from pushsvc.channels.links import VaultLinks
from pushsvc.storage.tables.flow import log, positions
from pushsvc.streams.deliver import Deliverer
from pushsvc.streams.lately import LatelyIndex
from pushsvc.streams.stage import Stage
from pushsvc.streams.timekeeper import Timekeeper

DRAINED_WITHIN_SECONDS = 30.0


class Staged(Protocol):
    """An engine, as far as a journey changes it: its stages, before it starts."""

    stages: tuple[Stage, ...]


class Running(Protocol):
    """A house at work, whatever runs it."""

    deliverer: Deliverer
    matcher: Matcher
    timekeeper: Timekeeper
    links: VaultLinks

    @property
    def lately(self) -> LatelyIndex: ...

    def posted(self) -> None:
        """A service message was queued."""
        ...

    @property
    def stages_of(self) -> Staged: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def readiness(self) -> Mapping[str, str]: ...

    async def measure(self) -> None: ...

    async def idle(self) -> bool:
        """Whether every record was read, and nothing is in hand."""
        ...

    async def drained(self) -> None:
        """Wait for that. TimeoutError says who is behind."""
        ...

    async def read_all_again(self) -> None:
        """At its next start every stage begins anew with the first record that is kept. Call it while it stands still."""
        ...


class Kind(Protocol):
    """How a house is run."""

    def settings(self) -> Mapping[str, Any]:
        """What a house of this kind has in its settings; for each house anew."""
        ...

    def service(self, house: House) -> Running: ...


class Embedded(Service):
    """What `pushsvc dev` runs."""

    @property
    def stages_of(self) -> Staged:
        return self.engine

    async def idle(self) -> bool:
        return await self.engine.idle()

    async def drained(self) -> None:
        await self.engine.drained(DRAINED_WITHIN_SECONDS)

    async def read_all_again(self) -> None:
        kept = sa.select(sa.func.min(log.c.offset)).where(log.c.topic == positions.c.topic, log.c.part == positions.c.part)
        first = sa.func.coalesce(kept.scalar_subquery(), positions.c.next_offset)
        async with self.house.database.write() as tx:
            await tx.execute(sa.update(positions).values(next_offset=first))


class OnEmbedded:
    """Journeys on the embedded engine."""

    def settings(self) -> Mapping[str, Any]:
        return {}

    def service(self, house: House) -> Embedded:
        return Embedded(house)
