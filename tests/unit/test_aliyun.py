"""What is Aliyun's own: its setting, its codes, batches, the pages of a query, receipts as they come."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from pushsvc.channels.sms.aliyun import Aliyun, batches, codes
from pushsvc.channels.sms.meanings import UNKNOWN_CODE, meaning_of
from pushsvc.channels.sms.provider import Filled, InDoubt, Sms
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.sms_texts import segments_of
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Heard, Said
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stands.clouds import KEY, read_url

FORM = "aliyun://LTAItests:hunter2@dysmsapi.aliyuncs.com"


@dataclass
class House:
    fake: FakeAliyun
    provider: Aliyun
    clock: FixedClock
    heard: list[Heard]

    def sms(self, n: int, **variables: str) -> Sms:
        filled = Filled("SMS_1000", {"matter": "适老化改造补贴"} | variables)
        return Sms(f"dlv_{n:032x}", f"+86{13_800_138_000 + n}", "", "成都发布", filled)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A fake that calls back to a real address, where the provider reads what it says."""
    clock, heard = FixedClock(MONDAY_MORNING), list[Heard]()
    fake = FakeAliyun("LTAItests", "secret", clock=clock)
    fake.add("SMS_1000", "您关注的${matter}有新通知")
    fake.add("SMS_2000", "${matter}")
    await fake.start()
    provider = Aliyun(read_url(fake.url), clock, callback_key=KEY)

    async def hear(request: web.Request) -> web.Response:
        callback = Callback("POST", dict(request.query), dict(request.headers), await request.read())
        heard.append(provider.read_callback(callback))
        return web.Response(text=heard[-1].answer, content_type=heard[-1].media_type)

    app = web.Application()
    app.router.add_post("/receipts", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.receipts_to = f"http://127.0.0.1:{runner.addresses[0][1]}/receipts?key={KEY}"
    yield House(fake, provider, clock, heard)
    await provider.close()
    await fake.stop()
    await runner.cleanup()


# The setting.


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (f"{FORM}/", "sign="),
        (f"{FORM}/?sign=", "sign="),
        (f"{FORM}/?sign=【成都发布】", "without 【】"),
        (f"{FORM}/?sign=成都发布&Sign=x", "'Sign'"),
        (f"{FORM}/?sign=成都发布&at_once=0", "at_once="),
        (f"{FORM}/?sign=成都发布&absent_after=soon", "absent_after="),
        ("aliyun://:hunter2@dysmsapi.aliyuncs.com/?sign=成都发布", "id of its key"),
        ("aliyun://LTAI%0D%0Ax:hunter2@dysmsapi.aliyuncs.com/?sign=成都发布", "id of the key"),
    ],
)
def test_a_setting_that_lacks_something_says_what_and_never_its_secret(written: str, named: str) -> None:
    with pytest.raises(ValueError) as refused:
        Aliyun(read_url(written), FixedClock(MONDAY_MORNING), callback_key="k")
    assert named in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_without_a_callback_key_anybody_could_tell_of_receipts_so_there_is_none_without() -> None:
    with pytest.raises(ValueError, match="callback key"):
        Aliyun(read_url(f"{FORM}/?sign=成都发布"), FixedClock(MONDAY_MORNING), callback_key="")


# Codes.


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("触发分钟级流控Permits:1", 60), ("触发小时级流控Permits:5", 3600), ("触发天级流控Permits:50", 6 * 3600), ("", 3600)],
)
def test_a_minutes_limit_of_a_number_is_shorter_than_a_days(said: str, seconds: float) -> None:
    meaning = codes.meaning("isv.BUSINESS_LIMIT_CONTROL", said)
    assert (meaning.verdict, meaning.retry_after_seconds) == ("try_later", seconds)


def test_every_row_has_a_reason_and_the_page_that_it_comes_from() -> None:
    for code, meaning in [*codes.ANSWERS.items(), *codes.FAMILIES.items()]:
        assert meaning.why, code
        assert meaning.page.startswith("https://help.aliyun.com/"), code
        assert not meaning.stops or meaning.verdict in ("not_sent", "try_later"), code


def test_only_what_is_said_of_a_number_suppresses_one() -> None:
    suppressing = {code for code, meaning in codes.ANSWERS.items() if meaning.verdict == "suppress"}
    assert suppressing == {"isv.MOBILE_NUMBER_ILLEGAL", "isv.CUSTOMER_REFUSED"}


