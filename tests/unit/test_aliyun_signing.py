"""Our signature against what the official SDK puts on the wire for the same request."""

from __future__ import annotations

import json
import urllib.parse
from datetime import UTC, datetime
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.utils import Utils
from darabonba.core import DaraCore

from pushsvc.channels.sms.aliyun import batches, signing
from pushsvc.channels.sms.aliyun.provider import Aliyun
from pushsvc.channels.sms.provider import Filled, Sms
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.domain.notices import SendResult
from tests.contract.sms.stands.clouds import read_url

NOW = datetime(2026, 3, 2, 1, 0, 7, tzinfo=UTC)
NONCE = "d410180a5abf7fe235dd9b74aca91fc0"
KEY_ID, SECRET, HOST = "LTAItests", "a+secret/of=tests", "dysmsapi.aliyuncs.com"
WORDS = ["适老化改造补贴", "a b+c&d=e%20~-_.!*'()", "", '𠮷\n"\\', "2026-04-30 09:00"]


class Intercepted(BaseException):
    """The SDK's request, taken before it leaves. No Exception: the SDK would try again."""

    def __init__(self, request: Any) -> None:
        super().__init__("intercepted")
        self.request = request


@pytest.fixture
def sdk(monkeypatch: pytest.MonkeyPatch) -> Client:
    def intercept(request: Any, *_: Any, **__: Any) -> None:
        raise Intercepted(request)

    monkeypatch.setattr(DaraCore, "do_action", intercept)
    monkeypatch.setattr(Utils, "get_timestamp", staticmethod(lambda: "2026-03-02T01:00:07Z"))
    monkeypatch.setattr(Utils, "get_nonce", staticmethod(lambda: NONCE))
    return Client(utils_models.Config(access_key_id=KEY_ID, access_key_secret=SECRET, endpoint=HOST))


def sent_by(call: Any, request: Any) -> Any:
    with pytest.raises(Intercepted) as stopped:
        call(request)
    return stopped.value.request


def ours(request: Any, body: bytes) -> str:
    """Our Authorization for exactly the headers and parameters of the SDK's request."""
    headers = {name: value for name, value in request.headers.items() if name != "Authorization"}
    made = signing.call_headers(HOST, headers["x-acs-action"], headers["x-acs-version"], body, NOW, NONCE)
    for name, value in made.items():
        assert headers[name] == value, name
    return signing.authorization(KEY_ID, SECRET, request.method, request.pathname, request.query, headers)


@pytest.mark.parametrize("words", WORDS)
def test_send_sms_is_signed_as_the_sdk_signs_it(sdk: Client, words: str) -> None:
    request = sent_by(sdk.send_sms, models.SendSmsRequest(
        phone_numbers="13800138001", sign_name="成都发布", template_code="SMS_1000", out_id="dlv_1",
        template_param=json.dumps({"matter": words}, ensure_ascii=False),
    ))  # fmt: skip
    assert ours(request, b"") == request.headers["Authorization"]


def test_query_send_details_is_signed_as_the_sdk_signs_it(sdk: Client) -> None:
    request = sent_by(sdk.query_send_details, models.QuerySendDetailsRequest(
        phone_number="13800138001", send_date="20260302", page_size=50, current_page=1, biz_id="9006^0",
    ))  # fmt: skip
    assert ours(request, b"") == request.headers["Authorization"]


def test_a_batch_is_signed_and_written_as_the_sdk_does_it(sdk: Client) -> None:
    filled = [Filled("SMS_1000", {"matter": words}) for words in WORDS]
    form = batches.form(["13800138001"] * len(filled), "成都发布", filled)
    request = sent_by(sdk.send_batch_sms, models.SendBatchSmsRequest(
        template_code="SMS_1000", out_id="b1abc", phone_number_json=form["PhoneNumberJson"],
        sign_name_json=form["SignNameJson"], template_param_json=form["TemplateParamJson"],
    ))  # fmt: skip
    body = request.body if isinstance(request.body, bytes) else request.body.encode()
    assert dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)) == dict(form)
    assert ours(request, body) == request.headers["Authorization"]


