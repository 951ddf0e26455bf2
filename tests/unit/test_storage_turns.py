"""One writer, two queues: who is in a hurry is served before the stages, and these give way after long turns."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from pushsvc.errors import NotDurable
from pushsvc.storage.turns import Turns


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_waits_outside_is_served_before_those_who_came_earlier() -> None:
    turns, order = Turns(), []

    async def write(name: str, *, first: bool = False) -> None:
        async with turns.turn(first=first):
            order.append(name)
            await asyncio.sleep(0)

    async with turns.turn(first=False):
        waiting = [asyncio.create_task(write("stage 1")), asyncio.create_task(write("stage 2"))]
        await settle()
        waiting.append(asyncio.create_task(write("a site", first=True)))
        await settle()
    await asyncio.gather(*waiting)
    assert order == ["a site", "stage 1", "stage 2"]


async def test_only_one_holds_the_turn() -> None:
    turns, inside, most = Turns(), 0, 0

    async def write() -> None:
        nonlocal inside, most
        async with turns.turn(first=False):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(write() for _ in range(20)))
    assert most == 1


async def test_who_stops_waiting_holds_up_nobody() -> None:
    turns = Turns()

    async def write() -> None:
        async with turns.turn(first=False):
            pass

    async with turns.turn(first=False):
        gone, stays = asyncio.create_task(write()), asyncio.create_task(write())
        await settle()
        gone.cancel()
        await settle()
    async with asyncio.timeout(1):
        await stays
        await write()


async def test_a_turn_that_came_as_somebody_stopped_waiting_is_passed_on() -> None:
    turns = Turns()

    async def write() -> None:
        async with turns.turn(first=False):
            pass

    async with turns.turn(first=False):
        gone = asyncio.create_task(write())
        await settle()
    gone.cancel()  # its turn was given in the line above, and it has not run since
    await settle()
    async with asyncio.timeout(1):
        await write()


async def test_a_turn_that_does_not_come_is_told_as_not_durable() -> None:
    turns = Turns(most_wait_seconds=0.01)
    async with turns.turn(first=False):
        with pytest.raises(NotDurable, match="busy"):
            async with turns.turn(first=True):
                pass
    async with turns.turn(first=True):
        pass


async def test_a_transaction_that_fails_gives_its_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError):
        async with turns.turn(first=False):
            raise ZeroDivisionError
    async with asyncio.timeout(1), turns.turn(first=False):
        pass


async def took(work: Awaitable[None]) -> float:
    begun = asyncio.get_running_loop().time()
    await work
    return asyncio.get_running_loop().time() - begun


async def a_turn_of(turns: Turns, seconds: float, *, somebody_waits: bool) -> None:
    async def hurry() -> None:
        async with turns.turn(first=True):
            pass

    async with turns.turn(first=False):
        waiting = [asyncio.create_task(hurry())] if somebody_waits else []
        await asyncio.sleep(seconds)
    await asyncio.gather(*waiting)


async def test_a_long_turn_that_kept_somebody_in_a_hurry_waiting_is_followed_by_as_long_a_rest() -> None:
    turns = Turns()
    await a_turn_of(turns, 0.05, somebody_waits=True)
    assert await took(turns.give_way(0.06)) >= 0.055


async def test_a_long_turn_that_nobody_waited_for_is_followed_by_no_rest() -> None:
    turns = Turns()
    await a_turn_of(turns, 0.0, somebody_waits=True)
    await asyncio.sleep(0.01)
    await a_turn_of(turns, 0.05, somebody_waits=False)
    assert await took(turns.give_way(0.05)) < 0.03


async def test_a_short_turn_owes_no_rest() -> None:
    turns = Turns()
    await a_turn_of(turns, 0.01, somebody_waits=True)
    assert await took(turns.give_way(0.01)) < 0.008


async def test_short_turns_get_half_of_the_time_of_one_who_takes_long_ones() -> None:
    """A connection can write its next outcome only after it has sent again, so it never waits when a long turn ends."""
    turns, written = Turns(), 0

    async def send() -> None:
        nonlocal written
        while True:
            async with turns.turn(first=True):
                written += 1
            await asyncio.sleep(0.002)

    async def plan() -> None:
        for _ in range(4):
            async with turns.turn(first=False):
                await asyncio.sleep(0.05)
            await turns.give_way(0.05)

    sending = asyncio.create_task(send())
    await plan()
    sending.cancel()
    assert written > 20  # four, were it not for the rests
