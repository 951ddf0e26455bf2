"""Order per key, and nothing lost and no output missing: on a plain way, after a stop, and after `kill -9` at any point."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.contract.conftest import Start
from tests.contract.copying import NAMES, Seen, copying_pipeline, outputs, seen, send, slow_pipeline
from tests.contract.port import EngineUnderTest

ROOT = Path(__file__).parents[2]
KILLS = 8
KEYS = [f"pub_{n}" for n in range(20)]


async def test_records_of_one_key_keep_their_order_through_every_stage(under: EngineUnderTest, start: Start) -> None:
    engine = await start(copying_pipeline())
    for number in range(0, 30, 3):
        await send(under, outputs(KEYS, range(number, number + 3)))
    await under.settled(engine)
    assert_complete(await seen(under.database), numbers=30, exactly_once=True)


async def test_what_was_published_before_the_start_is_done(under: EngineUnderTest, start: Start) -> None:
    await send(under, outputs(KEYS, range(5)))
    engine = await start(copying_pipeline())
    await under.settled(engine)
    assert_complete(await seen(under.database), numbers=5, exactly_once=True)


async def test_a_plain_stop_in_mid_flow_loses_nothing_and_repeats_nothing(under: EngineUnderTest, start: Start) -> None:
    await send(under, outputs(KEYS, range(60)))
    for _ in range(4):
        engine = await start(slow_pipeline())
        await asyncio.sleep(0.08)
        began = time.monotonic()
        await engine.stop()
        assert time.monotonic() - began < 5
        assert not engine.healthy
    assert len(await seen(under.database)) < len(KEYS) * 60 * len(NAMES), "the stops came too late to mean anything"
    engine = await start(slow_pipeline())
    await under.settled(engine)
    assert_complete(await seen(under.database), numbers=60, exactly_once=True)


async def test_nothing_is_lost_when_the_process_is_killed_at_random_points(under: EngineUnderTest, start: Start) -> None:
    chance = random.Random(20260302)
    numbers = 90
    waiting = [outputs(KEYS, [number]) for number in range(numbers)]
    unfinished = 0
    for kill in range(KILLS):
        child = await _start_child(under)
        # Half of all records are there from the start; the rest comes in while the process lives and dies.
        for batch in waiting[: numbers // 2 if kill == 0 else numbers // 2 // KILLS]:
            await send(under, batch)
            waiting.remove(batch)
        await asyncio.sleep(chance.uniform(0.0, under.life_seconds))
        child.send_signal(signal.SIGKILL)
        await child.wait()
        handled = sum(1 for effect in await seen(under.database) if effect.stage == NAMES[-1])
        unfinished += handled < len(KEYS) * (numbers - len(waiting))
    assert unfinished >= KILLS // 2, "most kills met an idle process"
    for batch in waiting:
        await send(under, batch)
    engine = await start(copying_pipeline())
    await under.settled(engine)
    assert_complete(await seen(under.database), numbers=numbers, exactly_once=under.exactly_once)


async def test_a_process_that_is_told_to_stop_ends_soon_and_another_goes_on(under: EngineUnderTest, start: Start) -> None:
    await send(under, outputs(KEYS, range(60)))
    child = await _start_child(under)
    await asyncio.sleep(0.05)
    child.send_signal(signal.SIGTERM)
    async with asyncio.timeout(8):
        assert await child.wait() == 0
    engine = await start(copying_pipeline())
    await under.settled(engine)
    assert_complete(await seen(under.database), numbers=60, exactly_once=under.exactly_once)


def assert_complete(effects: list[Seen], *, numbers: int, exactly_once: bool) -> None:
    """Every stage saw every record of every key, in order of first appearance; once, where the engine promises it."""
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for effect in effects:
        by_key[effect.stage, effect.key].append(effect.number)
    assert by_key == {(stage, key): list(range(numbers)) for stage in NAMES for key in KEYS}
    if exactly_once:
        assert {effect.times for effect in effects} == {1}


async def _start_child(under: EngineUnderTest) -> asyncio.subprocess.Process:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contract.child", under.kind, under.database.url,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, env={**os.environ, **under.environment},
    )  # fmt: skip
    assert child.stdout is not None
    async with asyncio.timeout(30):
        assert (await child.stdout.readline()).strip() == b"started"
    return child
