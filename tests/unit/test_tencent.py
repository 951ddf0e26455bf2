"""What is Tencent's own: its setting, its codes, variables by place, doubts without receipts, pulled and called receipts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from tencentcloud.sms.v20210111 import errorcodes

from pushsvc.channels.sms.meanings import UNKNOWN_CODE
from pushsvc.channels.sms.provider import Filled, InDoubt, Sms
from pushsvc.channels.sms.tencent import Tencent, codes
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.tencent import FakeTencent
from pushsvc.domain.receipts import Callback, Heard, Said
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stands.clouds import KEY, read_url

FORM = "tencent://AKIDtests:hunter2@sms.tencentcloudapi.com"


@dataclass
class House:
    fake: FakeTencent
    provider: Tencent
    clock: FixedClock
    heard: list[Heard]
    callbacks: str

    def sms(self, n: int, matter: str = "适老化改造补贴") -> Sms:
        filled = Filled("1110", {"deadline": f"4月{n % 30 + 1}日", "matter": matter}, ("matter", "deadline"))
        return Sms(f"dlv_{n:032x}", f"+86{13_800_138_000 + n}", "", "成都发布", filled)

    def doubt(self, n: int, **ago: float) -> InDoubt:
        return InDoubt(self.sms(n).delivery_id, self.sms(n).to, self.clock.now() - timedelta(**ago))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A fake whose receipts are pulled, and an address to which it can be told to call."""
    clock, heard = FixedClock(MONDAY_MORNING), list[Heard]()
    fake = FakeTencent("AKIDtests", "secret", clock=clock)
    fake.add("1110", "您关注的{1}有新通知，请于{2}前办理")
    await fake.start()
    provider = Tencent(read_url(fake.url), clock, callback_key=KEY)

    async def hear(request: web.Request) -> web.Response:
        callback = Callback("POST", dict(request.query), dict(request.headers), await request.read())
        heard.append(provider.read_callback(callback))
        return web.Response(text=heard[-1].answer, content_type=heard[-1].media_type)

    app = web.Application()
    app.router.add_post("/receipts", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield House(fake, provider, clock, heard, f"http://127.0.0.1:{runner.addresses[0][1]}/receipts?key={KEY}")
    await provider.close()
    await fake.stop()
    await runner.cleanup()


# The setting.


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (f"{FORM}/?app=1400006666", "sign="),
        (f"{FORM}/?sign=成都发布", "app="),
        (f"{FORM}/?sign=成都发布&app=mine", "a number such as"),
        (f"{FORM}/?sign=成都发布&app=1400006666&zone=x", "'zone'"),
        ("tencent://:hunter2@sms.tencentcloudapi.com/?sign=成都发布&app=1400006666", "id of its key"),
        ("tencent://AKID%20:hunter2@sms.tencentcloudapi.com/?sign=成都发布&app=1400006666", "id of the key"),
    ],
)
def test_a_setting_that_lacks_something_says_what_and_never_its_secret(written: str, named: str) -> None:
    with pytest.raises(ValueError) as refused:
        Tencent(read_url(written), FixedClock(MONDAY_MORNING), callback_key="k")
    assert named in str(refused.value)
    assert "hunter2" not in str(refused.value)


# Codes.


def test_every_code_that_the_sdk_knows_is_in_the_table_or_in_a_family() -> None:
    listed = [value for name, value in vars(errorcodes).items() if name.isupper() and isinstance(value, str)]
    assert len(listed) > 90
    assert [code for code in listed if codes.meaning(code) is UNKNOWN_CODE] == []


def test_every_row_has_a_reason_and_the_page_that_it_comes_from() -> None:
    for code, meaning in [*codes.ANSWERS.items(), *codes.FAMILIES.items()]:
        assert meaning.why, code
        assert meaning.page.startswith("https://cloud.tencent.com/"), code


def test_a_limit_of_one_number_never_slows_the_channel_down_and_a_limit_of_the_account_never_blames_a_number() -> None:
    for code, meaning in codes.ANSWERS.items():
        if code.startswith("LimitExceeded.PhoneNumber"):
            assert (meaning.verdict, meaning.stops) == ("try_later", ""), code
        elif code.startswith("LimitExceeded.App") and "Blacklist" not in code:
            assert meaning.verdict == "slow_down", code


def test_an_error_inside_tencent_leaves_the_message_in_doubt() -> None:
    for code in ("InternalError.Timeout", "InternalError.SendAndRecvFail", "InternalError.OtherError", "InternalError.New"):
        assert codes.meaning(code).verdict == "unknown", code


# Sending.


async def test_variables_go_by_the_place_that_the_template_gives_them(house: House) -> None:
    await house.provider.send(house.sms(3))
    assert house.fake.sent[0].text == "您关注的适老化改造补贴有新通知，请于4月4日前办理"


