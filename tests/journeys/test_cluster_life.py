"""A cluster at two in the morning: what it stands on goes and comes back; it says so, loses nothing, and goes on by itself."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator, Sequence

import pytest
from aiokafka import AIOKafkaProducer

from pushsvc.settings import Brokers
from tests.integration.kafka_reading import drop_topic
from tests.journeys.cluster_town import FIRST, PASSWORDS, ClusterTown, cluster_town, metric, readiness, until
from tests.services.smtp import SmtpServer

NOTICED_SECONDS = 10.0
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterTown]:
    """Every test leaves it as it found it, all servers there, all processes ready; but after the rubbish a partition waits."""
    with cluster_town(tmp_path_factory.mktemp("cluster")) as started:
        yield started


def test_started_before_what_they_need_processes_wait_and_say_for_what(town: ClusterTown) -> None:
    for name in FIRST:
        assert f"127.0.0.1:{town.postgres.port} cannot be reached (Connection refused): start it" in town.said["database"][name]
        assert "this database has no schema yet: run `pushsvc migrate` first" in town.said["schema"][name]
    assert town.answers["exit codes without a schema"] == {name: {2} for name in FIRST}
    migrated = town.answers["migrate without a broker"]
    assert migrated.returncode == 1
    assert migrated.stderr.startswith("migrated: 0001")
    for said in (town.said["broker"]["worker"], town.said["broker"]["serve"], migrated.stderr):
        assert "no answer in time; is the broker running, and does a firewall let us through?" in said


def test_an_event_accepted_before_any_broker_was_there_arrives(town: ClusterTown) -> None:
    town.until_told(town.answers["event without a broker"])


def test_an_import_beside_the_cluster_says_whether_the_matcher_knows_them(town: ClusterTown) -> None:
    without, beside = (
        town.answers["import without a matcher"],
        town["serve"].run("subscribers", "import", str(town.people_file)),
    )
    assert "The matcher knows them." not in without.stderr
    assert beside.stderr.endswith("The matcher knows them.\n")


def test_a_pause_by_the_command_line_holds_messages_until_it_is_resumed(town: ClusterTown) -> None:
    assert town["serve"].run("channel", "pause", "email").stderr == "paused: email\n"
    event = town.post()
    until(lambda: town["serve"].funnel(event).get("held") == 2, what="the pause holds")
    town["serve"].run("channel", "resume", "email")
    town.until_told(event)


def test_a_broker_that_vanishes_is_noticed_within_ten_seconds_and_nothing_is_lost(town: ClusterTown) -> None:
    town.kafka.kill()
    try:
        for name in ("serve", "worker"):
            until_not_ready(town, name)
            # The first word may be that it closed the connection; the next look finds nobody.
            until_it_says(town, name, "start the broker")
            assert metric(town[name], "broker_up") == 0
        event = town.post()
    finally:
        town.kafka.revive()  # the tests behind this one stand on the same broker
    town.until_ready()
    town.until_told(event)


def test_without_redis_the_cluster_is_slower_says_so_and_serves(town: ClusterTown) -> None:
    town.redis.kill()
    for name in ("serve", "worker"):
        until_slower(town, name, ["redis"])
        assert readiness(town[name])["status"] == 200
        assert metric(town[name], "shared_state_up") == 0
    town.until_told(town.post())
    town.redis.revive()
    for name in ("serve", "worker"):
        until_slower(town, name, [])
        assert metric(town[name], "shared_state_up") == 1


def test_while_the_database_is_away_events_are_refused_and_metrics_still_answer(town: ClusterTown) -> None:
    town.postgres.stop()
    until_not_ready(town, "worker")
    assert "cannot be reached" in readiness(town["worker"])["parts"]["database"]
    assert town["serve"].post(town.site, {"url": "https://www.sc.example/x"}, "while-away").status == 503
    assert [metric(town[name], "database_up") for name in ("serve", "worker")] == [0, 0]
    assert metric(town["worker"], "records_handled_total") > 0, "the other figures are still told"
    town.postgres.start()
    town.until_ready()
    town.until_told(town.post())


def test_a_lost_scheduler_is_replaced_within_ten_seconds(town: ClusterTown) -> None:
    def active() -> list[str]:
        return [name for name in ("schedule-1", "schedule-2") if metric(town[name], "scheduler_active") == 1]

    until(active, what="one is active")
    (lost,) = active()
    town.cluster.kill(lost)
    # The other, or the same one started anew: whoever asks first once the lease has run out.
    assert until(active, what="one is active again") < NOTICED_SECONDS
    town.until_ready()
    assert len(active()) == 1


def test_a_relay_that_is_away_loses_no_message_and_is_named(town: ClusterTown) -> None:
    port = town.smtp.port
    town.smtp.stop()
    event = town.post()
    until(lambda: town["serve"].funnel(event).get("planned") == 2, what="planned")
    examined = town["serve"].run("doctor", check=False)
    assert examined.returncode == 1
    assert (
        f"FAIL  smtp 127.0.0.1:{port}: takes nothing from us (Error connecting to 127.0.0.1 on port {port}" in examined.stdout
    )
    town.smtp = SmtpServer(port=port).start()
    town.until_told(event, 60)


def test_rubbish_on_a_topic_is_set_aside_and_a_record_of_the_future_waits_for_an_upgrade(town: ClusterTown) -> None:
    before = metric(town["worker"], "dead_letters_total")
    produce(town, "versions", 0, b"\xffno record of ours")
    produce(town, "publication-events", 0, b'{"schema": 999, "at": "2099-01-01T00:00:00Z", "value": {}}')
    until(lambda: metric(town["worker"], "dead_letters_total") > max(0.0, before), what="set aside")
    until(lambda: "upgrade this worker" in town["worker"].last_words(20_000), what="the worker asks for an upgrade")

    (letter,) = [json.loads(line) for line in town["serve"].run("dlq", "list").stdout.splitlines()]
    assert letter["reason"].startswith("the value is no JSON")
    again = town["serve"].run("dlq", "replay", str(letter["id"]), check=False)
    assert (again.returncode, json.loads(again.stdout)["verdict"]) == (1, "cannot be read")
    assert "lies on the topic versions.dlq" in one_line(again)

    assert metric(town["worker"], "stage_lag") >= 1, "what waits can be seen"
    assert any(told(town, town.post()) for _ in range(8)), "the other partitions go on"


def test_a_topic_that_was_deleted_is_named_and_made_again_by_migrate(town: ClusterTown) -> None:
    asyncio.run(drop_topic(Brokers(town.kafka.servers), "outcomes"))
    for name in ("serve", "worker"):
        until_not_ready(town, name)
        assert "topic outcomes is missing; make it with `pushsvc migrate`" in readiness(town[name])["parts"]["broker"]
    assert town["serve"].run("migrate").stderr.endswith("topics made: outcomes\n")
    town.until_ready()


def test_all_stop_cleanly_and_no_log_tells_a_secret_or_shows_a_traceback(town: ClusterTown) -> None:
    assert {name: town.cluster.stop(name) for name in town.cluster.processes} == dict.fromkeys(town.cluster.processes, 0)
    secrets = [*PASSWORDS.values(), "only-for-benches-and-chaos", town.site.key, "@mail.example"]
    for name, service in town.cluster.processes.items():
        said = service.log.read_text(errors="replace")
        assert said, name
        assert [secret for secret in secrets if secret in said] == [], name
        # A producer that was given up while a broker died may leave aiokafka's callbacks behind, which asyncio then tells of.
        ours = [line for line in said.splitlines() if '"logger": "asyncio"' not in line]
        assert [line for line in ours if "Traceback" in line] == [], name


def until_it_says(town: ClusterTown, name: str, words: str) -> None:
    until(lambda: words in readiness(town[name])["parts"]["broker"], seconds=10, what=f"{name} says: {words}")


def until_not_ready(town: ClusterTown, name: str) -> None:
    until(lambda: readiness(town[name]).get("ready") is False, NOTICED_SECONDS, f"{name} says that it is not ready")


def until_slower(town: ClusterTown, name: str, by: list[str]) -> None:
    until(lambda: readiness(town[name]).get("slower") == by, NOTICED_SECONDS, f"{name} is slower by {by}")


def told(town: ClusterTown, event: str) -> bool:
    try:
        return bool(town["serve"].until_done(event, 3)["state"] == "done")
    except TimeoutError:
        return False


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What it said to a person, which must be one line."""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def produce(town: ClusterTown, topic: str, partition: int, *values: bytes) -> None:
    async def send(records: Sequence[bytes]) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=list(town.kafka.servers))
        await producer.start()
        for value in records:
            await producer.send_and_wait(topic, value, partition=partition)
        await producer.stop()

    asyncio.run(send(values))
