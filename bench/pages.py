"""How fast each page is with a city's month behind it, and what it weighs.

    python -m bench.pages [--people 100000] [--messages 3000000] [--databases SQLite,PostgreSQL] [--requests 60] [--quick]
                          [--keep FOLDER] [PAGE …]

The month is written straight into the tables (bench/month.py) and served by a process of its own, which also does what a
service does beside it every few seconds. One reader asks, one page after the other; the first five answers are left out.
On a machine that others use too, the CPU time of the service says more than the clock: what goes on beside it counts in.
`PAGE`s are names of the list below; all when none. `--keep`: the SQLite file of an earlier run, up to 12 hours old.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.month import address_of
from bench.report import figure, machine, percentile
from bench.service import free_port
from tests.services.postgres import postgres_server

BENCH = "pages"
WARM_UP = 5
GOOD_SECONDS = 12 * 3600
_STYLE = re.compile(r'href="(/static/[^"]+)"')
_MARK = re.compile(r'name="mark" value="([^"]+)"')


@dataclass(frozen=True)
class Asked:
    """One page. `as_who`: nobody, citizen, publisher, operator. With a `form` it is posted, from the page at `path`."""

    name: str
    path: str
    as_who: str = "nobody"
    form: Mapping[str, str] | None = None


def pages(known: Mapping[str, str]) -> Sequence[Asked]:
    """Every page that is asked. `known`: ids and tokens of the month."""
    phone, email = address_of(8), address_of(2)
    return (
        Asked("front", "/"), Asked("start", "/start"), Asked("enter", "/enter"), Asked("check", "/check"),
        Asked("search", f"/search?{urlencode({'q': '居家改造补贴'})}"), Asked("message", f"/m/{known['message']}"),
        Asked("me", "/me", "citizen"), Asked("history", "/me/history", "citizen"), Asked("open", "/me/open", "citizen"),
        Asked("document", f"/doc/{known['publication']}"),
        Asked("publisher", "/p/", "publisher"), Asked("publish", "/p/new", "publisher"),
        Asked("publisher's event", f"/p/events/{known['event']}", "publisher"),
        *(Asked(f"dashboard, {span}", f"/o/?span={span}", "operator") for span in ("hour", "day", "week")),
        Asked("find", "/o/find", "operator"), Asked("find in doubt", "/o/find?show=doubt", "operator"),
        Asked("find an event", f"/o/find/{known['event']}", "operator"),
        Asked("find a message", f"/o/find/{known['delivery']}", "operator"),
        Asked("find by phone", "/o/find", "operator", {"what": phone}),
        Asked("find by document number", "/o/find", "operator", {"what": "川民发[2026]17号"}),
        Asked("did she get it", "/o/find", "operator", {"what": email, "also": known["event"]}),
        *(Asked(name, f"/o/{name}", "operator")
          for name in ("dlq", "waiting", "pauses", "reports", "sites", "subscribers", "accounts", "audit")),
    )  # fmt: skip


class Reader:
    """One connection that is kept, with the cookies of one person."""

    def __init__(self, port: int, cookies: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = cookies

    def get(self, path: str) -> tuple[int, bytes, float]:
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> tuple[int, bytes, float]:
        return self._ask("POST", path, urlencode(form).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes, float]:
        headers = {"Cookie": self._cookies} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        took = time.perf_counter() - begun
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name = cookie.partition("=")[0]
            if name == "reader":
                self._cookies = "; ".join(filter(None, (self._cookies, cookie.partition(";")[0])))
        return answer.status, read, took


def measure(port: int, asked: Asked, known: Mapping[str, str], requests: int, where: str) -> None:
    """Print the page's figures; one that is not there, or not for this reader, is named and left out."""
    reader = Reader(port, known.get(asked.as_who, ""))
    status, page, _ = reader.get(asked.path)
    if status != 200:
        print(f"{asked.name} ({asked.path}): {status}, left out", file=sys.stderr, flush=True)
        return
    form = None
    if asked.form:
        found = _MARK.search(page.decode())
        form = {**asked.form, "mark": found[1] if found else ""}
    times: list[float] = []
    began = 0.0
    for turn in range(WARM_UP + requests):
        if turn == WARM_UP:
            began = _cpu_seconds(known["process"])
        status, page, took = reader.get(asked.path) if form is None else reader.post(asked.path, form)
        if status != 200:
            print(f"{asked.name}: {status} after {turn} answers", file=sys.stderr, flush=True)
            return
        times.append(took)
    cpu = (_cpu_seconds(known["process"]) - began) / requests
    style = _STYLE.search(page.decode())
    weight = len(page) + (len(reader.get(style[1])[1]) if style else 0)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        figure(BENCH, f"{where}, {asked.name}: {name}", percentile(times[WARM_UP:], share) * 1000, "ms")
    figure(BENCH, f"{where}, {asked.name}: CPU of the service", cpu * 1000, "ms")
    figure(BENCH, f"{where}, {asked.name}: weight with its stylesheet", weight / 1024, "KiB")


def _cpu_seconds(process: str) -> float:
    """What a process has used since it began."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(url: str, home: Path, people: int, messages: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """A process that fills the database where it is empty, and serves its pages: its port, and what it knows."""
    port = free_port()
    command = [sys.executable, "-m", "bench.pages_served", url, str(home), str(port), str(people), str(messages)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the process that serves the pages ended")
        yield port, {**json.loads(line), "process": str(process.pid)}
    finally:
        process.terminate()
        process.wait(30)


def run(kind: str, asked: argparse.Namespace, folder: Path, stack: ExitStack) -> None:
    home = folder / kind
    home.mkdir(parents=True, exist_ok=True)
    if kind == "SQLite":
        file = home / f"month-{asked.people}-{asked.messages}.sqlite3"
        if file.exists() and time.time() - file.stat().st_mtime > GOOD_SECONDS:
            file.unlink()
        url = f"sqlite+aiosqlite:///{file}"
    else:
        url = stack.enter_context(
            postgres_server(durable=True, settings={"shared_buffers": "512MB", "max_wal_size": "4GB"})
        ).url
    port, known = stack.enter_context(served(url, home, asked.people, asked.messages))
    for page in pages(known):
        if not asked.names or page.name in asked.names:
            measure(port, page, known, asked.requests, kind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=3_000_000)
    parser.add_argument("--databases", default="SQLite,PostgreSQL")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--quick", action="store_true", help="2,000 people, 60,000 messages, 10 requests, SQLite")
    parser.add_argument("names", nargs="*", metavar="PAGE")
    asked = parser.parse_args()
    if asked.quick:
        asked.people, asked.messages, asked.requests, asked.databases = 2_000, 60_000, 10, "SQLite"
    machine(BENCH)
    with tempfile.TemporaryDirectory(prefix="pushsvc-pages-") as temporary:
        for kind in asked.databases.split(","):
            with ExitStack() as stack:
                run(kind, asked, asked.keep or Path(temporary), stack)


if __name__ == "__main__":
    main()
