"""The faults of processes, each once, short and seeded; `make chaos` runs them long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.flowing import Flow
from tests.contract.injuries import Injury, injuries
from tests.contract.port import KINDS
from tests.contract.processes import Scene, engine_under_test, suffer
from tests.services import databases
from tests.services.kafka import Kafka, kafka
from tests.services.postgres import PostgresServer, postgres_server

SEED = 20260303
#: Short, so that a killed worker is soon missed; in production 8 s.
SESSION_SECONDS = 2.0
INJURIES = [
    pytest.param(kind, injury, id=f"{kind}: {injury.name}")
    for injury in injuries(kill_times=5, stop_times=3, away_times=1)
    for kind in injury.kinds
    if kind in KINDS and injury.needs not in ("three brokers", "sqlite")
]


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop: not the one that the other tests of this process share."""
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture(scope="module")
def own_kafka() -> Iterator[Kafka]:
    with kafka() as cluster:
        yield cluster


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kind", "injury"), INJURIES)
async def test_nothing_is_lost_and_no_order_broken_by(
    kind: str, injury: Injury, own_postgres: PostgresServer, own_kafka: Kafka, tmp_path: Path
) -> None:
    async with databases.postgres_database(own_postgres.url) as database:
        under = engine_under_test(kind, database, own_kafka, SESSION_SECONDS)
        scene = Scene(Flow(under), random.Random(SEED), tmp_path, SESSION_SECONDS, own_kafka, own_postgres)
        suffered = await suffer(injury.name, injury.fault, scene)
    assert suffered.broken(exactly_once=under.exactly_once) == [], suffered


async def test_a_worker_without_a_stage_of_its_own_starts_and_is_healthy(
    own_postgres: PostgresServer, own_kafka: Kafka
) -> None:
    """`pushsvc worker deliver`: the ledger is its queue, it reads no topic."""
    async with databases.postgres_database(own_postgres.url) as database:
        under = engine_under_test("kafka", database, own_kafka, SESSION_SECONDS)
        await under.open()
        engine = under.build([])
        await engine.start()
        assert engine.healthy
        await engine.stop()
        assert not engine.healthy
        await under.close()
