"""A real PostgreSQL in a folder of its own, gone with the test process however that ends."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def binaries() -> Path:
    """The newest installed PostgreSQL of 15 or later; Debian puts each version in a folder of its own."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if int(path.parent.parent.name) >= 15]
    if not found:
        raise RuntimeError("PostgreSQL 15 or later is not installed: run `make test`, or apt-get install postgresql")
    return max(found, key=lambda path: int(path.parent.parent.name)).parent


class PostgresServer:
    """One server in a folder of its own: it can be stopped, killed and started again on its data.

    fsync is off: a test outlives no power cut. `durable` keeps every commit through a kill -9 of the server. `standby_of`: a
    read-only replica of that server. `settings` are PostgreSQL's own, in place of ours.
    """

    def __init__(
        self,
        root: Path,
        *,
        durable: bool = False,
        standby_of: PostgresServer | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self.root, self.port, self.durable, self._settings = root, free_port(), durable, settings or {}
        self._server: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root, and its user must be able to pass every folder above.
        owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
        if owner:
            os.chown(root, owner.pw_uid, owner.pw_gid)
        made = [
            "initdb", "-D", root / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-N"
        ] if standby_of is None else [
            "pg_basebackup", "-D", root / "data", "-R", "-c", "fast", "-X", "stream",
            "-h", "127.0.0.1", "-p", str(standby_of.port), "-U", "postgres",
        ]  # fmt: skip
        command = [binaries() / str(made[0]), *made[1:]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=root, **self._as_owner)

    @property
    def url(self) -> str:
        """Its maintenance database, `postgresql+asyncpg://…`."""
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Returns when it answers."""
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.root, "fsync": "off",
            "synchronous_commit": "on" if self.durable else "off", "full_page_writes": "off", "max_connections": 200,
            "shared_buffers": "64MB", **self._settings,
        }  # fmt: skip
        options: list[str] = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.root / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [binaries() / "postgres", "-D", self.root / "data", *options],
                stdout=log, stderr=log, cwd=self.root, preexec_fn=_die_with_parent, **self._as_owner,
            )  # fmt: skip
        _wait_until_ready(self.port, self._server, self.root / "log")

    def promote(self) -> None:
        """A standby becomes a primary; returns when it is one."""
        command = [binaries() / "pg_ctl", "promote", "-w", "-D", self.root / "data"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.root, **self._as_owner)

    def signal_all(self, sign: signal.Signals) -> None:
        """SIGSTOP: a server that is there and answers nothing. SIGCONT: it goes on."""
        assert self._server is not None
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        for pid in (self._server.pid, *map(int, children)):
            os.kill(pid, sign)

    def stop(self) -> None:
        """A fast stop: connections are cut, what was committed is on disk."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(15)
            self._server = None


@contextmanager
def postgres_server(
    *, durable: bool = False, standby_of: PostgresServer | None = None, settings: Mapping[str, object] | None = None
) -> Iterator[PostgresServer]:
    """A started server, gone at the end with all that it holds."""
    root = Path(tempfile.mkdtemp(prefix="pushsvc-pg-", dir="/tmp"))
    try:
        server = PostgresServer(root, durable=durable, standby_of=standby_of, settings=settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """Yields the address of its database `postgres`, `postgresql+asyncpg://…`."""
    with postgres_server() as server:
        yield server.url


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind: the kernel sends it SIGINT, a fast stop."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    ask = [binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ask, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)
