"""The faults themselves: each is something that happens to processes, to the broker or to the database while records flow."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from tests.contract.processes import Fault, Scene

AWAY_SECONDS = 5.0
#: How long a broker may take to come back on a machine that is busy: 4 s on a quiet one.
REVIVED_SECONDS = 240.0
#: Longer than the 10 s that SQLite's busy_timeout waits.
LOCKED_SECONDS = 15.0
#: Every fifth process is killed while it is still starting.
EARLY = 5
LONGEST_START_SECONDS = 2.0


def kills(times: int) -> Fault:
    async def kill(scene: Scene) -> None:
        worker = await scene.start()
        await scene.flow.until_flowing(time.monotonic())
        for number in range(1, times + 1):
            await scene.a_while()
            await worker.kill()
            since = time.monotonic()
            worker = await scene.start(wait=False)
            if number % EARLY == 0:
                await scene.a_while(LONGEST_START_SECONDS)
                await worker.kill()
                worker = await scene.start(wait=False)
                since = time.monotonic()
            await scene.recovered(since)

    return kill


def stops(times: int) -> Fault:
    async def stop(scene: Scene) -> None:
        worker = await scene.start()
        await scene.flow.until_flowing(time.monotonic())
        for _ in range(times):
            await scene.a_while()
            await worker.stop()
            since = time.monotonic()
            worker = await scene.start()
            await scene.recovered(since)

    return stop


async def a_second_joins_and_leaves(scene: Scene) -> None:
    """Twice by SIGTERM, once by kill -9; recovery is counted from its leaving."""
    await scene.start()
    await scene.flow.until_flowing(time.monotonic())
    for leaves in ("plainly", "plainly", "killed"):
        second = await scene.start()
        await scene.flow.until_flowing(time.monotonic())
        await scene.a_while()
        await (second.kill() if leaves == "killed" else second.stop())
        await scene.recovered(time.monotonic())


async def frozen_and_replaced(scene: Scene) -> None:
    """A worker stands still for longer than its session, another takes over, the first comes back and finds itself fenced."""
    first = await scene.start()
    await scene.flow.until_flowing(time.monotonic())
    await scene.a_while()
    first.freeze()
    since = time.monotonic()
    await scene.start()
    await scene.recovered(since)
    await asyncio.sleep(max(0.0, since + scene.session_seconds * 1.5 - time.monotonic()))
    first.thaw()
    await scene.flow.until_flowing(time.monotonic())
    # Both go on together for a while: what the fenced one still had in hand would show now.
    await asyncio.sleep(scene.session_seconds / 2)


async def frozen_alone(scene: Scene) -> None:
    worker = await scene.start()
    await scene.flow.until_flowing(time.monotonic())
    await scene.a_while()
    worker.freeze()
    await asyncio.sleep(scene.session_seconds * 1.5)
    worker.thaw()
    await scene.recovered(time.monotonic())


async def a_second_is_refused(scene: Scene) -> None:
    """The embedded engine is one process: another one says so and ends, and the first does not notice."""
    await scene.start()
    for _ in range(3):
        second = await scene.start(wait=False)
        assert await second.process.wait() != 0, "a second embedded engine ran on the same database"
        assert "another pushsvc runs on this database" in second.said
        await scene.recovered(time.monotonic())


def broker_killed(times: int) -> Fault:
    async def kill(scene: Scene) -> None:
        assert scene.kafka is not None
        await scene.start()
        await scene.flow.until_flowing(time.monotonic())
        for number in range(times):
            node = 1 + number % scene.kafka.nodes
            await scene.a_while()
            scene.kafka.kill(node)
            await asyncio.sleep(AWAY_SECONDS)
            scene.kafka.revive(node)
            await scene.kafka.ready(REVIVED_SECONDS)
            await scene.recovered(time.monotonic())

    return kill


async def broker_frozen(scene: Scene) -> None:
    assert scene.kafka is not None
    await scene.start()
    await scene.flow.until_flowing(time.monotonic())
    await scene.a_while()
    scene.kafka.freeze()
    await asyncio.sleep(scene.session_seconds * 1.5)
    scene.kafka.thaw()
    await scene.recovered(time.monotonic())


def database_away(times: int) -> Fault:
    async def restart(scene: Scene) -> None:
        assert scene.postgres is not None
        await scene.start()
        await scene.flow.until_flowing(time.monotonic())
        for _ in range(times):
            await scene.a_while()
            scene.postgres.stop()
            await asyncio.sleep(AWAY_SECONDS / 2)
            scene.postgres.start()
            await scene.recovered(time.monotonic())

    return restart


async def database_locked(scene: Scene) -> None:
    """SQLite: another process keeps the only writer for longer than anybody waits for it."""
    await scene.start()
    await scene.flow.until_flowing(time.monotonic())
    await scene.a_while()
    with closing(sqlite3.connect(str(make_url(scene.flow.under.database.url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(LOCKED_SECONDS)
        other.execute("ROLLBACK")
    await scene.recovered(time.monotonic())


@dataclass(frozen=True)
class Injury:
    name: str
    fault: Fault
    kinds: Sequence[str] = ("embedded", "kafka")
    needs: str = ""
    """A database (`postgresql`, `sqlite`) or `three brokers`."""


def injuries(*, kill_times: int, stop_times: int, away_times: int) -> list[Injury]:
    """Every fault, in the order of the table."""
    kafka, embedded = ("kafka",), ("embedded",)
    return [
        Injury(f"kill -9, {kill_times} times", kills(kill_times)),
        Injury(f"plain stop in mid-flow, {stop_times} times", stops(stop_times)),
        Injury("a second worker joins and leaves: twice by SIGTERM, once by kill -9", a_second_joins_and_leaves, kafka),
        Injury("SIGSTOP past the session, another takes over, SIGCONT", frozen_and_replaced, kafka),
        Injury("SIGSTOP past the session, alone, SIGCONT", frozen_alone),
        Injury("a second process is refused", a_second_is_refused, embedded),
        Injury(f"broker killed, back after {AWAY_SECONDS:g} s, {away_times} times", broker_killed(away_times), kafka),
        Injury("broker frozen past the session and thawed", broker_frozen, kafka),
        Injury("three brokers, each killed in turn", broker_killed(3), kafka, "three brokers"),
        Injury(f"PostgreSQL stopped and started, {away_times} times", database_away(away_times), needs="postgresql"),
        Injury(f"the database locked for {LOCKED_SECONDS:g} s", database_locked, embedded, "sqlite"),
    ]
