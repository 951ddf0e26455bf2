"""A process starts, follows what other processes write, is killed, resumes, and stops when it is asked to."""

import time
from pathlib import Path

import pytest

from bench.service import ENDED, Service, mailbox_sink
from bench.town import SITE, Town, publication

FOLLOWED_SECONDS = 2.0
RESUMED_SECONDS = 10.0


def test_serve_stops_cleanly_when_it_is_asked_to(tmp_path: Path) -> None:
    with Service(tmp_path / "home") as service:
        service.start()
        assert service.stop() == 0
        assert "Traceback" not in service.last_words()


def test_serve_warns_of_channels_whose_messages_reach_nobody(tmp_path: Path) -> None:
    with Service(tmp_path / "home", smtp=9) as service:
        service.start()
        service.stop()
        warned = [line for line in service.log.read_text().splitlines() if line.startswith("warning: ")]
    assert [line.split()[1] for line in warned] == ["PUSHSVC_SMS_URL", "PUSHSVC_WECHAT_URL"]


def test_an_unknown_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    service = Service(tmp_path / "home", settings={"PUSHSVC_SMTP_CONECTIONS": "3"})
    refused = service.run("serve", check=False, seconds=30)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert "PUSHSVC_SMTP_CONECTIONS" in refused.stderr


@pytest.mark.parametrize("command", [("worker",), ("schedule",)])
def test_processes_of_the_cluster_say_that_they_need_kafka(command: tuple[str, ...], tmp_path: Path) -> None:
    refused = Service(tmp_path / "home").run(*command, check=False, seconds=30)
    assert refused.returncode == 2
    assert "Kafka" in refused.stderr
    assert "ENGINE_URL" in refused.stderr


def test_people_imported_beside_a_running_service_are_told_two_seconds_later(tmp_path: Path) -> None:
    town = Town(40, topics=2, districts=2)
    with mailbox_sink(tmp_path / "sink") as sink, Service(tmp_path / "home", smtp=sink.port) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(town.write_subscribers(tmp_path / "people.jsonl"))
        time.sleep(FOLLOWED_SECONDS)
        funnel = service.until_done(service.post(site, publication(1, 0, None), "followed").json()["event_id"])
        assert funnel["accepted"] == {"email": len(town.whom(0, None))}
        assert sink.count() == len(town.whom(0, None))


@pytest.mark.timeout(120)
def test_after_kill_9_unfinished_work_resumes_within_ten_seconds_of_being_ready(tmp_path: Path) -> None:
    town = Town(200, topics=2, districts=2)
    with mailbox_sink(tmp_path / "sink") as sink, Service(tmp_path / "home", smtp=sink.port) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(town.write_subscribers(tmp_path / "people.jsonl"))
        answers = [service.post(site, publication(number, number % 2, None), f"killed-{number}") for number in range(6)]
        service.kill()
        assert {answer.status for answer in answers} == {202}
        before = sink.count()
        service.start()
        ready = time.monotonic()
        for answer in answers:
            assert service.until_done(answer.json()["event_id"], seconds=60)["state"] in ENDED
        took = time.monotonic() - ready
        assert before < 600
        assert took < RESUMED_SECONDS
        assert len({(taken.to, taken.message_id) for taken in sink.taken()}) == 600
