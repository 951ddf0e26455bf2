"""From a signed POST to the mailbox viewer, through a real process and nothing but its outer contract."""

from collections.abc import Iterator
from typing import Any

import pytest

from bench.service import Service, Site, sign
from bench.town import SITE, Town, address, publication

TOWN = Town(8, topics=2, districts=2)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Site]]:
    """A service without demo data whose eight people ask about two topics in two districts."""
    folder = tmp_path_factory.mktemp("events")
    with Service(folder / "home", command=("dev", "--empty")) as service:
        service.start()
        site = service.register(SITE)
        service.import_subscribers(TOWN.write_subscribers(folder / "people.jsonl"))
        yield service, site


def told(service: Service, event_id: str) -> set[str]:
    """Who has a message about this event's publication in the mailbox viewer."""
    publication_id = service.funnel(event_id)["publication_id"]
    return {each["to"] for each in service.call("GET", "/dev/mailbox.json").json() if each["publication"] == publication_id}


def test_a_signed_event_reaches_exactly_the_people_whom_it_concerns(running: tuple[Service, Site]) -> None:
    service, site = running
    answer = service.post(site, publication(1, topic=1, district=0), "reach-1")
    assert answer.status == 202, answer
    said = answer.json()
    assert service.call("GET", said["status_url"].removeprefix(f"http://localhost:{service.port}")).status == 200
    funnel = service.until_done(said["event_id"])
    assert (funnel["outcome"], funnel["state"]) == ("new", "done")
    assert funnel["matched"] == funnel["planned"] == 2
    assert funnel["accepted"] == {"email": 2}
    assert told(service, said["event_id"]) == {address(person) for person in TOWN.whom(1, 0)}


def test_the_same_id_and_body_again_answers_with_the_same_ids(running: tuple[Service, Site]) -> None:
    service, site = running
    event = publication(2, topic=0, district=0)
    first, again = service.post(site, event, "again-1"), service.post(site, event, "again-1")
    assert (first.status, again.status) == (202, 200)
    assert first.json() == again.json()


def test_the_same_id_with_another_body_is_a_conflict_and_tells_nobody(running: tuple[Service, Site]) -> None:
    service, site = running
    first = service.post(site, publication(3, topic=0, district=1), "conflict-1")
    other = service.post(site, publication(4, topic=1, district=1), "conflict-1")
    assert (first.status, other.status) == (202, 409)
    assert other.headers["content-type"].startswith("application/problem+json")
    assert other.json()["type"]


def test_a_new_id_with_the_current_state_is_the_same_and_tells_nobody_again(running: tuple[Service, Site]) -> None:
    service, site = running
    event = publication(5, topic=1, district=None)
    first = service.until_done(service.post(site, event, "same-1").json()["event_id"])
    second = service.until_done(service.post(site, event, "same-2").json()["event_id"])
    assert (first["outcome"], first["accepted"]) == ("new", {"email": 4})
    assert second["outcome"] == "same"
    assert len([each for each in mailbox(service) if each["publication"] == first["publication_id"]]) == 4


def test_a_wrong_signature_is_refused_and_does_not_use_the_id_up(running: tuple[Service, Site]) -> None:
    service, site = running
    event = publication(6, topic=0, district=None)
    wrong = service.call("POST", "/api/v1/events", b"{}", {"content-type": "application/json", **sign(site.key, "w-1", b"{ }")})
    assert wrong.status == 401
    assert service.post(site, event, "w-1").status == 202


def mailbox(service: Service) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.call("GET", "/dev/mailbox.json").json()
    return found
