"""Redis is killed, frozen and started again under load: the service goes on at its safe rate, and comes back by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from pushsvc.channels.pace import Pace
from pushsvc.clock import SystemClock
from pushsvc.domain.ports import Shared
from pushsvc.errors import TryLater
from pushsvc.storage.shared import open_shared, rules
from pushsvc.storage.shared.guarded import ANSWER_SECONDS, SAFE_SHARE
from pushsvc.telemetry import exposition
from tests.conftest import SECRET_KEY
from tests.services.redis import RedisServer, redis_server

#: Time of the test machine itself, over any limit of ours.
SLACK = 0.5


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as started:
        yield started


@asynccontextmanager
async def processes(server: RedisServer, count: int = 1):  # type: ignore[no-untyped-def]
    made = [open_shared(server.url, SystemClock(), SECRET_KEY) for _ in range(count)]
    for each in made:
        assert await each.look() == "ok"
    try:
        yield made
    finally:
        await asyncio.gather(*(each.close() for each in made))


async def until(holds: Callable[[], bool], seconds: float) -> float:
    """How long it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + seconds, "it did not come true in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


def metric(name: str) -> float:
    lines = exposition().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"pushsvc_{name}"))


@dataclass
class Load:
    """Several tasks of several processes that take tokens all the time."""

    a_second: float
    burst: int
    taken: list[float] = field(default_factory=list)
    longest: float = 0.0

    async def run(self, shared: Shared, end: asyncio.Event) -> None:
        while not end.is_set():
            begun = time.monotonic()
            wait = await shared.take("load", self.a_second, self.burst)
            self.longest = max(self.longest, time.monotonic() - begun)
            if wait == 0:
                self.taken.append(time.monotonic())
            await asyncio.sleep(min(wait, 0.02))

    def between(self, begin: float, end: float) -> int:
        return sum(begin <= at < end for at in self.taken)


async def test_killed_and_started_again_under_load_the_rate_holds_is_safe_meanwhile_and_comes_back(
    server: RedisServer,
) -> None:
    load, end = Load(a_second=100.0, burst=20), asyncio.Event()
    async with processes(server, 2) as two:
        tasks = [asyncio.create_task(load.run(each, end)) for each in two for _ in range(5)]
        begun = time.monotonic()
        await asyncio.sleep(2)
        server.kill()
        killed = time.monotonic()
        await until(lambda: all(each.state() != "ok" for each in two), 2)
        down = time.monotonic()
        assert metric("shared_state_up") == 0
        await asyncio.sleep(2)
        assert all("does not listen" in each.state() and "25% for each" in each.state() for each in two)
        revived = time.monotonic()
        await asyncio.to_thread(server.revive)
        await until(lambda: all(each.state() == "ok" for each in two), 3)
        back = time.monotonic()
        assert metric("shared_state_up") == 1
        await asyncio.sleep(2)
        end.set()
        await asyncio.gather(*tasks)
        finished = time.monotonic()
    up_before, safe, up_again = load.between(begun, killed), load.between(down, revived), load.between(back, finished)
    assert 0.8 * 100 * (killed - begun) < up_before <= 100 * (killed - begun) + 20 + 1
    most_safe = 2 * SAFE_SHARE * (100 * (revived - killed) + 20)
    assert 0.5 * 2 * SAFE_SHARE * 100 * (revived - down) < safe <= most_safe + 1
    assert 0.8 * 100 * (finished - back) < up_again <= 100 * (finished - back) + 20 + 1
    assert load.longest < ANSWER_SECONDS + SLACK
    assert metric('shared_state_fallbacks_total{kind="tokens"}') > 0


async def test_a_frozen_redis_holds_one_request_for_the_time_limit_and_the_next_not_at_all(server: RedisServer) -> None:
    async with processes(server) as (shared,):
        server.freeze()
        begun = time.monotonic()
        await asyncio.gather(*(shared.take("a", 1000.0, 1000) for _ in range(50)))
        assert time.monotonic() - begun < ANSWER_SECONDS + SLACK
        begun = time.monotonic()
        for _ in range(200):
            await shared.take("a", 1000.0, 1000)
            await shared.attempt("k", 1000, 60)
        assert time.monotonic() - begun < 0.1
        assert "does not answer in time" in shared.state()
        server.thaw()
        await until(lambda: shared.state() == "ok", 3)


async def test_a_process_that_was_held_up_itself_does_not_take_redis_for_dead(server: RedisServer) -> None:
    async with processes(server) as (shared,):
        asking = asyncio.create_task(shared.take("a", 1.0, 5))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        time.sleep(ANSWER_SECONDS * 2)  # a stage that computes for long
        assert await asking == 0
        assert shared.state() == "ok"


