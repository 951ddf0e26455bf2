"""What we replace in Faust, mode and aiokafka is still there, in the versions that it was written for."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from aiokafka.admin.client import AIOKafkaAdminClient
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import Assignment, SubscriptionState, TopicPartitionState
from aiokafka.producer.message_accumulator import MessageAccumulator
from aiokafka.producer.producer import AIOKafkaProducer
from aiokafka.producer.sender import Sender
from faust.app.base import App, BootStrategy
from faust.tables.manager import TableManager
from faust.transport.consumer import Consumer as BaseConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer
from mode import Service

from pushsvc.streams.kafka import seams

ROOT = Path(__file__).parents[2]

BOOTED = ("kafka_producer", "kafka_consumer", "sensors")

#: Each private or overridden name with its parameters, without self.
NAMES = [
    (App, "on_first_start", []),
    (App, "finalize", []),
    (BootStrategy, "__init__", ["app", "enable_web", "enable_kafka", *(f"enable_{what}" for what in BOOTED)]),
    (TableManager, "on_start", []),
    (TableManager, "_update_channels", []),
    (AIOKafkaConsumerThread, "_create_worker_consumer", ["transport"]),
    (AIOKafkaConsumerThread, "_commit", ["offsets"]),
    (AIOKafkaConsumerThread, "_ensure_consumer", []),
    (AIOKafkaConsumerThread, "assignment", []),
    (AIOKafkaConsumerThread, "seek_to_beginning", ["partitions"]),
    (Consumer, "_new_consumer_thread", []),
    (Consumer, "_drain_messages", ["fetcher"]),
    (Consumer, "_wait_next_records", ["timeout"]),
    (Consumer, "_get_active_partitions", []),
    (Consumer, "on_partitions_revoked", ["revoked"]),
    (Consumer, "on_partitions_assigned", ["assigned", "generation_id"]),
    (Consumer, "_filter_tps_with_pending_acks", ["topics"]),
    (Consumer, "_new_offset", ["tp"]),
    (Consumer, "_should_commit", ["tp", "offset"]),
    (Consumer, "_commit_offsets", ["offsets", "start_new_transaction"]),
    (Consumer, "_commit", ["offsets"]),
    (Consumer, "commit", ["topics", "start_new_transaction"]),
    (Consumer, "maybe_wait_for_commit_to_finish", []),
    (Consumer, "perform_seek", []),
    (Consumer, "stop_flow", []),
    (Consumer, "on_buffer_full", ["tp"]),
    (Consumer, "on_buffer_drop", ["tp"]),
    (Consumer, "verify_event_path", ["now", "tp"]),
    (Service, "wait_until_stopped", []),
    (Assignment, "state_value", ["tp"]),
    (Sender, "_fail_all", ["task"]),
    (MessageAccumulator, "fail_all", ["exception"]),
    (AIOKafkaAdminClient, "_send_request", ["request", "node_id"]),
]  # fmt: skip

#: Attributes that we read or set, with the source in which they must still be set.
ATTRIBUTES = [
    (AIOKafkaConsumer.__init__, "self._fetch_max_wait_ms ="),
    (AIOKafkaConsumer.__init__, "self._subscription ="),
    (AIOKafkaConsumer.start, "self._fetcher ="),
    (AIOKafkaConsumer.start, "self._coordinator ="),
    (AIOKafkaConsumer.start, "fetch_max_wait_ms=self._fetch_max_wait_ms"),
    (Fetcher.__init__, "self._fetch_max_wait_ms ="),
    (Fetcher, "self._fetch_max_wait_ms,"),
    (GroupCoordinator.__init__, "self.generation ="),
    (TopicPartitionState.__init__, "self.highwater ="),
    (TopicPartitionState, "def has_valid_position"),
    (SubscriptionState, "def subscription"),
    (BaseConsumer.__init__, "self._committed_offset ="),
    (BaseConsumer.__init__, "self._buffered_partitions ="),
    (BaseConsumer._commit_tps, "self._commit_offsets("),
    (BaseConsumer.force_commit, "self._filter_tps_with_pending_acks("),
    (BaseConsumer._filter_committable_offsets, "self._new_offset("),
    (App._on_partitions_assigned, "consumer.pause_partitions"),
    (AIOKafkaProducer.__init__, "self._sender ="),
    (AIOKafkaProducer.__init__, "self._message_accumulator ="),
    (AIOKafkaProducer.__init__, "self._closed ="),
    (Sender, "def sender_task"),
    (Sender, "add_done_callback(self._fail_all)"),
]


@pytest.mark.parametrize("package", sorted(seams.VERSIONS))
def test_the_versions_installed_and_pinned_are_those_that_the_seams_were_written_for(package: str) -> None:
    assert version(package) == seams.VERSIONS[package]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"{package}=={seams.VERSIONS[package]}" in wanted


@pytest.mark.parametrize(("owner", "name", "parameters"), NAMES, ids=lambda value: getattr(value, "__name__", str(value)))
def test_what_is_overridden_is_still_there_with_its_parameters(owner: type, name: str, parameters: list[str]) -> None:
    there = list(inspect.signature(getattr(owner, name)).parameters)
    assert [parameter for parameter in there if parameter != "self"] == parameters


@pytest.mark.parametrize(("where", "line"), ATTRIBUTES, ids=lambda value: getattr(value, "__qualname__", str(value)))
def test_the_attributes_that_are_read_are_still_set(where: object, line: str) -> None:
    assert line in re.sub(r"(self\.\w+): [^=\n]+ =", r"\1 =", inspect.getsource(where))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (seams.Group, App), (seams.NoTables, TableManager), (seams.PromptThread, AIOKafkaConsumerThread),
        (seams.PollConsumer, Consumer),
    ],
)  # fmt: skip
def test_every_name_of_ours_that_replaces_one_of_faust_stands_in_the_list(ours: type, theirs: type) -> None:
    """So neither of us hides a name of the other by accident."""
    of_each_class = {"__init__", "__module__", "__doc__", "__abstractmethods__", "_abc_impl", "logger"}
    replaced = {name for name in vars(ours) if hasattr(theirs, name)} - of_each_class
    assert replaced <= {name for _, name, _ in NAMES}


def test_only_a_process_that_runs_stages_on_kafka_imports_faust_and_only_one_that_uses_kafka_imports_aiokafka() -> None:
    asked = (
        "import sys, pushsvc.streams.embedded, pushsvc.streams.pipeline, pushsvc.streams.kafka;"
        "assert not {'faust', 'aiokafka'} & set(sys.modules);"
        "import pushsvc.streams.kafka.engine; assert 'faust' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=ROOT, timeout=60)
