"""Answers that nobody expects: whatever stands in them, sending and looking up come to a verdict, and never to an exception."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from aiohttp import web

from pushsvc.channels.sms.aliyun import Aliyun
from pushsvc.channels.sms.provider import Filled, InDoubt, Sms, SmsProvider
from pushsvc.channels.sms.tencent import Tencent
from pushsvc.clock import FixedClock
from pushsvc.domain.receipts import Said
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stands.clouds import read_url

SMS = Sms("dlv_1", "+8613800138001", "", "成都发布", Filled("SMS_1000", {"matter": "补贴"}, ("matter",)))
DOUBT = InDoubt(SMS.delivery_id, SMS.to, MONDAY_MORNING)
ODD: list[Any] = [
    None, True, 0, -1, 10**40, 1.5, "", "\ud800", "a\0b", "x" * 50_000, [], {}, [[]], [{}], {"a": {}}, "OK", "Ok",
    "isv.X", "+86",
]  # fmt: skip
TRUE_ANSWERS: dict[str, list[Any]] = {
    "aliyun": [
        {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": "9006^0"},
        {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发天级流控Permits:10", "RequestId": "R"},
        {"Code": "OK", "TotalCount": 1, "SmsSendDetailDTOs": {"SmsSendDetailDTO": [
            {"OutId": "dlv_1", "SendStatus": 3, "ErrCode": "DELIVERED", "ReceiveDate": "2026-03-02 09:00:00"}]}},
    ],
    "tencent": [
        {"Response": {"RequestId": "R", "SendStatusSet": [{
            "SerialNo": "5000:1", "PhoneNumber": SMS.to, "Fee": 1, "SessionContext": "dlv_1", "Code": "Ok", "Message": "m"}]}},
        {"Response": {"RequestId": "R", "Error": {"Code": "LimitExceeded", "Message": "m"}}},
        {"Response": {"RequestId": "R", "PullSmsSendStatusSet": [{
            "SerialNo": "5000:1", "SessionContext": "dlv_1", "ReportStatus": "SUCCESS", "Description": "DELIVRD",
            "UserReceiveTime": 1772413200}]}},
    ],
}  # fmt: skip
CLOCK = FixedClock(MONDAY_MORNING)
OPTIONS = {"aliyun": "sign=成都发布&insecure=1", "tencent": "sign=成都发布&app=1400006666&insecure=1"}
KINDS: dict[str, type[Aliyun] | type[Tencent]] = {"aliyun": Aliyun, "tencent": Tencent}


def built(kind: str, port: int) -> SmsProvider:
    return KINDS[kind](read_url(f"{kind}://K:S@127.0.0.1:{port}/?{OPTIONS[kind]}"), CLOCK, callback_key="k")


def spoilt(told: Any, dice: random.Random) -> Any:
    """One value somewhere in it is replaced by an odd one, or gone."""
    if isinstance(told, dict) and told and dice.random() < 0.85:
        name = dice.choice(sorted(told))
        changed = {key: value for key, value in told.items() if key != name}
        return changed if dice.random() < 0.1 else changed | {name: spoilt(told[name], dice)}
    if isinstance(told, list) and told and dice.random() < 0.85:
        return [spoilt(told[0], dice), *told[1:]] * dice.choice((1, 1, 1, 2))
    return dice.choice(ODD)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_answer_makes_a_provider_raise_or_say_what_cannot_be_kept(kind: str) -> None:
    dice = random.Random(17)
    answers: list[tuple[int, bytes]] = []

    async def answer(_: web.Request) -> web.Response:
        status, body = answers[-1]
        return web.Response(status=status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider = built(kind, runner.addresses[0][1])
    verdicts: dict[str, int] = {}
    for n in range(600):
        told = spoilt(TRUE_ANSWERS[kind][n % 3], dice)
        status = dice.choice((200, 200, 200, 200, 400, 404, 429, 500, 503))
        answers.append((status, json.dumps(told).encode()))
        result = await provider.send(SMS)
        verdicts[result.verdict] = verdicts.get(result.verdict, 0) + 1
        f"{result.why}{result.code}{result.provider_id}".encode()
        assert "\0" not in f"{result.why}{result.code}{result.provider_id}"
        assert result.verdict != "accepted" or (result.provider_id and status == 200), told
        assert result.verdict != "suppress", told
        found = await provider.look_up(DOUBT)
        assert isinstance(found, Said) or found == "later", (told, found)
    await provider.close()
    await runner.cleanup()
    assert verdicts["unknown"] > 100, verdicts
