"""kill -9 while two plain gateways have messages in hand: each is told again only what it may have, whoever else is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.service import Service
from bench.town import SITE, publication
from pushsvc.demo.fakes.gateway import FakeGateway
from tests.chaos.kills import Plan
from tests.chaos.sms_kills import Elsewhere, write_people

SECRET = "YSBzZWNyZXQgb2YgYSBnYXRld2F5"
PEOPLE, AT_ONCE = 400, 3
TAKES_SECONDS = 20.0


@contextmanager
def two_gateways() -> Iterator[tuple[FakeGateway, FakeGateway]]:
    """Both take every message and never answer."""
    loop, both = Elsewhere(), (FakeGateway(SECRET), FakeGateway(SECRET))
    try:
        for gateway in both:
            loop.run(gateway.start())
            gateway.faults.extend(["hang_after"] * 100)
        yield both
        for gateway in both:
            loop.run(gateway.stop())
    finally:
        loop.stop()


def until(true: object, seconds: float = TAKES_SECONDS) -> None:
    ends = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < ends, "it did not come so far"
        time.sleep(0.02)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("then", ["turned round", "one is gone"])
def test_what_two_gateways_have_when_the_service_is_killed_is_told_by_nobody_else(then: str, tmp_path: Path) -> None:
    with two_gateways() as (first, second), Service(tmp_path / "home") as service:
        urls = [f"{gateway.url}?at_once={AT_ONCE}" for gateway in (first, second)]
        service.settings = {"PUSHSVC_SMS_URL": ",".join(urls)}
        service.start()
        site = service.register(SITE)
        plan = Plan(people=PEOPLE)
        service.import_subscribers(write_people(plan, tmp_path / "people.jsonl", "sms"))
        time.sleep(2)
        event = service.post(site, publication(1, 0, None), "killed").json()["event_id"]
        whom = len(plan.town.whom(0, None))
        until(lambda: first.sent and second.sent and len(first.sent) + len(second.sent) > AT_ONCE)
        service.kill()
        in_hand = {"first": set(first.sent), "second": set(second.sent)}
        assert all(in_hand.values()), "both have some"
        for gateway in (first, second):
            gateway.faults.clear()
        service.settings = {"PUSHSVC_SMS_URL": ",".join([urls[1], urls[0]] if then == "turned round" else urls[1:])}
        service.start()
        until(lambda: settled(service, event, doubts=then != "turned round") == whom)
        doubtful = service.funnel(event)["unknown"].get("sms", 0)
        assert set(first.sent) & set(second.sent) == set(), "told by both"
        if then == "turned round":
            assert (doubtful, len(first.sent) + len(second.sent)) == (0, whom)
        else:  # those that the one that is gone was offered stay in doubt, for all to see; it took them, or not
            assert set(first.sent) == in_hand["first"]
            assert (doubtful >= len(first.sent), len(second.sent)) == (True, whom - doubtful)


def settled(service: Service, event: str, *, doubts: bool) -> int:
    funnel = service.funnel(event)
    return sum(sum(funnel.get(state, {}).values()) for state in ("accepted", "unknown")[: 1 + doubts])
