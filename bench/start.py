"""From nothing to `/readyz`, and what the demo weighs.

    python -m bench.start [--people 100000] [--rounds 5] [--quick]

`first start` makes the folder, the database and the secret key; `next start` finds them. Median of `--rounds`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from bench.report import figure, machine
from bench.service import Service
from bench.town import Town

DEMO_SECONDS = 60.0


def started(home: Path) -> tuple[float, float, float]:
    """Seconds to ready, CPU seconds until then, and the resident MiB then."""
    with Service(home) as service:
        return service.start(), service.cpu_seconds(), service.memory_mib("VmRSS")


def median(name: str, runs: list[tuple[float, float, float]]) -> None:
    figure("start", f"{name}: time to ready", statistics.median(seconds for seconds, _, _ in runs), "s")
    figure("start", f"{name}: CPU to ready", statistics.median(cpu for _, cpu, _ in runs), "s")
    figure("start", f"{name}: memory when ready", statistics.median(memory for _, _, memory in runs), "MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="5,000 people, 2 rounds, the demo after 20 s")
    asked = parser.parse_args()
    people, rounds = (5000, 2) if asked.quick else (asked.people, asked.rounds)
    machine("start")
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        median("empty, first start", [started(folder / f"first-{turn}" / "home") for turn in range(rounds)])
        median("empty, next start", [started(folder / "first-0" / "home") for _ in range(rounds)])
        full = Service(folder / "full" / "home")
        full.home.parent.mkdir()
        file = Town(people, topics=20, districts=10).write_subscribers(folder / "people.jsonl")
        figure("start", f"{people} people: import with no service running", full.import_subscribers(file), "s")
        median(f"{people} people, next start", [started(full.home) for _ in range(rounds)])
        with Service(folder / "demo" / "home", command=("dev",)) as demo:
            figure("start", "dev with its demo, first start: time to ready", demo.start(), "s")
            after = 20.0 if asked.quick else DEMO_SECONDS
            time.sleep(after)
            figure("start", f"dev with its demo: memory after {after:g} s", demo.memory_mib("VmRSS"), "MiB")
            figure("start", f"dev with its demo: peak memory in {after:g} s", demo.memory_mib(), "MiB")


if __name__ == "__main__":
    main()
