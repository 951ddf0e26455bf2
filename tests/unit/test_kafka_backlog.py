"""How far a stage may run ahead of those after it, before and after the broker has said anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pushsvc.domain.records import Topic
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.backlog import Backlog
from pushsvc.streams.kafka.lane import Place

HERE: Place = ("versions", 3)
MOST = 10


class Asked(Backlog):
    """Its broker answers when `answer` is set: so many records lie in each partition, none of them read."""

    def __init__(self, readers: dict[Topic, list[str]], ends: int) -> None:
        super().__init__(Brokers(("broker.example:9092",)), readers)
        self.ends, self.times, self.answer = ends, 0, asyncio.Event()

    async def _ask(self) -> None:
        wanted = frozenset(self._wanted)
        self.times += 1
        await self.answer.wait()
        for place in wanted:
            self._ends[place], self._sent[place] = self.ends, 0


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    backlog = Asked({"versions": ["summarise"]}, ends=50)
    yield backlog
    await backlog.close()


async def test_the_first_record_of_a_partition_waits_for_no_answer_of_the_broker(asked: Asked) -> None:
    async with asyncio.timeout(1):
        assert await asked.within(MOST, [HERE])
    await asyncio.sleep(0.02)
    assert asked.times == 1


async def test_before_the_broker_has_answered_a_stage_runs_ahead_by_what_it_has_sent_and_no_further(asked: Asked) -> None:
    asked.sent([HERE] * (MOST + 1))
    waiting = asyncio.create_task(asked.within(MOST, [HERE]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    asked.answer.set()
    assert not await waiting


async def test_all_partitions_that_become_ours_at_once_are_measured_by_one_question(asked: Asked) -> None:
    asked.answer.set()
    asked.expect([("versions", part) for part in range(8)])
    await asyncio.sleep(0.02)
    assert asked.times == 1
    assert not await asked.within(MOST, [("versions", 7)])


async def test_what_nobody_reads_is_never_asked_for(asked: Asked) -> None:
    assert await asked.within(0, [("matches", 1)])
    await asyncio.sleep(0.02)
    assert asked.times == 0
