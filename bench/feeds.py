"""Feeds visited within their intervals by one process, from a server in another process on the same machine.

    python -m bench.feeds [--feeds 5000] [--seconds 320] [--quick]

Every feed is as lively as a feed can be (something was published within the hour), so each is asked every 5 minutes; each has a
host of its own, 20 entries, and one in five shows a new entry at each visit, which becomes an event. Half of the servers answer
conditional requests. `late` is how long after its due moment a visit began. The first round (all feeds at once, never seen
before) is measured apart from the rounds that follow their rhythm.

Reading alone is measured next to feedparser and fastfeedparser, where they are installed.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import sqlalchemy as sa
from aiohttp import web

from bench.report import figure, machine, percentile
from pushsvc.bootstrap.house import open_house
from pushsvc.settings import read_settings
from pushsvc.sites.feeds.client import FeedClient
from pushsvc.sites.feeds.polling import FeedPoller
from pushsvc.sites.feeds.queue import Visit
from pushsvc.sites.feeds.reading import read_feed
from pushsvc.sites.networks import read_networks
from pushsvc.sites.registry import import_sites
from pushsvc.storage.tables.sites import events, feeds

BENCH = "feeds"
ENTRIES = 20
SITES = 500
SPEAKS_EVERY_SECONDS = 240


def document(number: int, step: int) -> bytes:
    """Feed `number` after `step` new entries; the newest is of now."""
    now = format_datetime(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
    entries = "".join(
        f"<item><title>关于第{each}号事项的通知</title><link>/tz/{number}/{each}.html</link><pubDate>{now}</pubDate>"
        f"<description>为了做好第{each}号工作，现将有关事项通知如下，请认真贯彻落实。</description></item>"
        for each in range(step + ENTRIES, step, -1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>通知</title>{entries}</channel></rss>'.encode()


async def serve(port_file: Path) -> None:
    """The server of all feeds, in a process of its own."""

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        step = int(time.time() + number % SPEAKS_EVERY_SECONDS) // SPEAKS_EVERY_SECONDS if number % 5 == 0 else 0
        mark = f'"{step}"'
        if number % 2 and request.headers.get("If-None-Match") == mark:
            return web.Response(status=304)
        headers = {"Content-Type": "application/rss+xml", **({"ETag": mark} if number % 2 else {})}
        return web.Response(body=document(number, step % 1000), headers=headers)

    app = web.Application()
    app.router.add_get("/feed/{number}.xml", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port_file.write_text(str(runner.addresses[0][1]))
    await asyncio.Event().wait()


def registry(count: int, port: int) -> str:
    """Sites, each with some hosts and the feeds on them."""
    lines = ["code,name,organisation,region,domains,feeds"]
    for site in range(min(SITES, count)):
        numbers = range(site, count, SITES)
        hosts = " ".join(f"f{number}.gov.example:{port}" for number in numbers)
        urls = " ".join(f"http://f{number}.gov.example:{port}/feed/{number}.xml" for number in numbers)
        lines.append(f"5101{site:06d},市{site},市{site},510100,{hosts},{urls}")
    return "\n".join(lines)


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


class Watched:
    """Notes when each visit began, how late, how long it took, and what came of it."""

    def __init__(self, visit: Callable[[Visit], Awaitable[str]]) -> None:
        self._visit = visit
        self.visits: list[tuple[datetime, bool, float, float, str]] = []

    async def __call__(self, visit: Visit) -> str:
        began, started = datetime.now(UTC), time.monotonic()
        outcome = await self._visit(visit)
        late = (began - visit.due_at).total_seconds()
        self.visits.append((began, visit.visited is None, late, time.monotonic() - started, outcome))
        return outcome


async def poll(folder: Path, count: int, seconds: float, port: int) -> None:
    os.environ |= {"PUSHSVC_HOME": str(folder), "PUSHSVC_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/feeds.sqlite3"}
    async with open_house(read_settings()) as house:
        await import_sites(house.database, house.clock, registry(count, port))
        client = FeedClient(read_networks(["127.0.0.0/8"]), here)
        poller = FeedPoller(house.database, house.clock, client, house.intake)
        watched = Watched(poller._visitor.visit)
        poller._visitor.visit = watched  # type: ignore[method-assign, assignment]
        began, cpu = time.monotonic(), time.process_time()
        await poller.start(alone=True)
        while sum(1 for each in watched.visits if each[1]) < count:
            await asyncio.sleep(0.05)
        first = time.monotonic() - began
        figure(BENCH, f"first visits of {count} feeds", count / first, "feeds/s")
        figure(BENCH, "CPU of a first visit", (time.process_time() - cpu) / count * 1000, "ms")
        cpu = time.process_time()
        await asyncio.sleep(seconds)
        cpu = time.process_time() - cpu
        later = [each for each in watched.visits if not each[1]]
        await poller.stop()
        if not later:
            return
        await report(house.database, later, cpu, seconds)


async def report(
    database: object, later: Sequence[tuple[datetime, bool, float, float, str]], cpu: float, seconds: float
) -> None:
    late, took = [each[2] for each in later], [each[3] for each in later]
    figure(BENCH, f"visits in their rhythm, in {seconds:.0f} s", len(later), "visits")
    figure(BENCH, "visits of which nothing good came", sum(1 for each in later if each[4] not in ("same", "changed")), "visits")
    figure(BENCH, "late, p50", percentile(late, 0.5), "s")
    figure(BENCH, "late, p95", percentile(late, 0.95), "s")
    figure(BENCH, "late, most", max(late), "s")
    figure(BENCH, "one visit, p95", percentile(took, 0.95) * 1000, "ms")
    figure(BENCH, "CPU of a visit", cpu / len(later) * 1000, "ms")
    figure(BENCH, "one core's share that was used", cpu / seconds * 100, "%")
    figure(BENCH, "memory of the process, most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")
    async with database.read() as tx:  # type: ignore[attr-defined]
        told = (await tx.execute(sa.select(sa.func.count()).select_from(events))).scalar_one()
        states = (await tx.execute(sa.select(feeds.c.state, sa.func.count()).group_by(feeds.c.state))).all()
    figure(BENCH, "events made", told, "events")
    figure(BENCH, "feeds that stand well", dict(tuple(row) for row in states).get("ok", 0), "feeds")


def read_alone(times: int) -> None:
    """One feed of 20 entries read again and again, beside the two libraries that read the same formats."""
    body = document(1, 5)

    def per_second(read: Callable[[], object]) -> float:
        began = time.perf_counter()
        for _ in range(times):
            read()
        return times / (time.perf_counter() - began)

    ours = per_second(lambda: read_feed(body, None, "https://a.example/feed"))
    for peer in ("feedparser", "fastfeedparser"):
        try:
            library = importlib.import_module(peer)
        except ImportError:
            figure(BENCH, "a feed of 20 entries read", ours, "feeds/s", peer)
            continue
        theirs = per_second(lambda library=library: library.parse(body))  # type: ignore[misc]
        figure(BENCH, "a feed of 20 entries read", ours, "feeds/s", peer, theirs, ours / theirs)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=320, help="how long the feeds are followed after the first visits")
    parser.add_argument("--quick", action="store_true", help="200 feeds, and their first visits only: does it still run?")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        await serve(asked.serve)
        return
    count, seconds = (200, 2.0) if asked.quick else (asked.feeds, asked.seconds)
    machine(BENCH)
    read_alone(200 if asked.quick else 2000)
    with tempfile.TemporaryDirectory() as folder:
        port_file = Path(folder) / "port"
        server = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.feeds", "--serve", str(port_file))
        try:
            while not port_file.exists() or not port_file.read_text():
                await asyncio.sleep(0.05)
            await poll(Path(folder), count, seconds, int(port_file.read_text()))
        finally:
            server.terminate()
            await server.wait()


if __name__ == "__main__":
    asyncio.run(main())
