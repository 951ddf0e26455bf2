"""pushsvc as its users see it: a process, its commands, its HTTP answers. Nothing of the package is imported here.

    with mailbox_sink(folder, keep=True) as sink, Service(folder / "home", smtp=sink.port) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(path)
        answer = service.post(site, event, "id-1")
        service.until_done(answer.json()["event_id"])

Times are seconds; moments are nanoseconds since 1970, by the clock that all processes of one machine share.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("pushsvc")
ENDED = ("done", "no_audience", "dead")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.02


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Site:
    """A site and its signing key (`whsec_` + base64)."""

    code: str
    key: str


@dataclass(frozen=True)
class Answer:
    """What the service answered; `status` 0: nothing, the connection broke or was refused. `sent_at` in nanoseconds."""

    status: int
    body: bytes
    seconds: float
    sent_at: int
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        return json.loads(self.body)


def sign(key: str, webhook_id: str, body: bytes, at: int | None = None) -> dict[str, str]:
    """The three headers of Standard Webhooks 1.1 for `body`, signed with a `whsec_…` key at `at` (seconds; now)."""
    moment = str(int(time.time()) if at is None else at)
    secret = base64.b64decode(key.removeprefix("whsec_"))
    mac = hmac.new(secret, f"{webhook_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": webhook_id, "webhook-timestamp": moment, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}


@dataclass
class Service:
    """One `pushsvc serve` (or another `command`) on a folder, a port and an SMTP port of its own."""

    home: Path
    smtp: int | None = None
    command: Sequence[str] = ("serve",)
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()

    @property
    def log(self) -> Path:
        return self.home.with_name(f"{self.home.name}.log")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUSHSVC_")}
        ours = {
            "PUSHSVC_HOME": str(self.home),
            "PUSHSVC_PORT": str(self.port),
            "PUSHSVC_SECRET_KEY": "only-for-benches-and-chaos-0123456789",
            "PUSHSVC_EMAIL_FROM": "notice@push.example",
        }
        if self.smtp is not None:
            ours["PUSHSVC_SMTP_URL"] = f"smtp://127.0.0.1:{self.smtp}"
        return {**kept, **ours, **self.settings}

    # --- the process
    def start(self, *, wait: bool = True) -> float:
        """Start it; returns the seconds until `/readyz` said 200 (0 without `wait`)."""
        begun = time.perf_counter()
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), *self.command], env=self.environment, cwd=self.home.parent,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        if not wait:
            return 0.0
        self.until_ready()
        return time.perf_counter() - begun

    def until_ready(self, seconds: float = START_SECONDS) -> None:
        end = time.monotonic() + seconds
        while self.call("GET", "/readyz").status != 200:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"{self.command} ended with {self.process.returncode}:\n{self.last_words()}")
            if time.monotonic() > end:
                raise TimeoutError(f"not ready after {seconds:g} s:\n{self.last_words()}")
            time.sleep(0.01)

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimeoutError(f"still there {STOP_SECONDS:g} s after SIGTERM:\n{self.last_words()}") from None

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def last_words(self, characters: int = 3000) -> str:
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""

    def memory_mib(self, line: str = "VmHWM") -> float:
        """The largest resident size so far (`VmHWM`), or the present one (`VmRSS`), in MiB."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"^{line}:\s+(\d+) kB", status, re.MULTILINE)
        return int(found.group(1)) / 1024 if found else 0.0

    def cpu_seconds(self) -> float:
        """What its process has used of the CPU so far, its own and the system's for it."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # --- commands
    def run(self, *command: str, check: bool = True, seconds: float = 600) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(PROGRAM), *command], env=self.environment, cwd=self.home.parent, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(
                f"pushsvc {' '.join(command)} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
            )
        return done

    def register(self, row: Mapping[str, str]) -> Site:
        """Import one site (a row of CONTRACT's CSV) and make its key."""
        columns = ("code", "name", "organisation", "region", "domains", "feeds")
        file = self.home.with_name(f"{row['code']}.csv")
        file.write_text(",".join(columns) + "\n" + ",".join(row.get(column, "") for column in columns) + "\n")
        self.run("sites", "import", str(file))
        return Site(row["code"], self.run("sites", "key", row["code"]).stdout.strip())

    def import_subscribers(self, file: Path) -> float:
        """Returns the seconds that the command took."""
        begun = time.perf_counter()
        self.run("subscribers", "import", str(file), seconds=1800)
        return time.perf_counter() - begun

    # --- HTTP
    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, seconds: float = 30
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        sent_at, begun = time.time_ns(), time.perf_counter()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            content = response.read()
            return Answer(response.status, content, time.perf_counter() - begun, sent_at, dict(response.getheaders()))
        except (OSError, http.client.HTTPException):
            return Answer(0, b"", time.perf_counter() - begun, sent_at)
        finally:
            connection.close()

    def post(self, site: Site, event: Mapping[str, Any], webhook_id: str) -> Answer:
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"content-type": "application/json", **sign(site.key, webhook_id, body)}
        return self.call("POST", "/api/v1/events", body, headers)

    def funnel(self, event_id: str) -> dict[str, Any]:
        """The funnel; empty when there is no answer."""
        answer = self.call("GET", f"/api/v1/events/{event_id}")
        return answer.json() if answer.status == 200 else {}

    def until_done(self, event_id: str, seconds: float = 60, look: float = LOOK_SECONDS) -> dict[str, Any]:
        """Its funnel once it is done, dead or without an audience."""
        end = time.monotonic() + seconds
        while (funnel := self.funnel(event_id)).get("state") not in ENDED:
            if time.monotonic() > end:
                raise TimeoutError(f"{event_id} is not through after {seconds:g} s: {funnel}\n{self.last_words()}")
            time.sleep(look)
        return funnel


