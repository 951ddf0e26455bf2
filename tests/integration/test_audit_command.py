"""`pushsvc audit` and `pushsvc site` as an operator types them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

CODE = "5101040001"


def pushsvc(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PUSHSVC_")}
    return subprocess.run(
        [sys.executable, "-m", "pushsvc", *arguments],
        capture_output=True, text=True, timeout=60, cwd=home, env={**environment, "PUSHSVC_HOME": str(home)}, check=False,
    )  # fmt: skip


def test_a_site_is_paused_and_resumed_and_the_trail_tells_a_row_that_was_changed(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text(
        f"code,name,organisation,region,domains,feeds\n{CODE},锦江区,锦江区政府,510104,www.example.cn,\n", "utf-8"
    )
    assert pushsvc(tmp_path, "sites", "import", "sites.csv").returncode == 0
    assert "is paused" in pushsvc(tmp_path, "site", "pause", CODE, "--why", "defaced").stderr
    assert "was paused already" in pushsvc(tmp_path, "site", "pause", CODE).stderr
    assert "is resumed" in pushsvc(tmp_path, "site", "resume", CODE).stderr
    assert pushsvc(tmp_path, "site", "pause", "nowhere").returncode == 1

    lines = [json.loads(line) for line in pushsvc(tmp_path, "audit", "list").stdout.splitlines()]
    assert [(line["who"], line["action"], line["subject"]) for line in lines] == [
        ("command line", "site resumed", CODE), ("command line", "site paused", CODE),
    ]  # fmt: skip
    assert lines[1]["detail"] == {"why": "defaced"}

    whole = pushsvc(tmp_path, "audit", "verify")
    head = whole.stdout.strip()
    assert (whole.returncode, head.partition(":")[0]) == (0, "2")
    assert pushsvc(tmp_path, "audit", "verify", "--head", head).returncode == 0
    assert pushsvc(tmp_path, "audit", "verify", "--head", "nonsense").returncode == 2

    (file,) = tmp_path.glob("*.sqlite3")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE audit SET who = 'somebody' WHERE audit_id = 1")
    database.close()
    broken = pushsvc(tmp_path, "audit", "verify", "--json")
    assert (broken.returncode, json.loads(broken.stdout)["broken"]) == (1, {"id": 1, "what": "changed"})
    assert "row 1 is not as it was written" in pushsvc(tmp_path, "audit", "verify").stderr
