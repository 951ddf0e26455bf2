"""Import 100,000 subscribers by the command line while sites post ten events a second.

    python -m bench.import_while_posting [--people 100000] [--rate 10] [--quick]

No POST may be answered by 503, and p99 of its answer stays below a second: an import leaves room for other writers. Exit 1
when it does not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bench.report import figure, machine, percentile
from bench.service import Answer, Service, Site, mailbox_sink
from bench.town import SITE, Town, publication

LIMIT_SECONDS = 1.0
#: The people of the town while others are imported: five of them are told of each event, so that all stages write too.
ALREADY = 100


def post_until(ended: threading.Event, service: Service, site: Site, rate: float) -> list[Answer]:
    """Events at `rate` a second, whether or not the one before was answered."""
    waiting: list[Future[Answer]] = []
    begun = time.monotonic()
    with ThreadPoolExecutor(32) as posting:
        while not ended.is_set():
            number = len(waiting)
            # The last topic: nobody of those who are being imported asks for it, so that the sending stays the same.
            event = publication(number, 9, number % 2)
            waiting.append(posting.submit(service.post, site, event, f"while-{number}"))
            time.sleep(max(0.0, begun + len(waiting) / rate - time.monotonic()))
    return [each.result() for each in waiting]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=10.0)
    parser.add_argument("--quick", action="store_true", help="5,000 people")
    asked = parser.parse_args()
    people = 5000 if asked.quick else asked.people
    machine("import_while_posting")
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        with mailbox_sink(folder / "sink") as sink, Service(folder / "home", smtp=sink.port) as service:
            service.start()
            site = service.register(SITE)
            service.import_subscribers(Town(ALREADY, topics=10).write_subscribers(folder / "already.jsonl"))
            file = Town(people, topics=9, districts=10).write_subscribers(folder / "people.jsonl", first=1_000_000)
            ended = threading.Event()
            with ThreadPoolExecutor(1) as beside:
                posting = beside.submit(post_until, ended, service, site, asked.rate)
                time.sleep(2)
                try:
                    seconds = service.import_subscribers(file)
                finally:
                    ended.set()
                answers = posting.result()
            peak = service.memory_mib()
    statuses = Counter(answer.status for answer in answers)
    took = [answer.seconds for answer in answers]
    name = f"{people} people beside {asked.rate:g} events/s"
    figure("import_while_posting", f"{name}: import", seconds, "s")
    figure("import_while_posting", f"{name}: POST answered, p50", percentile(took, 0.5) * 1000, "ms")
    figure("import_while_posting", f"{name}: POST answered, p99", percentile(took, 0.99) * 1000, "ms")
    figure("import_while_posting", f"{name}: POST answered, slowest", max(took) * 1000, "ms")
    figure("import_while_posting", f"{name}: not answered by 202", len(answers) - statuses[202], f"of {len(answers)} POSTs")
    figure("import_while_posting", f"{name}: peak memory of the service", peak, "MiB")
    if set(statuses) != {202}:
        print(f"answers: {dict(statuses)}", file=sys.stderr)
    sys.exit(0 if set(statuses) == {202} and percentile(took, 0.99) < LIMIT_SECONDS else 1)


if __name__ == "__main__":
    main()
