"""On a cluster with two matcher shards nobody knows the number of SMS before both are through: a real broker, all processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pushsvc.demo.fakes.gateway import FakeGateway
from tests.integration.desk import Desk, a_desk
from tests.journeys.house import a_house
from tests.journeys.publications import a_subsidy
from tests.journeys.test_sms_approval import SECRET, answers
from tests.journeys.whole_cluster import OnKafka

PEOPLE = ("mei", "wang", "li", "zhao")


@pytest.fixture
def runs_on() -> str:
    return "kafka"


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    made = FakeGateway(SECRET)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def desk(gateway: FakeGateway, database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    kind = OnKafka(request.getfixturevalue("kafka").servers, shards=2)
    async with a_house(database_url, tmp_path, kind=kind, sms_url=gateway.url, sms_approval_people=3) as town:
        await town.a_site()
        async with a_desk(town) as made:
            yield made


@pytest.mark.timeout(120)
async def test_two_on_each_shard_are_four_together_and_wait_for_two_people(desk: Desk, gateway: FakeGateway) -> None:
    for name in PEOPLE:
        await desk.town.a_citizen(name, channels=["sms"])
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    assert ((await desk.town.funnel(event))["held"], len(gateway.sent)) == (4, 0)
    await answers(desk, event, "operator")
    assert gateway.sent == {}
    await answers(desk, event, "admin")
    assert len(gateway.sent) == 4
    assert (await desk.town.funnel(event))["accepted"] == {"sms": 4}


@pytest.mark.timeout(120)
async def test_three_on_both_shards_together_leave_at_once(desk: Desk, gateway: FakeGateway) -> None:
    for name in PEOPLE[:3]:
        await desk.town.a_citizen(name, channels=["sms"])
    event = await desk.town.publish(**a_subsidy())
    await desk.town.settle()
    assert ((await desk.town.funnel(event))["accepted"], len(gateway.sent)) == ({"sms": 3}, 3)
