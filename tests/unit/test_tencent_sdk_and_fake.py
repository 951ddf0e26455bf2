"""The official SDK against our fake of Tencent: it takes from us what it takes from the SDK, and refuses the same."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models, sms_client

from pushsvc.demo.fakes.tencent import FakeTencent

APP = "1400006666"


@pytest.fixture
async def fake() -> AsyncIterator[FakeTencent]:
    fake = FakeTencent("AKIDtests", "a+secret/of=tests", app=APP)
    fake.add("1110", "您关注的{1}有新通知，请于{2}前办理")
    await fake.start()
    yield fake
    await fake.stop()


def a_client(fake: FakeTencent, secret_id: str = "AKIDtests", secret_key: str = "a+secret/of=tests") -> sms_client.SmsClient:
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=f"127.0.0.1:{fake.port}"))
    return sms_client.SmsClient(credential.Credential(secret_id, secret_key), "ap-guangzhou", profile)


async def call(client: sms_client.SmsClient, action: str, said: dict[str, Any]) -> dict[str, Any]:
    request = getattr(models, f"{action}Request")()
    request.from_json_string(json.dumps(said))
    answer = await asyncio.to_thread(getattr(client, action), request)
    return dict(json.loads(answer.to_json_string()))


def a_message(**changes: Any) -> dict[str, Any]:
    return {
        "PhoneNumberSet": ["+8613800138001"], "SmsSdkAppId": APP, "SignName": "成都发布", "TemplateId": "1110",
        "TemplateParamSet": ["补贴", "4月30日"], "SessionContext": "dlv_1",
    } | changes  # fmt: skip


async def test_what_the_sdk_sends_is_taken_and_pulled_in_both_ways(fake: FakeTencent) -> None:
    client = a_client(fake)
    [status] = (await call(client, "SendSms", a_message()))["SendStatusSet"]
    assert (status["Code"], status["Fee"], status["SessionContext"]) == ("Ok", 1, "dlv_1")
    assert fake.sent[0].text == "您关注的补贴有新通知，请于4月30日前办理"
    await fake.settled()
    at = int(fake.sent[0].at.timestamp())
    of_number = {
        "BeginTime": at - 60, "EndTime": at + 1, "Offset": 0, "Limit": 100, "PhoneNumber": "+8613800138001",
        "SmsSdkAppId": APP,
    }  # fmt: skip
    [one] = (await call(client, "PullSmsSendStatusByPhoneNumber", of_number))["PullSmsSendStatusSet"]
    [other] = (await call(client, "PullSmsSendStatus", {"Limit": 100, "SmsSdkAppId": APP}))["PullSmsSendStatusSet"]
    assert one == other
    assert (one["SerialNo"], one["ReportStatus"], one["Description"]) == (status["SerialNo"], "SUCCESS", "DELIVRD")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"PhoneNumberSet": ["+862886123456"]}, "InvalidParameterValue.IncorrectPhoneNumber"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateParamSet": ["补贴"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["补" * 13, "x"]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["http://a", "x"]}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
    ],
)
async def test_what_is_wrong_with_a_message_stands_beside_its_number(fake: FakeTencent, changes: Any, code: str) -> None:
    [status] = (await call(a_client(fake), "SendSms", a_message(**changes)))["SendStatusSet"]
    assert (status["Code"], status["SerialNo"], status["Fee"]) == (code, "", 0)
    assert not fake.sent


async def test_numbers_of_one_request_are_judged_one_by_one(fake: FakeTencent) -> None:
    told = await call(a_client(fake), "SendSms", a_message(PhoneNumberSet=["+8613800138001", "+861", "13800138002"]))
    assert [status["Code"] for status in told["SendStatusSet"]] == ["Ok", "InvalidParameterValue.IncorrectPhoneNumber", "Ok"]


@pytest.mark.parametrize(
    ("secret_id", "secret_key", "said", "code"),
    [
        ("AKIDtests", "wrong", {}, "AuthFailure.SignatureFailure"),
        ("AKIDnobody", "a+secret/of=tests", {}, "AuthFailure.SecretIdNotFound"),
        ("AKIDtests", "a+secret/of=tests", {"SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
    ],
)
async def test_the_gateway_refuses_the_whole_request_as_the_sdk_knows_it(
    fake: FakeTencent, secret_id: str, secret_key: str, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        await call(a_client(fake, secret_id, secret_key), "SendSms", a_message(**said))
    assert refused.value.get_code() == code


async def test_limits_of_the_number_the_account_and_the_second_hold(fake: FakeTencent) -> None:
    client = a_client(fake)
    fake.number_day_most = 2

    async def code(number: str, n: int) -> str:
        said = a_message(PhoneNumberSet=[number], TemplateParamSet=[f"补贴{n}", "x"])
        return str((await call(client, "SendSms", said))["SendStatusSet"][0]["Code"])

    one, other = "+8613800138001", "+8613800138002"
    assert [await code(one, 1), await code(one, 1)] == ["Ok", "LimitExceeded.PhoneNumberThirtySecondLimit"]
    assert [await code(one, 2), await code(one, 3)] == ["Ok", "LimitExceeded.PhoneNumberDailyLimit"]
    fake.number_hour_most = 1
    assert [await code(other, 1), await code(other, 2)] == ["Ok", "LimitExceeded.PhoneNumberOneHourLimit"]
    fake.balance = 0
    assert await code("+8613800138003", 1) == "FailedOperation.InsufficientBalanceInSmsPackage"
