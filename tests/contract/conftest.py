from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pushsvc.streams.stage import Engine, Stage
from tests.contract.copying import make_effects
from tests.contract.on_kafka import BROKERS, OnKafka
from tests.contract.port import KINDS, EngineUnderTest
from tests.services import databases


@pytest.fixture(params=["embedded-sqlite", "embedded-postgresql", "kafka-postgresql"])
async def under(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EngineUnderTest]:
    """Each engine on each database that it is meant for, with the suite's table of effects made."""
    kind, _, dialect = request.param.partition("-")
    if dialect == "sqlite":
        made = databases.sqlite_database(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        made = databases.postgres_database(request.getfixturevalue("postgres_url"))
    async with made as database:
        under = OnKafka(database, _servers(request)) if kind == "kafka" else KINDS[kind](database)
        await make_effects(database)
        await under.open()
        yield under
        await under.close()


def _servers(request: pytest.FixtureRequest) -> str:
    """CONTRACT_BROKERS names a cluster that is there already; else this test process has its own."""
    return os.environ.get(BROKERS) or ",".join(request.getfixturevalue("kafka").servers)


Start = Callable[..., Any]


@pytest.fixture
async def start(under: EngineUnderTest) -> AsyncIterator[Start]:
    """`await start(stages)` builds and starts an engine; it is stopped at the end of the test, if not before."""
    started: list[Engine] = []

    async def begin(stages: Sequence[Stage], **options: Any) -> Engine:
        engine = under.build(stages, **options)
        await engine.start()
        started.append(engine)
        return engine

    yield begin
    for engine in started:
        if engine.healthy:
            await engine.stop()
