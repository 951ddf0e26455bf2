"""One publication for 100,000 subscribers by email, and beside it peers that send the same message over kept connections.

    python -m bench.broadcast [--people 100000] [--connections 2] [--on SQLite,cluster] [--peer-messages 5000] [--quick]

One installation after the other: one process on SQLite (or on PostgreSQL), and a cluster of twelve processes, with two shards
of the matcher and two workers that deliver, each with so many connections.

The service matches, plans, renders each message for its reader, reads consent once more, and makes each outcome durable.
The peers do none of that: aiosmtplib and Postfix's smtp-source (where installed) push one finished message again and again
into the same sink, over as many connections. `ratio` is messages a second of the service to the peer's.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import aiosmtplib

from bench.installation import Installation, installed, kinds
from bench.report import figure, machine
from bench.service import Service, mailbox_sink
from bench.town import SITE, Town, publication

SMTP_SOURCE = shutil.which("smtp-source") or shutil.which("smtp-source", path="/usr/sbin")
NANO = 1e9
EARLY_SECONDS = 10
"""While so many people are planned, sending must not wait for the planning: its rate then is a figure of its own."""


def sample_message(folder: Path) -> bytes:
    """A message as the service writes it, so that the peers carry the same bytes."""
    town = Town(1, topics=1, districts=1)
    with mailbox_sink(folder / "sample-sink", keep=True) as sink:
        with Service(folder / "sample", smtp=sink.port) as service:
            service.start()
            site = service.register(SITE)
            service.import_subscribers(town.write_subscribers(folder / "one.jsonl"))
            service.post(site, publication(0, 0, None), "sample")
            if not sink.until_count(1, 30):
                raise TimeoutError(f"no sample message\n{service.last_words()}")
        return sink.content(sink.taken()[0])


async def by_aiosmtplib(port: int, message: bytes, messages: int, connections: int) -> float:
    """Messages a second."""
    left = iter(range(messages))

    async def one_connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
            for number in left:
                await client.sendmail("notice@push.example", [f"person-{number}@mail.example"], message)

    begun = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return messages / (time.perf_counter() - begun)


def by_smtp_source(port: int, length: int, messages: int, connections: int) -> float:
    """Messages a second, of the same length (smtp-source cannot send a given content over kept connections)."""
    command = [str(SMTP_SOURCE), "-d", "-s", str(connections), "-m", str(messages), "-l", str(length), "-t", "a@mail.example"]
    begun = time.perf_counter()
    subprocess.run([*command, f"inet:127.0.0.1:{port}"], check=True, timeout=600)
    return messages / (time.perf_counter() - begun)


def peers(folder: Path, message: bytes, messages: int, connections: int) -> dict[str, float]:
    with mailbox_sink(folder / "peer-sink") as sink:
        rates = {"aiosmtplib": asyncio.run(by_aiosmtplib(sink.port, message, messages, connections))}
        if SMTP_SOURCE:
            rates["smtp-source"] = by_smtp_source(sink.port, len(message), messages, connections)
    return rates


@dataclass(frozen=True)
class Sent:
    """Seconds from the POST to the first and to the last message, how many came early, seconds of the import, the service's
    own costs."""

    complete: bool
    imported: float
    first: float
    last: float
    early: int
    cpu: float
    before_mib: float
    peak_mib: float


def send_to_all(one: Installation, town: Town, folder: Path, seconds: float) -> Sent:
    site = one.entrance.register(SITE)
    before = one.memory_mib()
    imported = one.entrance.import_subscribers(town.write_subscribers(folder / "people.jsonl"))
    cpu = one.cpu_seconds()
    answer = one.entrance.post(site, publication(1, 0, None), "to-all")
    if answer.status != 202:
        raise RuntimeError(f"the event was answered by {answer}")
    in_time = one.sink.until_count(town.people, seconds)
    cpu = one.cpu_seconds() - cpu
    event_id = answer.json()["event_id"]
    funnel = one.entrance.until_done(event_id, 30) if in_time else one.entrance.funnel(event_id)
    taken = one.sink.taken()
    complete = len(taken) == len({each.to for each in taken}) == town.people == funnel["accepted"].get("email")
    if not complete:
        print(f"{len(taken)} messages for {town.people} people; funnel {funnel}", file=sys.stderr)
    first, last = min(each.at for each in taken), max(each.at for each in taken)
    early = sum(each.at < first + EARLY_SECONDS * NANO for each in taken)
    return Sent(
        complete, imported, (first - answer.sent_at) / NANO, (last - answer.sent_at) / NANO, early, cpu, before,
        one.memory_mib(),
    )  # fmt: skip


def report(name: str, people: int, sent: Sent, rates: dict[str, float]) -> None:
    figure("broadcast", f"{name}: import", sent.imported, "s")
    figure("broadcast", f"{name}: POST to first accepted", sent.first, "s")
    figure("broadcast", f"{name}: POST to last accepted", sent.last, "s")
    early_seconds = min(EARLY_SECONDS, sent.last - sent.first)
    figure("broadcast", f"{name}: messages in the first {EARLY_SECONDS} s after the first", sent.early / early_seconds, "/s")
    for peer, rate in rates.items():
        figure("broadcast", f"{name}: messages", people / sent.last, "/s", peer, rate, people / sent.last / rate)
    figure("broadcast", f"{name}: CPU a message", sent.cpu / people * 1000, "ms")
    figure("broadcast", f"{name}: memory of its processes", sent.peak_mib, "MiB")
    figure("broadcast", f"{name}: memory before the import", sent.before_mib, "MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--on", type=kinds, default=["SQLite", "cluster"], help="which installations, separated by commas")
    parser.add_argument("--peer-messages", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=1200, help="give up after so long")
    parser.add_argument("--quick", action="store_true", help="5,000 people")
    asked = parser.parse_args()
    people = 5000 if asked.quick else asked.people
    town = Town(people, topics=1, districts=10)
    settings = {"PUSHSVC_SMTP_CONNECTIONS": str(asked.connections)}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # told to end, it stops what it has started
    machine("broadcast")
    complete = True
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        rates = peers(folder, sample_message(folder), asked.peer_messages, asked.connections)
        for kind in asked.on:
            with ExitStack() as stack:
                one = installed(kind, folder / kind, stack, full=True, settings=settings, keep=False)
                sent = send_to_all(one, town, folder, asked.seconds)
            report(f"{kind}, {people} people, {asked.connections} connections", people, sent, rates)
            complete &= sent.complete
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main()