@dataclass(frozen=True)
class Taken:
    """One message as the sink recorded it."""

    at: int
    to: str
    message_id: str
    offset: int
    length: int


@dataclass(frozen=True)
class Sink:
    """A running sink and its record."""

    port: int
    record: Path
    kept: Path

    def taken(self) -> list[Taken]:
        if not self.record.exists():
            return []
        rows = [line.split("\t") for line in self.record.read_text().splitlines()]
        return [Taken(int(row[0]), row[1], row[2], int(row[3]), int(row[4])) for row in rows]

    def count(self) -> int:
        return self.record.read_bytes().count(b"\n") if self.record.exists() else 0

    def until_count(self, wanted: int, seconds: float, look: float = 0.25) -> bool:
        """Whether `wanted` messages are there before `seconds` have passed."""
        end = time.monotonic() + seconds
        while self.count() < wanted:
            if time.monotonic() > end:
                return False
            time.sleep(look)
        return True

    def text(self, taken: Taken) -> str:
        """The plain text of a kept message, decoded."""
        for part in message_from_bytes(self.content(taken)).walk():
            body = part.get_payload(decode=True)
            if part.get_content_type() == "text/plain" and isinstance(body, bytes):
                return body.decode(part.get_content_charset("utf-8"))
        return ""

    def content(self, taken: Taken) -> bytes:
        with self.kept.open("rb") as kept:
            kept.seek(taken.offset)
            return kept.read(taken.length)


@contextlib.contextmanager
def mailbox_sink(folder: Path, *, keep: bool = False) -> Iterator[Sink]:
    """`bench.sink` as a process of its own until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(free_port(), folder / "taken.tsv", folder / "taken.eml")
    more = ["--keep", str(sink.kept)] if keep else []
    command = [sys.executable, "-m", "bench.sink", "--port", str(sink.port), "--record", str(sink.record), *more]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL)
    try:
        _until_listening(sink.port)
        yield sink
    finally:
        process.terminate()
        process.wait(10)


def _until_listening(port: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > end:
            raise TimeoutError(f"nothing listens on 127.0.0.1:{port} after {seconds:g} s")
        time.sleep(0.02)
