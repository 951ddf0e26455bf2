"""The topics: one table, made by an admin call, never by surprise. `deploy/` says the same, and a test compares the two."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)

from pushsvc.domain.records import Topic
from pushsvc.errors import TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import BrokersAway, ask, client_options, why

DEAD_LETTERS = ".dlq"
MOST_REPLICAS = 3
MAX_MESSAGE_BYTES = 1024 * 1024
"""Of one batch as the broker takes it. A record has 64 KiB at most; a batch of ours 512 KiB before compression. Dead letters
get twice that, for anything that the topic took must find room there together with its reason."""
_DAY_MS = 24 * 60 * 60 * 1000
_CONTROLLER_SECONDS = 0.2
_MAKE_SECONDS = 15.0


class BadTopics(TryLater):
    """The topics are not as they must be. The reason names topic, rule and mend; it holds again once they are mended."""


@dataclass(frozen=True)
class TopicSpec:
    """One topic, `name` without the prefix of the installation.

    Cleanup is "delete", never "compact": compaction keeps the last record of a key, and here every record of a publication
    is a step of its own that each stage must see.
    """

    name: str
    retention_days: int
    partitions: int | None = None
    """None: as many as Brokers.partitions."""
    max_message_bytes: int = MAX_MESSAGE_BYTES
    cleanup_policy: str = "delete"

    def partitions_of(self, brokers: Brokers) -> int:
        return self.partitions or brokers.partitions

    def config(self, replicas: int) -> Mapping[str, str]:
        """Kafka's own settings of the topic."""
        return {
            "cleanup.policy": self.cleanup_policy,
            "retention.ms": str(self.retention_days * _DAY_MS),
            "max.message.bytes": str(self.max_message_bytes),
            "min.insync.replicas": str(in_sync(replicas)),
        }


TOPICS: tuple[TopicSpec, ...] = tuple(
    spec
    for topic in get_args(Topic)
    # Every topic is read by a stage, so each has dead letters: few, in the order of their coming, kept for a person to look.
    for spec in (
        TopicSpec(topic, retention_days=7),
        TopicSpec(topic + DEAD_LETTERS, retention_days=30, partitions=1, max_message_bytes=2 * MAX_MESSAGE_BYTES),
    )
)


def topic_name(brokers: Brokers, topic: str) -> str:
    """As the cluster knows it: two installations may share a cluster."""
    return brokers.prefix + topic


def replicas_of(brokers: Brokers, alive: int) -> int:
    """Copies of each record: what ENGINE_URL says, else three or as many as there are brokers."""
    return brokers.replicas or max(1, min(MOST_REPLICAS, alive))


