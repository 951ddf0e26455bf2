from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from pushsvc.storage.database import Database
from pushsvc.streams.stage import Engine, Stage
from tests.contract.copying import make_effects
from tests.contract.port import KINDS, EngineUnderTest


@pytest.fixture(params=sorted(KINDS))
async def under(request: pytest.FixtureRequest, database: Database) -> EngineUnderTest:
    """Each engine on each database, with the suite's table of effects made."""
    await make_effects(database)
    return KINDS[request.param](database)


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
