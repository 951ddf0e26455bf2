"""The same service put up in three ways for comparison: one process on SQLite, one on PostgreSQL, a cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster import LAYOUT, SMALL, Cluster, servers
from bench.service import Service, Sink, Site, mailbox_sink
from tests.services.postgres import postgres_server

KINDS = ("SQLite", "PostgreSQL", "cluster")
NONE: Mapping[str, str] = {}


@dataclass
class Installation:
    """One of KINDS, with a mail server of its own."""

    kind: str
    entrance: Service
    """Where commands run and events are posted."""
    sink: Sink
    cpu_seconds: Callable[[], float]
    """What its own processes have used so far; not what PostgreSQL, Kafka and Redis have."""
    memory_mib: Callable[[], float]
    """One process: its peak. A cluster: what all its processes hold now."""
    site: Site = field(init=False)
    cpu: float = 0.0


def installed(
    kind: str, folder: Path, stack: ExitStack, *, full: bool = False, keep: bool = True, settings: Mapping[str, str] = NONE
) -> Installation:
    """Started and ready; gone when `stack` ends. `full`: a cluster of twelve processes in place of three; `keep`: the mail
    server keeps the messages themselves."""
    sink = stack.enter_context(mailbox_sink(folder / "sink", keep=keep))
    if kind == "cluster":
        found = stack.enter_context(servers())
        layout: Mapping[str, Sequence[str]] = LAYOUT if full else SMALL
        cluster = Cluster(folder / "cluster", {**found.settings, **settings}, sink.port, layout)
        stack.enter_context(cluster)
        cluster.migrate()
        cluster.start()
        return Installation(kind, cluster.serve, sink, cluster.cpu_seconds, cluster.memory_mib)
    ours = dict(settings)
    if kind == "PostgreSQL":
        ours["PUSHSVC_DATABASE_URL"] = stack.enter_context(postgres_server(durable=True)).url
    service = stack.enter_context(Service(folder / "home", sink.port, settings=ours))
    service.start()
    return Installation(kind, service, sink, service.cpu_seconds, service.memory_mib)


def kinds(written: str) -> list[str]:
    """From a command line: some of KINDS, separated by commas. Raises ValueError for a strange one."""
    asked = written.split(",")
    if strange := set(asked) - set(KINDS):
        raise ValueError(f"nothing is called {', '.join(sorted(strange))}; there are {', '.join(KINDS)}")
    return asked
