"""What processes share keeps its promises in memory and on a real Redis alike. Redis: two clients, as two processes have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from pushsvc.clock import SystemClock
from pushsvc.domain.ports import Shared, Slowness
from pushsvc.storage.shared import MemoryShared, guarded, open_shared, rules
from tests.conftest import SECRET_KEY


@dataclass
class Two:
    """Two processes that share; in memory there is only one."""

    one: Shared
    other: Shared
    kind: str


@pytest.fixture(params=["memory", "redis"])
async def two(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Two]:
    if request.param == "memory":
        only = MemoryShared(SystemClock())
        yield Two(only, only, "memory")
        return
    # What is promised here is what Redis answers, however long a busy test machine takes for it.
    monkeypatch.setattr(guarded, "ANSWER_SECONDS", 10.0)
    monkeypatch.setattr(guarded, "CONNECT_SECONDS", 10.0)
    url = request.getfixturevalue("redis_url")
    one, other = (open_shared(url, SystemClock(), SECRET_KEY) for _ in range(2))
    yield Two(one, other, "redis")
    await one.close()
    await other.close()


async def test_a_burst_is_taken_exactly_by_whoever_asks(two: Two) -> None:
    asking = [shared.take("site", 0.01, 20) for shared in (two.one, two.other) for _ in range(25)]
    waits = await asyncio.gather(*asking)
    assert sum(wait == 0 for wait in waits) == 20
    assert all(0 < wait <= 100 for wait in waits if wait)


async def test_a_refused_take_says_when_and_takes_nothing(two: Two) -> None:
    assert await two.one.take("b", 1.0, 2, count=2) == 0
    for _ in range(3):
        wait = await two.one.take("b", 1.0, 2)
        assert 0 < wait <= 1
    await asyncio.sleep(wait + 0.005)
    assert await two.other.take("b", 1.0, 2) == 0


async def test_buckets_do_not_touch_each_other(two: Two) -> None:
    assert await two.one.take("a", 0.01, 1) == 0
    assert await two.one.take("b", 0.01, 1) == 0
    assert await two.one.take("a", 0.01, 1) > 0


async def test_more_than_fits_the_bucket_is_a_mistake_of_the_caller(two: Two) -> None:
    with pytest.raises(ValueError, match="never fit"):
        await two.one.take("a", 1.0, 2, count=3)


async def test_a_throttle_lets_so_many_through_in_any_window(two: Two) -> None:
    waits = [await shared.attempt("login", 3, 0.3) for shared in (two.one, two.other, two.one, two.other)]
    assert waits[:3] == [0, 0, 0]
    assert 0.1 < waits[3] <= 0.3
    assert await two.one.attempt("another login", 3, 0.3) == 0
    await asyncio.sleep(waits[3] + 0.005)
    assert await two.one.attempt("login", 3, 0.3) == 0


async def test_who_keeps_knocking_does_not_wait_longer_for_it(two: Two) -> None:
    assert await two.one.attempt("k", 1, 0.2) == 0
    for _ in range(10):
        await two.one.attempt("k", 1, 0.2)
    await asyncio.sleep(0.21)
    assert await two.one.attempt("k", 1, 0.2) == 0


async def test_a_code_is_redeemed_by_exactly_one_of_fifty_at_once(two: Two) -> None:
    await two.one.issue("login", "+8613900001111", "482913", 60, guesses=100)
    answers = await asyncio.gather(
        *(shared.redeem("login", "+8613900001111", "482913") for shared in (two.one, two.other) for _ in range(25))
    )
    assert answers.count(True) == 1


async def test_a_code_is_good_for_its_purpose_and_subject_only(two: Two) -> None:
    await two.one.issue("login", "a", "1", 60)
    assert not await two.one.redeem("erase", "a", "1")
    assert not await two.one.redeem("login", "b", "1")
    assert await two.other.redeem("login", "a", "1")


async def test_after_some_wrong_guesses_the_right_code_is_void_too(two: Two) -> None:
    await two.one.issue("login", "a", "right", 60, guesses=3)
    assert [await two.other.redeem("login", "a", f"wrong{n}") for n in range(3)] == [False] * 3
    assert not await two.one.redeem("login", "a", "right")


async def test_the_last_guess_may_be_the_right_one(two: Two) -> None:
    await two.one.issue("login", "a", "right", 60, guesses=3)
    assert [await two.one.redeem("login", "a", word) for word in ("x", "y", "right")] == [False, False, True]


async def test_a_code_ends_in_time_and_a_new_one_voids_the_old(two: Two) -> None:
    await two.one.issue("login", "a", "short", 0.05)
    await asyncio.sleep(0.1)
    assert not await two.one.redeem("login", "a", "short")
    await two.one.issue("login", "a", "first", 60)
    await two.other.issue("login", "a", "second", 60)
    assert not await two.one.redeem("login", "a", "first")
    assert await two.one.redeem("login", "a", "second")


async def test_a_breaker_opens_after_failures_in_a_row_and_closes_at_the_first_success(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FIRST_REST_SECONDS", 0.2)
    for shared in (two.one, two.other) * 2:
        await shared.note("relay", False)
        assert await two.one.rest("relay") == 0
    await two.one.note("relay", True)
    for _ in range(rules.OPENS_AFTER):
        assert await two.other.rest("relay") == 0
        await two.one.note("relay", False)
    assert 0 < await two.other.rest("relay") <= 0.2
    assert await two.other.rest("another relay") == 0
    await two.other.note("relay", True)
    assert await two.one.rest("relay") == 0


async def test_each_failed_trial_doubles_the_rest_and_late_failures_do_not(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_REST_SECONDS", 0.1)
    for _ in range(rules.OPENS_AFTER + 4):  # four were on their way when it opened
        await two.one.note("relay", False)
    rest = await two.one.rest("relay")
    assert rest <= 0.1
    await asyncio.sleep(rest + 0.005)
    assert await two.one.rest("relay") == 0
    await two.one.note("relay", False)
    assert 0.1 < await two.other.rest("relay") <= 0.2


async def test_a_channel_that_was_never_slowed_has_no_gap(two: Two) -> None:
    assert await two.one.ease("email", 100) == Slowness()


async def test_slow_down_is_heard_by_all_and_the_gap_eases_with_their_messages(two: Two) -> None:
    told = await two.one.slow_down("email", 20.0)
    assert told.gap_seconds == rules.FIRST_GAP_SECONDS
    heard = await two.other.ease("email", 0)
    assert heard.gap_seconds == told.gap_seconds
    assert 19 < heard.pause_seconds <= 20
    assert (await two.other.ease("email", 10)).gap_seconds < (await two.one.ease("email", 0)).gap_seconds * 1.001
    assert (await two.one.ease("email", 500)).gap_seconds == 0
    assert (await two.one.ease("email", 0)).pause_seconds > 19  # the pause is not eased
    assert (await two.one.ease("sms", 0)) == Slowness()


async def test_each_further_word_doubles_the_gap_up_to_a_limit_but_not_during_the_pause(two: Two) -> None:
    gaps = [(await shared.slow_down("email", 0.0)).gap_seconds for shared in (two.one, two.other) * 6]
    assert gaps[1] == 2 * gaps[0]
    assert gaps[-1] == rules.LONGEST_GAP_SECONDS
    await two.one.slow_down("sms", 5.0)
    longer = await two.other.slow_down("sms", 9.0)
    assert longer.gap_seconds == rules.FIRST_GAP_SECONDS
    assert 8 < longer.pause_seconds <= 9


async def test_it_says_that_it_is_well(two: Two) -> None:
    assert await two.one.look() == "ok"
    assert two.one.state() == "ok"
