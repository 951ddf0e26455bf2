"""Two operators replay the same dead letter at the same moment."""

from __future__ import annotations

import asyncio

from pushsvc.clock import FixedClock
from pushsvc.domain.records import Record
from pushsvc.storage.database import Database
from pushsvc.streams import dead_letters
from pushsvc.streams.dead_letters import Replay, bury, dead_letter
from tests.unit.intake_builders import Recorded


async def test_a_letter_that_two_replay_at_once_goes_back_once(postgres_database: Database, clock: FixedClock) -> None:
    record = Record("versions", 0, 7, "pub_a", {"event_id": "evt_1"}, clock.now())
    async with postgres_database.write() as tx:
        await bury(tx, dead_letter("summarise", record, "not in the store", clock.now()))
    published = Recorded()

    async def replays() -> list[Replay]:
        async with postgres_database.write() as tx:
            return await dead_letters.replay(tx, published, [1], clock)

    async with postgres_database.write() as tx:
        [first] = await dead_letters.replay(tx, published, [1], clock)
        other = asyncio.create_task(replays())
        await asyncio.sleep(0.3)
    [second] = await other

    assert (first.verdict, second.verdict) == ("replayed", "replayed before")
    assert len(published.outputs) == 1
