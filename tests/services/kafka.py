"""A real Kafka of one or three nodes (KRaft) in a folder of its own, gone with the test process however that ends.

`python -m tests.services.kafka` fetches its jars: `make packages` does. Standard library only, for it runs before any set-up.
"""

from __future__ import annotations

import asyncio
import ctypes
import hashlib
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

POM = Path(__file__).with_name("kafka-pom.xml")
CACHE = Path("~/.cache/pushsvc/kafka-libs").expanduser()
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
#: Who may log in at `login_servers`, by each of MECHANISMS. The first may do everything, the second nothing at all.
LOGINS = {"pushsvc": "a-password-of-the-tests", "stranger": "another-password"}

_OLDEST_JAVA = 17
_START_SECONDS = 60
_PR_SET_PDEATHSIG = 1
_CLUSTER_ID = "dGhlLXRlc3RzLWthZmthIQ"  # sixteen bytes in base64url
_HEAP = ("-Xms256m", "-Xmx256m")
_LOGGING = """\
status=warn
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
"""


def _thread_states(pid: int) -> Iterator[str]:
    """R runs, S sleeps, T stands still …: proc(5)."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):  # the thread ended meanwhile
            yield stat.read_text().rpartition(")")[2].split()[0]


@dataclass
class Kafka:
    """The running nodes, numbered from 1. What is done to a node happens at once; `ready` waits until all answer again."""

    folder: Path
    nodes: int
    _ports: list[tuple[int, int, int]] = field(default_factory=list)
    """Of each node: for clients, for clients that log in, for the controllers."""
    _processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def servers(self) -> tuple[str, ...]:
        """Open to everyone, without TLS."""
        return tuple(f"127.0.0.1:{plain}" for plain, _, _ in self._ports)

    @property
    def login_servers(self) -> tuple[str, ...]:
        """The same nodes for those who log in (LOGINS), without TLS."""
        return tuple(f"127.0.0.1:{login}" for _, login, _ in self._ports)

    @property
    def url(self) -> str:
        """As ENGINE_URL takes it."""
        return f"kafka://{','.join(self.servers)}"

    def kill(self, node: int = 1) -> None:
        """SIGKILL, and gone when this returns."""
        self._processes[node].kill()
        self._processes[node].wait()

    def freeze(self, node: int = 1) -> None:
        """Every thread of it stands still when this returns: on a busy machine one may run on for a moment, and answer."""
        process = self._processes[node]
        process.send_signal(signal.SIGSTOP)
        for _ in range(2_000):
            if all(state in "TtZX" for state in _thread_states(process.pid)):
                return
            time.sleep(0.001)

    def thaw(self, node: int = 1) -> None:
        self._processes[node].send_signal(signal.SIGCONT)

    def revive(self, node: int = 1) -> None:
        """Start a killed node on its own data. It serves some 4 s later: `await ready()`, or let the code under test wait."""
        if node in self._processes and self._processes[node].poll() is None:
            self.thaw(node)
            return
        # The kernel's "die with the parent" means the thread that forked, and threads of a pool end with their loop.
        assert threading.current_thread() is threading.main_thread(), "start a node from the main thread only"
        self._processes[node] = self._run(node, "kafka.Kafka", str(self.folder / f"{node}.properties"), heap=_HEAP)

    async def ready(self, seconds: float = _START_SECONDS) -> None:
        """Until every node answers and knows of all others. Raises RuntimeError with the node's log when one does not."""
        end = time.monotonic() + seconds
        while not await asyncio.to_thread(self._all_answer):
            self._look_for_the_dead(end)
            await asyncio.sleep(0.05)

    def start(self) -> None:
        """Format and start every node; returns when all answer."""
        (self.folder / "log4j2.properties").write_text(_LOGGING)
        self._ports = [_free_ports() for _ in range(self.nodes)]
        formatting = [self._format(node) for node in range(1, self.nodes + 1)]
        for node, process in enumerate(formatting, start=1):
            if process.wait():
                raise RuntimeError(f"Kafka's node {node} could not be formatted:\n{self._log(node)}")
            self.revive(node)
        end = time.monotonic() + _START_SECONDS
        while not self._all_answer():
            self._look_for_the_dead(end)
            time.sleep(0.05)

    def stop(self) -> None:
        """By SIGKILL, for nothing of it is kept."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()

    def _format(self, node: int) -> subprocess.Popen[bytes]:
        configuration = self.folder / f"{node}.properties"
        configuration.write_text("".join(f"{name}={value}\n" for name, value in self._properties(node).items()))
        users = [
            part for name, password in LOGINS.items() for mechanism in MECHANISMS[1:]
            for part in ("--add-scram", f"{mechanism}=[name={name},password={password}]")
        ]  # fmt: skip
        arguments = ("format", "-t", _CLUSTER_ID, "-c", str(configuration), *users)
        return self._run(node, "kafka.tools.StorageTool", *arguments, heap=("-Xmx64m",))

    def _run(self, node: int, program: str, *arguments: str, heap: Sequence[str]) -> subprocess.Popen[bytes]:
        command = [
            "java", *heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.net.preferIPv4Stack=true",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}", "-cp", f"{jars()}/*", program, *arguments,
        ]  # fmt: skip
        with (self.folder / f"{node}.log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, preexec_fn=_die_with_parent
            )

    def _properties(self, node: int) -> dict[str, object]:
        plain, login, controller = self._ports[node - 1]
        copies, in_sync = (3, 2) if self.nodes >= 3 else (1, 1)
        voters = ",".join(f"{other}@127.0.0.1:{ports[2]}" for other, ports in enumerate(self._ports, start=1))
        users = " ".join(f'user_{name}="{password}"' for name, password in LOGINS.items())
        security = "org.apache.kafka.common.security"
        return {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": voters,
            "listeners": f"OPEN://127.0.0.1:{plain},LOGIN://127.0.0.1:{login},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"OPEN://127.0.0.1:{plain},LOGIN://127.0.0.1:{login}",
            "listener.security.protocol.map": "OPEN:PLAINTEXT,LOGIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name": "OPEN",
            "controller.listener.names": "CONTROLLER",
            "listener.name.login.sasl.enabled.mechanisms": ",".join(MECHANISMS),
            "listener.name.login.plain.sasl.jaas.config": f"{security}.plain.PlainLoginModule required {users};",
            "listener.name.login.scram-sha-256.sasl.jaas.config": f"{security}.scram.ScramLoginModule required;",
            "listener.name.login.scram-sha-512.sasl.jaas.config": f"{security}.scram.ScramLoginModule required;",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS;User:pushsvc",
            "log.dirs": self.folder / str(node),
            "auto.create.topics.enable": "false",
            "default.replication.factor": copies,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": in_sync,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": in_sync,
            # What makes a test quick: few internal partitions, short sessions, small buffers.
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.num.partitions": 4,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "broker.heartbeat.interval.ms": 500,
            "broker.session.timeout.ms": 2000,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "log.cleaner.dedupe.buffer.size": 4 * 1024 * 1024,
            "log.segment.bytes": 32 * 1024 * 1024,
        }

    def _all_answer(self) -> bool:
        return all(_brokers_known(plain) >= self.nodes for plain, _, _ in self._ports)

    def _look_for_the_dead(self, end: float) -> None:
        for node, process in self._processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"Kafka's node {node} ended with {process.returncode}:\n{self._log(node)}")
        if time.monotonic() > end:
            logs = "\n".join(self._log(node) for node in self._processes)
            raise RuntimeError(f"Kafka does not answer in time:\n{logs}")

    def _log(self, node: int) -> str:
        return (self.folder / f"{node}.log").read_text(errors="replace")[-4000:]


@contextmanager
def kafka(nodes: int = 1) -> Iterator[Kafka]:
    """Start so many nodes (1 or 3): some 4 s for one, 10 s for three. Topics are never made by surprise."""
    jars()
    folder = Path(tempfile.mkdtemp(prefix="pushsvc-kafka-", dir="/tmp"))
    cluster = Kafka(folder, nodes)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def jars() -> Path:
    """The folder of Kafka's jars. Maven fetches them once for each state of the pom; two runs at once do not clash."""
    _check_java()
    folder = CACHE / hashlib.sha256(POM.read_bytes()).hexdigest()[:12]
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if not maven:
        raise RuntimeError("Maven is not installed: run `make packages`, or apt-get install maven")
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".fresh-", dir=CACHE))
    command = [
        maven, "-q", "-B", "-f", str(POM), "dependency:copy-dependencies", "-DincludeScope=runtime",
        f"-DoutputDirectory={fresh}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, cwd=fresh)
    if done.returncode or not any(fresh.glob("kafka_*.jar")):
        shutil.rmtree(fresh, ignore_errors=True)
        raise RuntimeError(f"Maven could not fetch Kafka's jars (its settings say from where):\n{done.stdout}\n{done.stderr}")
    with suppress(OSError):  # another run was first: its jars are the same
        fresh.rename(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _check_java() -> None:
    wanted = f"Java {_OLDEST_JAVA} or later is not installed: run `make packages`, or apt-get install default-jre-headless"
    if not shutil.which("java"):
        raise RuntimeError(wanted)
    if not _java_versions:
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
        found = re.search(r'version "(\d+)', said)
        _java_versions.append(int(found[1]) if found else 0)
    if _java_versions[0] < _OLDEST_JAVA:
        raise RuntimeError(wanted)


_java_versions: list[int] = []


def _die_with_parent() -> None:
    """A test run that is killed leaves no broker behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _free_ports() -> tuple[int, int, int]:
    """Below the range of outgoing connections: a killed node's port must still be free when it comes back."""
    found: list[int] = []
    while len(found) < 3:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            found.append(port)
    return found[0], found[1], found[2]


def _brokers_known(port: int) -> int:
    """How many brokers the node lists. An accepted connection is not enough: it comes before the node serves."""
    header = struct.pack(">hhih", 3, 1, 0, -1)  # Metadata, version 1, no client id
    request = header + struct.pack(">i", 0)  # of no topic
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(12, socket.MSG_WAITALL)
    except OSError:
        return 0
    return int(struct.unpack(">iii", answer)[2]) if len(answer) == 12 else 0


if __name__ == "__main__":
    jars()
