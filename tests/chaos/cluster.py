"""Faults against the whole product as a cluster, by its outer contract only: who was lost, told twice, and how soon it went on?

    python -m tests.chaos.cluster [--rounds 5] [--people 300] [--seed 1] [--nodes 1] [--fault WORD …]

Twelve processes (bench/cluster.py) on a real PostgreSQL, Kafka and Redis send through a real SMTP server, while sites post to
both `serve`. Every (person, publication) pair is known beforehand. A fault is gone through in rounds; at the end of each an
event is posted, and the seconds until its first email are the recovery. After the last round, from the mail server's record:

- lost: pairs whose message never came. Must be 0. strangers: messages to people whom it does not concern. Must be 0.
- in doubt: messages beyond the first of a pair. They must have the same Message-ID, and stand as `unknown` in the trace.

The table, in Markdown, goes to stderr, the figures as JSON lines to stdout. Exit 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster import Cluster, Servers, servers
from bench.report import figure, machine
from bench.service import ENDED, Site, mailbox_sink
from bench.town import SITE, Town, publication, subscriber_id
from tests.chaos.assaults import ASSAULTS, Assault, Scene
from tests.chaos.mailbox import Mailbox, Pair

TOPICS, DISTRICTS = 5, 4
#: Events a second while a fault goes on.
PACE = 2.0
RECOVERY_SECONDS = 120.0
UNTIL_THROUGH_SECONDS = 180.0
CONNECTIONS = 2


@dataclass
class Posting:
    """Posts event after event at a steady pace, each until it is durable, while the block lasts."""

    town: Town
    cluster: Cluster
    site: Site
    seed: int
    posted: dict[int, str] = field(default_factory=dict)
    again: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: int = 0

    def concerns(self, number: int) -> tuple[int, int | None]:
        """Topic and district of publication `number`; every fourth is for the whole city."""
        draw = random.Random(f"{self.seed}-{number}")
        return draw.randrange(TOPICS), None if number % 4 == 0 else draw.randrange(DISTRICTS)

    def expected(self) -> set[Pair]:
        return {(person, number) for number in self.posted for person in self.town.whom(*self.concerns(number))}

    def post(self) -> tuple[int, int]:
        """The next event; its number, and when it was first tried (nanoseconds since 1970)."""
        with self._lock:
            number = self._numbers
            self._numbers += 1
        event = publication(number, *self.concerns(number), run=f"seed{self.seed}")
        began = time.time_ns()
        answer, again = self.cluster.post(self.site, event, f"chaos-{self.seed}-{number}")
        self.posted[number] = answer.json()["event_id"]
        self.again += again
        return number, began

    def during(self, work: Callable[[], None]) -> None:
        """Run `work` while another thread posts on. What either raises is raised."""
        ended, errors = threading.Event(), list[BaseException]()

        def on_and_on() -> None:
            try:
                while not ended.wait(1 / PACE):
                    self.post()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=on_and_on, daemon=True)
        thread.start()
        try:
            work()
        finally:
            ended.set()
            thread.join()
        if errors:
            raise errors[0]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    fault: str
    events: int
    messages: int
    lost: int
    strangers: int
    in_doubt: int
    recoveries: Sequence[float]
    notes: Sequence[str]
    broken: Sequence[str]

    def __str__(self) -> str:
        times = f"{statistics.median(self.recoveries):.1f} s | {max(self.recoveries):.1f} s" if self.recoveries else " | "
        verdict = "; ".join(("**" + "; ".join(self.broken) + "**" if self.broken else "held", *self.notes))
        return (
            f"| {self.fault} | {self.events:,} | {self.messages:,} | {self.lost} | {self.strangers} | {self.in_doubt} "
            f"| {times} | {verdict} |"
        )

    def report(self) -> None:
        for name, value, unit in (
            ("events", self.events, ""),
            ("messages", self.messages, ""),
            ("lost", self.lost, ""),
            ("strangers", self.strangers, ""),
            ("told twice, in doubt", self.in_doubt, ""),
            ("POST to first email after it, median", statistics.median(self.recoveries or [0]), "s"),
            ("POST to first email after it, worst", max(self.recoveries or [0]), "s"),
        ):
            figure("cluster", f"{self.fault}: {name}", value, unit)


HEAD = (
    "| fault | events | messages | lost | strangers | twice, in doubt | POST to first email after it, median | worst | |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def suffer(assault: Assault, rounds: int, posting: Posting, mailbox: Mailbox, scene: Scene) -> Row:
    """Go through `assault` in rounds, wait until every event of it is through, and examine what came."""
    before, recoveries, broken = set(posting.posted), list[float](), list[str]()
    scene.notes.clear()
    try:
        for _ in range(rounds):
            posting.during(lambda: assault.act(scene))
            number, began = posting.post()
            recoveries.append((mailbox.until_first(number, RECOVERY_SECONDS) - began) / 1e9)
        posting.cluster.until_ready(seconds=60)
    except Exception as error:  # what came so far is still worth to be seen
        traceback.print_exception(error, file=sys.stderr)
        broken.append(f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
    ours = set(posting.posted) - before
    broken += unfinished(posting, ours)
    mailbox.look()
    expected = {pair for pair in posting.expected() if pair[1] in ours}
    came = {pair: messages for pair, messages in mailbox.came.items() if pair[1] in ours or pair[1] == -1}
    lost, strangers = expected - set(came), set(came) - expected
    twice = {pair: messages for pair, messages in came.items() if len(messages) > 1}
    if lost:
        broken.append(f"lost {sorted(lost)[:3]}")
    if strangers:
        broken.append(f"strangers {sorted(strangers)[:3]}")
    if any(len({taken.message_id for taken in messages}) > 1 for messages in twice.values()):
        broken.append("twice with another Message-ID")
    if untold := [pair for pair in twice if not listed_unknown(posting, pair)]:
        broken.append(f"twice and not listed unknown {untold[:3]}")
    repeats = sum(len(messages) - 1 for messages in twice.values())
    if repeats > assault.most_in_doubt * rounds:
        broken.append(f"more than {assault.most_in_doubt} in doubt a round")
    return Row(
        f"{assault.name}, {rounds} times", len(ours), sum(map(len, came.values())), len(lost), len(strangers), repeats,
        recoveries, list(scene.notes), broken,
    )  # fmt: skip


def unfinished(posting: Posting, numbers: set[int]) -> list[str]:
    """A line for events that are not through in time, or that died."""
    end, states = time.monotonic() + UNTIL_THROUGH_SECONDS, list[str]()
    for number in sorted(numbers):
        try:
            state = posting.cluster.until_done(posting.posted[number], max(1.0, end - time.monotonic()))["state"]
        except TimeoutError as error:
            state = str(error).splitlines()[0]
        if state not in ENDED or state == "dead":
            states.append(f"event {number}: {state}")
    return [f"{len(states)} events not through: {states[0]}"] if states else []


def listed_unknown(posting: Posting, pair: Pair) -> bool:
    """Whether the trace of this person and event names an attempt in doubt."""
    person, number = pair
    found = posting.cluster.serve.run("trace", subscriber_id(person), posting.posted[number], "--json")
    return "unknown" in {attempt["outcome"] for attempt in json.loads(found.stdout)["attempts"]}


def run(folder: Path, found: Servers, assaults: Sequence[Assault], rounds: int, people: int, seed: int) -> list[Row]:
    rows, town = [], Town(people, TOPICS, DISTRICTS)
    settings = {**found.settings, "PUSHSVC_SMTP_CONNECTIONS": str(CONNECTIONS)}
    with mailbox_sink(folder / "sink", keep=True) as sink, Cluster(folder / "cluster", settings, sink.port) as cluster:
        chance = random.Random(seed)
        names = list(cluster.processes)
        chance.shuffle(names)
        # Any order, and before the schema is there: each waits for what is missing.
        cluster.start(names, wait=False)
        cluster.migrate()
        cluster.until_ready()
        site = cluster.serve.register(SITE)
        cluster.serve.import_subscribers(town.write_subscribers(folder / "people.jsonl"))
        posting, mailbox = Posting(town, cluster, site, seed), Mailbox(sink)
        mailbox.until_first(posting.post()[0], RECOVERY_SECONDS)
        for assault in assaults:
            row = suffer(assault, rounds, posting, mailbox, Scene(cluster, found, chance))
            row.report()
            print(row, file=sys.stderr, flush=True)
            rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("rounds", 5), ("people", 300), ("seed", 1), ("nodes", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--fault", nargs="*", default=(), metavar="WORD", help="only faults whose name has one of these words")
    parser.add_argument("--folder", type=Path, help="keep the data and the logs here, to look at afterwards")
    asked = parser.parse_args()
    assaults = [one for one in ASSAULTS if not asked.fault or any(word in one.name for word in asked.fault)]
    # Told to end, it still stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine("cluster")
    with tempfile.TemporaryDirectory() as folder, servers(asked.nodes) as found:
        rows = run(asked.folder or Path(folder), found, assaults, asked.rounds, asked.people, asked.seed)
    print("\n".join((HEAD, *map(str, rows))), file=sys.stderr)
    sys.exit(1 if any(row.broken for row in rows) else 0)


if __name__ == "__main__":
    main()
