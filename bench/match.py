"""Matching beside the slow rules of the shared oracle: 10,000 subscribers, both regimes, the same match lines.

    python bench/match.py [--subscribers 10000] [--events 40]

One JSON line a figure: `{"bench", "figure", "value", "unit", "peer", "peer_value", "ratio"}`; the ratio says how many times
better than the peer. A differing match line ends the bench with exit 1, whatever the figures. Exit 2 without the workload.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from pushsvc.domain.matches import Match, Question
from pushsvc.domain.subscribers import Profile
from pushsvc.matching.index import MatchingIndex
from pushsvc.matching.lines import read_events, read_people

SHARED = Path(__file__).parents[1].parent / "shared"
PEER = SHARED / "peers" / "match"


def figure(name: str, value: float, unit: str, peer_value: float | None = None, ratio: float | None = None) -> None:
    peer = "oracle.py" if peer_value is not None else None
    rounded = [None if number is None else float(f"{number:.4g}") for number in (value, peer_value, ratio)]
    line = {"bench": "match", "figure": name, "value": rounded[0], "unit": unit}
    print(json.dumps({**line, "peer": peer, "peer_value": rounded[1], "ratio": rounded[2]}), flush=True)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came back."""
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def oracle_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("match_oracle", PEER / "oracle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def oracle_answer(oracle: ModuleType, folder: Path) -> tuple[list[float], list[dict[int, dict[int, tuple[str, ...]]]]]:
    """Seconds an event, and per event the reasons by subscriber row and interest."""
    table = oracle.read_t2s(folder / "t2s.tsv")
    people = [json.loads(line) for line in (folder / "subscribers.jsonl").read_text(encoding="utf-8").splitlines()]
    seconds, answers = [], []
    for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)

        def answer(event: dict[str, Any] = event) -> dict[int, dict[int, tuple[str, ...]]]:
            event["folded"] = oracle.folded_text(event, table)
            found = dict[int, dict[int, tuple[str, ...]]]()
            for row, person in enumerate(people):
                for position, interest in enumerate(person["interests"]):
                    if match := oracle.matches(person, interest, event, table):
                        found.setdefault(row, {})[position] = tuple(match[1])
            return found

        took, found = timed(answer)
        seconds.append(took)
        answers.append(found)
    return seconds, answers


def build(people: list[Profile]) -> tuple[MatchingIndex, list[float]]:
    index = MatchingIndex()
    return index, [timed(lambda person=person: index.put(person))[0] for person in people]  # type: ignore[misc]


def run(regime: str, subscribers: int, events: int, folder: Path) -> bool:
    size = ["--subscribers", str(subscribers), "--events", str(events), "--regime", regime, "--seed", "1"]
    subprocess.run([sys.executable, PEER / "workload.py", "--corpus", SHARED / "corpus", "--out", folder, *size], check=True)
    with (folder / "subscribers.jsonl").open(encoding="utf-8") as lines:
        people = [profile for _, profile in read_people(lines, "subscribers.jsonl")]
    with (folder / "events.jsonl").open(encoding="utf-8") as lines:
        questions = [question for _, question in read_events(lines, "events.jsonl", date(2026, 3, 1), str)]
    index, puts = build(people)

    def ask(question: Question) -> list[Match]:
        return list(index.answer(question))

    ask(questions[0])  # The first question reads the folding table.
    ours = [timed(lambda question=question: ask(question)) for question in questions]  # type: ignore[misc]
    seconds, answers = [took for took, _ in ours], [answer for _, answer in ours]
    peer_seconds, peer_answers = oracle_answer(oracle_module(), folder)

    rate, peer_rate = len(seconds) / sum(seconds), len(peer_seconds) / sum(peer_seconds)
    figure(f"{regime}: events a second, {subscribers} subscribers", rate, "1/s", peer_rate, rate / peer_rate)
    for share, word in ((0.5, "p50"), (0.99, "p99")):
        here, there = percentile(seconds, share) * 1000, percentile(peer_seconds, share) * 1000
        figure(f"{regime}: one event, {word}", here, "ms", there, there / here)
        figure(f"{regime}: put of a subscriber, {word}", percentile(puts, share) * 1e6, "us")
    figure(f"{regime}: build from profiles", sum(puts), "s")
    figure(f"{regime}: matched subscribers an event", sum(map(len, answers)) / len(answers), "subscribers")
    same = sum(
        {match.subscriber_no: dict(match.reasons) for match in answer} == peer
        for answer, peer in zip(answers, peer_answers, strict=True)
    )
    figure(f"{regime}: events with the oracle's matches and reasons", same, f"of {len(answers)}")
    return same == len(answers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=40)
    asked = parser.parse_args()
    if not PEER.exists():
        print(f"the workload and the oracle are not at {PEER}: nothing measured", file=sys.stderr)
        return 2
    same = []
    for regime in ("realistic", "hard"):
        with tempfile.TemporaryDirectory() as folder:
            same.append(run(regime, asked.subscribers, asked.events, Path(folder)))
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
