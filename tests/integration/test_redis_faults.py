"""A Redis that is there and does not serve: the state says what is wrong and how to mend it, and the service goes on."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from pushsvc.clock import SystemClock
from pushsvc.domain.ports import Shared
from pushsvc.errors import TryLater
from pushsvc.storage.shared import examine, open_shared
from tests.conftest import SECRET_KEY
from tests.services.postgres import free_port
from tests.services.redis import RedisServer, redis_server

PHONE, MAIL, CODE = "+8613900001111", "reader@mail.example", "482913"


def opened(url: str) -> Shared:
    return open_shared(url, SystemClock(), SECRET_KEY)


async def goes_on(url: str) -> str:
    """The state of a service on this Redis, which must serve at its safe rate."""
    shared = opened(url)
    try:
        waits = [await shared.take("site", 1.0, 40) for _ in range(40)]
        assert waits.count(0) == 10
        with pytest.raises(TryLater):
            await shared.redeem("login", PHONE, CODE)
        return await shared.look()
    finally:
        await shared.close()


async def both_say(url: str, *words: str) -> None:
    """The running service and the doctor name the same trouble, without the login."""
    state = await goes_on(url)
    good, found = await examine(url)
    assert not good
    for said in (state, found):
        assert all(word in said for word in words), said
        assert "127.0.0.1:" in said or "localhost" in said or "no-such-host" in said
        assert "s3cret" not in said


async def test_a_read_only_replica() -> None:
    with redis_server(readonly=True) as server:
        await both_say(server.url, "read-only replica", "point REDIS_URL at its primary")


async def test_a_replica_that_becomes_the_primary_serves_by_itself() -> None:
    with redis_server(readonly=True) as server:
        shared = opened(server.url)
        assert "replica" in await shared.look()
        server.command("REPLICAOF", "NO", "ONE")
        await asyncio.sleep(1.5)
        assert shared.state() == "ok"
        await shared.close()


async def test_a_full_one() -> None:
    with redis_server(options=("--maxmemory", "1", "--maxmemory-policy", "noeviction")) as server:
        await both_say(server.url, "is full", "give it more memory")


async def test_one_that_cannot_save() -> None:
    # Nothing can be written into /proc.
    with redis_server(options=("--dir", "/proc", "--appendonly", "no", "--save", "1 1")) as server:
        for _ in range(200):
            server.command("BGSAVE")
            if server.command("SET", "a", "b").startswith(b"-MISCONF"):
                break
            await asyncio.sleep(0.05)
        await both_say(server.url, "cannot write to its disk", "MISCONF")


async def test_a_wrong_and_a_missing_password() -> None:
    with redis_server(requirepass="the-right-one") as server:
        await both_say(f"redis://:s3cret@127.0.0.1:{server.port}/0", "refuses the login", "REDIS_URL")
        await both_say(f"redis://127.0.0.1:{server.port}/0", "password", "REDIS_URL")
        good, found = await examine(server.url)
        assert good
        assert "takes writes" in found


async def test_a_user_who_may_not_do_it() -> None:
    with redis_server() as server:
        server.command("ACL", "SETUSER", "clerk", "on", ">s3cret", "~*", "+ping", "+get")
        await both_say(f"redis://clerk:s3cret@127.0.0.1:{server.port}/0", "does not let this user", "grant it")
        server.command("ACL", "SETUSER", "clerk", "reset", "on", ">s3cret", "~pushsvc:*", "+@all", "-@dangerous")
        assert (await examine(f"redis://clerk:s3cret@127.0.0.1:{server.port}/0"))[0]  # as the words say


async def test_nobody_listens_and_a_host_that_is_not_found() -> None:
    await both_say(f"redis://127.0.0.1:{free_port()}/0", "does not listen", "start it")
    await both_say("redis://no-such-host.invalid:6379/0", "is not found", "host name")


async def test_one_that_hangs() -> None:
    with redis_server() as server:
        server.freeze()
        await both_say(server.url, "does not answer in time")


async def test_tls_where_there_is_none_and_none_where_there_is(tmp_path: Path) -> None:
    with redis_server() as server:
        await both_say(f"rediss://127.0.0.1:{server.port}/0", "speaks no TLS", "use redis://")
    with tls_server(tmp_path) as (port, certificate):
        await both_say(f"redis://127.0.0.1:{port}/0", "use rediss://")
        await both_say(f"rediss://127.0.0.1:{port}/0", "certificate that is not trusted", "ssl_ca_certs")
        good, found = await examine(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}")
        assert good, found


class tls_server:  # noqa: N801 (a context manager, used as one)
    """A Redis that speaks TLS on one more port, with a certificate of its own making."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("openssl")
        if program is None or not ssl.HAS_TLSv1_2:
            pytest.skip("openssl is not installed")
        self.certificate, key, self.port = folder / "cert.pem", folder / "key.pem", free_port()
        subprocess.run(
            [
                program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-keyout", key, "-out", self.certificate, "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        words = ("--tls-port", str(self.port), "--tls-cert-file", str(self.certificate), "--tls-key-file", str(key))
        self._serving = redis_server(options=(*words, "--tls-ca-cert-file", str(self.certificate), "--tls-auth-clients", "no"))

    def __enter__(self) -> tuple[int, Path]:
        self._serving.__enter__()
        return self.port, self.certificate

    def __exit__(self, *error: object) -> None:
        self._serving.__exit__(None, None, None)


async def test_the_doctor_says_what_an_operator_should_know() -> None:
    with redis_server(options=("--appendonly", "no", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) as server:
        good, found = await examine(server.url)
    assert good
    assert "appendonly is off" in found
    assert "allkeys-lru may drop codes" in found


async def test_nothing_of_a_person_can_be_read_in_redis(redis_url: str, shared_redis: RedisServer) -> None:
    shared = opened(redis_url)
    await shared.issue("login", PHONE, CODE, 600)
    await shared.redeem("login", PHONE, "000000")
    await shared.attempt(f"login {MAIL}", 5, 600)
    await shared.take(f"requests {PHONE}", 1.0, 5)
    await shared.note("email by smtp", False)
    await shared.slow_down("email", 5.0)
    await shared.close()
    kept = everything(shared_redis)
    assert kept.count(b"pushsvc:") >= 5
    for word in (PHONE, PHONE[3:], MAIL, CODE, "mail.example"):
        assert word.encode() not in kept
    other = open_shared(redis_url, SystemClock(), "another-secret-of-another-service-0")
    assert not await other.redeem("login", PHONE, CODE)
    await other.close()


async def test_nothing_stays_in_redis_for_ever(redis_url: str, shared_redis: RedisServer) -> None:
    shared = opened(redis_url)
    await shared.issue("login", PHONE, CODE, 600)
    await shared.attempt("a", 5, 600)
    await shared.take("a", 1.0, 5)
    await shared.note("relay", False)
    await shared.rest("relay")
    await shared.slow_down("email", 5.0)
    await shared.ease("email", 3)
    await shared.close()
    for name in names(shared_redis):
        assert shared_redis.command("TTL", name) != b":-1\r\n", name


def names(server: RedisServer) -> list[str]:
    words = server.command("KEYS", "*").decode().split("\r\n")
    return [word for word in words if word and word[0] not in "*$"]


def everything(server: RedisServer) -> bytes:
    """All names and values, as they stand on the wire."""
    read = {b"+string": ("GET",), b"+hash": ("HGETALL",), b"+list": ("LRANGE",)}
    kept = b""
    for name in names(server):
        kind = server.command("TYPE", name).strip()
        if kind == b"+none":
            continue  # the bucket of the watch is full again after a millisecond, and gone
        (command,) = read[kind]
        kept += name.encode() + server.command(command, name, *(("0", "-1") if command == "LRANGE" else ()))
    return kept


async def test_a_redis_that_forgot_its_scripts_is_told_them_again(redis_url: str, shared_redis: RedisServer) -> None:
    shared = opened(redis_url)
    assert await shared.take("a", 1.0, 5) == 0
    shared_redis.command("SCRIPT", "FLUSH")
    assert await shared.take("a", 1.0, 5) == 0
    assert shared.state() == "ok"
    await shared.close()