def in_sync(replicas: int) -> int:
    """How many copies must have a record before it counts as written: of three two, so that one broker may be away."""
    return max(1, (replicas + 1) // 2)


async def make_topics(brokers: Brokers) -> Sequence[str]:
    """Make what is missing and wait until it can be written to; gives the names made. What is there stays as it is.

    Raises BrokersAway, or BadTopics when the cluster refuses.
    """
    wanted = {topic_name(brokers, spec.name): spec for spec in TOPICS}
    said = await ask(brokers, list(wanted))
    missing = [topic["topic"] for topic in said["topics"] if topic["error_code"] == UnknownTopicOrPartitionError.errno]
    replicas = replicas_of(brokers, len(said["brokers"]))
    made = await _create(brokers, [(name, wanted[name]) for name in missing], replicas) if missing else []
    end = time.monotonic() + _MAKE_SECONDS
    # The broker that we ask hears of it a moment after the one that made it.
    while time.monotonic() < end:
        if not any(fault.topic in made for fault in await _faults(brokers)):
            break
        await asyncio.sleep(0.05)
    return made


async def check_topics(brokers: Brokers) -> None:
    """Raises BadTopics when a topic is missing or has too few partitions, may not be read, or has no leader now, and
    BrokersAway when nobody can be asked. More partitions than asked for are fine: the actual number counts."""
    faults = await _faults(brokers)
    if faults:
        raise BadTopics(words_of(faults))


@dataclass(frozen=True)
class Fault:
    """What is wrong with one topic, and how to mend it. `passing`: the cluster mends it by itself."""

    topic: str
    what: str
    passing: bool = False

    @property
    def words(self) -> str:
        return f"topic {self.topic}{self.what}"


def words_of(faults: Sequence[Fault]) -> str:
    """One line: the first, with its mend, and how many more there are. Mostly the same is wrong with all."""
    return faults[0].words + (f" (and {len(faults) - 1} more topics)" if len(faults) > 1 else "")


async def _faults(brokers: Brokers) -> Sequence[Fault]:
    said = await ask(brokers, [topic_name(brokers, spec.name) for spec in TOPICS])
    return faults_of(said, brokers)


def faults_of(said: Mapping[str, Any], brokers: Brokers) -> Sequence[Fault]:
    """What is wrong with our topics in Kafka's metadata answer."""
    there = {topic["topic"]: topic for topic in said["topics"]}
    unknown = {"error_code": UnknownTopicOrPartitionError.errno, "partitions": ()}
    found = [_fault_of(spec, there.get(topic_name(brokers, spec.name), unknown), brokers) for spec in TOPICS]
    return [fault for fault in found if fault is not None]


def _fault_of(spec: TopicSpec, there: Mapping[str, Any], brokers: Brokers) -> Fault | None:
    name, wanted, has = topic_name(brokers, spec.name), spec.partitions_of(brokers), len(there["partitions"])
    if there["error_code"] == UnknownTopicOrPartitionError.errno:
        return Fault(name, " is missing; make it with `pushsvc migrate`, or as deploy/ says")
    if there["error_code"] == TopicAuthorizationFailedError.errno:
        return Fault(name, f": user {brokers.user or 'ANONYMOUS'} may not see it; grant it Describe, Read and Write")
    if there["error_code"]:
        return Fault(name, f" cannot be used now: {for_code(there['error_code']).__name__}", passing=True)
    if has < wanted:
        return Fault(
            name,
            f" has {has} partitions; at least {wanted} are needed: stop the workers, then kafka-topics.sh --alter"
            f" --topic {name} --partitions {wanted}, or say partitions={has} in ENGINE_URL",
        )
    for part in there["partitions"]:
        if part["leader"] < 0:
            return Fault(name, f", partition {part['partition']}: no broker leads it now", passing=True)
        if len(part["isr"]) < in_sync(len(part["replicas"])):
            return Fault(name, f", partition {part['partition']}: too few copies are up to date", passing=True)
    return None


async def _create(brokers: Brokers, topics: Sequence[tuple[str, TopicSpec]], replicas: int) -> Sequence[str]:
    admin = AIOKafkaAdminClient(**client_options(brokers), request_timeout_ms=int(_MAKE_SECONDS * 1000))
    try:
        async with asyncio.timeout(_MAKE_SECONDS):
            await admin.start()
            answer = await ask_the_controller(
                admin,
                [
                    NewTopic(name, spec.partitions_of(brokers), replicas, topic_configs=dict(spec.config(replicas)))
                    for name, spec in topics
                ],
            )
    except (KafkaError, OSError) as error:
        raise BrokersAway(why(error, brokers)) from error
    finally:
        await admin.close()
    refused = {name: for_code(code) for name, code, *_ in answer.topic_errors if code}
    for name, refusal in refused.items():
        if refusal is not TopicAlreadyExistsError:  # another process was quicker
            raise BadTopics(f"topic {name} cannot be made: {_refusal(refusal, brokers, replicas)}")
    return [name for name, _ in topics if name not in refused]


async def ask_the_controller(admin: AIOKafkaAdminClient, topics: list[NewTopic]) -> Any:
    """A cluster that has just come up may not say yet who its controller is; aiokafka stumbles over that."""
    while True:
        try:
            return await admin.create_topics(topics)
        except AttributeError:
            await asyncio.sleep(_CONTROLLER_SECONDS)


def _refusal(error: type[KafkaError], brokers: Brokers, replicas: int) -> str:
    if error is InvalidReplicationFactorError:
        return f"there are fewer than {replicas} brokers for its copies; start them, or say replicas=… in ENGINE_URL"
    meant: str = why(error(), brokers)
    return meant
