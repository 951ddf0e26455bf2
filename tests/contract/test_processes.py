"""The faults of processes, each once, short and seeded; `make chaos` runs them long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.flowing import Flow
from tests.contract.injuries import Injury, injuries
from tests.contract.port import KINDS
from tests.contract.processes import Scene, suffer
from tests.services import databases
from tests.services.postgres import PostgresServer, postgres_server

SEED = 20260303
SESSION_SECONDS = 3.0
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


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "injury"), INJURIES)
async def test_nothing_is_lost_and_no_order_broken_by(
    kind: str, injury: Injury, own_postgres: PostgresServer, tmp_path: Path
) -> None:
    async with databases.postgres_database(own_postgres.url) as database:
        under = KINDS[kind](database)
        scene = Scene(Flow(under), random.Random(SEED), tmp_path, SESSION_SECONDS, postgres=own_postgres)
        suffered = await suffer(injury.name, injury.fault, scene)
    assert suffered.broken(exactly_once=under.exactly_once) == [], suffered