async def test_what_really_leaves_is_what_the_sdk_would_send(sdk: Client) -> None:
    """The same query, the same headers but for those that name the client; only these are signed by us."""
    fake = FakeAliyun(KEY_ID, SECRET, clock=FixedClock(NOW))
    fake.add("SMS_1000", "您关注的${matter}有新通知")
    seen: list[Any] = []
    handle = fake.handle

    async def watching(request: Any, body: bytes, fault: str | None) -> Any:
        seen.append((request.rel_url.raw_query_string, dict(request.headers), body))
        return await handle(request, body, fault)

    fake.handle = watching  # type: ignore[method-assign]
    await fake.start()
    provider = Aliyun(read_url(fake.url), FixedClock(NOW), callback_key="k", nonce=lambda: NONCE)
    sms = Sms("dlv_1", "+8613800138001", "", "成都发布", Filled("SMS_1000", {"matter": "a b+c&d=e~*"}))
    result = await provider.send(sms)
    await provider.close()
    await fake.stop()
    assert result.verdict == "accepted", result
    [(query, headers, body)] = seen
    request = sent_by(sdk.send_sms, models.SendSmsRequest(
        phone_numbers="13800138001", sign_name="成都发布", template_code="SMS_1000", out_id="dlv_1",
        template_param=json.dumps({"matter": "a b+c&d=e~*"}, ensure_ascii=False, separators=(",", ":")),
    ))  # fmt: skip
    assert dict(urllib.parse.parse_qsl(query)) == request.query
    assert body == b""
    ours = {name.lower(): value for name, value in headers.items()}
    for name, value in request.headers.items():
        if name.lower() not in ("host", "user-agent", "authorization", "x-acs-credentials-provider"):
            assert ours[name.lower()] == value, name


@pytest.mark.parametrize(
    ("key_id", "secret", "code"),
    [(KEY_ID, "another", "SignatureDoesNotMatch"), ("LTAInobody", SECRET, "InvalidAccessKeyId.NotFound")],
)
async def test_a_wrong_key_stops_the_provider(key_id: str, secret: str, code: str) -> None:
    fake = FakeAliyun(key_id, secret, clock=FixedClock(NOW))
    await fake.start()
    quoted = urllib.parse.quote(secret, safe="")
    url = read_url(fake.url.replace(key_id, KEY_ID).replace(quoted, urllib.parse.quote(SECRET, safe="")))
    provider = Aliyun(url, FixedClock(NOW), callback_key="k")
    result = await provider.send(Sms("dlv_1", "+8613800138001", "", "", Filled("SMS_1000", {})))
    await provider.close()
    await fake.stop()
    assert (result.verdict, result.code, result.stops) == ("not_sent", code, "provider")
    assert "secret" not in result.why or "secret of the key is wrong" in result.why


async def test_a_clock_that_is_off_stops_the_provider_and_a_nonce_that_was_used_leaves_a_doubt() -> None:
    fake = FakeAliyun(KEY_ID, SECRET, clock=FixedClock(NOW))
    fake.add("SMS_1000", "通知")
    await fake.start()
    sms = Sms("dlv_1", "+8613800138001", "", "", Filled("SMS_1000", {}))

    async def send(clock: FixedClock) -> SendResult:
        provider = Aliyun(read_url(fake.url), clock, callback_key="k", nonce=lambda: NONCE)
        try:
            return await provider.send(sms)
        finally:
            await provider.close()

    late = await send(FixedClock(NOW.replace(hour=2)))
    assert (late.code, late.stops) == ("InvalidTimeStamp.Expired", "provider")
    assert (await send(FixedClock(NOW))).verdict == "accepted"
    again = await send(FixedClock(NOW))
    assert (again.code, again.verdict, again.stops) == ("SignatureNonceUsed", "unknown", "")
    await fake.stop()
