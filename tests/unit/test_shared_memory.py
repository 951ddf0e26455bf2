"""What holds in one process only: a clock that is moved, a memory that is not filled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pushsvc.clock import FixedClock
from pushsvc.errors import BadSetting
from pushsvc.storage.shared import MemoryShared, memory, open_shared, tokens
from tests.conftest import SECRET_KEY


async def test_codes_and_throttles_follow_the_clock(clock: FixedClock) -> None:
    shared = MemoryShared(clock)
    await shared.issue("login", "a", "1", 600)
    assert await shared.attempt("a", 1, 60) == 0
    assert await shared.attempt("a", 1, 60) == 60
    clock.advance(timedelta(seconds=601))
    assert await shared.attempt("a", 1, 60) == 0
    assert not await shared.redeem("login", "a", "1")


async def test_a_clock_that_is_set_back_closes_a_bucket_no_longer_than_it_takes_to_fill(clock: FixedClock) -> None:
    shared = MemoryShared(clock)
    for _ in range(10):
        await shared.take("a", 1.0, 10)
    clock.advance(timedelta(days=-1))
    assert await shared.take("a", 1.0, 10) == pytest.approx(1.0)


async def test_made_up_subjects_do_not_fill_the_memory_and_the_emptiest_buckets_stay(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_MOST_KEPT", 100)
    monkeypatch.setattr(tokens, "_MOST_BUCKETS", 100)
    shared = MemoryShared(clock)
    for _ in range(5):
        await shared.take("busy", 0.1, 5)
    for number in range(1000):
        await shared.take(f"t{number}", 0.1, 5)
        await shared.attempt(f"a{number}", 5, 60)
        await shared.issue("login", f"c{number}", "1", 60)
    assert len(shared._tokens._full_at) <= 100
    assert len(shared._attempts) <= 100
    assert len(shared._codes) <= 100
    assert await shared.take("busy", 0.1, 5) > 0
    assert await shared.redeem("login", "c999", "1")


def test_an_address_that_is_none_is_a_bad_setting(clock: FixedClock) -> None:
    with pytest.raises(BadSetting, match="REDIS_URL cannot be read"):
        open_shared("redis://localhost:port", clock, SECRET_KEY)
