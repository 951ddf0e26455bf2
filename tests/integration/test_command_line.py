"""Every command of the contract through the real command line: exit codes, what a script reads, what a person reads."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bench.service import Service
from pushsvc.__main__ import app

SHARED = Path(__file__).parents[2].parent / "shared"
SITE = "5101040001"
SITES = f"code,name,organisation,region,domains,feeds\n{SITE},锦江区政府网,锦江区人民政府,510104,www.jj.example,\n"
AGREED = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
DOCUMENT = {
    "title": "锦江区居家适老化改造补贴申请通知",
    "content_text": "本区户籍60周岁以上老年人家庭可以申请居家适老化改造补贴，每户最高补贴3000元。"
    "申请截止时间为2099年3月31日。申请人到户籍所在地街道办事处提出申请。咨询电话：028-86651234。",
    "url": "https://www.jj.example/1",
}


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str

    @property
    def lines(self) -> list[Any]:
        """The machine's output: one JSON value a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]


@dataclass(frozen=True)
class Terminal:
    """A folder with an installation of its own; called, it runs one command in it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *command: object, stdin: str | bytes | None = None, **settings: str) -> Done:
        environment = {**self.settings, **{f"PUSHSVC_{name}": value for name, value in settings.items()}}
        result = CliRunner().invoke(app, [str(part) for part in command], input=stdin, env=environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def writes(self, name: str, content: str | Mapping[str, Any] | Sequence[Any]) -> Path:
        """A file with text, with one JSON object, or with one JSON object a line."""
        file = self.folder / name
        if isinstance(content, str):
            file.write_text(content, "utf-8")
        elif isinstance(content, Mapping):
            file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        else:
            file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in content), "utf-8")
        return file


@pytest.fixture
def pushsvc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(
        tmp_path, {"PUSHSVC_HOME": str(tmp_path / "var"), "PUSHSVC_SECRET_KEY": "of-the-tests-0123456789-0123456789"}
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terminal, Service]]:
    """`pushsvc dev --empty` as a process of its own, and a terminal on the same settings, with a site and two people."""
    folder = tmp_path_factory.mktemp("running")
    with Service(folder / "var", command=("dev", "--empty")) as service:
        service.start()
        ours = {name: value for name, value in service.environment.items() if name.startswith("PUSHSVC_")}
        terminal = Terminal(folder, ours)
        assert terminal("sites", "import", terminal.writes("sites.csv", SITES)).code == 0
        people = [a_citizen("mei"), a_citizen("wang", places=["510105"])]
        assert terminal("subscribers", "import", terminal.writes("people.jsonl", people)).code == 0
        yield terminal, service


def a_citizen(name: str = "mei", **said: Any) -> dict[str, Any]:
    email = {"channel": "email", "address": f"{name}@mail.example", "consent": {"at": AGREED, "source": "hall-form"}}
    return {
        "id": name,
        "kind": "citizen",
        "endpoints": [email],
        "places": ["510104"],
        "interests": [{"any_of": ["补贴"]}],
    } | said


# The program itself


def test_the_program_runs_as_a_module_and_says_what_it_can(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pushsvc", "--help"], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0
    commands = "dev serve worker schedule migrate doctor sites subscribers accounts backup restore event summarise match verify"
    for name in (*commands.split(), "taxonomy", "trace", "dlq", "channel"):
        assert re.search(rf"\b{name}\b", done.stdout), name


@pytest.mark.parametrize("wrong", [["nonsense"], ["summarise", "--nonsense"], ["sites", "import"], ["accounts", "add", "mei"]])
def test_a_wrong_use_ends_with_2_and_prints_nothing_for_machines(pushsvc: Terminal, wrong: list[str]) -> None:
    done = pushsvc(*wrong)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"PORT": "many"}, "PUSHSVC_PORT"),
        ({"NONSENSE": "1"}, "PUSHSVC_NONSENSE"),
        ({"DATABASE_URL": "mysql://x"}, "PUSHSVC_DATABASE_URL"),
        ({"TIMEZONE": "Mars/Olympus"}, "PUSHSVC_TIMEZONE"),
        ({"SMTP_URL": "http://x"}, "PUSHSVC_SMTP_URL"),
        ({"MAX_PEOPLE": "0"}, "PUSHSVC_MAX_PEOPLE"),
    ],
)
@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["subscribers", "export"], ["worker"]])
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    pushsvc: Terminal, settings: dict[str, str], named: str, command: list[str]
) -> None:
    done = pushsvc(*command, **settings)
    assert (done.code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr


@pytest.mark.parametrize("command", [["worker"], ["worker", "match", "--shard", "0/2"], ["schedule"]])
def test_worker_and_schedule_say_that_they_need_kafka(pushsvc: Terminal, command: list[str]) -> None:
    done = pushsvc(*command)
    assert (done.code, done.stdout) == (2, "")
    assert "Kafka" in done.stderr
    assert "pushsvc serve" in done.stderr


def test_migrate_makes_the_schema_and_then_says_that_it_is_current(pushsvc: Terminal) -> None:
    assert "migrated" in pushsvc("migrate").stderr
    again = pushsvc("migrate")
    assert (again.code, again.stdout) == (0, "")
    assert "current" in again.stderr


def test_doctor_finds_a_fresh_installation_good_and_names_what_is_not(pushsvc: Terminal) -> None:
    assert pushsvc("migrate").code == 0
    assert pushsvc("doctor").code == 0
    ill = pushsvc("doctor", SMTP_URL="smtp://127.0.0.1:9")
    assert ill.code == 1
    assert "127.0.0.1:9" in ill.stdout + ill.stderr


# Sites


def test_sites_are_imported_and_get_keys_that_are_printed_alone(pushsvc: Terminal) -> None:
    done = pushsvc("sites", "import", pushsvc.writes("sites.csv", SITES))
    assert (done.code, done.stdout) == (0, "")
    assert "1 sites registered" in done.stderr
    key = pushsvc("sites", "key", SITE)
    assert key.code == 0
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]+=*\n", key.stdout)
    assert pushsvc("sites", "key", SITE).stdout != key.stdout


def test_the_key_of_an_unknown_site_is_a_failure_that_names_it(pushsvc: Terminal) -> None:
    done = pushsvc("sites", "key", "5101000099")
    assert (done.code, done.stdout) == (1, "")
    assert "5101000099" in done.stderr


def test_a_bad_line_of_a_site_file_is_named_and_nothing_is_registered(pushsvc: Terminal) -> None:
    bad = SITES + "51010,短,机关,510104,www.b.example,\n5101050001,青羊,机关,999999,www.c.example,\n"
    done = pushsvc("sites", "import", pushsvc.writes("sites.csv", bad))
    assert (done.code, done.stdout) == (2, "")
    assert "sites line 3, code" in done.stderr
    assert "sites line 4, region" in done.stderr
    assert pushsvc("sites", "key", SITE).code == 1


@pytest.mark.parametrize(
    "content", ["", "code,name\n1,2\n", "not csv at all", 'code,name,organisation,region,domains,feeds\n"x']
)
def test_a_file_that_is_no_site_list_is_bad_input(pushsvc: Terminal, content: str) -> None:
    done = pushsvc("sites", "import", pushsvc.writes("sites.csv", content))
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")


@pytest.mark.parametrize("command", [["sites", "import"], ["subscribers", "import"], ["event", "send"]])
def test_a_file_that_is_not_there_is_bad_input_that_names_it(pushsvc: Terminal, command: list[str]) -> None:
    done = pushsvc(*command, "missing.file")
    assert (done.code, done.stdout) == (2, "")
    assert "missing.file" in done.stderr


# Subscribers


def test_subscribers_go_in_and_come_out_as_they_went_in(pushsvc: Terminal) -> None:
    line = a_citizen(language="zh", preferences={"frequency": "daily"}, attributes={"birth_year": 1959})
    done = pushsvc("subscribers", "import", pushsvc.writes("people.jsonl", [line, a_citizen("wang")]))
    assert (done.code, done.stdout) == (0, "")
    assert "2 subscribers added" in done.stderr
    assert "No matcher runs" in done.stderr
    (mei,) = pushsvc("subscribers", "export", "mei").lines
    assert mei["preferences"]["frequency"] == "daily"
    assert mei["endpoints"][0]["address"] == "mei@mail.example"
    everybody = pushsvc("subscribers", "export")
    assert [one["id"] for one in everybody.lines] == ["mei", "wang"]
    assert pushsvc("subscribers", "import", pushsvc.writes("again.jsonl", everybody.stdout)).code == 0
    assert pushsvc("subscribers", "export").stdout == everybody.stdout


def test_a_bad_subscriber_line_is_named_with_its_rule_and_nobody_is_imported(pushsvc: Terminal) -> None:
    bad = a_citizen("li")
    bad["endpoints"] = [{"channel": "sms", "address": "1380000", "consent": {"at": AGREED, "source": "hall-form"}}]
    file = pushsvc.writes("people.jsonl", [a_citizen(), bad])
    file.write_text(file.read_text("utf-8") + "{not json\n", "utf-8")
    done = pushsvc("subscribers", "import", file)
    assert (done.code, done.stdout) == (2, "")
    assert re.search(r"subscriber line 2: .*1380000", done.stderr)
    assert "subscriber line 3: " in done.stderr
    assert pushsvc("subscribers", "export").stdout == ""


def test_a_dry_run_changes_nothing(pushsvc: Terminal) -> None:
    done = pushsvc("subscribers", "import", pushsvc.writes("people.jsonl", [a_citizen()]), "--dry-run")
    assert (done.code, done.stdout) == (0, "")
    assert "1 lines are good" in done.stderr
    assert pushsvc("subscribers", "export").stdout == ""


def test_an_erased_subscriber_is_signed_in_nowhere_any_more(pushsvc: Terminal) -> None:
    pushsvc("subscribers", "import", pushsvc.writes("people.jsonl", [a_citizen()]))
    with closing(sqlite3.connect(next((pushsvc.folder / "var").glob("*.sqlite3")))) as database, database:
        database.execute("INSERT INTO sessions VALUES (x'00', 'citizen', '1', 0, 0, 9000000000000000)")
        database.execute("INSERT INTO sessions VALUES (x'01', 'citizen', '2', 0, 0, 9000000000000000)")
    assert pushsvc("subscribers", "erase", "mei").code == 0
    with closing(sqlite3.connect(next((pushsvc.folder / "var").glob("*.sqlite3")))) as database:
        assert database.execute("SELECT subject FROM sessions").fetchall() == [("2",)]


def test_an_erased_subscriber_is_gone_and_needs_a_newer_consent(pushsvc: Terminal) -> None:
    file = pushsvc.writes("people.jsonl", [a_citizen()])
    pushsvc("subscribers", "import", file)
    assert pushsvc("subscribers", "erase", "mei").code == 0
    gone = pushsvc("subscribers", "export", "mei")
    assert (gone.code, gone.stdout) == (1, "")
    assert pushsvc("subscribers", "erase", "mei").code == 1
    back = pushsvc("subscribers", "import", file)
    assert back.code == 0
    assert "1 skipped" in back.stderr
    assert pushsvc("subscribers", "export").stdout == ""


# Accounts


def test_accounts_are_added_listed_reset_and_disabled(pushsvc: Terminal) -> None:
    pushsvc("sites", "import", pushsvc.writes("sites.csv", SITES))
    added = pushsvc("accounts", "add", "chen", "--role", "publisher", "--site", SITE)
    assert added.code == 0
    assert re.fullmatch(r"\S{10,}\n", added.stdout)
    (account,) = pushsvc("accounts", "list").lines
    assert (account["name"], account["role"], account["site"]) == ("chen", "publisher", SITE)
    assert added.stdout.strip() not in pushsvc("accounts", "list").stdout
    reset = pushsvc("accounts", "reset", "chen")
    assert reset.code == 0
    assert reset.stdout != added.stdout
    assert pushsvc("accounts", "disable", "chen").code == 0
    assert pushsvc("accounts", "reset", "nobody").code == 1


@pytest.mark.parametrize(
    "wrong", [["chen", "--role", "king"], ["chen", "--role", "publisher", "--site", "1"], ["", "--role", "viewer"]]
)
def test_a_wrong_account_is_refused(pushsvc: Terminal, wrong: list[str]) -> None:
    done = pushsvc("accounts", "add", *wrong)
    assert done.code in (1, 2)
    assert (done.stdout, done.stderr != "") == ("", True)
    assert pushsvc("accounts", "list").stdout == ""


# Documents


def test_summarise_and_verify_agree_on_a_document(pushsvc: Terminal) -> None:
    told = pushsvc("summarise", "--with-text", stdin=json.dumps({"id": "d-1", **DOCUMENT}) + "\n")
    assert told.code == 0
    (summary,) = told.lines
    assert (summary["id"], summary["verified"], summary["language"]) == ("d-1", True, "zh")
    assert all(summary["source_text"][fact["start"] : fact["end"]] == fact["raw"] for fact in summary["facts"])
    line = {"id": "d-1", "source_text": summary["source_text"], "text": summary["text"], "language": "zh"}
    assert pushsvc("verify", stdin=json.dumps(line)).lines == [{"id": "d-1", "ok": True, "problems": []}]
    lie = line | {"text": "每户最高补贴9000元。"}
    (answer,) = pushsvc("verify", pushsvc.writes("lie.jsonl", [lie])).lines
    assert (answer["ok"], len(answer["problems"])) == (False, 1)


def test_summarise_keeps_the_order_and_names_the_lines_that_it_could_not_read(pushsvc: Terminal) -> None:
    lines = [json.dumps({"id": "a", **DOCUMENT}), "{not json", "[]", json.dumps({"id": "d", "url": "https://x.example/"})]
    done = pushsvc("summarise", stdin="\n".join([*lines, json.dumps({"id": "e", **DOCUMENT})]))
    assert done.code == 1
    assert [("error" in line) for line in done.lines] == [False, True, True, True, False]
    assert [line["id"] for line in done.lines] == ["a", "line 2", "line 3", "d", "e"]


def test_summarise_reads_files_and_goes_on_after_one_that_is_missing(pushsvc: Terminal) -> None:
    page = pushsvc.writes("page.html", f"<title>通知</title><p>{DOCUMENT['content_text']}</p>")
    done = pushsvc("summarise", page, "missing.html", page)
    assert done.code == 1
    assert [("error" in line) for line in done.lines] == [False, True, False]


def test_verify_names_each_bad_line_and_judges_all_the_others(pushsvc: Terminal) -> None:
    good = {"id": "good", "source_text": "每月发放100元。", "text": "每月发放100元。", "language": "zh"}
    done = pushsvc("verify", stdin="\n".join([json.dumps({"id": "bad"}), "{not json", json.dumps(good)]))
    assert (done.code, [line["id"] for line in done.lines]) == (2, ["good"])
    assert "line 1, source_text" in done.stderr
    assert "line 2 is not JSON" in done.stderr


def test_verify_refuses_a_broken_line_by_its_number(pushsvc: Terminal) -> None:
    done = pushsvc("verify", stdin="{not json")
    assert done.code == 2
    assert "line 1" in done.stderr


@pytest.mark.skipif(not SHARED.exists(), reason="the shared workload is not beside this checkout")
def test_match_answers_the_shared_workload_as_its_oracle_does(pushsvc: Terminal) -> None:
    peer = SHARED / "peers" / "match"
    size = ["--subscribers", "400", "--events", "30", "--regime", "hard", "--seed", "7"]
    made = [sys.executable, str(peer / "workload.py"), "--corpus", str(SHARED / "corpus"), "--out", str(pushsvc.folder), *size]
    subprocess.run(made, check=True, capture_output=True)
    oracle = subprocess.run([sys.executable, peer / "oracle.py", pushsvc.folder], check=True, capture_output=True, text=True)
    done = pushsvc("match", "--subscribers", pushsvc.folder / "subscribers.jsonl", "--events", pushsvc.folder / "events.jsonl")
    assert done.code == 0
    assert done.lines == [json.loads(line) for line in oracle.stdout.splitlines()]


def test_match_names_each_bad_line_and_prints_no_match(pushsvc: Terminal) -> None:
    people = pushsvc.writes(
        "people.jsonl", [{"id": "c-1", "interests": [{"any_of": ["补贴"]}]}, {"id": "c-2", "interests": [{"x": 1}]}]
    )
    events = pushsvc.writes("events.jsonl", [{"url": "https://x.example/1", "regions": ["nowhere"]}])
    done = pushsvc("match", "--subscribers", people, "--events", events)
    assert (done.code, done.stdout) == (2, "")
    assert "people.jsonl line 2: interests[0].x" in done.stderr
    good = pushsvc.writes("good.jsonl", [{"id": "c-1", "interests": [{"any_of": ["补贴"]}]}])
    done = pushsvc("match", "--subscribers", good, "--events", events)
    assert (done.code, done.stdout) == (2, "")
    assert "events.jsonl line 1: regions[0]" in done.stderr


@pytest.mark.parametrize(
    ("kind", "code"), [("regions", "510104"), ("topics", "T0101"), ("industries", "C39"), ("audiences", None)]
)
def test_taxonomy_prints_its_lists_for_people_and_for_machines(pushsvc: Terminal, kind: str, code: str | None) -> None:
    for_people, for_machines = pushsvc("taxonomy", kind), pushsvc("taxonomy", kind, "--json")
    assert (for_people.code, for_machines.code) == (0, 0)
    assert len(for_machines.lines) == len(for_people.stdout.splitlines()) > 5
    assert code is None or code in {row["code"] for row in for_machines.lines}


def test_an_unknown_taxonomy_is_bad_usage(pushsvc: Terminal) -> None:
    assert pushsvc("taxonomy", "planets").code == 2


# Events, beside a running service


def test_an_event_is_sent_and_its_funnel_printed(running: tuple[Terminal, Service]) -> None:
    pushsvc, service = running
    event = pushsvc.writes("event.json", {"event": "published", **DOCUMENT})
    done = pushsvc("event", "send", event, "--site", SITE, "--wait")
    assert done.code == 0
    event_id, funnel = done.stdout.splitlines()
    assert json.loads(funnel) | {"pending": 0} == json.loads(funnel)
    assert (json.loads(funnel)["event_id"], json.loads(funnel)["accepted"]) == (event_id, {"email": 1})
    (mail,) = service.call("GET", "/dev/mailbox.json").json()
    assert mail["to"] == "mei@mail.example"


def test_trace_tells_who_was_told_and_why_and_who_was_not_and_why_not(running: tuple[Terminal, Service]) -> None:
    pushsvc, _ = running
    event = pushsvc.writes(
        "traced.json",
        {"event": "published", **DOCUMENT, "title": "二", "url": "https://www.jj.example/2"}
        | {"content_text": "锦江区居民更新空调的，每户补贴500元。" * 3},
    )
    event_id = pushsvc("event", "send", event, "--site", SITE, "--wait").stdout.splitlines()[0]
    (told,) = pushsvc("trace", "mei", event_id, "--json").lines
    assert (told["told"], told["state"], told["channel"]) == (True, "accepted", "email")
    assert told["at"]
    assert told["reasons"] == ["region:510104", "any_of:补贴"]
    (not_told,) = pushsvc("trace", "wang", event_id, "--json").lines
    assert not_told["told"] is False
    assert not_told["reasons"] == ["interest:0:places:510105"] or any("place" in one for one in not_told["reasons"])
    (whole,) = pushsvc("trace", event_id, "--json").lines
    assert [step["stage"] for step in whole["steps"]][:3] == ["event", "normalise", "summarise"]
    for_people = pushsvc("trace", "wang", "https://www.jj.example/2")
    assert "was not told" in for_people.stdout
    for one in (whole["steps"][1]["publication"], "mei"):
        assert pushsvc("trace", one, "--json").code == 0
    for unknown in (["nothing-like-it"], ["mei", "evt_none"], ["nobody", event_id]):
        missing = pushsvc("trace", *unknown)
        assert (missing.code, missing.stdout) == (1, "")


def test_an_import_beside_a_running_service_says_that_the_matcher_knows(running: tuple[Terminal, Service]) -> None:
    pushsvc, _ = running
    done = pushsvc("subscribers", "import", pushsvc.writes("more.jsonl", [a_citizen("li", places=["510106"])]))
    assert done.code == 0
    assert "The matcher knows them." in done.stderr


def test_a_channel_that_is_paused_holds_until_it_is_resumed(running: tuple[Terminal, Service]) -> None:
    pushsvc, service = running
    assert pushsvc("channel", "pause", "email").code == 0
    event = pushsvc.writes(
        "held.json",
        {"event": "published", **DOCUMENT, "title": "三", "url": "https://www.jj.example/3"}
        | {"content_text": "锦江区居民更新灶具的，每户补贴700元。" * 3},
    )
    sent = pushsvc("event", "send", event, "--site", SITE, "--wait")
    assert sent.code == 0
    event_id, funnel = sent.stdout.splitlines()
    assert json.loads(funnel)["held"] == 1
    (trace,) = pushsvc("trace", "mei", event_id, "--json").lines
    assert trace["reasons"][0] == "held:paused"
    assert pushsvc("channel", "resume", "all").code == 0
    assert _until(lambda: service.funnel(event_id)["accepted"] == {"email": 1})
    assert pushsvc("channel", "pause", "pigeon").code == 2


def test_a_dead_letter_is_listed_shown_and_replayed(running: tuple[Terminal, Service]) -> None:
    pushsvc, _ = running
    withdrawal = pushsvc.writes("withdrawn.json", {"event": "withdrawn", "url": "https://www.jj.example/never"})
    sent = pushsvc("event", "send", withdrawal, "--site", SITE, "--wait")
    assert sent.code == 1  # the thing asked for failed
    event_id, funnel = sent.stdout.splitlines()
    assert json.loads(funnel)["state"] == "dead"
    letter = next(one for one in pushsvc("dlq", "list").lines if one["event_id"] == event_id)
    assert letter["stage"] == "normalise"
    (shown,) = pushsvc("dlq", "show", letter["id"]).lines
    assert shown["record"] == {"event_id": event_id}
    (dry,) = pushsvc("dlq", "replay", letter["id"], "--dry-run").lines
    assert dry["verdict"] == "would be replayed"
    (real,) = pushsvc("dlq", "replay", letter["id"]).lines
    assert real["verdict"] == "replayed"
    for command in (["show", "999999"], ["replay", "999999"]):
        missing = pushsvc("dlq", *command)
        assert (missing.code, missing.stdout) == (1, "")
        assert "999999" in missing.stderr


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{not json", "not JSON"),
        ("[]", "JSON object"),
        ('{"event": "published"}', "url"),
        ('{"event": "born", "url": "https://www.jj.example/1"}', "event"),
        ('{"event": "published", "url": "https://www.jj.example/1", "nonsense": 1, "content_text": "x"}', "nonsense"),
        ('{"event": "published", "url": "https://www.jj.example/1", "regions": ["110000"], "content_text": "x"}', "regions"),
        ('{"event": "published", "url": "ftp://www.jj.example/1"}', "url"),
    ],
)
def test_a_bad_event_file_names_its_field_and_sends_nothing(
    running: tuple[Terminal, Service], content: str, named: str
) -> None:
    pushsvc, _ = running
    done = pushsvc("event", "send", pushsvc.writes("bad.json", content), "--site", SITE)
    assert (done.code, done.stdout) == (2, "")
    assert named in done.stderr


def test_an_event_at_an_address_of_nobody_or_of_another_site_is_refused(running: tuple[Terminal, Service]) -> None:
    pushsvc, _ = running
    for site in ([], ["--site", SITE]):
        done = pushsvc("event", "send", "https://www.elsewhere.example/1", *site)
        assert done.code in (1, 2)
        assert done.stdout == ""
        assert "elsewhere.example" in done.stderr or "url" in done.stderr
    unknown = pushsvc("event", "send", "https://www.jj.example/1", "--site", "5101000099")
    assert (unknown.code, unknown.stdout) == (1, "")


# Backup


def test_a_backup_restores_into_an_empty_installation_that_starts_paused(pushsvc: Terminal) -> None:
    pushsvc("sites", "import", pushsvc.writes("sites.csv", SITES))
    pushsvc("subscribers", "import", pushsvc.writes("people.jsonl", [a_citizen()]))
    folder = pushsvc.folder / "backup"
    assert pushsvc("backup", folder).code == 0
    assert not any(b"mei@mail.example" in file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert pushsvc("backup", folder).code == 0  # a second one beside it: the newest is what a restore takes
    assert len(list(folder.iterdir())) == 2
    elsewhere = {"HOME": str(pushsvc.folder / "elsewhere")}
    restored = pushsvc("restore", folder, **elsewhere)
    assert (restored.code, restored.stdout) == (0, "")
    assert "paused" in restored.stderr
    assert pushsvc("subscribers", "export", **elsewhere).stdout == pushsvc("subscribers", "export").stdout
    resumed = pushsvc("channel", "resume", "all", **elsewhere)
    assert "email, sms, wechat" in resumed.stderr
    assert pushsvc("restore", folder, **elsewhere).code in (1, 2)  # it is not empty any more
    assert pushsvc("restore", pushsvc.folder / "no-backup", HOME=str(pushsvc.folder / "third")).code in (1, 2)
    wrong_key = {"HOME": str(pushsvc.folder / "fourth"), "SECRET_KEY": "another-key-0123456789-0123456789"}
    assert pushsvc("restore", folder, **wrong_key).code in (1, 2)


def _until(holds: Any, seconds: float = 10.0) -> bool:
    """Whether `holds()` within so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
