"""A real Redis in a folder of its own, gone with the test process however that ends. It can be killed, revived and frozen."""

from __future__ import annotations

import ctypes
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 20


class RedisServer:
    """One server on a free port of this machine. Every write is in the kernel's hands before it is answered,
    so that it outlives the process; it outlives no power cut."""

    def __init__(self, root: Path, *, readonly: bool = False, requirepass: str = "", options: Sequence[str] = ()) -> None:
        """`readonly`: a replica whose master is nowhere, so that every write is refused. `options`: more of redis.conf, as
        words of the command line ("--maxmemory", "1mb")."""
        self.root, self.port, self.password = root, _free_port(), requirepass
        self._options = ["--replicaof", "127.0.0.1", "1", "--replica-read-only", "yes"] if readonly else []
        self._options += ["--requirepass", requirepass] if requirepass else []
        self._options += options
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        login = f":{self.password}@" if self.password else ""
        return f"redis://{login}127.0.0.1:{self.port}/0"

    def start(self) -> RedisServer:
        """Start it, or start it again on what it had written. Returns when it answers."""
        assert self._server is None, "this Redis runs already"
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("Redis is not installed: run `make test`, or apt-get install redis-server")
        words = [
            "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.root), "--save", "", "--daemonize", "no",
            "--appendonly", "yes", "--appendfsync", "no", *self._options,
        ]  # fmt: skip
        with (self.root / "log").open("ab") as log:
            self._server = subprocess.Popen([program, *words], stdout=log, stderr=log, preexec_fn=_die_with_parent)
        self._wait_until_it_answers()
        return self

    revive = start

    def kill(self) -> None:
        """As a power cut would: at once, with nothing said to anybody."""
        server, self._server = self._server, None
        assert server is not None, "this Redis does not run"
        server.kill()
        server.wait()

    def stop(self) -> None:
        # Not by SIGTERM: one that cannot save, or is frozen, does not hear it.
        if self._server is not None:
            self.kill()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing, until `thaw`."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> bytes:
        """What it answers to one command, as it stands on the wire."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as wire:
            if self.password:
                wire.sendall(_packed("AUTH", self.password))
                wire.recv(4096)
            wire.sendall(_packed(*words))
            return wire.recv(1 << 20)

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                # It answers "LOADING" while it reads what it had written, and "NOAUTH" never once the password is given.
                if self.command("PING").startswith(b"+PONG"):
                    return
            except OSError:
                pass
            if self._server is None or self._server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Redis did not start:\n{(self.root / 'log').read_text(errors='replace')}")
            time.sleep(0.02)


@contextmanager
def redis_server(*, readonly: bool = False, requirepass: str = "", options: Sequence[str] = ()) -> Iterator[RedisServer]:
    """A running Redis: `.url`, `.kill()`, `.revive()` on its own data, `.freeze()`, `.thaw()`, `.command("PING")`."""
    root = Path(tempfile.mkdtemp(prefix="pushsvc-redis-", dir="/tmp"))
    server = RedisServer(root, readonly=readonly, requirepass=requirepass, options=options)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)


def _packed(*words: str) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in words)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind. SIGKILL: a frozen one would not hear anything else."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