@pytest.mark.parametrize(
    ("code", "dead"),
    [
        ("MK:0001", True), ("mk0001", True), ("MK:1", True), ("MI:0073", True), ("CB:0053", True), ("USER_REJECT", True),
        ("DELIVERED", False), ("UNDELIV", False), ("EXPIRED", False), ("REJECTD", False), ("MK:0012", False),
        ("MK:0010", False), ("MOBILE_NOT_ON_SERVICE", False), ("INVALID_NUMBER", False), ("MOBILE_IN_BLACK", False),
        ("1", False), ("", False),
        ("MK:00010", False), ("XMK:0001", False),
    ],
)  # fmt: skip
def test_a_number_is_dead_only_where_its_code_says_nothing_else(code: str, dead: bool) -> None:
    assert codes.is_dead(code) is dead


@pytest.mark.parametrize("code", ["isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "InternalError", "ServiceUnavailable.Busy"])
def test_an_error_inside_aliyun_leaves_the_message_in_doubt(code: str) -> None:
    assert codes.meaning(code).verdict == "unknown"


def test_the_longest_beginning_of_a_code_says_what_it_means() -> None:
    families = {"Limit": codes.ANSWERS["InternalError"], "Limit.Number": codes.ANSWERS["isv.MOBILE_NUMBER_ILLEGAL"]}
    assert meaning_of("Limit.Number.Day", {}, families).verdict == "suppress"
    assert meaning_of("Limit.Account", {}, families).verdict == "unknown"
    assert meaning_of("Other", {}, families) is UNKNOWN_CODE


# Batches.


async def test_a_batch_is_one_request_and_every_message_has_an_id_of_its_own(house: House) -> None:
    messages = [house.sms(n) for n in range(50)]
    results = await house.provider.send_batch(messages)
    assert {result.verdict for result in results} == {"accepted"}
    assert len({result.provider_id for result in results}) == 50
    assert house.fake.requests == 1


async def test_the_receipts_of_a_batch_name_each_message_by_the_id_that_sending_gave_it(house: House) -> None:
    messages = [house.sms(n) for n in range(5)]
    house.fake.code_of[messages[3].to] = "MK:0001"
    results = await house.provider.send_batch(messages)
    await house.fake.settled()
    states = {said.provider_id: said.state for heard in house.heard for said in heard.said}
    assert [states[str(result.provider_id)] for result in results] == ["delivered"] * 3 + ["dead", "delivered"]


async def test_a_message_of_a_batch_in_doubt_is_found_and_another_to_its_number_is_not_taken_for_it(house: House) -> None:
    since = house.clock.now()
    house.fake.faults.append("reset_after")
    results = await house.provider.send_batch([house.sms(n) for n in range(84)])
    assert {result.verdict for result in results} == {"unknown"}
    await house.fake.settled()
    house.clock.advance(timedelta(minutes=5))
    for n in range(84):
        found = await house.provider.look_up(InDoubt(house.sms(n).delivery_id, house.sms(n).to, since))
        assert isinstance(found, Said)
        assert found.delivery_id == house.sms(n).delivery_id
    other = InDoubt("dlv_of_another_one", house.sms(1).to, since)
    assert await house.provider.look_up(other) == "absent"


async def test_what_one_request_cannot_carry_goes_in_several_and_keeps_its_order(house: House) -> None:
    many = [house.sms(n) for n in range(100)]
    twice, other = replace(house.sms(500), to=many[99].to), replace(house.sms(501), filled=Filled("SMS_2000", {"matter": "x"}))
    wrong = [replace(house.sms(502), to="+862886123456"), replace(house.sms(503), filled=None)]
    results = await house.provider.send_batch([*many, *wrong, twice, other])
    assert [result.verdict for result in results] == ["accepted"] * 100 + ["suppress", "refused"] + ["accepted"] * 2
    assert len({result.provider_id for result in results}) == 103, "102 ids, and none for what was not sent"
    assert len(house.fake.sent) == 102
    assert house.fake.requests == 4, "84, 16, the number that comes twice, the other template"


async def test_one_bad_message_in_a_batch_costs_none_of_the_others(house: House) -> None:
    house.fake.black_words.add("赌")
    results = await house.provider.send_batch([house.sms(1), house.sms(2, matter="赌"), house.sms(3)])
    assert [result.verdict for result in results] == ["accepted", "refused", "accepted"]
    assert [taken.delivery_id for taken in house.fake.sent] == [house.sms(1).delivery_id, house.sms(3).delivery_id]


async def test_a_batch_that_stops_the_provider_is_not_tried_message_by_message(house: House) -> None:
    house.fake.balance = 0
    results = await house.provider.send_batch([house.sms(n) for n in range(5)])
    assert {(result.verdict, result.stops) for result in results} == {("not_sent", "provider")}
    assert house.fake.requests == 1


def test_the_id_of_a_batch_fits_and_no_delivery_looks_like_one() -> None:
    ids = [f"dlv_{n:032x}" for n in range(batches.MOST)]
    assert len(batches.out_id(ids)) < 256
    assert not any(batches.is_batch(one) for one in ids)
    assert all(batches.holds(batches.out_id(ids), one) for one in ids)


# Queries.


async def test_a_message_is_found_among_many_to_the_same_number_on_the_day_it_was_sent(house: House) -> None:
    house.fake.number_day_most = None
    first = house.sms(0)
    since = house.clock.now()
    await house.provider.send(first)
    for n in range(1, 120):
        await house.provider.send(replace(house.sms(n), to=first.to))
    await house.fake.settled()
    house.clock.advance(timedelta(days=2))
    asked = house.fake.requests
    found = await house.provider.look_up(InDoubt(first.delivery_id, first.to, since))
    assert isinstance(found, Said)
    assert (found.state, found.code) == ("delivered", "DELIVERED")
    assert house.fake.requests - asked == 5, "two empty days, then three pages of 50"


async def test_a_message_is_found_when_aliyuns_clock_has_passed_midnight_and_ours_has_not(house: House) -> None:
    house.clock.set(datetime(2026, 3, 2, 16, 5, tzinfo=UTC))  # 00:05 of the 3rd in Beijing
    await house.provider.send(house.sms(1))
    slow = FixedClock(house.clock.now() - timedelta(minutes=7))
    doubt = InDoubt(house.sms(1).delivery_id, house.sms(1).to, slow.now() - timedelta(minutes=2))
    provider = Aliyun(read_url(house.fake.url), slow, callback_key=KEY)
    found = await provider.look_up(doubt)
    await provider.close()
    assert isinstance(found, Said)


async def test_a_message_without_a_receipt_yet_is_on_its_way(house: House) -> None:
    house.fake.receipts.append("never")
    since = house.clock.now()
    await house.provider.send(house.sms(1))
    found = await house.provider.look_up(InDoubt(house.sms(1).delivery_id, house.sms(1).to, since))
    assert isinstance(found, Said)
    assert (found.state, found.code) == ("sent", "")


async def test_what_is_older_than_aliyun_keeps_is_not_asked_about(house: House) -> None:
    doubt = InDoubt(house.sms(1).delivery_id, house.sms(1).to, house.clock.now() - timedelta(days=31))
    assert await house.provider.look_up(doubt) == "later"
    assert house.fake.requests == 0


async def test_a_query_that_lies_leaves_the_doubt(house: House) -> None:
    doubt = InDoubt(house.sms(1).delivery_id, house.sms(1).to, house.clock.now() - timedelta(hours=1))
    for told in ({}, {"SmsSendDetailDTOs": []}, {"SmsSendDetailDTOs": {"SmsSendDetailDTO": "none"}}):
        house.fake._query = lambda _asked, told=told: told  # type: ignore[method-assign, misc]
        assert await house.provider.look_up(doubt) == "later", told
    endless: dict[str, Any] = {"TotalCount": 10**9, "SmsSendDetailDTOs": {"SmsSendDetailDTO": [{"OutId": "x"}, 17]}}
    house.fake._query = lambda _asked: endless  # type: ignore[method-assign]
    assert await house.provider.look_up(doubt) == "later"


# Receipts as they come.


async def test_receipts_that_come_twice_early_late_or_of_strangers_are_each_read(house: House) -> None:
    house.fake.receipts.extend(["before", "twice", "late", "stranger"])
    results: list[SendResult] = []
    for n in range(4):
        results.append(await house.provider.send(house.sms(n)))
        if n == 0:
            assert len(house.heard) == 1, "the receipt was there before the answer"
    await house.fake.settled()
    told = [said.provider_id for heard in house.heard for said in heard.said]
    assert [told.count(str(result.provider_id)) for result in results] == [1, 2, 1, 1]
    assert told[-1] == results[2].provider_id, "the late one comes last"
    assert len(told) == 6
    assert {status for status, _ in house.fake.answers} == {200}
    assert {json.loads(body)["code"] for _, body in house.fake.answers} == {0}


async def test_a_receipt_says_what_is_billed_and_when(house: House) -> None:
    await house.provider.send(house.sms(1, matter="补" * 35))
    await house.fake.settled()
    [said] = house.heard[0].said
    assert said.delivery_id == house.sms(1).delivery_id
    assert said.segments == house.fake.sent[0].segments == 1
    assert said.at == MONDAY_MORNING


@pytest.mark.parametrize(("signs", "segments"), [(70, 1), (71, 2), (134, 2), (135, 3), (160, 3)])
def test_the_bill_counts_every_sign_one_as_chinese_providers_do_also_in_english(signs: int, segments: int) -> None:
    """https://help.aliyun.com/document_detail/44335.htm: 160 signs are 67 + 67 + 26."""
    assert segments_of("a" * signs) == segments_of("补" * signs) == segments
