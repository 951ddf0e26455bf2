"""Commands that are given rubbish: one clear line, the exit code of bad input, and no traceback."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.service import PROGRAM, free_port

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `pushsvc` with arguments, a HOME of its own and settings."""

    def pushsvc(*arguments: str | bytes, **settings: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUSHSVC_")}
        ours = {"PUSHSVC_HOME": str(tmp_path / "home"), "PUSHSVC_PORT": str(free_port())}
        named = {f"PUSHSVC_{name}": value for name, value in settings.items()}
        return subprocess.run(
            [PROGRAM, *arguments], env={**kept, **ours, **named}, cwd=tmp_path, capture_output=True, timeout=60, check=False
        )

    return pushsvc


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"[" * 100_000, "nested too deep"),
        (b'{"url":"https://www.a.example/","title":"\\ud800"}', "half of a surrogate pair"),
        (b'{"url":"https://www.a.example/","url":"b"}', 'the key "url" stands twice'),
        (b'{"url":"https://www.a.example/","content_text":"' + b"a" * 5 * 1024 * 1024 + b'"}', "5 MiB"),
        (b"[1]", "must be one JSON object"),
        (b"\xff\xfe", "not UTF-8"),
    ],
    ids=["nested", "surrogate", "twice", "too large", "a list", "binary"],
)
def test_an_event_in_a_file_is_refused_as_the_api_would_refuse_it(run: Run, tmp_path: Path, content: bytes, rule: str) -> None:
    (tmp_path / "event.json").write_bytes(content)
    done = run("event", "send", "event.json", "--site", "5101040001")
    assert (done.returncode, done.stdout) == (2, b""), done
    [line] = done.stderr.decode().splitlines()
    assert line.startswith("error: event.json: ")
    assert rule in line


@pytest.mark.parametrize("arguments", [("trace", b"\xff\xfe"), ("dlq", "show", "9" * 23), ("dlq", "replay", "9" * 23)])
def test_an_argument_that_no_database_can_hold_is_bad_usage(run: Run, arguments: tuple[str | bytes, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done
    assert b"Traceback" not in done.stderr


def test_each_unreadable_line_of_summarise_yields_its_error_and_the_others_their_summary(run: Run, tmp_path: Path) -> None:
    text = "关于发放补贴的通知。符合条件的企业每家补贴100元。"
    lines = [
        json.dumps({"id": "half", "content_text": f"{text}\ud800"}),
        json.dumps({"id": "numbers", "content_text": text, "published_at": 5, "regions": "510000", "topics": {"a": 1}}),
        "[" * 100_000,
        json.dumps({"id": "good", "content_text": text}),
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    done = run("summarise", "lines.jsonl")
    assert (done.returncode, done.stderr) == (1, b"")
    half, numbers, nested, good = [json.loads(line) for line in done.stdout.splitlines()]
    assert "100元" in half["text"]
    assert [name in numbers["error"] for name in ("published_at:", "regions:", "topics:")] == [True] * 3
    assert "not JSON" in nested["error"]
    assert good["id"] == "good"


def test_a_database_that_is_damaged_is_named_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "pushsvc.sqlite3").write_bytes(os.urandom(64 * 1024))
    for arguments in (("trace", "x"), ("dev", "--empty")):
        done = run(*arguments)
        assert done.returncode == 1
        [line] = done.stderr.decode().splitlines()
        assert "file is not a database" in line


def test_nobody_else_may_read_what_is_kept(run: Run, tmp_path: Path) -> None:
    assert run("migrate").returncode == 0
    kept = [tmp_path / "home", *(tmp_path / "home").iterdir()]
    assert len(kept) > 1
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in kept} == {path.name: 0 for path in kept}
