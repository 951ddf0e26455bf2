"""The gateway before our Tencent Cloud SMS: signature, clock, names and types of parameters, and the form of answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from pushsvc.demo.fakes.cloud_signatures import Asked, wrong_tc3
from pushsvc.demo.fakes.sms_house import SmsHouse

_REGIONS = {"ap-guangzhou", "ap-beijing", "ap-nanjing"}
_PARAMETERS: Mapping[str, tuple[Mapping[str, type], Mapping[str, type]]] = {
    "SendSms": (
        {"PhoneNumberSet": list, "SmsSdkAppId": str, "TemplateId": str},
        {"SignName": str, "TemplateParamSet": list, "ExtendCode": str, "SessionContext": str, "SenderId": str},
    ),
    "PullSmsSendStatus": ({"Limit": int, "SmsSdkAppId": str}, {}),
    "PullSmsSendStatusByPhoneNumber": (
        {"BeginTime": int, "Offset": int, "Limit": int, "PhoneNumber": str, "SmsSdkAppId": str}, {"EndTime": int},
    ),
}  # fmt: skip


class Refused(Exception):
    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message or code


class TencentGateway(SmsHouse):
    secret_id: str
    secret_key: str
    app: str

    async def answer(self, action: str, asked: Mapping[str, Any], fault: str | None) -> dict[str, Any]:
        """What the service says to a call that the gateway let through; `fault` is a code for each number. Refused."""
        raise NotImplementedError

    def is_send(self, request: web.Request) -> bool:
        return request.headers.get("X-TC-Action") == "SendSms"

    async def handle(self, request: web.Request, body: bytes, fault: str | None) -> web.StreamResponse:
        try:
            self._check_signature(request, body)
            asked = self._parameters(request, body)
            if fault and _of_the_request(fault):
                raise Refused(fault)
            told = await self.answer(request.headers["X-TC-Action"], asked, fault)
        except Refused as refused:
            self.refused.append(refused.code)
            return an_answer({"Error": {"Code": refused.code, "Message": refused.message}})
        return an_answer(told)

    def _check_signature(self, request: web.Request, body: bytes) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.rel_url.raw_query_string, headers, body)
        if wrong := wrong_tc3(asked, self.secret_id, self.secret_key, self.clock.now()):
            raise Refused(wrong)

    def _parameters(self, request: web.Request, body: bytes) -> dict[str, Any]:
        action = request.headers.get("X-TC-Action", "")
        if request.headers.get("X-TC-Version") != "2021-01-11":
            raise Refused("NoSuchVersion")
        if action not in _PARAMETERS:
            raise Refused("InvalidAction")
        if request.headers.get("X-TC-Region") not in _REGIONS:
            raise Refused("UnsupportedRegion" if request.headers.get("X-TC-Region") else "MissingParameter")
        try:
            asked = json.loads(body)
        except ValueError:
            raise Refused("FailedOperation.JsonParseFail") from None
        needed, optional = _PARAMETERS[action]
        for name in needed:
            if name not in asked:
                raise Refused("MissingParameter", f"The request is missing a required parameter `{name}`.")
        for name, value in asked.items():
            kind = needed.get(name) or optional.get(name)
            if kind is None:
                raise Refused("UnknownParameter", f"The parameter `{name}` is not recognized.")
            if not isinstance(value, kind) or isinstance(value, bool):
                raise Refused("InvalidParameter", f"The value type of parameter `{name}` is not valid.")
        if asked["SmsSdkAppId"] != self.app:
            raise Refused("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        return dict(asked)


def _of_the_request(code: str) -> bool:
    """Whether this error is one of the whole request; others are told of each number."""
    return code.startswith(("AuthFailure", "RequestLimitExceeded", "UnauthorizedOperation", "InternalError"))


def an_answer(told: Mapping[str, Any]) -> web.Response:
    # Its type is this to the letter: with a charset behind it the official SDK takes an error for a success.
    body = json.dumps({"Response": {**told, "RequestId": str(uuid.uuid4())}}, ensure_ascii=False).encode()
    return web.Response(body=body, content_type="application/json")
