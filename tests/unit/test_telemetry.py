"""Logs hide what is private wherever it stands; every metric of the table can be counted and is exposed."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import structlog

from pushsvc import telemetry
from pushsvc.telemetry import configure_logs, log, metrics

PRIVATE = ("13812345678", "138-1234-5678", "+8613812345678", "+447700900123", "li.wei@example.cn", "hunter2", "whsec_c2VjcmV0")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure_logs(stream=stream)
    yield stream
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


def test_a_line_is_one_json_object_with_its_level_and_time(lines: io.StringIO) -> None:
    log.info("event accepted", event_id="evt_1", people=3)
    line = json.loads(lines.getvalue())
    assert (line["event"], line["event_id"], line["people"], line["level"]) == ("event accepted", "evt_1", 3, "info")
    assert line["at"].endswith("Z")


@pytest.mark.parametrize("private", PRIVATE)
def test_private_text_is_hidden_wherever_it_stands(lines: io.StringIO, private: str) -> None:
    shown = f"smtp://user:{private}@mx.cn" if private == "hunter2" else f"refused {private}, mailbox full"
    log.warning(shown, why=shown, detail={"answers": [shown, (shown,)]}, error=ValueError(shown))
    logging.getLogger("some.library").error("a %s b", shown)
    try:
        raise ValueError(shown)
    except ValueError:
        log.exception("it failed")
    assert lines.getvalue().count("\n") == 3
    assert private not in lines.getvalue()


@pytest.mark.parametrize("name", ["to", "address", "phone", "email", "body", "text", "html", "password", "token", "secret"])
def test_private_names_lose_their_value(lines: io.StringIO, name: str) -> None:
    log.info("sent", **{name: "成都市王小明"}, nested={name: "成都市王小明"})
    assert "王小明" not in lines.getvalue()


def test_ids_and_numbers_stay_readable(lines: io.StringIO) -> None:
    said = {"delivery_id": "dlv_13812345678abcdef013812345678abc", "micros": 1764092000000000, "offset": 13812345678}
    log.info("kept", **said, why="at 1764092000000000 in dlv_13812345678abcdef013812345678abc on 2026-03-01")
    line = json.loads(lines.getvalue())
    assert {name: line[name] for name in said} == said
    assert "hidden" not in line["why"]


def test_a_library_that_chatters_is_quiet(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /u/token")
    assert lines.getvalue() == ""


def test_every_metric_has_its_row_and_shows() -> None:
    assert set(get_args(metrics.CounterName)) == set(metrics._COUNTERS)
    assert set(get_args(metrics.HistogramName)) == set(metrics._HISTOGRAMS)
    assert set(get_args(metrics.GaugeName)) == set(metrics._GAUGES)
    for counter, kind in metrics._COUNTERS.items():
        telemetry.count(counter, **dict.fromkeys(kind.labels, "x"))
    for histogram, kind in metrics._HISTOGRAMS.items():
        telemetry.observe(histogram, 0.5, **dict.fromkeys(kind.labels, "x"))
    for gauge, kind in metrics._GAUGES.items():
        telemetry.gauge(gauge, 2, **dict.fromkeys(kind.labels, "x"))
    shown = telemetry.exposition().decode()
    assert 'pushsvc_attempts_total{channel="x",verdict="x"}' in shown
    assert all(f"pushsvc_{name}" in shown for name in (*metrics._COUNTERS, *metrics._HISTOGRAMS, *metrics._GAUGES))
    assert "process_resident_memory_bytes" in shown


def test_a_wrong_label_fails_at_once() -> None:
    with pytest.raises(ValueError):
        telemetry.count("attempts", channel="email")


def test_every_metric_of_the_table_is_measured_somewhere() -> None:
    package = Path(metrics.__file__).parents[1]
    code = "".join(path.read_text("utf-8") for path in package.rglob("*.py") if path.name != "metrics.py")
    named = get_args(metrics.CounterName) + get_args(metrics.HistogramName) + get_args(metrics.GaugeName)
    assert [name for name in named if not re.search(rf'(count|observe|gauge)\(\s*"{name}"', code)] == []
