"""deploy/: what stands there is what the code says. No container engine runs it here: names, commands, limits are checked."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_args

import pytest

from pushsvc.settings.brokers import Brokers
from pushsvc.streams.kafka.topics import MOST_REPLICAS, TOPICS
from pushsvc.telemetry import metrics
from tests.unit.deploy_files import A_SHARD, DEPLOY, ROOT, SETTINGS, assert_is_a_command, commands_of_a_page, documents

COMPOSE = documents(DEPLOY / "compose.yaml")[0]
OURS = {name: one for name, one in COMPOSE["services"].items() if "pushsvc" in one["image"]}
STORES = {name: one for name, one in COMPOSE["services"].items() if name not in OURS}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def names_set_in(text: str) -> set[str]:
    """`NAME=value` lines, those that are commented out too."""
    return set(re.findall(r"(?m)^#?([A-Z][A-Z0-9_]+)=", text))


# The image


def test_the_image_is_made_of_files_that_are_there_and_that_the_ignore_file_lets_through() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    let_through = set(re.findall(r"(?m)^!(.+)$", (ROOT / ".dockerignore").read_text()))
    copied = {name for line in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text) for name in line.split()}
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_as_a_numbered_user_and_stops_by_sigterm() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert re.search(r"(?m)^USER 10001:10001$", text)
    assert re.search(r"(?m)^STOPSIGNAL SIGTERM$", text)
    assert_is_a_command(json.loads(re.search(r"(?m)^CMD (.+)$", text)[1]))  # type: ignore[index]


def test_the_image_installs_what_is_locked_and_no_wheel_is_missing_but_the_one_named() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "--require-hashes --only-binary=:all: --no-binary=dkimpy -r requirements.txt" in text
    assert re.search(r"(?m)^dkimpy==", (ROOT / "requirements.txt").read_text())


@pytest.mark.parametrize("file", ["Containerfile", "compose.yaml"])
def test_what_no_engine_has_run_says_so(file: str) -> None:
    assert "NOT RUN" in (DEPLOY / file).read_text()


# compose.yaml


@pytest.mark.parametrize("name", OURS)
def test_every_process_of_the_compose_file_is_a_command_with_settings_that_exist(name: str) -> None:
    assert_is_a_command(OURS[name]["command"])
    assert set(OURS[name]["environment"]) - SETTINGS == {"FORWARDED_ALLOW_IPS"}


def test_a_proxy_in_front_may_say_for_whom_it_asks_and_nobody_else() -> None:
    """Else all people come from one address, and share what one network may ask for."""
    believed = str(OURS["serve"]["environment"]["FORWARDED_ALLOW_IPS"])
    assert ip_network(believed.rpartition(":-")[2].rstrip("}")).is_private
    (patch,) = documents(DEPLOY / "kubernetes" / "overlays" / "example" / "forwarded.yaml")
    (serve,) = patch["spec"]["template"]["spec"]["containers"]
    assert [(one["name"], ip_network(one["value"]).is_private) for one in serve["env"]] == [("FORWARDED_ALLOW_IPS", True)]


@pytest.mark.parametrize("name", OURS)
def test_every_process_of_the_compose_file_has_a_read_only_root_no_capability_a_limit_and_time_to_stop(name: str) -> None:
    one = OURS[name]
    assert one["read_only"]
    assert one["cap_drop"] == ["ALL"]
    assert one["user"] == "10001:10001"
    assert one["deploy"]["resources"]["limits"]["memory"]
    assert one["stop_grace_period"] == "40s"


def test_every_process_begins_after_the_migration_and_is_asked_whether_it_can_work() -> None:
    for name, one in OURS.items():
        if name != "migrate":
            assert one["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
            assert "/readyz" in one["healthcheck"]["test"][-1]


def test_only_serve_publishes_a_port_and_databases_and_broker_have_no_way_out() -> None:
    assert [name for name, one in COMPOSE["services"].items() if "ports" in one] == ["serve"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {tuple(one["networks"]) for one in STORES.values()} == {("inside",)}
    assert all("healthcheck" in one and one["deploy"]["resources"]["limits"]["memory"] for one in STORES.values())


def test_no_secret_stands_in_the_compose_file_and_every_variable_stands_in_the_example() -> None:
    text = "\n".join(line for line in (DEPLOY / "compose.yaml").read_text().splitlines() if not line.lstrip().startswith("#"))
    example = names_set_in((DEPLOY / "compose.env.example").read_text())
    needed = set(re.findall(r"\$\{(\w+)(?!\w|:-)", text))
    assert needed - example == set()
    assert example - set(re.findall(r"\$\{(\w+)", text)) == set()
    assert not re.search(r"(?i)(password|secret_key|token): +(?!\$\{)\S", text)


def test_the_shards_of_a_profile_are_whole() -> None:
    shards = [A_SHARD.fullmatch(str(one["command"][-1])) for one in OURS.values() if "--shard" in one["command"]]
    numbers = Counter((int(found[2]), int(found[1])) for found in shards if found)
    assert numbers == Counter([(1, 0), (2, 0), (2, 1)])


def test_postgresql_has_a_connection_for_every_process_of_the_compose_file() -> None:
    processes = sum(one["deploy"].get("replicas", 1) for one in OURS.values())
    each = int(OURS["serve"]["environment"]["PUSHSVC_DATABASE_POOL"]) + 1  # one more that listens
    most = int(COMPOSE["services"]["postgres"]["command"][-1].partition("=")[2])
    assert processes * each < most - 10


# topics.yaml


def test_the_topics_file_says_what_migrate_makes_on_three_brokers() -> None:
    brokers = Brokers(("kafka:9092",))
    made = [
        {"name": spec.name, "partitions": spec.partitions_of(brokers), "replicas": MOST_REPLICAS,
         "config": dict(spec.config(MOST_REPLICAS))}
        for spec in TOPICS
    ]  # fmt: skip
    assert documents(DEPLOY / "topics.yaml")[0]["topics"] == made


# systemd


def unit(path: Path) -> dict[str, list[str]]:
    """Each key with its values, in order."""
    found: dict[str, list[str]] = {}
    for key, value in re.findall(r"(?m)^([A-Za-z]+)=(.*)$", path.read_text()):
        found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_starts_a_command_with_settings_that_exist(path: Path) -> None:
    said = unit(path)
    program, *arguments = said["ExecStart"][0].replace("%i", "plan").replace("%I", "0/2").split()
    assert program == "/opt/pushsvc/bin/pushsvc"
    assert_is_a_command(arguments)
    given = {name for line in said["Environment"] for name in re.findall(r"(\w+)=", line)}
    assert given - SETTINGS == {"LANG"}
    assert said["EnvironmentFile"][0] == "/etc/pushsvc/pushsvc.env"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_is_shut_in_and_has_time_to_stop(path: Path) -> None:
    said = unit(path)
    assert said["User"] == ["pushsvc"]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces", "LockPersonality"):
        assert said[name] == ["yes"], name
    assert said["ProtectSystem"] == ["strict"]
    assert said["CapabilityBoundingSet"] == [""]
    assert said["SystemCallFilter"][0] == "@system-service"
    assert said["Restart"] == ["on-failure"]
    assert int(said["TimeoutStopSec"][0]) >= 40
    assert said["MemoryMax"]


def test_units_of_the_cluster_belong_to_the_target_and_begin_after_the_migration() -> None:
    for path in UNITS:
        said = unit(path)
        if path.stem == "pushsvc":
            assert said["Conflicts"] == ["pushsvc.target"]
            assert said["RestartPreventExitStatus"] == ["2"]
            continue
        assert said["PartOf"] == said["WantedBy"] == ["pushsvc.target"]
        assert path.stem == "pushsvc-migrate" or "pushsvc-migrate.service" in said["After"][0]
        # A schema that is not migrated yet ends a process with 2, too: it must start again.
        assert "RestartPreventExitStatus" not in said


def test_the_settings_file_of_the_units_names_settings() -> None:
    named = names_set_in((DEPLOY / "systemd" / "pushsvc.env.example").read_text())
    assert len(named) > 6
    assert named - SETTINGS == set()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for path in (*UNITS, DEPLOY / "systemd" / "pushsvc.target"):
        name = path.name.replace("worker@", "worker@plan").replace("match@", "match@0-2")
        (tmp_path / name).write_text(path.read_text().replace("/opt/pushsvc/bin/pushsvc", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(path) for path in sorted(tmp_path.iterdir()))],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    about_ours = [line for line in done.stderr.splitlines() if "pushsvc" in line]
    assert (done.returncode, about_ours) == (0, [])


# alerts and dashboard


def expressions() -> list[str]:
    rules = [rule for group in documents(DEPLOY / "alerts" / "pushsvc.rules.yaml")[0]["groups"] for rule in group["rules"]]
    panels = json.loads((DEPLOY / "dashboards" / "pushsvc.json").read_text())["panels"]
    return [rule["expr"] for rule in rules] + [one["expr"] for panel in panels for one in panel["targets"]]


def exposed() -> dict[str, tuple[str, ...]]:
    """Each series that /metrics can show, with its labels."""
    series: dict[str, tuple[str, ...]] = {f"pushsvc_{name}_total": kind.labels for name, kind in metrics._COUNTERS.items()}
    series |= {f"pushsvc_{name}": kind.labels for name, kind in metrics._GAUGES.items()}
    for name, kind in metrics._HISTOGRAMS.items():
        series |= {f"pushsvc_{name}_{end}": kind.labels for end in ("bucket", "sum", "count")}
    return series


@pytest.mark.parametrize("expression", expressions())
def test_rules_and_dashboard_ask_for_metrics_and_labels_that_exist(expression: str) -> None:
    series = exposed()
    asked = set(re.findall(r"\bpushsvc_\w+", expression))
    assert asked or expression.startswith("up{")
    assert asked - set(series) == set()
    known = {label for name in asked for label in series[name]} | {"le", "instance", "job"}
    listed = {label.strip() for labels in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression) for label in labels.split(",")}
    picked = set(re.findall(r"[{,]\s*(\w+)\s*[=!]", expression))
    assert (listed | picked) - known == set()


def test_every_alert_says_what_is_wrong_and_what_to_do_first() -> None:
    for group in documents(DEPLOY / "alerts" / "pushsvc.rules.yaml")[0]["groups"]:
        names = [rule["alert"] for rule in group["rules"]]
        assert len(names) == len(set(names))
        for rule in group["rules"]:
            assert set(rule["annotations"]) == {"summary", "mend"}
            assert rule["labels"]["severity"] in ("page", "look")


def test_the_table_of_metrics_is_whole() -> None:
    """So that the test above compares with all there are."""
    named = {*get_args(metrics.CounterName), *get_args(metrics.HistogramName), *get_args(metrics.GaugeName)}
    assert {*metrics._COUNTERS, *metrics._HISTOGRAMS, *metrics._GAUGES} == named


# The pages


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_of_a_page_is_one_that_there_is(path: Path) -> None:
    named = list(commands_of_a_page(path.read_text("utf-8")))
    assert named or path.name == "README.md"
    for arguments in named:
        assert_is_a_command(arguments)


def test_the_page_about_clusters_shows_every_process() -> None:
    text = (ROOT / "docs" / "how-to" / "from-one-process-to-a-cluster.md").read_text("utf-8")
    shown: list[Any] = [arguments[0] for arguments in commands_of_a_page(text)]
    assert {"migrate", "serve", "worker", "schedule", "doctor", "backup"} <= set(shown)
    assert set(re.findall(r"PUSHSVC_[A-Z_]+", text)) - SETTINGS == set()
    for file in re.findall(r"deploy/[\w./@-]*[\w@]", text):
        # compose.env is made from its example by the reader.
        assert (ROOT / file).exists() or (ROOT / f"{file}.example").exists(), file


def test_the_page_makes_topics_as_migrate_does() -> None:
    text = (ROOT / "docs" / "how-to" / "from-one-process-to-a-cluster.md").read_text("utf-8")
    names = " ".join(spec.name for spec in TOPICS if not spec.name.endswith(".dlq"))
    assert f"for topic in {names}; do" in text
    specs = {spec.name: spec for spec in TOPICS}
    for end in ("", ".dlq"):
        wanted = {f"{key}={value}" for key, value in specs["versions" + end].config(MOST_REPLICAS).items()}
        (made,) = re.findall(rf"--create --if-not-exists --topic \$topic{re.escape(end)} \\\n((?:.+\\\n)*.+)", text)
        assert set(re.findall(r"--config (\S+)", made)) == wanted
