from __future__ import annotations

from typing import Any, get_args

import pytest

from pushsvc.domain.records import Topic
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.topics import TOPICS, faults_of, in_sync, replicas_of, topic_name

BROKERS = Brokers(("a:9092",), prefix="town.", partitions=4)


def test_every_topic_has_dead_letters_and_there_are_no_others() -> None:
    names = [spec.name for spec in TOPICS]

    assert sorted(names) == sorted([*get_args(Topic), *(f"{topic}.dlq" for topic in get_args(Topic))])


@pytest.mark.parametrize(
    ("alive", "asked", "replicas", "needed"), [(1, None, 1, 1), (2, None, 2, 1), (3, None, 3, 2), (9, None, 3, 2), (9, 5, 5, 3)]
)
def test_copies_follow_the_number_of_brokers_and_one_may_be_away(
    alive: int, asked: int | None, replicas: int, needed: int
) -> None:
    brokers = Brokers(("a:9092",), replicas=asked)

    assert replicas_of(brokers, alive) == replicas
    assert in_sync(replicas) == needed


def metadata(**changed: Any) -> dict[str, Any]:
    """What Kafka says of our topics when all is well, but of `versions` what `changed` says."""
    topics = [
        {
            "topic": topic_name(BROKERS, spec.name), "error_code": 0,
            "partitions": [
                {"partition": part, "leader": 1, "replicas": [1, 2, 3], "isr": [1, 2]}
                for part in range(spec.partitions_of(BROKERS))
            ],
        }
        for spec in TOPICS
    ]  # fmt: skip
    next(topic for topic in topics if topic["topic"] == "town.versions").update(changed)
    return {"topics": topics}


def test_topics_as_they_must_be_have_no_fault() -> None:
    assert faults_of(metadata(), BROKERS) == []


@pytest.mark.parametrize(
    ("changed", "words", "passing"),
    [
        ({"error_code": 3, "partitions": []}, "town.versions is missing; make it with `pushsvc migrate`", False),
        ({"error_code": 29, "partitions": []}, "town.versions: user ANONYMOUS may not see it; grant it", False),
        ({"partitions": metadata()["topics"][2]["partitions"][:1]}, "town.versions has 1 partitions; at least 4", False),
        ({"error_code": 5}, "town.versions cannot be used now: LeaderNotAvailableError", True),
        (
            {"partitions": [{"partition": part, "leader": -1, "replicas": [1], "isr": [1]} for part in range(4)]},
            "town.versions, partition 0: no broker leads it now",
            True,
        ),
        (
            {"partitions": [{"partition": part, "leader": 1, "replicas": [1, 2, 3], "isr": [1]} for part in range(4)]},
            "town.versions, partition 0: too few copies are up to date",
            True,
        ),
    ],
)
def test_a_fault_names_the_topic_the_rule_and_the_mend(changed: dict[str, Any], words: str, passing: bool) -> None:
    (fault,) = faults_of(metadata(**changed), BROKERS)

    assert fault.words.startswith(f"topic {words}")
    assert fault.passing == passing