async def test_variables_without_an_order_are_not_guessed(house: House) -> None:
    filled = replace(house.sms(1).filled or Filled(""), order=())
    result = await house.provider.send(replace(house.sms(1), filled=filled))
    assert (result.verdict, result.code, result.stops) == ("try_later", "order", "template")
    assert house.fake.requests == 0


async def test_what_is_billed_stands_in_the_answer(house: House) -> None:
    house.fake.longest_variable = 100
    result = await house.provider.send(house.sms(1, "补" * 60))
    assert result.segments == house.fake.sent[0].segments == 2


@pytest.mark.parametrize(
    ("matter", "code"),
    [
        ("补" * 13, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ("www.a.cn", "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ("赌", "FailedOperation.ContainSensitiveWord"),
    ],
)
async def test_words_that_tencent_refuses_are_refused_with_its_code(house: House, matter: str, code: str) -> None:
    house.fake.black_words.add("赌")
    result = await house.provider.send(house.sms(1, matter))
    assert (result.verdict, result.code, result.stops) == ("refused", code, "")


async def test_the_same_words_to_the_same_number_within_half_a_minute_wait(house: House) -> None:
    await house.provider.send(house.sms(1))
    result = await house.provider.send(house.sms(1))
    assert (result.verdict, result.retry_after_seconds) == ("try_later", 30)
    house.clock.advance(timedelta(seconds=30))
    assert (await house.provider.send(house.sms(1))).verdict == "accepted"


# Doubts.


async def test_a_message_to_a_phone_that_is_off_is_never_called_absent_before_operators_give_up(house: House) -> None:
    house.fake.receipts.append("never")
    house.fake.faults.append("reset_after")
    doubt = house.doubt(1)
    await house.provider.send(house.sms(1))
    for hours in (1, 24, 46):
        house.clock.advance(timedelta(hours=hours))
        assert await house.provider.look_up(doubt) == "later"
    house.clock.advance(timedelta(hours=1))
    assert await house.provider.look_up(doubt) == "absent", "72 hours"


async def test_where_receipts_do_not_hold_our_id_a_message_to_the_same_number_may_be_ours(house: House) -> None:
    house.fake.echoes_context = False
    sent = await house.provider.send(house.sms(1))
    await house.fake.settled()
    house.clock.advance(timedelta(hours=80))
    assert await house.provider.look_up(house.doubt(1, hours=81)) == "later"
    known = replace(house.doubt(1, hours=81), provider_id=sent.provider_id)
    assert isinstance(await house.provider.look_up(known), Said), "its own id names it all the same"


async def test_a_query_that_lies_leaves_the_doubt(house: House) -> None:
    ours = house.sms(1).delivery_id
    lies: list[Any] = [
        None, "none", {"rows": []}, [{"SessionContext": ours}], [{"SessionContext": ours, "SerialNo": "1", "ReportStatus": 17}],
    ]  # fmt: skip
    for told in lies:
        house.fake._pull_of = lambda _asked, told=told: told  # type: ignore[method-assign, misc]
        assert await house.provider.look_up(house.doubt(1, hours=80)) == "later", told


# Receipts.


async def test_receipts_that_were_not_called_are_pulled_once_in_pages_of_a_hundred(house: House) -> None:
    messages = [house.sms(n) for n in range(120)]
    house.fake.code_of[messages[7].to] = "MK:0001"
    results = [await house.provider.send(sms) for sms in messages]
    await house.fake.settled()
    said = await house.provider.poll()
    assert [one.provider_id for one in said] == [result.provider_id for result in results]
    assert [one.delivery_id for one in said] == [sms.delivery_id for sms in messages]
    assert [one.state for one in said].count("delivered") == 119
    assert said[7].state == "dead"
    assert await house.provider.poll() == []


async def test_receipts_that_are_called_name_the_message_by_tencents_id(house: House) -> None:
    house.fake.receipts_to = house.callbacks
    house.fake.receipts.extend(["twice", "before", "stranger"])
    results = [await house.provider.send(house.sms(n)) for n in range(3)]
    await house.fake.settled()
    told = [said.provider_id for heard in house.heard for said in heard.said]
    assert [told.count(str(result.provider_id)) for result in results] == [2, 1, 1]
    assert len(told) == 5
    assert [json.loads(body) for _, body in house.fake.answers] == [{"result": 0, "errmsg": "OK"}] * 5
    assert await house.provider.poll() == []


async def test_a_callback_without_the_key_is_not_answered_with_ok_and_comes_again(house: House) -> None:
    house.fake.receipts_to, house.fake.retry_seconds = house.callbacks.replace(KEY, "another"), (0.01, 0.01)
    await house.provider.send(house.sms(1))
    await house.fake.settled()
    assert [status for status, _ in house.fake.answers] == [500, 500, 500]
    assert not house.heard


async def test_what_a_person_answers_is_heard(house: House) -> None:
    house.fake.receipts_to = house.callbacks
    await house.fake.reply("+8613800138001", "TD")
    [one] = house.heard[0].incoming
    assert (one.address, one.words) == ("+8613800138001", "TD")
