"""What the carrier does with WeChat's answers: a message is taken once, and whatever is wrong has its verdict."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from pushsvc.channels.wechat.codes import CODES
from pushsvc.domain.notices import Message
from tests.contract.wechat.conftest import FULL, LONG_TERM, ONCE, OPENID, SHORT, Open, Stand


async def test_a_message_is_taken_with_the_template_that_says_most_and_leads_to_its_page(stand: Stand) -> None:
    result = await stand.send(stand.a_message(day="3月31日", amount="3000元"))
    (taken,) = stand.fake.sent
    assert (result.verdict, result.provider, result.provider_id) == ("accepted", "wechat", str(taken.msgid))
    assert (taken.openid, taken.template, taken.leads_to) == (OPENID, FULL, "https://push.example/m/t0ken")
    assert taken.data == {"thing1": "适老化改造补贴", "date2": "3月31日", "amount3": "3000元"}


async def test_what_does_not_fit_a_field_leads_to_another_template(stand: Stand) -> None:
    await stand.send(stand.a_message(day="3月31日", amount="最高3000元"))
    (taken,) = stand.fake.sent
    assert taken.template == SHORT


async def test_a_message_that_no_template_tells_is_refused_and_nothing_is_asked(stand: Stand) -> None:
    result = await stand.send(stand.a_message(matter=""))
    assert (result.verdict, result.code) == ("refused", "no_template")
    assert (stand.fake.requests, stand.fake.tokens_asked) == (0, 0)


async def test_no_openid_is_suppressed_and_nothing_is_asked(stand: Stand) -> None:
    assert (await stand.send(stand.a_message(to="not an openid"))).verdict == "suppress"
    assert stand.fake.requests == 0


@pytest.mark.parametrize("fault", ["reset", "reset_after", "html", "500", "hang", "hang_after"])
async def test_an_official_message_that_broke_off_is_said_again_at_once_and_taken_once(stand: Stand, fault: Any) -> None:
    stand.fake.faults.append(fault)
    assert (await stand.send()).verdict == "accepted"
    assert len(stand.fake.sent) == 1
    assert stand.fake.requests == 2


@pytest.mark.parametrize("fault", ["reset_after", "hang_after"])
async def test_an_official_message_in_doubt_is_taken_once_whoever_repeats_it(stand: Stand, fault: Any) -> None:
    stand.fake.faults.extend([fault, fault])
    message = stand.a_message()
    assert (await stand.send(message)).verdict == "unknown"
    again = type(message)(**{**message.__dict__, "in_doubt_since": stand.clock.now()})
    stand.clock.advance(timedelta(seconds=60))
    assert (await stand.send(again)).verdict == "accepted"
    assert len(stand.fake.sent) == 1
    stand.clock.advance(timedelta(minutes=10))
    assert (await stand.send(again)).verdict == "unknown"
    assert len(stand.fake.sent) == 1


@pytest.mark.parametrize("code", [40241, 45065])
async def test_a_repeat_that_wechat_refuses_as_one_was_taken_and_a_first_one_waits(stand: Stand, code: int) -> None:
    stand.fake.faults.append(code)
    assert (await stand.send(stand.a_message(in_doubt_since=stand.clock.now()))).verdict == "accepted"
    stand.fake.faults.append(code)
    assert (await stand.send()).verdict == "try_later"
    assert stand.fake.sent == []


async def test_after_a_doubt_an_answer_that_puts_off_leaves_it_in_doubt(stand: Stand) -> None:
    stand.fake.faults.extend(["reset_after", -1])
    assert (await stand.send()).verdict == "unknown"


@pytest.mark.parametrize("fault", ["reset_after", "hang_after", "html", "500", "reset"])
async def test_a_subscription_message_in_doubt_is_never_said_again_and_its_consent_is_used_up(mini: Stand, fault: Any) -> None:
    await mini.agrees(1)
    mini.fake.faults.append(fault)
    message = mini.a_message()
    assert (await mini.send(message)).verdict == "unknown"
    again = type(message)(**{**message.__dict__, "in_doubt_since": mini.clock.now()})
    assert (await mini.send(again)).verdict == "unknown"
    assert mini.fake.requests == 1
    assert await mini.left() == 0


async def test_where_nothing_listens_nothing_left(stand: Stand) -> None:
    await stand.send()
    await stand.fake.stop()
    await stand.carrier.close()
    assert (await stand.send()).verdict == "not_sent"


@pytest.mark.parametrize("code", sorted(set(CODES) - {40001, 40014, 41001, 42001}))
async def test_each_code_has_its_verdict_and_nothing_is_taken(stand: Stand, code: int) -> None:
    stand.fake.faults.extend([code] * 5)
    result, known = await stand.send(stand.a_message(day="3月1日", amount="1元")), CODES[code]
    if known.stops == "template":
        assert (result.verdict, result.held) == ("hold", "template")
        assert stand.book.stopped == {FULL: str(code), SHORT: str(code)}
    else:
        assert (result.verdict, result.stops) == (known.verdict, known.stops)
        assert stand.book.paused == (["wechat"] if known.stops else [])
    assert stand.fake.sent == []


async def test_an_unknown_code_is_refused_with_its_code(stand: Stand) -> None:
    stand.fake.faults.append(99_999)
    result = await stand.send()
    assert (result.verdict, result.code) == ("refused", "99999")


async def test_a_strange_openid_and_one_that_does_not_follow_are_dead(stand: Stand) -> None:
    stand.fake.strangers.add("stranger")
    stand.fake.unfollowed.add(OPENID)
    for openid, code in (("stranger", "40003"), (OPENID, "43004")):
        result = await stand.send(stand.a_message(to=openid))
        assert (result.verdict, result.code) == ("suppress", code)


async def test_a_template_with_other_fields_than_the_approved_is_stopped_and_the_next_one_tells(stand: Stand) -> None:
    stand.fake.approve(FULL, "thing1", "time2", "amount3")
    message = stand.a_message(day="3月31日", amount="3000元")
    assert (await stand.send(message)).verdict == "accepted"
    assert stand.fake.sent[0].template == SHORT
    assert stand.book.stopped == {FULL: "47003"}
    assert (await stand.send()).verdict == "accepted"
    assert stand.fake.requests == 3


async def test_while_its_only_template_is_stopped_a_message_waits_and_nothing_is_asked(stand: Stand) -> None:
    stand.book.stopped[SHORT] = "40037"
    result = await stand.send()
    assert (result.verdict, result.held, result.code) == ("hold", "template", "template_stopped")
    assert stand.fake.requests == 0


async def test_while_the_account_is_paused_messages_wait_and_nothing_is_asked(stand: Stand) -> None:
    stand.fake.faults.append(48001)
    await stand.send()
    result = await stand.send()
    assert (result.verdict, result.code) == ("hold", "provider_paused")
    assert stand.fake.requests == 1


async def test_a_used_up_day_waits_until_midnight_in_shanghai(stand: Stand) -> None:
    stand.fake.most_a_day = 0
    result = await stand.send()
    assert (result.verdict, result.retry_after_seconds) == ("slow_down", 15 * 3600)


async def test_one_consent_is_one_message(mini: Stand) -> None:
    await mini.agrees(1)
    assert (await mini.send()).verdict == "accepted"
    assert mini.fake.sent[0].leads_to == "pages/web?url=https%3A%2F%2Fpush.example%2Fm%2Ft0ken"
    result = await mini.send()
    assert (result.verdict, result.code) == ("refused", "no_consent_left")
    assert (mini.fake.requests, await mini.left()) == (1, 0)


async def test_many_at_once_never_use_more_consents_than_there_are(mini: Stand) -> None:
    await mini.agrees(3)
    results = await asyncio.gather(*(mini.send() for _ in range(8)))
    assert sorted(result.verdict for result in results) == ["accepted"] * 3 + ["refused"] * 5
    assert (mini.fake.requests, await mini.left()) == (3, 0)


@pytest.mark.parametrize("code", [-1, 45011, 45009, 48001, 47003, 40003, 45168])
async def test_a_consent_is_given_back_when_nothing_left(mini: Stand, code: int) -> None:
    await mini.agrees(2)
    mini.fake.faults.append(code)
    await mini.send()
    assert await mini.left() == 2


async def test_a_consent_that_wechat_does_not_know_leaves_none(mini: Stand) -> None:
    await mini.agrees(2)
    mini.fake.agreed.clear()
    result = await mini.send()
    assert (result.verdict, result.code, await mini.left()) == ("refused", "43101", 0)


async def test_a_long_term_template_needs_no_counted_consent(mini: Stand) -> None:
    message = mini.a_message()
    result = await mini.send(type(message)(**{**message.__dict__, "kind": "correction"}))
    assert result.verdict == "accepted"
    assert mini.fake.sent[0].template == LONG_TERM


async def test_a_stopped_template_takes_no_consent(mini: Stand) -> None:
    await mini.agrees(1)
    mini.book.stopped[ONCE] = "40037"
    assert (await mini.send()).verdict == "hold"
    assert await mini.left() == 1


@pytest.mark.parametrize("kind", ["official", "mini"])
async def test_an_answer_goes_to_who_wrote_within_two_days_and_to_nobody_else(open_stand: Open, kind: str) -> None:
    stand = await open_stand(kind)
    help_ = Message("srv_1", "wechat", OPENID, "zh", "service", "", "这里只发提醒", about="help")
    assert (await stand.send(help_)).code == "45015"
    stand.fake.push(OPENID, MsgType="text", Content="喂", MsgId=1)
    assert (await stand.send(help_)).verdict == "accepted"
    assert stand.fake.answers == [(OPENID, "这里只发提醒")]
    stand.clock.advance(timedelta(hours=49))
    assert (await stand.send(help_)).verdict == "refused"


async def test_an_account_of_another_kind_stops_the_provider(open_stand: Open) -> None:
    stand = await open_stand("mini")
    other = await open_stand(
        "official", fake=stand.fake, url=stand.fake.url.replace("kind=mini", "kind=official").partition("&join=")[0]
    )
    assert (await other.send()).code == "48001"
    assert other.book.paused == ["wechat"]
