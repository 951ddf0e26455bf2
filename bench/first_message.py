"""From a POST to the first accepted email: 200 publications, 1,000 subscribers, 50 of them matching each.

    python -m bench.first_message [--events 200] [--people 1000] [--rate 2] [--quick]

Two runs, figures in milliseconds. `one at a time`: the next event is posted when the last message of the one before was
taken. `at N/s`: events arrive at a steady rate, whatever is still under way. A figure begins when the client opens its
connection and ends when the SMTP server has the message. Target: p50 < 150 ms, p99 < 1 s. A message that is missing ends the
bench with exit 1.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.report import figure, machine, percentile
from bench.service import Answer, Service, Sink, Site, mailbox_sink
from bench.town import SITE, Town, person_of, publication

NUMBER = re.compile(r"/policy/notice-(\d+)\.html")
WAIT_SECONDS = 60.0


def class_of(town: Town, number: int) -> tuple[int, int]:
    return number % town.topics, number // town.topics % town.districts


def one_at_a_time(service: Service, site: Site, sink: Sink, town: Town, numbers: Sequence[int]) -> dict[int, Answer]:
    answers = {}
    for number in numbers:
        topic, district = class_of(town, number)
        wanted = sink.count() + len(town.whom(topic, district))
        answers[number] = service.post(site, publication(number, topic, district), f"one-{number}")
        sink.until_count(wanted, WAIT_SECONDS, look=0.02)
    return answers


def at_a_rate(service: Service, site: Site, sink: Sink, town: Town, numbers: Sequence[int], rate: float) -> dict[int, Answer]:
    wanted = sink.count() + sum(len(town.whom(*class_of(town, number))) for number in numbers)
    begun = time.monotonic()
    waiting = {}
    with ThreadPoolExecutor(8) as posting:
        for turn, number in enumerate(numbers):
            time.sleep(max(0.0, begun + turn / rate - time.monotonic()))
            waiting[number] = posting.submit(service.post, site, publication(number, *class_of(town, number)), f"rate-{number}")
    sink.until_count(wanted, WAIT_SECONDS)
    return {number: answer.result() for number, answer in waiting.items()}


def arrivals(sink: Sink) -> dict[int, dict[str, int]]:
    """By publication: when each address had its message, in nanoseconds since 1970."""
    reached: dict[int, dict[str, int]] = defaultdict(dict)
    for taken in sink.taken():
        if found := NUMBER.search(sink.text(taken)):
            reached[int(found.group(1))].setdefault(taken.to, taken.at)
    return reached


def report(name: str, town: Town, reached: dict[int, dict[str, int]], answers: dict[int, Answer]) -> bool:
    """Prints the figures of one run; whether exactly the right people were told."""
    refused = [answer.status for answer in answers.values() if answer.status != 202]
    wrong = [n for n in answers if {person_of(to) for to in reached[n]} != town.whom(*class_of(town, n))]
    first = [(min(reached[n].values()) - answer.sent_at) / 1e6 for n, answer in answers.items() if reached[n]]
    last = [(max(reached[n].values()) - answer.sent_at) / 1e6 for n, answer in answers.items() if reached[n]]
    posts = [answer.seconds * 1000 for answer in answers.values()]
    for what, values in (("first email", first), ("last of 50 emails", last), ("POST answered", posts)):
        for share in (0.50, 0.99):
            if values:
                figure("first_message", f"{name}: {what}, p{share * 100:.0f}", percentile(values, share), "ms")
    figure("first_message", f"{name}: events that missed or added a person", len(wrong), "events")
    if refused or wrong:
        print(f"{name}: refused {refused}, wrong people for {wrong[:5]}", file=sys.stderr)
    return not refused and not wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=2.0, help="events a second of the second run")
    parser.add_argument("--quick", action="store_true", help="40 events, 400 people")
    asked = parser.parse_args()
    events, people = (40, 400) if asked.quick else (asked.events, asked.people)
    town = Town(people)
    machine("first_message")
    with (
        tempfile.TemporaryDirectory() as folder,
        mailbox_sink(Path(folder) / "sink", keep=True) as sink,
        Service(Path(folder) / "home", smtp=sink.port) as service,
    ):
        service.start()
        site = service.register(SITE)
        service.import_subscribers(town.write_subscribers(Path(folder) / "people.jsonl"))
        # The first event of a process pays for what is loaded when it is first needed; it stands apart.
        warm = one_at_a_time(service, site, sink, town, [100_000])
        before = service.cpu_seconds()
        alone = one_at_a_time(service, site, sink, town, range(events))
        cpu = (service.cpu_seconds() - before) / events
        crowd = at_a_rate(service, site, sink, town, range(events, 2 * events), asked.rate)
        reached = arrivals(sink)
        right = report("first event of the process", town, reached, warm)
        right &= report("one at a time", town, reached, alone)
        right &= report(f"at {asked.rate:g}/s", town, reached, crowd)
        figure("first_message", "one at a time: CPU an event with all its emails", cpu * 1000, "ms")
        figure("first_message", "peak memory of the service", service.memory_mib(), "MiB")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
