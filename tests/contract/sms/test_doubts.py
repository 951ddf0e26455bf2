"""A message in doubt: the provider is asked before it is sent again."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from pushsvc.domain.receipts import Said
from tests.contract.sms.stand import Injury, Stand


@pytest.fixture(autouse=True)
def _only_where_it_can_be_asked(stand: Stand) -> None:
    if stand.provider.repeats or not stand.looks_up:
        pytest.skip("nobody needs to ask, or nobody can")


@pytest.mark.parametrize("injury", ["hang_after", "reset_after", "rubbish", "another"])
async def test_a_message_that_was_taken_is_found_by_our_id(stand: Stand, injury: Injury) -> None:
    sms, doubt = stand.sms(1), stand.doubt(stand.sms(1))
    stand.next(injury)
    assert (await stand.provider.send(sms)).verdict == "unknown"
    await stand.after_receipts()
    found = await stand.provider.look_up(doubt)
    assert isinstance(found, Said)
    assert (found.delivery_id, found.state) == (sms.delivery_id, "delivered")


async def test_a_message_that_was_not_taken_is_absent_but_not_before_that_can_be_known(stand: Stand) -> None:
    sms, doubt = stand.sms(1), stand.doubt(stand.sms(1))
    stand.next("reset")
    assert (await stand.provider.send(sms)).verdict == "unknown"
    assert await stand.provider.look_up(doubt) == "later"
    stand.clock.advance(stand.absent_after)
    assert await stand.provider.look_up(doubt) == "absent"


async def test_what_was_sent_again_a_moment_ago_is_not_called_absent(stand: Stand) -> None:
    now = stand.clock.now()
    doubt = replace(stand.doubt(stand.sms(1)), since=now - stand.absent_after, last=now)
    assert await stand.provider.look_up(doubt) == "later"
    assert await stand.provider.look_up(replace(doubt, last=None)) == "absent"


async def test_a_message_that_does_not_show_yet_is_not_called_absent(stand: Stand) -> None:
    sms, doubt = stand.sms(1), stand.doubt(stand.sms(1))
    stand.hide()
    stand.next("reset_after")
    await stand.provider.send(sms)
    await stand.after_receipts()
    assert await stand.provider.look_up(doubt) == "later"


async def test_another_message_to_the_same_number_is_not_taken_for_this_one(stand: Stand) -> None:
    await stand.provider.send(stand.sms(1))
    await stand.after_receipts()
    doubt = replace(stand.doubt(stand.sms(2)), to=stand.sms(1).to)
    stand.clock.advance(stand.absent_after)
    assert await stand.provider.look_up(doubt) == "absent"


async def test_a_doubt_that_is_older_than_the_provider_remembers_stays_one(stand: Stand) -> None:
    doubt = replace(stand.doubt(stand.sms(1)), since=stand.clock.now() - timedelta(days=60))
    assert await stand.provider.look_up(doubt) == "later"


async def test_a_provider_that_cannot_be_asked_leaves_the_doubt(stand: Stand) -> None:
    doubt = replace(stand.doubt(stand.sms(1)), since=stand.clock.now() - stand.absent_after)
    provider = stand.nobody()
    try:
        assert await provider.look_up(doubt) == "later"
    finally:
        await provider.close()


async def test_a_number_that_nobody_can_have_leaves_the_doubt(stand: Stand) -> None:
    assert await stand.provider.look_up(replace(stand.doubt(stand.sms(1)), to="nobody")) == "later"


async def test_whatever_breaks_asking_before_repeating_gets_every_message_taken_exactly_once(stand: Stand) -> None:
    """120 messages, seeded faults, the rule of the service: what is in doubt is asked about, and sent again when absent."""
    dice = random.Random(20261126)
    breaks: list[Injury] = [
        injury for injury in ("reset", "reset_after", "rubbish", "html", "another", "500", "throttle")
        if injury in stand.injuries
    ]  # fmt: skip
    waiting = [(stand.sms(n), stand.doubt(stand.sms(n)), False) for n in range(120)]
    taken = 0
    for _ in range(12):
        again = []
        for sms, doubt, in_doubt in waiting:
            if in_doubt:
                found = await stand.provider.look_up(doubt)
                if isinstance(found, Said):
                    taken += 1
                    continue
                if found == "later":
                    again.append((sms, doubt, True))
                    continue
            if dice.random() < 0.6:
                stand.next(dice.choice(breaks))
            result = await stand.provider.send(sms)
            if result.verdict == "accepted":
                taken += 1
            else:
                again.append((sms, stand.doubt(sms), result.verdict == "unknown"))
        waiting = again
        await stand.after_receipts()
        stand.clock.advance(stand.absent_after)
    assert waiting == []
    assert taken == 120
    assert sorted(stand.taken()) == sorted(stand.sms(n).delivery_id for n in range(120))
