"""A process of a cluster that cannot go on says so and ends: whoever supervises it starts it anew."""

from __future__ import annotations

import asyncio
from datetime import UTC
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pushsvc.bootstrap.cluster import Schedule, Worker
from pushsvc.bootstrap.ground import Ground
from pushsvc.bootstrap.house import House
from pushsvc.clock import FixedClock
from pushsvc.storage.bells import Bells
from pushsvc.storage.database import Database
from pushsvc.storage.leases import Lease


class NoGround:
    """Nothing to stand on: no broker, no Redis."""

    def __init__(self, database: Database) -> None:
        self.alerts, self.bells, self.stopped = None, Bells(database), False

    async def start(self) -> None: ...

    async def stop(self) -> None:
        self.stopped = True


def a_house(database: Database, clock: FixedClock) -> House:
    settings = SimpleNamespace(language="zh", timezone="UTC", base_url="http://127.0.0.1", sms_url=(), sms_approval_people=None)
    house = SimpleNamespace(
        database=database, clock=clock, settings=settings, vault=None, intake=None, zone=UTC, publisher=None, sms_providers=()
    )
    return cast(House, house)


async def test_a_scheduler_whose_lease_nobody_renews_any_more_ends(
    sqlite_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_table(_lease: Lease) -> bool:
        raise RuntimeError("no such table: leases")

    monkeypatch.setattr(Lease, "hold", no_table)
    ground = NoGround(sqlite_database)
    schedule = Schedule(a_house(sqlite_database, clock), "test", cast(Ground, ground))
    await schedule.start()
    await asyncio.wait_for(schedule.failed(), 5)
    await schedule.stop()
    assert ground.stopped


class Part:
    """A part of a worker that does not stop as it should."""

    def __init__(self, *, fails: bool = False) -> None:
        self.stopped, self._fails = False, fails

    async def stop(self) -> None:
        self.stopped = True
        if self._fails:
            raise RuntimeError("the group could not be left")

    async def failed(self) -> None:
        await asyncio.Event().wait()


async def test_messages_in_hand_are_given_back_also_when_the_engine_does_not_stop_well() -> None:
    worker = cast(Any, object.__new__(Worker))
    worker._fetcher, worker._feeds, worker._post = None, Part(), Part()
    worker.engine, worker.matcher = Part(fails=True), Part()
    worker.deliverer, worker._ground, worker._carriers = Part(), Part(), ()
    with pytest.raises(RuntimeError, match="could not be left"):
        await worker.stop()
    assert worker.deliverer.stopped
    assert worker._ground.stopped


async def test_a_matcher_whose_profiles_nobody_follows_ends_its_worker() -> None:
    worker = cast(Any, object.__new__(Worker))
    worker.engine, worker.matcher = Part(), SimpleNamespace(failed=lambda: asyncio.sleep(0))
    await asyncio.wait_for(worker.failed(), 5)
