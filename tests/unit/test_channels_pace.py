"""The pace of a channel: everybody hears "slow down", and it eases when messages are taken again."""

from __future__ import annotations

from pushsvc.channels.pace import LONGEST_GAP_SECONDS, Pace


async def test_a_channel_that_was_never_slowed_waits_for_nothing() -> None:
    pace = Pace()
    pace.take()
    assert pace.wait_seconds == 0


async def test_slow_down_pauses_everybody_for_what_was_asked_and_leaves_a_gap() -> None:
    pace = Pace()
    pace.slow_down(20.0)
    assert 19 < pace.wait_seconds <= 20
    assert pace.gap > 0


async def test_each_further_word_doubles_the_gap_up_to_a_limit() -> None:
    pace = Pace()
    gaps = []
    for _ in range(12):
        pace.slow_down(0.0)
        gaps.append(pace.gap)
    assert gaps[1] == 2 * gaps[0]
    assert gaps[-1] == LONGEST_GAP_SECONDS


async def test_the_gap_eases_until_it_is_gone() -> None:
    pace = Pace()
    pace.slow_down(0.0)
    pace.take()
    assert 0 < pace.wait_seconds <= pace.gap
    for _ in range(500):
        pace.went_well()
    assert pace.gap == 0
