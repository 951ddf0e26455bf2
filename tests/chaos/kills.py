"""kill -9 at random points while events flow to people through a real SMTP server: who was lost, who was told twice?

    python -m tests.chaos.kills [--kills 50] [--events 100] [--people 500] [--connections 2] [--seed 1] [--stop]

Sites go on posting while the service is being killed: what was not answered by 202 or 200 is posted again under the same
webhook-id. Every (subscriber, publication) pair is known beforehand. Afterwards, from the record of the SMTP server:

- lost: pairs whose message never came. Must be 0.
- strangers: messages to people whom the publication does not concern. Must be 0.
- twice: messages beyond the first of a pair. At most one per open connection a kill, with the same Message-ID, and the
  delivery's attempts list one as `unknown`.

With --stop the service is asked to stop (SIGTERM) instead: it must end with 0, and nobody is told twice.

One JSON line a figure; exit 1 when a promise was broken. The same seed kills at the same moments after each start; what the
service was doing then differs from run to run.
"""

from __future__ import annotations

import argparse
import bisect
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.report import figure
from bench.service import Service, Sink, Site, Taken, mailbox_sink
from bench.town import SITE, Town, person_of, publication, subscriber_id

NUMBER = re.compile(r"/policy/notice-(\d+)\.html")
TOPICS, DISTRICTS = 5, 4
#: What follows on two posts is through within this time on a machine that is not busy: most kills fall into work.
LONGEST_LIFE_SECONDS = 1.2
LONGEST_EARLY_SECONDS = 2.0
POST_AGAIN_SECONDS = 0.05
UNTIL_THROUGH_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """What is done, all of it known from the seed."""

    kills: int = 50
    events: int = 100
    people: int = 500
    connections: int = 2
    seed: int = 1
    stop: bool = False

    @property
    def town(self) -> Town:
        return Town(self.people, TOPICS, DISTRICTS)

    def concerns(self, number: int) -> tuple[int, int | None]:
        """Topic and district of publication `number`; every fourth is for the whole city."""
        draw = random.Random(f"{self.seed}-{number}")
        return draw.randrange(TOPICS), None if number % 4 == 0 else draw.randrange(DISTRICTS)

    def expected(self) -> set[tuple[int, int]]:
        """Every (person, publication) that must be told."""
        return {(person, number) for number in range(self.events) for person in self.town.whom(*self.concerns(number))}


@dataclass
class Findings:
    """What came of it. Times in nanoseconds since 1970."""

    exit_codes: list[int] = field(default_factory=list)
    killed_at: list[int] = field(default_factory=list)
    posted: dict[int, str] = field(default_factory=dict)
    posted_again: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)
    strangers: list[tuple[int, int]] = field(default_factory=list)
    twice: list[tuple[int, int]] = field(default_factory=list)
    other_message_id: list[tuple[int, int]] = field(default_factory=list)
    not_listed_unknown: list[tuple[int, int]] = field(default_factory=list)
    most_twice_a_kill: int = 0
    unfinished: dict[int, object] = field(default_factory=dict)
    messages: int = 0

    def broken(self, plan: Plan) -> list[str]:
        """The promises that did not hold."""
        kept = {
            "lost": not self.lost,
            "strangers": not self.strangers,
            "twice with another Message-ID": not self.other_message_id,
            "twice without an attempt listed unknown": not self.not_listed_unknown,
            "more repeats a kill than connections": self.most_twice_a_kill <= (0 if plan.stop else plan.connections),
            "stops that did not end with 0": not any(self.exit_codes),
            "events that are not through": not self.unfinished,
            "refused events": len(self.posted) == plan.events,
        }
        return [promise for promise, held in kept.items() if not held]


def post_all(plan: Plan, service: Service, site: Site, findings: Findings, turn: threading.Semaphore) -> None:
    """Each event in turn, when its turn is given, until it is durable."""
    for number in range(plan.events):
        turn.acquire()
        event = publication(number, *plan.concerns(number), run=f"seed{plan.seed}")
        while (answer := service.post(site, event, f"chaos-{plan.seed}-{number}")).status not in (200, 202):
            if answer.status not in (0, 503):
                raise AssertionError(f"event {number}: {answer}")
            findings.posted_again += 1
            time.sleep(POST_AGAIN_SECONDS)
        findings.posted[number] = answer.json()["event_id"]


def lives(plan: Plan) -> Iterator[tuple[bool, float]]:
    """How long each process lives, in seconds: from the moment when it is ready, or every fifth from its very start."""
    draw = random.Random(plan.seed)
    for kill in range(plan.kills):
        early = kill % 5 == 4 and not plan.stop
        yield not early, draw.uniform(0.05, LONGEST_EARLY_SECONDS if early else LONGEST_LIFE_SECONDS)


