"""The match command's lines, against the shared workload and its oracle, and what malformed lines are answered."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pushsvc.errors import BadInput
from pushsvc.matching.lines import match_lines

SHARED = Path(__file__).parents[2].parent / "shared"
TODAY = date(2026, 3, 1)


def matched(subscribers: list[Any], events: list[Any]) -> list[dict[str, Any]]:
    """The match lines of bodies (or of raw lines, where a text is given)."""
    people, published = (
        [each if isinstance(each, str) else json.dumps(each) for each in side] for side in (subscribers, events)
    )
    names = ("subscribers.jsonl", "events.jsonl")
    return list(match_lines(people, published, today=TODAY, text_of_html=lambda html: html.replace("<p>", ""), names=names))


def problems_of(subscribers: list[Any], events: list[Any]) -> list[str]:
    with pytest.raises(BadInput) as refused:
        matched(subscribers, events)
    return [str(problem) for problem in refused.value.problems]


def asking(**clauses: Any) -> dict[str, Any]:
    return {"id": "c-1", "places": ["510104"], "interests": [clauses]}


def notice(**fields: Any) -> dict[str, Any]:
    return {"url": "https://www.sc.example/1.html", "regions": ["510000"], **fields}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared workload is not beside this checkout")
@pytest.mark.parametrize("regime", ["realistic", "hard"])
def test_the_shared_workload_is_answered_line_by_line_as_its_oracle_does(regime: str, tmp_path: Path) -> None:
    peer = SHARED / "peers" / "match"
    size = ["--subscribers", "1000", "--events", "50", "--regime", regime, "--seed", "1"]
    made = [sys.executable, peer / "workload.py", "--corpus", SHARED / "corpus", "--out", tmp_path, *size]
    subprocess.run(made, check=True)
    oracle = subprocess.run([sys.executable, peer / "oracle.py", tmp_path], check=True, capture_output=True, text=True)
    people, events = ((tmp_path / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("subscribers", "events"))
    answer = matched(people.splitlines(), events.splitlines())
    assert answer == [json.loads(line) for line in oracle.stdout.splitlines()]
    assert len(answer) > 20


def test_a_match_line_has_the_contracts_shape() -> None:
    person = asking(topics=["养老"], any_of=["适老化改造"])
    event = notice(title="关于適老化改造的通知", topics=["养老"], eligibility={"age": {"min": 60}})
    assert matched([person], [event]) == [
        {
            "event": "https://www.sc.example/1.html",
            "subscriber": "c-1",
            "interests": [0],
            "eligibility": "unknown",
            "reasons": {"0": ["region:510000", "topic:养老", "any_of:适老化改造"]},
        }
    ]


def test_an_id_names_the_event_before_its_url_does() -> None:
    assert matched([asking(topics=["养老"])], [notice(id="e-7", topics=["养老"])])[0]["event"] == "e-7"


def test_a_topic_that_the_lists_do_not_have_is_a_tree_of_one() -> None:
    assert matched([asking(topics=["观鸟"])], [notice(topics=["观鸟"])])
    assert not matched([asking(topics=["观鸟"])], [notice(topics=["观鸟大会"])])


def test_a_birth_year_is_two_ages_at_the_events_day_and_an_age_stands() -> None:
    born, aged = asking(types=["notice"]), asking(types=["notice"])
    born["attributes"], aged["attributes"] = {"birth_year": 1966}, {"age": 59}
    event = notice(type="notice", published_at="2026-01-02T09:00:00+08:00")
    sixty, sixty_one = {"age": {"min": 60}}, {"age": {"min": 61}}
    assert [line["eligibility"] for line in matched([born], [{**event, "eligibility": sixty}])] == ["yes"]
    assert not matched([born], [{**event, "eligibility": sixty_one}])
    assert not matched([aged], [{**event, "eligibility": sixty}])


def test_the_text_of_html_is_searched() -> None:
    assert matched([asking(any_of=["停水"])], [notice(content_html="<p>停<p>水")])


def test_lines_follow_the_events_then_the_file_and_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    people = [{**asking(topics=["养老"]), "id": name} for name in ("z", "a")]
    lines = ["\ufeff" + json.dumps(people[0]), "  ", json.dumps(people[1])]
    answer = matched(lines, [notice(id="2", topics=["养老"]), notice(id="1", topics=["养老"])])
    assert [(line["event"], line["subscriber"]) for line in answer] == [("2", "z"), ("2", "a"), ("1", "z"), ("1", "a")]


@pytest.mark.parametrize(
    ("person", "problem"),
    [
        ("{", "subscribers.jsonl line 2: is not JSON"),
        ("[]", "subscribers.jsonl line 2: must be a JSON object"),
        ({"interests": []}, "subscribers.jsonl line 2: id: must be a text"),
        ({"id": "c"}, "subscribers.jsonl line 2: interests: must be a list"),
        (asking(topic=["x"]), "subscribers.jsonl line 2: interests[0].topic: is no clause of an interest"),
        (asking(topics="x"), "subscribers.jsonl line 2: interests[0].topics: must be a list of texts"),
        (asking(topics=[1]), "subscribers.jsonl line 2: interests[0].topics[0]: must be a text"),
        (asking(regions=["5101"]), 'subscribers.jsonl line 2: interests[0].regions[0]: region "5101"'),
        (asking(industries=["C3"]), 'subscribers.jsonl line 2: interests[0].industries[0]: industry "C3"'),
        (asking(any_of=["\u3000"]), "subscribers.jsonl line 2: interests[0].any_of[0]: phrase"),
        (asking(attributes={"age": "60"}), "subscribers.jsonl line 2: interests[0].attributes.age: must be a number"),
        ({"id": "c", "interests": [], "places": ["成都"]}, "subscribers.jsonl line 2: places[0]: region"),
    ],
)
def test_a_malformed_subscriber_line_is_named_with_its_field_and_rule(person: Any, problem: str) -> None:
    assert problems_of([asking(topics=["养老"]), person], [])[0].startswith(problem)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ({"title": "x"}, "events.jsonl line 1: url: is missing"),
        (notice(event="deleted"), 'events.jsonl line 1: event: "deleted" is none of'),
        (notice(title=3), "events.jsonl line 1: title: must be a text"),
        (notice(published_at="yesterday"), 'events.jsonl line 1: published_at: "yesterday"'),
        (notice(eligibility={"age": 60}), "events.jsonl line 1: eligibility.age: must be"),
        (notice(eligibility={"age": {"min": 60, "max": 50}}), "events.jsonl line 1: eligibility.age: min 60 is over max 50"),
        (notice(regions=["cn"]), 'events.jsonl line 1: regions[0]: region "cn"'),
    ],
)
def test_a_malformed_event_line_is_named_with_its_field_and_rule(event: Any, problem: str) -> None:
    assert problems_of([asking(topics=["养老"])], [event])[0].startswith(problem)


def test_every_bad_line_is_named_not_only_the_first() -> None:
    assert len(problems_of(["{", asking(topics=["养老"]), asking(any_of=[""], none_of=[""])], [])) == 3
