"""The Kafka engine with an empty stage beside bare aiokafka: the same records, batches and guarantees, taking turns.

    python -m bench.engine [--pairs 7] [--records 80000] [--batch 200] [--database URL] [--quick] [--profile FILE]

Both sides read all records with a fresh group and make one output of each, in batches of at most so many records. Every output
is acknowledged (acks=all, idempotent, lz4) before the offset of its input is committed, every 0.5 s. Each run is a process of
its own on a loop of uvloop; timed are the last four fifths. There is no transaction on either side, for it would hide the
difference; with `--database` there is one on both, an empty one a batch.

Two peers. `aiokafka` passes bytes on. `aiokafka and JSON` also reads each value as JSON and writes it anew, as a stage must;
the engine does that in both comparisons, and checks the envelope. Target: 0.90 of the records a second of aiokafka, the median
of 7 pairs on a quiet machine, and at most 1.2 times its CPU a record.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import cProfile
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from pydantic_core import from_json

from bench.report import figure, machine
from pushsvc.clock import SystemClock
from pushsvc.domain.records import Output, Record, Topic
from pushsvc.settings import Brokers
from pushsvc.storage.database import Database
from pushsvc.streams.kafka.engine import KafkaEngine
from pushsvc.streams.kafka.outlet import Outlet
from pushsvc.streams.kafka.producer import BATCH_BYTES
from pushsvc.streams.kafka.topics import make_topics, topic_name
from pushsvc.streams.stage import Stage
from tests.services.kafka import kafka

SOURCE: Topic = "publication-events"
SINK: Topic = "versions"
PARTITIONS = 4
COMMIT_SECONDS = 0.5
PEERS = ("aiokafka", "aiokafka and JSON")


class NoDatabase:
    """Stands where the database is when neither side has transactions."""

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[None]:
        yield

    async def give_way(self, _held_seconds: float) -> None:
        pass

    async def close(self) -> None:
        pass


def database_of(url: str) -> Any:
    return Database(url) if url else NoDatabase()


class Watch:
    """Begins when a fifth of the records is done, so without the joining of the group; ends when all are."""

    def __init__(self, records: int) -> None:
        self._left, self._begin_at = records, records * 4 // 5
        self._timed, self._begun, self._cpu = 0, 0.0, 0.0
        self.end = asyncio.Event()
        self.said = ""

    def done(self, records: int) -> None:
        self._left -= records
        if not self._timed and self._left <= self._begin_at:
            self._timed, self._begun, self._cpu = self._left, time.perf_counter(), time.process_time()
        if self._left <= 0 and not self.end.is_set():
            seconds, cpu = time.perf_counter() - self._begun, time.process_time() - self._cpu
            self.said = json.dumps({"rate": self._timed / seconds, "cpu": cpu / self._timed * 1e6})
            self.end.set()


async def by_engine(brokers: Brokers, database: Any, batch: int, watch: Watch) -> None:
    async def prepare(records: Sequence[Record]) -> Sequence[Record]:
        return records

    async def apply(_tx: object, records: Sequence[Record]) -> Sequence[Output]:
        return [Output(SINK, record.key, record.value) for record in records]

    clock = SystemClock()
    outlet = Outlet(brokers, clock)
    await outlet.start()
    stage = Stage("empty", (SOURCE,), (SINK,), prepare, apply, batch=batch, group=f"empty-{uuid.uuid4().hex}")
    engine = KafkaEngine(
        database, brokers, [stage], clock, outlet, on_batch=lambda _stage, records, _seconds: watch.done(records)
    )
    await engine.start()
    await watch.end.wait()
    await engine.stop()
    await outlet.stop()


async def by_aiokafka(brokers: Brokers, database: Any, batch: int, watch: Watch, *, as_json: bool) -> None:
    consumer = AIOKafkaConsumer(
        topic_name(brokers, SOURCE), bootstrap_servers=list(brokers.servers), group_id=f"bare-{uuid.uuid4().hex}",
        enable_auto_commit=False, auto_offset_reset="earliest", max_poll_records=500,
    )  # fmt: skip
    producer = AIOKafkaProducer(
        bootstrap_servers=list(brokers.servers), acks="all", enable_idempotence=True, compression_type="lz4",
        max_batch_size=BATCH_BYTES,
    )  # fmt: skip
    await producer.start()
    await consumer.start()
    sink, committed = topic_name(brokers, SINK), time.monotonic()
    while not watch.end.is_set():
        polled = await consumer.getmany(timeout_ms=1000, max_records=batch)
        records = [(each.key, each.value) for part in polled.values() for each in part]
        if as_json:
            records = [(key, json.dumps(from_json(value), ensure_ascii=False).encode()) for key, value in records]
        async with database.write():
            pass
        await asyncio.gather(*[await producer.send(sink, value, key) for key, value in records])
        watch.done(len(records))
        if time.monotonic() - committed > COMMIT_SECONDS:
            await consumer.commit()
            committed = time.monotonic()
    await consumer.commit()
    await consumer.stop()
    await producer.stop()


async def one_run(asked: argparse.Namespace) -> None:
    brokers, database, watch = _brokers(asked.server), database_of(asked.database), Watch(asked.records)
    profile = cProfile.Profile() if asked.profile else None
    if profile is not None:
        profile.enable()
    if asked.side == "engine":
        await by_engine(brokers, database, asked.batch, watch)
    else:
        await by_aiokafka(brokers, database, asked.batch, watch, as_json=asked.side != PEERS[0])
    if profile is not None:
        profile.disable()
        profile.dump_stats(asked.profile)
    await database.close()
    print(watch.said, flush=True)


async def fill(brokers: Brokers, records: int) -> None:
    """The topics, and on the first so many envelopes of 220 bytes."""
    await make_topics(brokers)
    outlet = Outlet(brokers, SystemClock())
    await outlet.start()
    for begin in range(0, records, 1000):
        await outlet.send([
            Output(SOURCE, f"pub_{number % 997}", {"event_id": f"evt_{number:08}", "version_id": os.urandom(60).hex()})
            for number in range(begin, begin + 1000)
        ])  # fmt: skip
    await outlet.stop()


def _brokers(servers: Sequence[str]) -> Brokers:
    return Brokers(tuple(servers), partitions=PARTITIONS, replicas=1)


def run(side: str, servers: Sequence[str], asked: argparse.Namespace) -> tuple[float, float]:
    """Records a second and microseconds of CPU a record, in a process of its own."""
    sizes = [f"--records={asked.records}", f"--batch={asked.batch}", f"--database={asked.database}"]
    command = [sys.executable, "-m", "bench.engine", f"--side={side}", *sizes, *(f"--server={server}" for server in servers)]
    if asked.profile and side == "engine":
        command += ["--profile", asked.profile]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True, timeout=300)
    said = json.loads(done.stdout.splitlines()[-1])
    return said["rate"], said["cpu"]


def report(runs: dict[str, list[tuple[float, float]]], records: str) -> None:
    ours = runs["engine"]
    for peer in PEERS:
        for what, unit, column in (("records", "/s", 0), ("CPU a record", "us", 1)):
            pairs = [(mine[column], its[column]) for mine, its in zip(ours, runs[peer], strict=True)]
            value, peer_value = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratios = sorted(mine / its for mine, its in pairs)
            name = f"{what}, {records}, median of {len(pairs)} pairs (ratios {ratios[0]:.2f} to {ratios[-1]:.2f})"
            figure("engine", name, value, unit, peer, peer_value, statistics.median(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--records", type=int, default=80_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--database", default="", metavar="URL", help="make a transaction a batch there, on both sides")
    parser.add_argument("--quick", action="store_true", help="2 pairs of 10,000 records")
    parser.add_argument("--profile", metavar="FILE", help="write what cProfile says of the engine's loop, for pstats")
    parser.add_argument("--side", choices=("engine", *PEERS), help=argparse.SUPPRESS)
    parser.add_argument("--server", action="append", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        uvloop.run(one_run(asked))
        return
    if asked.quick:
        asked.pairs, asked.records = 2, 10_000
    machine("engine")
    runs: dict[str, list[tuple[float, float]]] = {side: [] for side in ("engine", *PEERS)}
    with kafka() as brokers:
        uvloop.run(fill(_brokers(brokers.servers), asked.records))
        for _ in range(asked.pairs):
            for side, measured in runs.items():
                measured.append(run(side, brokers.servers, asked))
    kind = f"an empty transaction a batch on {asked.database.partition(':')[0]}" if asked.database else "no transaction"
    report(runs, f"{kind} on either side")


if __name__ == "__main__":
    main()
