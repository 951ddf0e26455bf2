"""`pushsvc migrate --from`, as an operator runs it: one command, one line for what is wrong, and nothing after a kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from pushsvc.__main__ import app
from pushsvc.storage.tables import metadata
from tests.services.kafka import Kafka

KEY = "a-secret-key-of-the-tests"
CONSENT = {"at": "2026-01-05T09:00:00+08:00", "source": "窗口"}
PERSON = {
    "id": "c-1",
    "endpoints": [{"channel": "email", "address": "li.wei@example.cn", "consent": CONSENT}],
    "interests": [{"topics": ["养老"]}],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PUSHSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.jsonl").write_text(json.dumps(PERSON, ensure_ascii=False) + "\n")
    assert pushsvc(tmp_path / "home", "subscribers", "import", "people.jsonl").exit_code == 0
    return tmp_path / "home"


def environment(home: Path, url: str | None = None, key: str = KEY, **more: str) -> dict[str, str]:
    return {"PUSHSVC_HOME": str(home), "PUSHSVC_SECRET_KEY": key, **({"PUSHSVC_DATABASE_URL": url} if url else {}), **more}


def pushsvc(home: Path, *words: str, url: str | None = None, key: str = KEY, **more: str) -> Result:
    return CliRunner().invoke(app, words, env=environment(home, url, key, **more))


@pytest.fixture
def target_url(postgres_url: str) -> Iterator[str]:
    """A database of its own without a schema, in a test that has no loop."""
    name = f"moved_{os.getpid()}_{time.monotonic_ns()}"
    _ask(postgres_url, f"CREATE DATABASE {name}")
    yield postgres_url.rpartition("/")[0] + f"/{name}"
    _ask(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def _ask(url: str, statement: str) -> list[asyncpg.Record]:
    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_an_operator_moves_with_one_command_and_reads_what_to_keep(home: Path, target_url: str) -> None:
    before = pushsvc(home, "subscribers", "export").stdout
    moved = pushsvc(home, "migrate", "--from", f"sqlite:///{home}/pushsvc.sqlite3", url=target_url)
    assert moved.exit_code == 0, moved.output
    assert "read back, each table has the same rows and values" in moved.stderr
    assert "Keep SECRET_KEY as it is" in moved.stderr
    assert "li.wei@example.cn" in before
    assert pushsvc(home, "subscribers", "export", url=target_url).stdout == before
    again = pushsvc(home, "migrate", "--from", f"sqlite:///{home}/pushsvc.sqlite3", url=target_url)
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    assert "the database is not empty" in again.stderr


def test_what_is_wrong_is_one_line_each(home: Path, target_url: str) -> None:
    file = f"sqlite:///{home}/pushsvc.sqlite3"
    for result, words in (
        (pushsvc(home, "migrate", "--from", file), "DATABASE_URL names the target"),
        (pushsvc(home, "migrate", "--from", file, url=target_url, key="another-secret-key"), "SECRET_KEY does not open"),
        (pushsvc(home, "migrate", "--from", "sqlite:///nowhere", url=target_url), "nowhere cannot be read"),
    ):
        assert (result.exit_code, result.stderr.strip().count("\n")) == (2, 0), result.output
        assert words in result.stderr


@contextmanager
def held_up(url: str) -> Iterator[None]:
    """The copy of the last table that has rows takes half a minute."""
    last = "interests"
    _ask(url, "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$")
    _ask(url, f"CREATE TRIGGER wait BEFORE INSERT ON {last} FOR EACH ROW EXECUTE FUNCTION wait()")
    yield
    _ask(
        url,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    _ask(url, "DROP FUNCTION wait CASCADE")


def test_a_move_that_is_killed_in_the_middle_leaves_the_database_empty(home: Path, target_url: str) -> None:
    assert pushsvc(home, "migrate", url=target_url).exit_code == 0
    command = [sys.executable, "-m", "pushsvc", "migrate", "--from", f"sqlite:///{home}/pushsvc.sqlite3"]
    with held_up(target_url):
        moving = subprocess.Popen(command, env={**os.environ, **environment(home, target_url)}, cwd=Path(__file__).parents[2])
        sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        end = time.monotonic() + 30
        while not _ask(target_url, sleeping):
            assert time.monotonic() < end
            time.sleep(0.1)
        moving.send_signal(signal.SIGKILL)
        moving.wait()
    looks = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables)
    assert _ask(target_url, looks) == []
    assert pushsvc(home, "migrate", "--from", f"sqlite:///{home}/pushsvc.sqlite3", url=target_url).exit_code == 0


def test_a_move_to_kafka_makes_the_topics_and_carries_what_no_stage_has_read(home: Path, target_url: str, kafka: Kafka) -> None:
    with sqlite3.connect(home / "pushsvc.sqlite3") as file:
        file.execute("INSERT INTO log_heads VALUES ('publication-events', 0, 2)")
        file.execute("INSERT INTO positions VALUES ('normalise', 'publication-events', 0, 1)")
        file.executemany("INSERT INTO log VALUES ('publication-events', 0, ?, ?, '{}', 5)", [(0, "read"), (1, "unread")])
    broker = {"PUSHSVC_ENGINE_URL": f"{kafka.url}?prefix=moved.&partitions=2"}
    moved = pushsvc(home, "migrate", "--from", f"sqlite:///{home}/pushsvc.sqlite3", url=target_url, **broker)
    assert moved.exit_code == 0, moved.output
    assert "1 records that had not been worked on wait in the outbox for Kafka" in moved.stderr
    assert "topics made: moved.matches, " in moved.stderr
    assert [tuple(row) for row in _ask(target_url, "SELECT topic, key FROM outbox")] == [("publication-events", "unread")]
    again = pushsvc(home, "migrate", url=target_url, **broker)
    assert again.stderr == "The schema is current.\nThe topics are there.\n"
