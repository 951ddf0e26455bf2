"""Our signature against what the official SDK puts on the wire for the same request."""

from __future__ import annotations

import json
import time
import urllib.parse
from datetime import UTC, datetime
from typing import Any

import pytest
from tencentcloud.common import credential
from tencentcloud.common.http.request import ApiRequest
from tencentcloud.sms.v20210111 import models, sms_client

from pushsvc.channels.sms.provider import Filled, Sms
from pushsvc.channels.sms.tencent import signing
from pushsvc.channels.sms.tencent.provider import Tencent
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.tencent import FakeTencent
from tests.contract.sms.stands.clouds import read_url

NOW = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
SECRET_ID, SECRET_KEY, HOST = "AKIDtests", "a+secret/of=tests", "sms.tencentcloudapi.com"


class Intercepted(BaseException):
    """The SDK's request, taken before it leaves. No Exception: the SDK would wrap it."""

    def __init__(self, request: Any) -> None:
        super().__init__("intercepted")
        self.request = request


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> sms_client.SmsClient:
    def intercept(_: ApiRequest, request: Any, *__: Any, **___: Any) -> None:
        raise Intercepted(request)

    monkeypatch.setattr(ApiRequest, "send_request", intercept)
    monkeypatch.setattr(time, "time", lambda: NOW.timestamp())
    return sms_client.SmsClient(credential.Credential(SECRET_ID, SECRET_KEY), "ap-guangzhou")


def sent_by(call: Any, kind: type, parameters: dict[str, Any]) -> Any:
    request = kind()
    request.from_json_string(json.dumps(parameters))
    with pytest.raises(Intercepted) as stopped:
        call(request)
    return stopped.value.request


CALLS = [
    ("SendSms", models.SendSmsRequest, {
        "PhoneNumberSet": ["+8613800138001"], "SmsSdkAppId": "1400006666", "SignName": "成都发布", "TemplateId": "1110",
        "TemplateParamSet": ["适老化改造补贴", "a b+c&d=e%20~\"\\\n𠮷", ""], "SessionContext": "dlv_1",
    }),
    ("PullSmsSendStatus", models.PullSmsSendStatusRequest, {"Limit": 100, "SmsSdkAppId": "1400006666"}),
    ("PullSmsSendStatusByPhoneNumber", models.PullSmsSendStatusByPhoneNumberRequest, {
        "BeginTime": 1772400000, "EndTime": 1772500000, "Offset": 0, "Limit": 100, "PhoneNumber": "+8613800138001",
        "SmsSdkAppId": "1400006666",
    }),
]  # fmt: skip


@pytest.mark.parametrize(("action", "kind", "parameters"), CALLS, ids=[action for action, _, _ in CALLS])
def test_each_call_is_signed_as_the_sdk_signs_it(
    sdk: sms_client.SmsClient, action: str, kind: type, parameters: dict[str, Any]
) -> None:
    request = sent_by(getattr(sdk, action), kind, parameters)
    body = request.data if isinstance(request.data, bytes) else request.data.encode()
    ours = signing.call_headers(SECRET_ID, SECRET_KEY, HOST, action, "2021-01-11", "ap-guangzhou", body, NOW)
    theirs = {name.lower(): value for name, value in request.header.items()}
    for name in ("authorization", "content-type", "host", "x-tc-action", "x-tc-version", "x-tc-region", "x-tc-timestamp"):
        assert {key.lower(): value for key, value in ours.items()}[name] == theirs[name], name


async def test_what_really_leaves_holds_the_parameters_that_the_sdk_would_send(sdk: sms_client.SmsClient) -> None:
    fake = FakeTencent(SECRET_ID, SECRET_KEY, clock=FixedClock(NOW))
    fake.add("1110", "您关注的{1}有新通知，请于{2}前办理")
    seen: list[bytes] = []
    handle = fake.handle

    async def watching(request: Any, body: bytes, fault: str | None) -> Any:
        seen.append(body)
        return await handle(request, body, fault)

    fake.handle = watching  # type: ignore[method-assign]
    await fake.start()
    provider = Tencent(read_url(fake.url), FixedClock(NOW), callback_key="k")
    filled = Filled("1110", {"deadline": "4月30日", "matter": "适老化改造补贴"}, ("matter", "deadline"))
    result = await provider.send(Sms("dlv_1", "+8613800138001", "", "成都发布", filled))
    await provider.close()
    await fake.stop()
    assert (result.verdict, result.segments) == ("accepted", 1), result
    told = json.loads(seen[0])
    assert told["TemplateParamSet"] == ["适老化改造补贴", "4月30日"], "by place, whatever the order of the variables"
    assert told == json.loads(sent_by(sdk.SendSms, models.SendSmsRequest, told).data)


@pytest.mark.parametrize(
    ("secret_id", "secret_key", "code"),
    [(SECRET_ID, "another", "AuthFailure.SignatureFailure"), ("AKIDnobody", SECRET_KEY, "AuthFailure.SecretIdNotFound")],
)
async def test_a_wrong_key_stops_the_provider(secret_id: str, secret_key: str, code: str) -> None:
    fake = FakeTencent(secret_id, secret_key, clock=FixedClock(NOW))
    await fake.start()
    quoted = urllib.parse.quote(secret_key, safe="")
    url = read_url(fake.url.replace(secret_id, SECRET_ID).replace(quoted, urllib.parse.quote(SECRET_KEY, safe="")))
    provider = Tencent(url, FixedClock(NOW), callback_key="k")
    result = await provider.send(Sms("dlv_1", "+8613800138001", "", "", Filled("1110", {})))
    await provider.close()
    await fake.stop()
    assert (result.verdict, result.code, result.stops) == ("not_sent", code, "provider")


async def test_a_clock_that_is_off_stops_the_provider() -> None:
    fake = FakeTencent(SECRET_ID, SECRET_KEY, clock=FixedClock(NOW))
    await fake.start()
    provider = Tencent(read_url(fake.url), FixedClock(NOW.replace(hour=22)), callback_key="k")
    result = await provider.send(Sms("dlv_1", "+8613800138001", "", "", Filled("1110", {})))
    await provider.close()
    await fake.stop()
    assert (result.code, result.stops) == ("AuthFailure.SignatureExpire", "provider")
