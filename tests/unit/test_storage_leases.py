"""A lease has one holder; who lost it knows, and whoever waits takes over in time."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from pushsvc.clock import FixedClock, SystemClock
from pushsvc.storage import leases as leases_module
from pushsvc.storage.database import Database
from pushsvc.storage.leases import Lease
from tests.services.postgres import free_port

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys
from pushsvc.clock import SystemClock
from pushsvc.storage.database import Database
from pushsvc.storage.leases import Lease

async def main():
    lease = Lease(Database(sys.argv[1], pool_size=1), "schedule", "a child", float(sys.argv[2]), SystemClock())
    while True:
        print("before", lease.ours, flush=True)
        print("holds", await lease.hold(), flush=True)
        await asyncio.sleep(0.1)

asyncio.run(main())
"""


def a_lease(database: Database, seconds: float = 10.0, holder: str = "schedule") -> Lease:
    return Lease(database, "schedule", holder, seconds, SystemClock())


def a_child(database: Database, seconds: float) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database.url, str(seconds)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    while child.stdout.readline() != "holds True\n":
        assert child.poll() is None
    return child


async def until_held(lease: Lease, seconds: float) -> float:
    began = time.monotonic()
    while not await lease.hold():
        assert time.monotonic() - began < seconds
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_of_many_who_ask_at_once_one_holds(database: Database) -> None:
    asking = [a_lease(database) for _ in range(10)]
    assert sum(await asyncio.gather(*(lease.hold() for lease in asking))) == 1
    assert sum(lease.ours for lease in asking) == 1


async def test_the_holder_renews_and_others_wait(database: Database) -> None:
    first, second = a_lease(database, 3.0), a_lease(database, 3.0)
    for _ in range(5):
        assert await first.hold()
        assert not await second.hold()
        await asyncio.sleep(0.8)


async def test_a_lease_that_is_not_renewed_is_lost_and_taken_over(database: Database) -> None:
    first, second = a_lease(database, 1.5), a_lease(database, 30.0)
    assert await first.hold()
    await asyncio.sleep(1.55)
    assert not first.ours
    assert await second.hold()
    assert not await first.hold()


async def test_a_released_lease_is_free_at_once(database: Database) -> None:
    first, second = a_lease(database), a_lease(database)
    await first.hold()
    await first.release()
    assert not first.ours
    assert await second.hold()


async def test_who_lost_it_does_not_release_the_lease_of_another(database: Database) -> None:
    first, second, third = a_lease(database, 1.5), a_lease(database, 30.0), a_lease(database)
    assert await first.hold()
    await asyncio.sleep(1.55)
    assert await second.hold()
    await first.release()
    assert not await third.hold()


async def test_two_processes_of_one_name_are_two_holders(database: Database) -> None:
    assert await a_lease(database, holder="pod-0").hold()
    assert not await a_lease(database, holder="pod-0").hold()


async def test_another_lease_is_free(database: Database) -> None:
    await a_lease(database).hold()
    assert await Lease(database, "tidy", "schedule", 5.0, SystemClock()).hold()


async def test_a_machine_whose_clock_is_ahead_takes_nothing_on_postgresql(postgres_database: Database) -> None:
    assert await a_lease(postgres_database).hold()
    ahead = FixedClock(SystemClock().now() + timedelta(days=1))
    assert not await Lease(postgres_database, "schedule", "ahead", 5.0, ahead).hold()


async def test_a_lease_stays_ours_while_the_database_is_away_and_no_longer() -> None:
    away = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nowhere")
    lease = a_lease(away, 0.4)
    assert not await lease.hold()
    lease._ends = leases_module._seconds_gone_by() + 0.4
    assert await lease.hold(), "its time has not run out"
    await asyncio.sleep(0.4)
    assert not await lease.hold()
    await lease.release()
    await away.close()


async def test_a_killed_holder_is_followed_when_its_time_is_over(database: Database) -> None:
    child = a_child(database, 2.0)
    child.kill()
    child.wait()
    assert await until_held(a_lease(database), 5.0) <= 2.5


async def test_a_thawed_holder_finds_that_it_has_lost_it(database: Database) -> None:
    child = a_child(database, 2.0)
    assert child.stdout
    os.kill(child.pid, signal.SIGSTOP)
    try:
        await until_held(a_lease(database, 60.0), 15.0)
    finally:
        os.kill(child.pid, signal.SIGCONT)
    said = [child.stdout.readline() for _ in range(6)]
    child.kill()
    child.wait()
    # It may have been frozen between a question and its answer: from then on it says only no.
    assert said[-4:] == ["before False\n", "holds False\n"] * 2 or said[-4:] == ["holds False\n", "before False\n"] * 2