async def test_a_frozen_redis_is_noticed_though_nobody_asks(server: RedisServer) -> None:
    async with processes(server) as (shared,):
        server.freeze()
        assert await until(lambda: shared.state() != "ok", 4) < 3
        server.thaw()


async def test_codes_wait_while_redis_is_away_and_are_still_good_afterwards(server: RedisServer) -> None:
    async with processes(server) as (shared,):
        await shared.issue("login", "+8613900001111", "482913", 600)
        server.kill()
        with pytest.raises(TryLater, match="cannot be checked for a moment"):
            await shared.redeem("login", "+8613900001111", "482913")
        with pytest.raises(TryLater, match="cannot be sent for a moment"):
            await shared.issue("login", "+8613900001111", "111111", 600)
        await asyncio.to_thread(server.revive)
        await until(lambda: shared.state() == "ok", 3)
        assert await shared.redeem("login", "+8613900001111", "482913")


async def test_throttles_are_stricter_while_redis_is_away(server: RedisServer) -> None:
    async with processes(server) as (shared,):
        server.kill()
        waits = [await shared.attempt("login", 8, 60) for _ in range(8)]
        assert waits.count(0) == 2


async def test_a_slow_down_is_not_forgotten_when_redis_vanishes_or_comes_back(server: RedisServer) -> None:
    async with processes(server, 2) as (one, other):
        await other.slow_down("email", 60.0)
        assert (await one.ease("email", 0)).gap_seconds == rules.FIRST_GAP_SECONDS
        server.kill()
        away = await one.ease("email", 0)
        assert away.gap_seconds == rules.FIRST_GAP_SECONDS
        assert away.pause_seconds > 55
        await one.slow_down("sms", 60.0)  # heard while Redis is away
        await asyncio.to_thread(server.revive)
        await until(lambda: one.state() == "ok", 3)
        assert (await one.ease("sms", 0)).pause_seconds > 55
        assert (await one.ease("email", 0)).pause_seconds > 50


async def test_breakers_go_on_in_each_process_alone(server: RedisServer) -> None:
    async with processes(server, 2) as (one, other):
        server.kill()
        for _ in range(rules.OPENS_AFTER):
            await one.note("relay", False)
        assert await one.rest("relay") > 0
        assert await other.rest("relay") == 0


async def test_one_process_tries_a_provider_again_and_the_others_wait_for_its_word(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FIRST_REST_SECONDS", 0.1)
    monkeypatch.setattr(rules, "TRIAL_SECONDS", 0.5)
    three = [open_shared(redis_url, SystemClock(), SECRET_KEY) for _ in range(3)]
    for _ in range(rules.OPENS_AFTER):
        await three[0].note("relay", False)
    await asyncio.sleep(0.11)
    rests = [await each.rest("relay") for each in three]
    assert rests.count(0) == 1
    trier, others = three[rests.index(0)], [each for each, rest in zip(three, rests, strict=True) if rest]
    assert await trier.rest("relay") == 0  # it may go on trying
    await asyncio.sleep(0.51)  # it died over it: another one may
    assert [await each.rest("relay") for each in others].count(0) == 1
    await others[0].note("relay", True)
    assert [await each.rest("relay") for each in three] == [0, 0, 0]
    await asyncio.gather(*(each.close() for each in three))


async def test_two_senders_stay_within_one_rate_while_redis_comes_and_goes(server: RedisServer) -> None:
    """As deliver workers do it: EMAIL_RATE 40 a second, the second of them without a word to the first."""
    sent: list[float] = []
    end = asyncio.Event()

    async def send(pace: Pace) -> None:
        while not end.is_set():
            if wait := await pace.turn():
                await asyncio.sleep(min(wait, 0.05))
                continue
            sent.append(time.monotonic())
            pace.reached(taken=True)
            await asyncio.sleep(0.001)

    async with processes(server, 2) as two:
        begun = time.monotonic()
        tasks = [asyncio.create_task(send(Pace(each, "email", "email by smtp", 40.0))) for each in two for _ in range(2)]
        await asyncio.sleep(1.5)
        server.kill()
        await asyncio.sleep(1.5)
        await asyncio.to_thread(server.revive)
        await asyncio.sleep(1.5)
        end.set()
        await asyncio.gather(*tasks)
        seconds = time.monotonic() - begun
    assert 40 * 2.5 < len(sent) <= 40 * seconds + 40 + 2 * SAFE_SHARE * 40 + 16
