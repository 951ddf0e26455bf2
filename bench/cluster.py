"""pushsvc as a cluster of processes, as its operators see it: commands, settings, HTTP. Nothing of the package is imported.

    with servers() as found, mailbox_sink(folder, keep=True) as sink:
        with Cluster(folder, found.settings, sink.port) as cluster:
            cluster.migrate()
            cluster.start()
            site = cluster.serve.register(SITE)
            answer = cluster.post(site, event, "id-1")

Each process has a folder, a port and a log of its own (`<folder>/<name>.log`); workers and schedulers answer `/readyz` on their
HEALTH_PORT. While the block lasts, a process that ends is started again after a pause, as any supervisor would do.
"""

from __future__ import annotations

import contextlib
import itertools
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.service import STOP_SECONDS, Answer, Service, Site
from tests.services.kafka import Kafka, kafka
from tests.services.postgres import PostgresServer, postgres_server
from tests.services.redis import RedisServer, redis_server

#: Every stage as a process of its own, two of what may be doubled, the matcher in two shards.
LAYOUT: Mapping[str, Sequence[str]] = {
    "serve-1": ("serve",),
    "serve-2": ("serve",),
    "normalise": ("worker", "normalise"),
    "summarise": ("worker", "summarise"),
    "match-0": ("worker", "match", "--shard", "0/2"),
    "match-1": ("worker", "match", "--shard", "1/2"),
    "plan": ("worker", "plan"),
    "deliver-1": ("worker", "deliver"),
    "deliver-2": ("worker", "deliver"),
    "record": ("worker", "record"),
    "schedule-1": ("schedule",),
    "schedule-2": ("schedule",),
}
#: The fewest processes that are a whole: what a first cluster on one machine is.
SMALL: Mapping[str, Sequence[str]] = {"serve": ("serve",), "worker": ("worker",), "schedule": ("schedule",)}
READY_SECONDS = 120.0
RESTART_SECONDS = 0.5
POST_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Servers:
    """What a cluster stands on; each can be stopped and started again while the cluster runs."""

    postgres: PostgresServer
    kafka: Kafka
    redis: RedisServer

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "PUSHSVC_DATABASE_URL": self.postgres.url,
            "PUSHSVC_ENGINE_URL": self.kafka.url,
            "PUSHSVC_REDIS_URL": self.redis.url,
        }


@contextlib.contextmanager
def servers(nodes: int = 1) -> Iterator[Servers]:
    """A PostgreSQL that loses no commit in a kill, a Kafka of so many nodes, a Redis; gone at the end with what they hold."""
    with postgres_server(durable=True) as postgres, kafka(nodes) as brokers, redis_server() as redis:
        yield Servers(postgres, brokers, redis)


@dataclass
class Cluster:
    folder: Path
    settings: Mapping[str, str]
    smtp: int
    layout: Mapping[str, Sequence[str]] = field(default_factory=lambda: LAYOUT)
    processes: dict[str, Service] = field(default_factory=dict)
    ended: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The exit codes of processes that ended without being stopped by `stop`, by name; negative: the signal."""
    _wanted: set[str] = field(default_factory=set)
    _closed: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, command in self.layout.items():
            service = Service(self.folder / name, self.smtp, command)
            service.settings = {**self.settings, "PUSHSVC_HEALTH_PORT": str(service.port)}
            self.processes[name] = service
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def __enter__(self) -> Cluster:
        self._supervisor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._supervisor.join()
        living = self._living()
        for service in living:
            assert service.process is not None
            service.process.send_signal(signal.SIGCONT)
            service.process.send_signal(signal.SIGTERM)
        for service in living:
            assert service.process is not None
            try:
                service.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                service.kill()

    @property
    def serves(self) -> list[Service]:
        return [service for service in self.processes.values() if service.command[0] == "serve"]

    @property
    def serve(self) -> Service:
        """One of them: for commands, which any process's settings can run."""
        return self.serves[0]

    def named(self, *beginnings: str) -> list[str]:
        return [name for name in self.processes if name.startswith(beginnings)]

    def migrate(self) -> None:
        self.serve.run("migrate")

    def start(self, names: Sequence[str] | None = None, *, wait: bool = True) -> float:
        """Start them in this order without waiting in between; returns the seconds until all are ready (0 without `wait`)."""
        begun = time.perf_counter()
        for name in self.processes if names is None else names:
            with self._lock:
                self.processes[name].start(wait=False)
                self._wanted.add(name)
        if not wait:
            return 0.0
        self.until_ready(names)
        return time.perf_counter() - begun

    def until_ready(self, names: Sequence[str] | None = None, seconds: float = READY_SECONDS) -> None:
        """Raises TimeoutError that names who is not, with its last words."""
        end = time.monotonic() + seconds
        for name in self.processes if names is None else names:
            service = self.processes[name]
            while service.call("GET", "/readyz", seconds=5).status != 200:
                if time.monotonic() > end:
                    said = service.call("GET", "/readyz", seconds=5).body.decode(errors="replace")
                    raise TimeoutError(f"{name} is not ready after {seconds:g} s: {said}\n{service.last_words()}")
                time.sleep(0.05)

    def stop(self, name: str) -> int:
        """SIGTERM; it stays stopped until `start`. Returns the exit code."""
        with self._lock:
            self._wanted.discard(name)
        return self.processes[name].stop()

    def kill(self, name: str) -> None:
        """kill -9; it is started again by the supervisor."""
        self.signal(name, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        with self._lock:
            process = self.processes[name].process
            assert process is not None
            process.send_signal(number)

    def post(self, site: Site, event: Mapping[str, Any], webhook_id: str, seconds: float = 120) -> tuple[Answer, int]:
        """To one `serve` or another until it is durable, as a site does; the answer, and how often it was posted again."""
        end, again = time.monotonic() + seconds, 0
        while True:
            serves = self.serves
            answer = serves[next(self._turn) % len(serves)].post(site, event, webhook_id)
            if answer.status in (200, 202):
                return answer, again
            if answer.status not in (0, 429, 503) or time.monotonic() > end:
                raise AssertionError(f"{webhook_id}: {answer}")
            again += 1
            time.sleep(POST_AGAIN_SECONDS)

    def until_done(self, event_id: str, seconds: float = 60) -> dict[str, Any]:
        """Its funnel once it is done, dead or without an audience, as the first `serve` that answers tells it."""
        end = time.monotonic() + seconds
        while True:
            for service in self.serves:
                with contextlib.suppress(TimeoutError):
                    return service.until_done(event_id, 2.0, look=0.05)
            if time.monotonic() > end:
                raise TimeoutError(f"{event_id} is not through after {seconds:g} s: {self.serve.funnel(event_id)}")

    def memory_mib(self) -> float:
        """What all processes have resident now, together."""
        return sum(service.memory_mib("VmRSS") for service in self._living())

    def cpu_seconds(self) -> float:
        """What the processes that run now have used of the CPU so far, together."""
        return sum(service.cpu_seconds() for service in self._living())

    def _living(self) -> list[Service]:
        return [one for one in self.processes.values() if one.process is not None and one.process.poll() is None]

    def _supervise(self) -> None:
        seen_ended: dict[str, float] = {}
        while not self._closed.wait(0.05):
            for name in list(self._wanted):
                with self._lock:
                    process = self.processes[name].process
                    if name not in self._wanted or process is None or (code := process.poll()) is None:
                        continue
                    since = seen_ended.setdefault(name, time.monotonic())
                    if time.monotonic() - since >= RESTART_SECONDS:
                        del seen_ended[name]
                        self.ended[name].append(code)
                        self.processes[name].start(wait=False)
