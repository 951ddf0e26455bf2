"""From a POST to the first accepted email: 200 publications, 1,000 subscribers, 50 of them matching each.

    python -m bench.first_message [--events 200] [--people 1000] [--rate 2] [--on SQLite,PostgreSQL,cluster] [--full] [--quick]

Three installations run at the same time and take turns: the embedded engine on SQLite, the embedded engine on PostgreSQL, and
a cluster (serve, worker, schedule on Kafka, PostgreSQL and Redis; `--full`: every stage in a process of its own, twelve in
all). Both PostgreSQL are durable. `ratio` is against SQLite, above 1 where it is slower.

Two runs, figures in milliseconds. `one at a time`: the next event is posted when the last message of the one before was
taken. `at N/s`: events arrive at a steady rate, whatever is still under way; each installation alone. A figure begins when the
client opens its connection and ends when the SMTP server has the message. Target of the embedded engine: p50 < 150 ms, p99 <
1 s. A message that is missing ends the bench with exit 1.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench.installation import KINDS, Installation, installed, kinds
from bench.report import figure, machine, percentile
from bench.service import Answer, Sink
from bench.town import SITE, Town, person_of, publication

NUMBER = re.compile(r"/policy/notice-(\d+)\.html")
WAIT_SECONDS = 60.0
#: The first event of a process pays for what is loaded when it is first needed; it stands apart.
WARM = 100_000


def class_of(town: Town, number: int) -> tuple[int, int]:
    return number % town.topics, number // town.topics % town.districts


def one_after_another(
    installations: Sequence[Installation], town: Town, numbers: Sequence[int]
) -> dict[str, dict[int, Answer]]:
    """By installation; they take turns with each event."""
    answers: dict[str, dict[int, Answer]] = defaultdict(dict)
    for number in numbers:
        topic, district = class_of(town, number)
        for one in installations:
            wanted, before = one.sink.count() + len(town.whom(topic, district)), one.cpu_seconds()
            event = publication(number, topic, district)
            answers[one.kind][number] = one.entrance.post(one.site, event, f"one-{number}")
            one.sink.until_count(wanted, WAIT_SECONDS, look=0.02)
            one.cpu += one.cpu_seconds() - before
    return answers


def at_a_rate(one: Installation, town: Town, numbers: Sequence[int], rate: float) -> dict[int, Answer]:
    wanted = one.sink.count() + sum(len(town.whom(*class_of(town, number))) for number in numbers)
    begun = time.monotonic()
    waiting = {}
    with ThreadPoolExecutor(8) as posting:
        for turn, number in enumerate(numbers):
            time.sleep(max(0.0, begun + turn / rate - time.monotonic()))
            event = publication(number, *class_of(town, number))
            waiting[number] = posting.submit(one.entrance.post, one.site, event, f"rate-{number}")
    one.sink.until_count(wanted, WAIT_SECONDS)
    return {number: answer.result() for number, answer in waiting.items()}


def arrivals(sink: Sink) -> dict[int, dict[str, int]]:
    """By publication: when each address had its message, in nanoseconds since 1970."""
    reached: dict[int, dict[str, int]] = defaultdict(dict)
    for taken in sink.taken():
        if found := NUMBER.search(sink.text(taken)):
            reached[int(found.group(1))].setdefault(taken.to, taken.at)
    return reached


class Reported:
    """Prints figures; what the first kind had is the peer of the others."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._first: dict[str, tuple[str, float]] = {}
        self.right = True

    def one(self, kind: str, name: str, value: float, unit: str) -> None:
        peer, peer_value = self._first.setdefault(name, (kind, value))
        ratio = value / peer_value if peer_value else None
        beside = (None, None, None) if peer == kind else (peer, peer_value, ratio)
        figure("first_message", f"{kind}: {name}", value, unit, *beside)

    def run(self, kind: str, name: str, reached: dict[int, dict[str, int]], answers: dict[int, Answer]) -> None:
        """The figures of one run, and whether exactly the right people were told."""
        whom = {number: self._town.whom(*class_of(self._town, number)) for number in answers}
        refused = [answer.status for answer in answers.values() if answer.status != 202]
        wrong = [number for number in answers if {person_of(to) for to in reached[number]} != whom[number]]
        first = [(min(reached[n].values()) - answer.sent_at) / 1e6 for n, answer in answers.items() if reached[n]]
        last = [(max(reached[n].values()) - answer.sent_at) / 1e6 for n, answer in answers.items() if reached[n]]
        posts = [answer.seconds * 1000 for answer in answers.values()]
        for what, values in (("first email", first), ("last of 50 emails", last), ("POST answered", posts)):
            for share in (0.50, 0.99):
                if values:
                    self.one(kind, f"{name}: {what}, p{share * 100:.0f}", percentile(values, share), "ms")
        figure("first_message", f"{kind}: {name}: events that missed or added a person", len(wrong), "events")
        if refused or wrong:
            print(f"{kind}: {name}: refused {refused}, wrong people for {wrong[:5]}", file=sys.stderr)
            self.right = False


def measure(installations: Sequence[Installation], town: Town, events: int, rate: float) -> bool:
    warm = one_after_another(installations, town, [WARM])
    for one in installations:
        one.cpu = 0.0
    alone = one_after_another(installations, town, range(events))
    crowd = {one.kind: at_a_rate(one, town, range(events, 2 * events), rate) for one in installations}
    said = Reported(town)
    for one in installations:
        reached = arrivals(one.sink)
        said.run(one.kind, "first event of the process", reached, warm[one.kind])
        said.run(one.kind, "one at a time", reached, alone[one.kind])
        said.run(one.kind, f"at {rate:g}/s", reached, crowd[one.kind])
        said.one(one.kind, "one at a time: CPU an event with all its emails", one.cpu / events * 1000, "ms")
        said.one(one.kind, "memory of its processes", one.memory_mib(), "MiB")
    return said.right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=2.0, help="events a second of the second run")
    parser.add_argument("--on", type=kinds, default=list(KINDS), help="which installations, separated by commas")
    parser.add_argument("--full", action="store_true", help="a cluster of twelve processes")
    parser.add_argument("--quick", action="store_true", help="40 events, 400 people")
    asked = parser.parse_args()
    events, people = (40, 400) if asked.quick else (asked.events, asked.people)
    town = Town(people)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # told to end, it stops what it has started
    machine("first_message")
    with tempfile.TemporaryDirectory() as folder_name, ExitStack() as stack:
        folder = Path(folder_name)
        file = town.write_subscribers(folder / "people.jsonl")
        installations = [installed(kind, folder / kind, stack, full=asked.full) for kind in asked.on]
        for one in installations:
            one.site = one.entrance.register(SITE)
            one.entrance.import_subscribers(file)
        right = measure(installations, town, events, asked.rate)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
