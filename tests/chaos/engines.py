"""Every fault of processes, brokers and databases, long, on both engines: what was lost, repeated, and how soon it went on.

    python -m tests.chaos.engines [--kills 50] [--seed 1] [--on embedded/sqlite …] [--fault WORD …]

One JSON line a figure on stdout; the table, in Markdown, on stderr. Exit 1 when anything was lost, an order
was broken, or a fault could not be gone through. The same seed gives the same moments; what the processes were doing then
differs from run to run.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.report import figure, machine
from pushsvc.storage.database import Database
from pushsvc.streams.kafka.engine import SESSION_SECONDS
from tests.contract.flowing import Flow
from tests.contract.injuries import Injury, injuries
from tests.contract.processes import Scene, Suffered, engine_under_test, suffer
from tests.services import databases
from tests.services.kafka import Kafka, kafka
from tests.services.postgres import PostgresServer, postgres_server

PLACES = ("embedded/sqlite", "embedded/postgresql", "kafka/postgresql")
HEAD = (
    "| engine | fault | records | lost | handled again | sent again | out of order | recovery, median | worst | |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Row:
    """One line of the table; `suffered` is None when the fault could not be gone through, and `broken` says why."""

    place: str
    fault: str
    suffered: Suffered | None
    broken: Sequence[str]

    def __str__(self) -> str:
        verdict = "held" if not self.broken else "**" + "; ".join(self.broken) + "**"
        if self.suffered is None:
            return f"| {self.place} | {self.fault} | | | | | | | | {verdict} |"
        counted, recoveries = self.suffered.counted, self.suffered.recoveries
        counts = (counted.records, counted.lost, counted.handled_again, counted.sent_again, counted.out_of_order)
        times = f"{statistics.median(recoveries):.1f} s | {max(recoveries):.1f} s"
        return f"| {self.place} | {self.fault} | {' | '.join(f'{count:,}' for count in counts)} | {times} | {verdict} |"

    def report(self) -> None:
        if self.suffered is None:
            return
        counted, recoveries = self.suffered.counted, self.suffered.recoveries
        for name, value, unit in (
            ("records", counted.records, ""),
            ("lost", counted.lost, ""),
            ("handled again", counted.handled_again, ""),
            ("sent again", counted.sent_again, ""),
            ("out of order", counted.out_of_order, ""),
            ("recovery, median", statistics.median(recoveries), "s"),
            ("recovery, worst", max(recoveries), "s"),
        ):
            figure("engines", f"{self.place}, {self.fault}: {name}", value, unit)


@dataclass(frozen=True)
class Town:
    """The servers that the faults need; three brokers are started only for the fault that kills each of them."""

    postgres: PostgresServer
    kafka: Kafka | None

    @asynccontextmanager
    async def database(self, dialect: str, folder: Path) -> AsyncIterator[Database]:
        if dialect == "postgresql":
            async with databases.postgres_database(self.postgres.url) as database:
                yield database
        else:
            template = folder / "template.sqlite3"
            databases.make_sqlite_template(template)
            async with databases.sqlite_database(template, folder) as database:
                yield database


async def go_through(place: str, injury: Injury, town: Town, seed: int, folder: Path) -> Row:
    kind, dialect = place.split("/")
    try:
        async with town.database(dialect, folder) as database:
            under = engine_under_test(kind, database, town.kafka, SESSION_SECONDS)
            scene = Scene(Flow(under), random.Random(seed), folder, kafka=town.kafka, postgres=town.postgres)
            suffered = await suffer(injury.name, injury.fault, scene)
        return Row(place, injury.name, suffered, suffered.broken(exactly_once=under.exactly_once))
    except Exception as error:  # the other faults are still worth to be seen
        traceback.print_exception(error, file=sys.stderr)
        return Row(place, injury.name, None, [f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"])


@dataclass(frozen=True)
class Asked:
    kills: int
    seed: int
    places: Sequence[str]
    words: Sequence[str]

    def wanted(self) -> Iterator[tuple[str, Injury]]:
        for place in self.places:
            kind, dialect = place.split("/")
            for injury in injuries(kill_times=self.kills, stop_times=max(1, self.kills // 10), away_times=2):
                there = kind in injury.kinds and (injury.needs not in ("postgresql", "sqlite") or injury.needs == dialect)
                if there and (not self.words or any(word in injury.name for word in self.words)):
                    yield place, injury


def run(asked: Asked, folder: Path) -> list[Row]:
    rows: list[Row] = []
    with postgres_server(durable=True) as server, kafkas() as brokers:
        for number, (place, injury) in enumerate(asked.wanted()):
            here = folder / str(number)
            here.mkdir()
            cluster = brokers(3 if injury.needs == "three brokers" else 1) if place.startswith("kafka") else None
            row = asyncio.run(go_through(place, injury, Town(server, cluster), asked.seed, here))
            row.report()
            print(row, file=sys.stderr, flush=True)
            rows.append(row)
    return rows


@contextmanager
def kafkas() -> Iterator[Callable[[int], Kafka]]:
    """Gives a running Kafka of so many nodes: one at a time, for each needs its memory."""
    running: dict[int, Kafka] = {}
    with ExitStack() as stack:

        def of(nodes: int) -> Kafka:
            if nodes not in running:
                stack.pop_all().close()
                running.clear()
                running[nodes] = stack.enter_context(kafka(nodes))
            return running[nodes]

        yield of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--on", nargs="*", choices=PLACES, default=PLACES, help="engine and database; all when none")
    parser.add_argument("--fault", nargs="*", default=(), metavar="WORD", help="only faults whose name has one of these words")
    parser.add_argument("--folder", type=Path, help="keep the logs here, to look at afterwards")
    asked = parser.parse_args()
    machine("engines")
    with tempfile.TemporaryDirectory() as folder:
        if asked.folder:
            asked.folder.mkdir(parents=True)
        rows = run(Asked(asked.kills, asked.seed, asked.on, asked.fault), asked.folder or Path(folder))
    print("\n".join((HEAD, *map(str, rows))), file=sys.stderr)
    sys.exit(1 if any(row.broken for row in rows) else 0)


if __name__ == "__main__":
    main()
