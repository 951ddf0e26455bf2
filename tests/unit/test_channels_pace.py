"""The pace of a channel: its rate holds, everybody hears "slow down", and who cannot be reached is left alone for a while."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from pushsvc.channels import pace as pacing
from pushsvc.channels.pace import Pace
from pushsvc.clock import SystemClock
from pushsvc.storage.shared import MemoryShared, rules


class Counting:
    """Shared in memory that counts what it is asked."""

    def __init__(self) -> None:
        self.kept = MemoryShared(SystemClock())
        self.asked: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        self.asked[name] = self.asked.get(name, 0) + 1
        return getattr(self.kept, name)


def pace(shared: Any = None, a_second: float | None = None) -> Pace:
    return Pace(shared or MemoryShared(SystemClock()), "email", "email by smtp", a_second)


async def sent_within(seconds: float, *paces: Pace) -> int:
    """How many messages leave, when each pace sends as fast as it may."""
    end, sent = time.monotonic() + seconds, 0

    async def send(one: Pace) -> None:
        nonlocal sent
        while time.monotonic() < end:
            if wait := await one.turn():
                await asyncio.sleep(min(wait, end - time.monotonic() + 0.001))
                continue
            sent += 1
            one.reached(taken=True)
            await asyncio.sleep(0)

    await asyncio.gather(*map(send, paces))
    return sent


async def test_a_channel_without_a_rate_waits_for_nothing_and_asks_nothing_for_each_message() -> None:
    shared = Counting()
    one = pace(shared)
    for _ in range(1000):
        assert await one.turn() == 0
        one.reached(taken=True)
    assert sum(shared.asked.values()) <= 4


async def test_a_rate_holds_over_all_processes_and_is_used_up() -> None:
    shared = MemoryShared(SystemClock())
    sent = await sent_within(1.0, pace(shared, 100.0), pace(shared, 100.0))
    assert 150 <= sent <= 100 + 100 + 20  # one second's burst, one second's rate, and what is in the hands of both


async def test_a_fast_rate_is_taken_some_tens_of_messages_at_a_time() -> None:
    shared = Counting()
    assert await sent_within(0.5, pace(shared, 500.0)) > 300
    assert shared.asked["take"] <= 40


async def test_a_message_that_does_not_go_gives_its_place_back() -> None:
    one = pace(a_second=20.0)
    for _ in range(1000):
        assert await one.turn() == 0
        one.give_back()


async def test_a_slow_rate_claims_little_and_no_rate_a_whole_batch() -> None:
    assert pace(a_second=10.0).most(100) == 20
    assert pace(a_second=0.01).most(100) == 1
    assert pace().most(100) == 100


async def test_slow_down_pauses_everybody_for_what_was_asked_and_leaves_a_gap() -> None:
    shared = MemoryShared(SystemClock())
    one, other = pace(shared), pace(shared)
    await one.slow_down(20.0)
    assert 19 < one.wait_seconds <= 20
    assert await one.turn() > 0
    assert await other.turn() > 0
    assert other.gap_seconds == one.gap_seconds == rules.FIRST_GAP_SECONDS


async def test_without_a_word_of_how_long_the_pause_is_ours() -> None:
    one = pace()
    await one.slow_down(None)
    assert 4 < one.wait_seconds <= pacing.FIRST_PAUSE_SECONDS


async def test_after_the_pause_all_processes_together_keep_the_gap() -> None:
    shared = MemoryShared(SystemClock())
    one, other = pace(shared), pace(shared)
    await one.slow_down(0.0)
    assert 8 <= await sent_within(1.0, one, other) <= 22  # ten a second, and one second's burst


async def test_the_gap_eases_until_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "LOOK_SECONDS", 0.0)
    one = pace()
    await one.slow_down(0.0)
    for _ in range(500):
        one.reached(taken=True)
    await one.turn()
    assert one.gap_seconds == 0


async def test_a_provider_that_nobody_reaches_is_left_alone_and_then_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_REST_SECONDS", 0.2)
    shared = MemoryShared(SystemClock())
    one, other = pace(shared), pace(shared)
    for _ in range(rules.OPENS_AFTER):
        assert await one.turn() == 0
        await one.not_reached()
    assert 0 < await one.turn() <= 0.2
    assert 0 < await other.turn() <= 0.2
    assert 0 < await other.hear() <= 0.2
    await asyncio.sleep(0.21)
    assert await one.turn() == 0
    one.reached(taken=True)
    assert await other.turn() == 0


async def test_success_in_one_process_counts_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "LOOK_SECONDS", 0.05)
    shared = MemoryShared(SystemClock())
    one, other = pace(shared), pace(shared)
    for _ in range(rules.OPENS_AFTER * 3):
        await one.not_reached()
        other.reached(taken=True)
        await other.turn()
        await asyncio.sleep(0.06)
    assert await one.turn() == 0
