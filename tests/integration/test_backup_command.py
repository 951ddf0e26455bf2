"""`pushsvc backup` and `pushsvc restore`, as an operator runs them: all is back on another machine, and nothing leaves yet."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pushsvc.__main__ import app

SITES = (
    "code,name,organisation,region,domains,feeds\n5101000012,成都市人民政府,成都市人民政府办公厅,510100,www.chengdu.example,\n"
)
PERSON = {
    "id": "c-1",
    "kind": "citizen",
    "endpoints": [
        {"channel": "email", "address": "li.wei@example.cn", "consent": {"at": "2026-01-05T09:00:00+08:00", "source": "窗口"}}
    ],
    "places": ["510104"],
    "interests": [{"any_of": ["适老化改造"]}],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PUSHSVC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pushsvc(home: Path, *words: str, secret_key: str = "a-secret-key-of-the-tests") -> Result:
    return CliRunner().invoke(app, words, env={"PUSHSVC_HOME": str(home), "PUSHSVC_SECRET_KEY": secret_key})


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def first_machine(folder: Path) -> Path:
    (folder / "sites.csv").write_text(SITES)
    (folder / "people.jsonl").write_text(json.dumps(PERSON, ensure_ascii=False) + "\n")
    home = folder / "first"
    done(pushsvc(home, "sites", "import", "sites.csv"))
    done(pushsvc(home, "subscribers", "import", "people.jsonl"))
    done(pushsvc(home, "accounts", "add", "lina", "--role", "operator"))
    return home


def test_another_machine_has_everything_back_and_is_paused(first_machine: Path, folder: Path) -> None:
    before = done(pushsvc(first_machine, "subscribers", "export"))
    assert "li.wei@example.cn" in before
    done(pushsvc(first_machine, "backup", "copies"))
    second = folder / "second"
    restored = pushsvc(second, "restore", "copies")
    assert restored.exit_code == 0, restored.output
    assert "channel resume all" in restored.stderr
    assert done(pushsvc(second, "subscribers", "export")) == before
    assert "lina" in done(pushsvc(second, "accounts", "list"))
    with sqlite3.connect(second / "pushsvc.sqlite3") as database:
        paused = {row[0] for row in database.execute("SELECT channel FROM paused_channels")}
    assert paused == {"email", "sms", "wechat"}
    done(pushsvc(second, "channel", "resume", "all"))
    with sqlite3.connect(second / "pushsvc.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM paused_channels").fetchone() == (0,)


def test_no_contact_lies_readable_in_the_copy_or_the_database(first_machine: Path, folder: Path) -> None:
    done(pushsvc(first_machine, "backup", "copies"))
    for file in [*first_machine.rglob("*"), *(folder / "copies").rglob("*")]:
        assert not file.is_file() or b"li.wei" not in file.read_bytes(), file


def test_a_restore_over_something_and_with_another_key_is_refused_in_one_line(first_machine: Path, folder: Path) -> None:
    done(pushsvc(first_machine, "backup", "copies"))
    over = pushsvc(first_machine, "restore", "copies")
    other = pushsvc(folder / "second", "restore", "copies", secret_key="another-secret-key")
    nothing = pushsvc(folder / "third", "restore", "nowhere")
    for refused, words in ((over, "is not empty"), (other, "SECRET_KEY does not open"), (nothing, "there is no backup in")):
        assert refused.exit_code == 2, refused.output
        assert words in refused.stderr
        assert refused.stderr.strip().count("\n") == 0
    assert "lina" in done(pushsvc(first_machine, "accounts", "list"))
