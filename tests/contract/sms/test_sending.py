"""A message and what comes of it: taken, refused, too fast, no answer, a broken connection, a lie."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import get_args

import pytest

from pushsvc.domain.notices import Verdict
from tests.contract.sms.conftest import PATIENCE_SECONDS
from tests.contract.sms.stand import Injury, Stand


def only_if(stand: Stand, injury: str) -> None:
    if injury not in stand.injuries:
        pytest.skip(f"this fake knows no {injury!r}")


async def test_a_message_is_taken_once_and_has_an_id_of_the_provider(stand: Stand) -> None:
    result = await stand.provider.send(stand.sms(1))
    assert (result.verdict, result.provider, bool(result.provider_id)) == ("accepted", stand.provider.name, True)
    assert list(stand.taken()) == [stand.sms(1).delivery_id]


async def test_a_number_goes_out_in_the_form_that_this_provider_wants(stand: Stand) -> None:
    await stand.provider.send(stand.sms(7))
    assert list(stand.numbers()) == [stand.number_form(stand.sms(7).to)]


async def test_as_many_messages_as_it_says_go_at_once_and_each_gets_its_own_answer(stand: Stand) -> None:
    messages = [stand.sms(n) for n in range(stand.provider.at_once)]
    results = await asyncio.gather(*(stand.provider.send(sms) for sms in messages))
    assert {result.verdict for result in results} == {"accepted"}
    assert len({result.provider_id for result in results}) == len(messages)
    assert sorted(stand.taken()) == sorted(sms.delivery_id for sms in messages)


async def test_a_number_that_is_no_mobile_number_is_not_asked_about_and_is_never_an_accident(stand: Stand) -> None:
    if stand.provider.takes == "text":
        pytest.skip("operators' own gateways know their numbers themselves")
    for to in ("+862886123456", "13800138000", "+8613800", "", "+86138001380001", "+86 138 0013 8000", "汉字"):
        result = await stand.provider.send(stand.sms(1, to=to))
        assert result.verdict == "suppress", to
        assert result.why
    assert not stand.taken()


async def test_a_provider_of_templates_refuses_a_message_without_one_with_the_reason(stand: Stand) -> None:
    if stand.provider.takes != "templates":
        pytest.skip("it takes free text")
    result = await stand.provider.send(stand.sms(1, filled=None))
    assert result.verdict == "refused"
    assert "template" in result.why
    assert not stand.taken()


#: What each injury must come to, and what it stops.
VERDICTS: dict[Injury, tuple[Verdict, str]] = {
    "refuse": ("refused", ""),
    "dead": ("suppress", ""),
    "template": ("try_later", "template"),
    "money": ("not_sent", "provider"),
    "secret": ("not_sent", "provider"),
    "unknown_code": ("refused", ""),
    "throttle": ("slow_down", ""),
    "number_limit": ("try_later", ""),
}


@pytest.mark.parametrize("injury", VERDICTS)
async def test_what_the_provider_says_comes_to_one_verdict_with_its_code_and_a_reason(stand: Stand, injury: Injury) -> None:
    only_if(stand, injury)
    stand.next(injury)
    result = await stand.provider.send(stand.sms(1))
    assert (result.verdict, result.stops) == VERDICTS[injury]
    assert result.code
    assert result.why
    assert result.provider == stand.provider.name
    assert not stand.taken()


async def test_a_limit_of_one_number_says_how_long_it_waits_and_holds_up_nobody_else(stand: Stand) -> None:
    only_if(stand, "number_limit")
    stand.next("number_limit")
    first, second = await stand.provider.send(stand.sms(1)), await stand.provider.send(stand.sms(2))
    assert first.verdict == "try_later"
    assert first.retry_after_seconds is not None
    assert first.retry_after_seconds >= 30
    assert second.verdict == "accepted"


@pytest.mark.parametrize("injury", ["hang", "hang_after"])
async def test_a_provider_that_hangs_leaves_the_message_in_doubt_in_time_and_takes_the_next(
    stand: Stand, injury: Injury
) -> None:
    only_if(stand, injury)
    stand.next(injury)
    started = time.monotonic()
    result = await stand.provider.send(stand.sms(1))
    assert result.verdict == "unknown"
    assert time.monotonic() - started < PATIENCE_SECONDS + 1.0
    assert (await stand.provider.send(stand.sms(2))).verdict == "accepted"


@pytest.mark.parametrize("injury", ["reset", "reset_after"])
async def test_a_connection_that_breaks_after_the_request_left_leaves_the_message_in_doubt(
    stand: Stand, injury: Injury
) -> None:
    only_if(stand, injury)
    if stand.provider.repeats:
        pytest.skip("it may simply be said again")
    stand.next(injury)
    result = await stand.provider.send(stand.sms(1))
    assert (result.verdict, result.provider_id) == ("unknown", None)
    assert list(stand.taken()) == ([stand.sms(1).delivery_id] if injury == "reset_after" else [])
    assert (await stand.provider.send(stand.sms(2))).verdict == "accepted"


async def test_a_host_that_answers_to_nobody_has_not_got_the_message(stand: Stand) -> None:
    provider = stand.nobody()
    try:
        result = await provider.send(stand.sms(1))
    finally:
        await provider.close()
    assert (result.verdict, result.code) == ("not_sent", "connect")


@pytest.mark.parametrize("injury", ["rubbish", "html", "another", "500"])
async def test_an_answer_that_is_not_about_this_message_is_believed_in_nothing(stand: Stand, injury: Injury) -> None:
    only_if(stand, injury)
    stand.next(injury)
    result = await stand.provider.send(stand.sms(1))
    assert (result.verdict, result.provider_id) == ("unknown", None)
    assert result.why


async def test_the_same_id_again_is_the_same_message_only_where_the_provider_says_so(stand: Stand) -> None:
    first = await stand.provider.send(stand.sms(1))
    again = await stand.provider.send(stand.sms(1, to=stand.sms(2).to))
    assert first.verdict == "accepted"
    if stand.provider.repeats:
        assert again.provider_id == first.provider_id
    assert len(stand.taken()) == (1 if stand.provider.repeats else 2)


async def test_no_reason_holds_the_number(stand: Stand) -> None:
    """Reasons are kept in the ledger, and it keeps no numbers."""
    known = [injury for injury in get_args(Injury) if injury in stand.injuries and not injury.startswith("hang")]
    for n, injury in enumerate(known):
        sms = stand.sms(n)
        stand.next(injury)
        result = await stand.provider.send(sms)
        assert sms.to.removeprefix("+86") not in f"{result.why} {result.code} {result.provider_id}", injury


async def test_words_that_no_template_expects_neither_break_the_request_nor_another_message(stand: Stand) -> None:
    if stand.provider.takes != "templates":
        pytest.skip("it takes free text")
    filled = stand.sms(1).filled
    assert filled is not None
    for n, words in enumerate(['"}],"x":[{', "a&b=c+d%20e", "\n\t\\", "‮反", "𠮷", "'; --", "~*!()", "\ud800"]):
        sms = stand.sms(n, filled=replace(filled, variables={"matter": words, "deadline": "4月30日"}))
        result = await stand.provider.send(sms)
        assert result.verdict == "accepted", (words, result)


async def test_a_template_whose_variables_we_do_not_know_stops_that_template(stand: Stand) -> None:
    if stand.provider.takes != "templates":
        pytest.skip("it takes free text")
    filled = stand.sms(1).filled
    assert filled is not None
    for wrong in (
        replace(filled, template="SMS_404"),
        replace(filled, variables={"matter": "适老化改造补贴"}, order=("matter",)),
        replace(filled, variables={}, order=()),
    ):
        result = await stand.provider.send(stand.sms(1, filled=wrong))
        assert (result.verdict, result.stops) == ("try_later", "template"), wrong
    assert not stand.taken()


async def test_closing_twice_and_sending_after_it_is_no_accident(stand: Stand) -> None:
    await stand.provider.send(stand.sms(1))
    await stand.provider.close()
    await stand.provider.close()
    result = await stand.provider.send(stand.sms(2))
    assert result.verdict in ("accepted", "not_sent")
