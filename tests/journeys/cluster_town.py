"""A small cluster on real servers that was started in the worst order, and what its processes said meanwhile."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cluster import Cluster
from bench.service import Service, Site
from bench.town import SITE, Town, publication
from tests.services.kafka import LOGINS, Kafka, kafka
from tests.services.postgres import PostgresServer, postgres_server
from tests.services.redis import RedisServer, redis_server
from tests.services.smtp import SmtpServer

LAYOUT = {"schedule-1": ("schedule",), "worker": ("worker",), "serve": ("serve",), "schedule-2": ("schedule",)}
FIRST = ("schedule-1", "worker", "serve")
PASSWORDS = {"PostgreSQL": "pg-password-of-the-tests", "Redis": "redis-password-of-the-tests", "Kafka": LOGINS["pushsvc"]}
PEOPLE = Town(20)
NOBODY = Site("", "")
A_TOPIC_FOR = 2
"""How many of PEOPLE one publication concerns."""


def until(look: Callable[[], Any], seconds: float = 40, what: str = "") -> float:
    """The seconds until `look` gives something true."""
    begun = time.monotonic()
    while not look():
        assert time.monotonic() - begun < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


def readiness(service: Service) -> dict[str, Any]:
    """What it answers at /readyz; empty when nothing."""
    answer = service.call("GET", "/readyz", seconds=10)
    return {**answer.json(), "status": answer.status} if answer.status else {}


def metric(service: Service, name: str) -> float:
    """The sum over its labels; -1 when it is not there."""
    answer = service.call("GET", "/metrics", headers={"authorization": "Bearer metrics-of-the-tests"}, seconds=10)
    lines = [line for line in answer.body.decode().splitlines() if line.startswith(f"pushsvc_{name}")]
    return sum(float(line.rpartition(" ")[2]) for line in lines) if lines else -1.0


@dataclass
class ClusterTown:
    postgres: PostgresServer
    kafka: Kafka
    redis: RedisServer
    smtp: SmtpServer
    cluster: Cluster
    folder: Path
    said: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """While it started: by what was missing, by process, what it said."""
    answers: dict[str, Any] = field(default_factory=dict)
    site: Site = NOBODY
    _numbers: int = 0

    def __getitem__(self, name: str) -> Service:
        return self.cluster.processes[name]

    @property
    def people_file(self) -> Path:
        return PEOPLE.write_subscribers(self.folder / "people.jsonl")

    def post(self) -> str:
        """A new publication for A_TOPIC_FOR people; it must be accepted at once. Gives the event's id."""
        self._numbers += 1
        answer = self["serve"].post(self.site, publication(self._numbers, 1, None), f"event-{self._numbers}")
        assert answer.status == 202, answer
        return str(answer.json()["event_id"])

    def until_told(self, event_id: str, seconds: float = 40) -> None:
        funnel = self["serve"].until_done(event_id, seconds)
        assert funnel["accepted"] == {"email": A_TOPIC_FOR}, funnel

    def waits_of(self, name: str) -> str:
        return str(readiness(self[name]).get("parts", {}).get("start", ""))

    def until_ready(self) -> None:
        self.cluster.until_ready(seconds=60)


@contextmanager
def cluster_town(folder: Path) -> Iterator[ClusterTown]:
    """Schedule, worker and serve first, then PostgreSQL, then `migrate`, Kafka last. It is ready when the block begins."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        brokers = stack.enter_context(kafka())
        redis = stack.enter_context(redis_server(requirepass=PASSWORDS["Redis"]))
        smtp = SmtpServer().start()
        settings: Mapping[str, str] = {
            "PUSHSVC_DATABASE_URL": postgres.url.replace("postgres@", f"postgres:{PASSWORDS['PostgreSQL']}@"),
            "PUSHSVC_ENGINE_URL": f"kafka://pushsvc:{PASSWORDS['Kafka']}@{','.join(brokers.login_servers)}?partitions=4",
            "PUSHSVC_REDIS_URL": redis.url,
            "PUSHSVC_METRICS_TOKEN": "metrics-of-the-tests",
        }
        postgres.stop()
        brokers.freeze()
        cluster = stack.enter_context(Cluster(folder, settings, smtp.port, LAYOUT))
        town = ClusterTown(postgres, brokers, redis, smtp, cluster, folder)
        try:
            _start(town)
            yield town
        finally:
            town.smtp.stop()


def _start(town: ClusterTown) -> None:
    cluster = town.cluster
    cluster.start(FIRST, wait=False)
    until(lambda: all("waiting" in town.waits_of(name) for name in FIRST), what="all wait for the database")
    town.said["database"] = {name: town.waits_of(name) for name in FIRST}

    town.postgres.start()
    for name in FIRST:
        until(lambda: cluster.ended[name], what=f"{name} ends for want of a schema")  # noqa: B023 - called in this turn
        cluster.stop(name)  # a supervisor would start it again and again meanwhile: two cores have better to do
        town.said["schema"][name] = town[name].last_words()
    town.answers["exit codes without a schema"] = {name: set(cluster.ended[name]) for name in FIRST}

    town.answers["migrate without a broker"] = town["serve"].run("migrate", check=False)
    cluster.start(FIRST, wait=False)
    until(lambda: "broker" in town.waits_of("worker"), what="the worker waits for the broker")
    until(lambda: "broker" in readiness(town["serve"]).get("parts", {}), what="serve serves")
    town.said["broker"] = {"worker": town.waits_of("worker"), "serve": json.dumps(readiness(town["serve"]))}
    town.site = town["serve"].register(SITE)
    town.answers["import without a matcher"] = town["serve"].run("subscribers", "import", str(town.people_file))
    town.answers["event without a broker"] = town.post()

    town.kafka.thaw()
    cluster.start(["schedule-2"], wait=False)
    town.until_ready()