def run(plan: Plan, folder: Path) -> Findings:
    findings = Findings()
    settings = {"PUSHSVC_SMTP_CONNECTIONS": str(plan.connections)}
    with mailbox_sink(folder / "sink", keep=True) as sink, Service(folder / "home", sink.port, settings=settings) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(plan.town.write_subscribers(folder / "people.jsonl"))
        turns = threading.Semaphore(0)
        poster = threading.Thread(target=post_all, args=(plan, service, site, findings, turns), daemon=True)
        poster.start()
        given = 0
        for kill, (from_ready, life) in enumerate(lives(plan), start=1):
            if from_ready:
                service.until_ready()
            for _ in range(given, due := plan.events * kill // plan.kills):
                turns.release()
            given = due
            time.sleep(life)
            if plan.stop:
                findings.exit_codes.append(service.stop())
            else:
                service.kill()
            findings.killed_at.append(time.time_ns())
            service.start(wait=False)
        service.until_ready()
        poster.join(UNTIL_THROUGH_SECONDS)
        for number, event_id in findings.posted.items():
            try:
                service.until_done(event_id, UNTIL_THROUGH_SECONDS)
            except TimeoutError:
                findings.unfinished[number] = service.funnel(event_id)
        examine(plan, service, sink, findings)
    return findings


def examine(plan: Plan, service: Service, sink: Sink, findings: Findings) -> None:
    came: dict[tuple[int, int], list[Taken]] = defaultdict(list)
    for taken in sink.taken():
        found = NUMBER.search(sink.text(taken))
        came[person_of(taken.to), int(found.group(1)) if found else -1].append(taken)
    expected = plan.expected()
    findings.messages = sum(map(len, came.values()))
    findings.lost = sorted(expected - set(came))
    findings.strangers = sorted(set(came) - expected)
    a_kill: Counter[int] = Counter()
    for pair, messages in came.items():
        if len(messages) == 1:
            continue
        findings.twice += [pair] * (len(messages) - 1)
        if len({taken.message_id for taken in messages}) > 1:
            findings.other_message_id.append(pair)
        # In doubt was what the sink took shortly before the kill that the sender did not survive.
        a_kill.update(bisect.bisect(findings.killed_at, taken.at) for taken in messages[:-1])
        if not listed_unknown(service, pair, findings.posted):
            findings.not_listed_unknown.append(pair)
    findings.most_twice_a_kill = max(a_kill.values(), default=0)


def listed_unknown(service: Service, pair: tuple[int, int], posted: dict[int, str]) -> bool:
    """Whether the trace of this person and event names an attempt in doubt."""
    person, number = pair
    found = service.run("trace", subscriber_id(person), posted[number], "--json")
    return "unknown" in {attempt["outcome"] for attempt in json.loads(found.stdout)["attempts"]}


def report(plan: Plan, findings: Findings) -> list[str]:
    ends = "stops" if plan.stop else "kills"
    name = f"{plan.kills} {ends}, {plan.events} events, {plan.people} people, {plan.connections} connections"
    for what, count in (
        ("messages taken", findings.messages),
        ("lost", len(findings.lost)),
        ("strangers", len(findings.strangers)),
        ("twice", len(findings.twice)),
        ("twice, most after one kill", findings.most_twice_a_kill),
        ("twice with another Message-ID", len(findings.other_message_id)),
        ("twice and not listed unknown", len(findings.not_listed_unknown)),
        ("events posted again", findings.posted_again),
        ("events not through", len(findings.unfinished)),
    ):
        figure("kills", f"{name}: {what}", count, "")
    return findings.broken(plan)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 50), ("events", 100), ("people", 500), ("connections", 2), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--stop", action="store_true", help="ask it to stop instead of killing it")
    parser.add_argument("--folder", type=Path, help="keep the data here, to look at afterwards")
    asked = parser.parse_args()
    plan = Plan(asked.kills, asked.events, asked.people, asked.connections, asked.seed, asked.stop)
    with tempfile.TemporaryDirectory() as folder:
        findings = run(plan, asked.folder or Path(folder))
        broken = report(plan, findings)
    for promise in broken:
        print(f"broken: {promise}", file=sys.stderr)
    if broken:
        print(
            f"lost {findings.lost[:10]} strangers {findings.strangers[:10]} unfinished {findings.unfinished}", file=sys.stderr
        )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
