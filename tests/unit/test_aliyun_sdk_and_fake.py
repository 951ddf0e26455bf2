"""The official SDK against our fake of Aliyun: it takes from us what it takes from the SDK, and refuses the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi import utils_models

from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.sms_receipts import BEIJING


@pytest.fixture
async def fake() -> AsyncIterator[FakeAliyun]:
    fake = FakeAliyun("LTAItests", "a+secret/of=tests")
    fake.add("SMS_1000", "您关注的${matter}有新通知", matter=10)
    await fake.start()
    yield fake
    await fake.stop()


def a_client(fake: FakeAliyun, **changes: str) -> Client:
    said = {"access_key_id": "LTAItests", "access_key_secret": "a+secret/of=tests"} | changes
    return Client(utils_models.Config(endpoint=f"127.0.0.1:{fake.port}", protocol="http", **said))


def a_request(**changes: Any) -> models.SendSmsRequest:
    said: dict[str, Any] = {
        "phone_numbers": "13800138001", "sign_name": "成都发布", "template_code": "SMS_1000", "out_id": "dlv_1",
        "template_param": '{"matter":"补贴"}',
    } | changes  # fmt: skip
    return models.SendSmsRequest(**said)


async def test_what_the_sdk_sends_is_taken_and_found_by_its_query(fake: FakeAliyun) -> None:
    client = a_client(fake)
    sent = (await asyncio.to_thread(client.send_sms, a_request())).body
    assert (sent.code, fake.sent[0].number, fake.sent[0].text) == ("OK", "+8613800138001", "您关注的补贴有新通知")
    await fake.settled()
    day = f"{fake.sent[0].at.astimezone(BEIJING):%Y%m%d}"
    found = (await asyncio.to_thread(client.query_send_details, models.QuerySendDetailsRequest(
        phone_number="13800138001", send_date=day, page_size=10, current_page=1, biz_id=sent.biz_id,
    ))).body  # fmt: skip
    [row] = found.sms_send_detail_dtos.sms_send_detail_dto
    assert (row.out_id, row.send_status, row.err_code) == ("dlv_1", 3, "DELIVERED")


async def test_a_batch_of_the_sdk_is_taken(fake: FakeAliyun) -> None:
    sent = (await asyncio.to_thread(a_client(fake).send_batch_sms, models.SendBatchSmsRequest(
        phone_number_json='["13800138001","13800138002"]', sign_name_json='["成都发布","成都发布"]', template_code="SMS_1000",
        template_param_json=json.dumps([{"matter": "补贴"}, {"matter": "年检"}], ensure_ascii=False), out_id="b",
    ))).body  # fmt: skip
    assert sent.code == "OK"
    assert [taken.text for taken in fake.sent] == ["您关注的补贴有新通知", "您关注的年检有新通知"]
    assert {taken.provider_id for taken in fake.sent} == {sent.biz_id}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone_numbers": "02886123456"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"sign_name": "别人"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_code": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_param": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"template_param": '{"matter":17}'}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": "matter"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": '{"matter":"补补补补补补补补补补补"}'}, "isv.PARAM_LENGTH_LIMIT"),
        ({"template_param": '{"matter":"http://a"}'}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"template_param": '{"matter":"😀"}'}, "isv.UNSUPPORTED_CONTENT"),
        ({"out_id": "x" * 256}, "isv.INVALID_PARAMETERS"),
    ],
)
async def test_what_is_wrong_is_refused_with_aliyuns_code_and_not_taken(
    fake: FakeAliyun, changes: dict[str, Any], code: str
) -> None:
    answer = (await asyncio.to_thread(a_client(fake).send_sms, a_request(**changes))).body
    assert answer.code == code
    assert fake.refused == [code]
    assert not fake.sent


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"access_key_secret": "wrong"}, "SignatureDoesNotMatch"),
        ({"access_key_id": "LTAInobody"}, "InvalidAccessKeyId.NotFound"),
    ],
)
async def test_the_gateway_refuses_a_wrong_key_as_the_sdk_knows_it(
    fake: FakeAliyun, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Exception, match=code) as refused:
        await asyncio.to_thread(a_client(fake, **changes).send_sms, a_request())
    assert getattr(refused.value, "code", "") == code


async def test_limits_of_the_account_the_second_and_the_number_hold(fake: FakeAliyun) -> None:
    client = a_client(fake)
    fake.number_day_most = 2
    codes = [(await asyncio.to_thread(client.send_sms, a_request())).body.code for _ in range(3)]
    assert codes == ["OK", "OK", "isv.BUSINESS_LIMIT_CONTROL"]
    fake.balance = fake.price - 1
    poor = await asyncio.to_thread(client.send_sms, a_request(phone_numbers="13800138002"))
    assert poor.body.code == "isv.AMOUNT_NOT_ENOUGH"
    fake.balance, fake.second_most = None, 0
    with pytest.raises(Exception, match=r"Throttling\.User"):
        await asyncio.to_thread(client.send_sms, a_request(phone_numbers="13800138003"))
