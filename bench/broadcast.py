"""One publication for 100,000 subscribers by email, and beside it peers that send the same message over kept connections.

    python -m bench.broadcast [--people 100000] [--connections 2] [--peer-messages 5000] [--home DIR] [--quick]

The service matches, plans, renders each message for its reader, reads consent once more, and makes each outcome durable.
The peers do none of that: aiosmtplib and Postfix's smtp-source (where installed) push one finished message again and again
into the same sink, over as many connections. `ratio` is messages a second of the service to the peer's.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiosmtplib

from bench.report import figure
from bench.service import Service, Sink, mailbox_sink
from bench.town import SITE, Town, publication

SMTP_SOURCE = shutil.which("smtp-source") or shutil.which("smtp-source", path="/usr/sbin")
NANO = 1e9


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


def send_to_all(service: Service, sink: Sink, town: Town, seconds: float) -> tuple[float, float, float, float]:
    """Seconds of the import, from the POST to the first and to the last message, and the service's peak memory in MiB."""
    site = service.register(SITE)
    file = town.write_subscribers(service.home.with_name("people.jsonl"))
    imported = service.import_subscribers(file)
    answer = service.post(site, publication(1, 0, None), "to-all")
    assert answer.status == 202, answer
    if not sink.until_count(town.people, seconds):
        print(f"only {sink.count()} of {town.people} came; {service.funnel(answer.json()['event_id'])}", file=sys.stderr)
    funnel = service.until_done(answer.json()["event_id"], 30)
    taken = sink.taken()
    if len({each.to for each in taken}) != town.people or len(taken) != town.people:
        print(f"{len(taken)} messages for {town.people} people; funnel {funnel}", file=sys.stderr)
    first, last = min(each.at for each in taken), max(each.at for each in taken)
    return imported, (first - answer.sent_at) / NANO, (last - answer.sent_at) / NANO, service.memory_mib()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--peer-messages", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=1200, help="give up after so long")
    parser.add_argument("--quick", action="store_true", help="5,000 people")
    asked = parser.parse_args()
    people = 5000 if asked.quick else asked.people
    name = f"{people} people, {asked.connections} connections"
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        rates = peers(folder, sample_message(folder), asked.peer_messages, asked.connections)
        with mailbox_sink(folder / "sink") as sink:
            settings = {"PUSHSVC_SMTP_CONNECTIONS": str(asked.connections)}
            with Service(folder / "home", smtp=sink.port, settings=settings) as service:
                service.start()
                before = service.memory_mib()
                imported, first, last, peak = send_to_all(
                    service, sink, Town(people, topics=1, districts=len("0123456789")), asked.seconds
                )
            complete = sink.count() == people
    figure("broadcast", f"{name}: import", imported, "s")
    figure("broadcast", f"{name}: POST to first accepted", first, "s")
    figure("broadcast", f"{name}: POST to last accepted", last, "s")
    for peer, rate in rates.items():
        figure("broadcast", f"{name}: messages", people / last, "/s", peer, rate, people / last / rate)
    figure("broadcast", f"{name}: peak memory of the service", peak, "MiB")
    figure("broadcast", f"{name}: memory before the import", before, "MiB")
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main()
