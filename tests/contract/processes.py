"""Faults against processes that run the contract pipeline, for every kind of engine: was anything lost, how soon did it go on?

`suffer(under, fault, …)` feeds records all the while, lets `fault` happen, waits until everything is through, and counts.
A fault is a coroutine of one argument, the `Scene`: see faults at the end. The same seed gives the same moments.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pushsvc.storage.database import Database
from pushsvc.streams.kafka.engine import SESSION_SECONDS
from tests.contract.flowing import Counted, Flow
from tests.contract.on_kafka import OnKafka
from tests.contract.port import KINDS, EngineUnderTest
from tests.services.kafka import Kafka
from tests.services.postgres import PostgresServer

_PR_SET_PDEATHSIG = 1
ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 30.0
#: How long a process may work before it is hit: long enough to be in the middle of things, also on a busy machine.
LONGEST_LIFE_SECONDS = 0.6


@dataclass
class Worker:
    """One process of tests/contract/child.py. What it says goes to the file `log`: a pipe that nobody reads would stop it."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    async def until_started(self) -> None:
        """Raises RuntimeError with its last words when it ends before it has started."""
        async with asyncio.timeout(START_SECONDS):
            while "started\n" not in self.said:
                if not self.alive:
                    raise RuntimeError(f"the worker did not start:\n{self.said[-3000:]}")
                await asyncio.sleep(0.01)

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """SIGTERM. Raises when it does not end with 0 in time."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS):
            code = await self.process.wait()
        if code:
            raise RuntimeError(f"a plain stop ended with {code}:\n{self.said[-3000:]}")

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Scene:
    """What a fault acts on, and where it notes the seconds from its end until records of every key flowed again."""

    flow: Flow
    chance: random.Random
    folder: Path
    session_seconds: float = SESSION_SECONDS
    """On the embedded engine, which knows no sessions, only how long a process is frozen."""
    kafka: Kafka | None = None
    postgres: PostgresServer | None = None
    workers: list[Worker] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)

    async def start(self, *, wait: bool = True) -> Worker:
        log = self.folder / f"worker{len(self.workers)}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.contract.child", self.flow.under.kind, self.flow.under.database.url,
                cwd=ROOT, stdout=output, stderr=output, env={**os.environ, **self.flow.under.environment},
                preexec_fn=_die_with_parent,
            )  # fmt: skip
        worker = Worker(process, log)
        self.workers.append(worker)
        if wait:
            await worker.until_started()
        return worker

    async def a_while(self, longest: float = LONGEST_LIFE_SECONDS) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, longest))

    async def recovered(self, since: float) -> None:
        self.recoveries.append(await self.flow.until_flowing(since))

    async def end(self) -> None:
        for worker in self.workers:
            if worker.alive:
                worker.thaw()
                await worker.kill()


def engine_under_test(kind: str, database: Database, kafka: Kafka | None, session_seconds: float) -> EngineUnderTest:
    if kind == "kafka":
        assert kafka is not None
        return OnKafka(database, ",".join(kafka.servers), session_seconds=session_seconds)
    return KINDS[kind](database)


Fault = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Suffered:
    """One line of the table."""

    engine: str
    fault: str
    counted: Counted
    recoveries: tuple[float, ...]
    seconds: float

    def broken(self, *, exactly_once: bool) -> list[str]:
        """The promises that did not hold."""
        kept = {
            "lost": not self.counted.lost,
            "out of order": not self.counted.out_of_order,
            "handled again though effects happen once": not (exactly_once and self.counted.handled_again),
        }
        return [promise for promise, held in kept.items() if not held]


async def suffer(name: str, fault: Fault, scene: Scene) -> Suffered:
    """Let `fault` happen while records flow; a worker that it left is there until everything is through, else a new one."""
    began = time.monotonic()
    under = scene.flow.under
    await under.open()
    try:
        async with scene.flow as flow:
            await fault(scene)
            if not any(worker.alive for worker in scene.workers):
                await scene.start()
            await flow.until_through()
            for worker in scene.workers:
                if worker.alive:
                    await worker.stop()
            counted = await flow.counted()
    finally:
        await scene.end()
        await under.close()
    return Suffered(under.kind, name, counted, tuple(scene.recoveries), time.monotonic() - began)


def _die_with_parent() -> None:
    """A test run that is killed leaves no worker behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
