"""A process that lacks something says what, and how to mend it, on one line and on its port; it waits where that helps."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from bench.service import Service
from pushsvc.__main__ import app
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.topics import TOPICS, make_topics
from tests.integration.kafka_reading import grow_topic
from tests.journeys.cluster_town import readiness, until
from tests.services.databases import postgres_database
from tests.services.kafka import Kafka
from tests.services.postgres import free_port, postgres_server
from tests.services.smtp import SmtpServer

PASSWORD = "never-to-be-shown"
pytestmark = pytest.mark.timeout(120)
Settings = Mapping[str, str]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of a cluster whose servers are all away."""
    away = f"127.0.0.1:{free_port()}"
    found = {
        "PUSHSVC_DATABASE_URL": f"postgresql+asyncpg://postgres:{PASSWORD}@{away}/postgres",
        "PUSHSVC_ENGINE_URL": f"kafka://pushsvc:{PASSWORD}@{away}",
        "PUSHSVC_SECRET_KEY": "a-secret-key-of-the-tests-0123456789",
        "PUSHSVC_HOME": str(tmp_path / "home"),
    }
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.mark.parametrize(
    ("words", "changed", "said"),
    [
        ("worker nonsense", {}, "stage 'nonsense' is none of normalise, summarise, match, plan, deliver, record"),
        ("worker match --shard 2/2", {}, "--shard '2/2' must be i/N, i from 0 to N-1"),
        ("worker plan --shard 0/2", {}, "--shard is for the stage match alone"),
        ("worker", {"ENGINE_URL": ""}, "needs the Kafka engine"),
        ("schedule", {"ENGINE_URL": ""}, "needs the Kafka engine"),
        ("dev", {}, "PUSHSVC_ENGINE_URL: `pushsvc dev` runs everything in one process, without Kafka; unset it"),
        ("worker", {"ENGINE_URL": f"kafka://user:{PASSWORD}@host"}, "PUSHSVC_ENGINE_URL names no usable broker"),
        ("schedule", {"ENGINE_URL": f"amqp://user:{PASSWORD}@host:1"}, "PUSHSVC_ENGINE_URL must be kafka[s]://"),
        ("serve", {"HEALTH_PORT": "70000"}, "PUSHSVC_HEALTH_PORT must be at most 65535"),
    ],
)
def test_a_wrong_command_ends_with_2_and_one_line_without_the_password(
    words: str, changed: Settings, said: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in changed.items():
        monkeypatch.delenv(f"PUSHSVC_{name}", raising=False) if not value else monkeypatch.setenv(f"PUSHSVC_{name}", value)
    done = command(words)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert PASSWORD not in done.output


@pytest.mark.parametrize("words", ["worker", "schedule"])
def test_a_health_port_that_is_taken_ends_the_start(
    words: str, settings: Settings, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = kafka.servers[0].rpartition(":")[2]
    monkeypatch.setenv("PUSHSVC_HEALTH_PORT", taken)
    done = command(words)
    assert done.exit_code == 2
    assert re.fullmatch(rf"error: PUSHSVC_HEALTH_PORT: \S+:{taken} cannot be used: .*; choose another\n", done.stderr)


def test_processes_say_what_they_wait_for_go_on_when_it_is_mended_and_end_with_0_at_sigterm(
    settings: Settings, kafka: Kafka, postgres_url: str, tmp_path: Path
) -> None:
    (plain,), (login,) = kafka.servers, kafka.login_servers
    few = Brokers(kafka.servers, prefix="too-few.", partitions=1)
    asyncio.run(make_topics(few))
    away = settings["PUSHSVC_ENGINE_URL"]
    waits = {
        "database": (away, "cannot be reached (Connection refused): start it, look at the network to it"),
        "away": (away, "nothing listens there; start the broker, or correct host and port in ENGINE_URL"),
        "password": (f"kafka://pushsvc:{PASSWORD}@{login}", "it does not accept user pushsvc with this password"),
        "no-login": (f"kafka://{login}", "or a login (then write user:password@ before the hosts)"),
        "no-tls": (f"kafkas://{plain}", "it does not speak TLS on this port; write kafka:// in ENGINE_URL"),
        "few": (
            f"kafka://{plain}?prefix=too-few.&partitions=2",
            "at least 2 are needed: stop the workers, then kafka-topics.sh",
        ),
    }
    with migrated_database(postgres_url) as there, ExitStack() as stack:
        workers = {
            name: started(
                stack, tmp_path / name, "worker deliver", settings, ENGINE_URL=engine,
                DATABASE_URL=settings["PUSHSVC_DATABASE_URL"] if name == "database" else there,
            )
            for name, (engine, _) in waits.items()
        }  # fmt: skip
        for name, (_, said) in waits.items():
            until_it_says(workers[name], said)
            assert readiness(workers[name])["status"] == 503
            assert workers[name].call("GET", "/healthz").status == 200
            (line,) = [line for line in workers[name].log.read_text().splitlines() if not line.startswith("warning: ")]
            assert line.startswith("waiting for the "), line
            assert PASSWORD not in line

        for spec in TOPICS:
            if spec.partitions is None:
                asyncio.run(grow_topic(few, spec.name, 2))
        until(lambda: readiness(workers["few"]).get("ready"), what="it goes on once the topics were altered")
        assert {name: worker.stop() for name, worker in workers.items()} == dict.fromkeys(workers, 0)


def test_a_replica_is_named_and_waited_for_until_it_is_promoted(
    settings: Settings, kafka: Kafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = f"kafka://{kafka.servers[0]}?prefix=replica.&partitions=1"
    monkeypatch.setenv("PUSHSVC_ENGINE_URL", engine)
    with postgres_server() as primary, ExitStack() as stack:
        monkeypatch.setenv("PUSHSVC_DATABASE_URL", primary.url)
        assert command("migrate").exit_code == 0
        standby = stack.enter_context(postgres_server(standby_of=primary))
        monkeypatch.setenv("PUSHSVC_DATABASE_URL", standby.url)
        serve = started(stack, tmp_path / "serve", "serve", settings, ENGINE_URL=engine, DATABASE_URL=standby.url)
        named = "this PostgreSQL is a read-only replica: point PUSHSVC_DATABASE_URL at the primary, or promote it"
        assert (command("migrate").exit_code, command("migrate").stderr) == (1, f"error: {named}\n")
        assert f"FAIL  database: {named}\n" in command("doctor").stdout
        until_it_says(serve, f"waiting for the database: {named}")
        standby.promote()
        until(lambda: readiness(serve).get("ready"), what="serve goes on")


def test_a_database_that_cannot_be_used_is_refused_before_anything_is_made_in_it(
    settings: Settings, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(on(postgres_url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"))
    asyncio.run(on(postgres_url, "CREATE ROLE stranger LOGIN"))
    latin = postgres_url.rpartition("/")[0] + "/latin"
    for url, said in (
        (latin, "is encoded in LATIN1, which cannot hold Chinese: make it anew with createdb -E UTF8 -T template0"),
        (postgres_url.replace("postgres@", "stranger@"), "this user of PostgreSQL lacks a right: make it the owner"),
    ):
        monkeypatch.setenv("PUSHSVC_DATABASE_URL", url)
        refused = command("migrate")
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
        assert said in refused.stderr
    assert asyncio.run(on(latin, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0


def test_the_doctor_tries_a_relay_as_a_message_would_and_shows_no_password(
    settings: Settings, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSHSVC_SMTP_URL", f"smtp://user:{PASSWORD}@127.0.0.1:{smtp_server.port}")
    found = command("doctor")
    assert found.exit_code == 1
    assert f"FAIL  smtp 127.0.0.1:{smtp_server.port}: takes nothing from us (SMTP STARTTLS extension not supp" in found.stdout
    for part in ("database", "broker", "cluster"):
        assert f"FAIL  {part}" in found.stdout
    assert PASSWORD not in found.output


@pytest.mark.parametrize("words", ["serve", "worker", "schedule", "channel pause email"])
@pytest.mark.parametrize(
    ("revision", "said"),
    [
        (None, "this database has no schema yet: run `pushsvc migrate` first"),
        ("0001", "run `pushsvc migrate` first"),
        ("9999", "which this version does not know: a newer pushsvc has migrated it; run that version"),
    ],
)
def test_a_schema_that_is_not_ours_ends_the_start_with_2(
    words: str, revision: str | None, said: str, settings: Settings, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with migrated_database(postgres_url, empty=True) as url:
        if revision is not None:
            asyncio.run(on(url, "CREATE TABLE alembic_version (version_num varchar(32))"))
            asyncio.run(on(url, f"INSERT INTO alembic_version VALUES ('{revision}')"))
        monkeypatch.setenv("PUSHSVC_DATABASE_URL", url)
        monkeypatch.setenv("PUSHSVC_PORT", str(free_port()))
        refused = command(words)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def command(words: str) -> Result:
    """In this process: what is started here ends by itself."""
    return CliRunner().invoke(app, words.split())


def started(stack: ExitStack, home: Path, words: str, settings: Settings, **changed: str) -> Service:
    service = stack.enter_context(Service(home, command=words.split()))
    more = {f"PUSHSVC_{name}": value for name, value in changed.items()}
    service.settings = {**settings, **more, "PUSHSVC_HEALTH_PORT": str(service.port), "PUSHSVC_HOME": str(home)}
    service.start(wait=False)
    return service


def until_it_says(service: Service, words: str) -> None:
    until(lambda: words in readiness(service).get("parts", {}).get("start", ""), what=f"says on its port: {words}")


@contextmanager
def migrated_database(server_url: str, *, empty: bool = False) -> Iterator[str]:
    """A database of its own, for as long as the block lasts."""
    with asyncio.Runner() as runner:
        made = postgres_database(server_url, empty=empty)
        url = runner.run(made.__aenter__()).url
        try:
            yield url
        finally:
            runner.run(made.__aexit__(None, None, None))


async def on(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
