"""The gateway before our Dysmsapi: signature, clock, nonce, names of parameters, and the form of answers.

It is stricter than Aliyun's in one thing: a parameter that the API does not know, which Aliyun passes over, is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from pushsvc.demo.fakes.cloud_signatures import Asked, wrong_acs3
from pushsvc.demo.fakes.sms_house import SmsHouse

_SKEW = timedelta(minutes=15)
_PARAMETERS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "SendSms": (
        frozenset({"PhoneNumbers", "SignName", "TemplateCode"}),
        frozenset({"TemplateParam", "OutId", "SmsUpExtendCode"}),
    ),
    "SendBatchSms": (
        frozenset({"PhoneNumberJson", "SignNameJson", "TemplateCode"}),
        frozenset({"TemplateParamJson", "OutId", "SmsUpExtendCodeJson"}),
    ),
    "QuerySendDetails": (frozenset({"PhoneNumber", "SendDate", "PageSize", "CurrentPage"}), frozenset({"BizId"})),
}
_MESSAGES = {"isv.BUSINESS_LIMIT_CONTROL": "触发分钟级流控Permits:1"}


class Refused(Exception):
    """An error of the gateway has a 4xx, one of the service comes with 200."""

    def __init__(self, code: str, message: str = "", status: int = 200) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message or code, status


class AliyunGateway(SmsHouse):
    key_id: str
    secret: str

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._nonces: dict[str, datetime] = {}

    async def answer(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """What the service says to a call that the gateway let through. Refused."""
        raise NotImplementedError

    def is_send(self, request: web.Request) -> bool:
        return request.headers.get("x-acs-action", "").startswith("Send")

    async def handle(self, request: web.Request, body: bytes, fault: str | None) -> web.StreamResponse:
        try:
            self._check_signature(request, body)
            parameters = self._parameters(request, body)
            if fault:
                raise Refused(fault, _MESSAGES.get(fault, ""), 200 if fault.startswith(("isv.", "isp.")) else 400)
            told = await self.answer(request.headers["x-acs-action"], parameters)
        except Refused as refused:
            self.refused.append(refused.code)
            return an_answer({"Code": refused.code, "Message": refused.message}, refused.status)
        return an_answer({"Code": "OK", "Message": "OK"} | told)

    def _check_signature(self, request: web.Request, body: bytes) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.rel_url.raw_query_string, headers, body)
        if wrong := wrong_acs3(asked, self.key_id, self.secret):
            raise Refused(wrong, wrong, 404 if wrong.endswith("NotFound") else 400)
        self._check_time(headers["x-acs-date"], headers["x-acs-signature-nonce"])

    def _check_time(self, written: str, nonce: str) -> None:
        now = self.clock.now()
        try:
            at = datetime.strptime(written, "%Y-%m-%dT%H:%M:%S%z")
        except ValueError:
            raise Refused("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.", 400) from None
        if abs(now - at) > _SKEW:
            raise Refused("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", 400)
        if nonce in self._nonces and now - self._nonces[nonce] <= _SKEW:
            raise Refused("SignatureNonceUsed", "Specified signature nonce was used already.", 400)
        self._nonces[nonce] = now
        while now - next(iter(self._nonces.values())) > _SKEW:
            del self._nonces[next(iter(self._nonces))]

    def _parameters(self, request: web.Request, body: bytes) -> dict[str, str]:
        action = request.headers.get("x-acs-action", "")
        if request.headers.get("x-acs-version") != "2017-05-25":
            raise Refused("InvalidVersion", "Specified parameter Version is not valid.", 400)
        if action not in _PARAMETERS:
            raise Refused("InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404)
        needed, optional = _PARAMETERS[action]
        written = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
        parameters = dict(written + parse_qsl(body.decode(), keep_blank_values=True))
        for name in sorted(needed):
            if not parameters.get(name):
                raise Refused(f"Missing{name}", f"{name} is mandatory for this action.", 400)
        if unknown := set(parameters) - needed - optional:
            raise Refused("InvalidParameter", f"unknown parameters: {sorted(unknown)}", 400)
        return parameters


def an_answer(told: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response({"RequestId": str(uuid.uuid4()).upper(), **told}, status=status)
