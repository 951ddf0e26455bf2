"""Subscription notices of an official account (订阅通知): one consent is one message, and none is ever said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pushsvc.channels.wechat.templates import Template
from tests.contract.wechat.conftest import ALWAYS, NOTICE, NOTICES, OPENID, TEMPLATES, Open, Stand


async def test_a_notice_is_taken_with_a_consent_and_leads_to_its_page(notices: Stand) -> None:
    await notices.agrees(1, NOTICE)
    result = await notices.send()
    (taken,) = notices.fake.sent
    assert (result.verdict, result.provider_id) == ("accepted", str(taken.msgid))
    assert (taken.openid, taken.template, taken.leads_to) == (OPENID, NOTICE, "https://push.example/m/t0ken")
    assert (taken.client_msg_id, await notices.left(NOTICE)) == ("", 0)


async def test_without_a_consent_the_long_term_notice_tells_it(notices: Stand) -> None:
    await notices.agrees(1, NOTICE)
    for _ in range(2):
        assert (await notices.send()).verdict == "accepted"
    assert [taken.template for taken in notices.fake.sent] == [NOTICE, ALWAYS]
    assert notices.fake.requests == 2


async def test_with_no_consent_at_all_the_next_channel_is_used(open_stand: Open) -> None:
    stand = await open_stand("official", approved=NOTICES[:1])
    result = await stand.send()
    assert (result.verdict, result.code, stand.fake.requests) == ("refused", "no_consent_left", 0)


async def test_a_consent_that_wechat_does_not_know_is_counted_no_more(open_stand: Open) -> None:
    stand = await open_stand("official", approved=NOTICES[:1])
    await stand.agrees(3, NOTICE)
    stand.fake.agreed.clear()
    result = await stand.send()
    assert (result.verdict, result.code, await stand.left(NOTICE)) == ("refused", "43101", 0)


async def test_who_does_not_follow_gets_a_notice_all_the_same(notices: Stand) -> None:
    notices.fake.unfollowed.add(OPENID)
    assert (await notices.send()).verdict == "accepted"


@pytest.mark.parametrize("fault", ["reset", "reset_after", "hang_after", "html", "500"])
async def test_a_notice_in_doubt_is_never_said_again(notices: Stand, fault: Any) -> None:
    await notices.agrees(2, NOTICE)
    notices.fake.faults.append(fault)
    message = notices.a_message()
    assert (await notices.send(message)).verdict == "unknown"
    assert (await notices.send(replace(message, in_doubt_since=notices.clock.now()))).verdict == "unknown"
    assert (notices.fake.requests, await notices.left(NOTICE)) == (1, 1)


async def test_a_message_in_doubt_is_not_repeated_by_a_template_message_where_a_notice_may_have_told_it(
    open_stand: Open,
) -> None:
    stand = await open_stand("official", approved=(*TEMPLATES, *NOTICES))
    message = stand.a_message(in_doubt_since=stand.clock.now())
    assert (await stand.send(message)).verdict == "unknown"
    assert stand.fake.requests == 0


@pytest.mark.parametrize("kind", ["official", "mini"])
async def test_a_message_in_doubt_that_no_template_tells_any_more_stays_in_doubt(open_stand: Open, kind: str) -> None:
    stand = await open_stand(kind, approved=())
    result = await stand.send(stand.a_message(in_doubt_since=stand.clock.now()))
    assert (result.verdict, stand.fake.requests) == ("unknown", 0)


async def test_a_template_message_goes_before_a_notice_that_says_no_more(open_stand: Open) -> None:
    stand = await open_stand("official", approved=(*NOTICES, *TEMPLATES))
    await stand.agrees(1, NOTICE)
    await stand.send()
    assert stand.fake.sent[0].template not in (NOTICE, ALWAYS)
    assert await stand.left(NOTICE) == 1


async def test_a_notices_id_in_a_template_message_stops_that_template(open_stand: Open) -> None:
    wrong = Template("wrong", NOTICE, "official", ("new",), "zh", {"thing1": "matter"})
    stand = await open_stand("official", approved=(wrong,))
    assert (await stand.send()).held == "template"
    assert stand.book.stopped == {NOTICE: "40037"}
