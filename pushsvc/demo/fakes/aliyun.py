"""A Dysmsapi 2017-05-25 of our own making: SendSms, SendBatchSms, QuerySendDetails, SmsReport and SmsUp.

It refuses as Aliyun does, with its codes (https://help.aliyun.com/document_detail/101346.html), and one thing more strictly: a
parameter that the API does not know, which Aliyun passes over.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from aiohttp import web

from pushsvc.clock import Clock
from pushsvc.demo.fakes.cloud_signatures import Asked, wrong_acs3
from pushsvc.demo.fakes.sms_house import BEIJING, SmsHouse, Taken, Template, holds_address, holds_emoji, mobile

_SKEW = timedelta(minutes=15)
_MOST_IN_BATCH = 100
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
_STATUS = {"waiting": 1, "failed": 2, "delivered": 3}


class Refused(Exception):
    """An error of the gateway has a 4xx, one of the service comes with 200."""

    def __init__(self, code: str, message: str = "", status: int = 200) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message or code, status


class FakeAliyun(SmsHouse):
    """See SmsHouse. `key_id` and `secret` are the account's; `longest_variable` is what each variable of a notice may hold."""

    success_code = "DELIVERED"
    longest_variable = 35

    def __init__(
        self, key_id: str, secret: str, *, sign: str = "成都发布", clock: Clock | None = None,
        receipts_to: str | None = None, price: int = 45_000,
    ) -> None:  # fmt: skip
        super().__init__(clock=clock, receipts_to=receipts_to, price=price)
        self.key_id, self._secret = key_id, secret
        self.signs, self.second_most = {sign}, 5000
        self._nonces: dict[str, datetime] = {}

    @property
    def url(self) -> str:
        """For SMS_URL."""
        sign = quote(sorted(self.signs)[0])
        return f"aliyun://{self.key_id}:{quote(self._secret, safe='')}@127.0.0.1:{self.port}/?sign={sign}&insecure=1"

    def add(self, template: str, content: str, **longest: int) -> None:
        """Approve a template: `您关注的${matter}有新通知`."""
        self.templates[template] = Template(template, content, longest)

    def is_send(self, request: web.Request) -> bool:
        return request.headers.get("x-acs-action", "").startswith("Send")

    async def handle(self, request: web.Request, body: bytes, fault: str | None) -> web.StreamResponse:
        try:
            self._check_signature(request, body)
            parameters = self._parameters(request, body)
            if fault:
                raise Refused(fault, _MESSAGES.get(fault, ""), 200 if fault.startswith(("isv.", "isp.")) else 400)
            match request.headers["x-acs-action"]:
                case "SendSms":
                    told = await self._send(parameters)
                case "SendBatchSms":
                    told = await self._send_batch(parameters)
                case _:
                    told = self._query(parameters)
        except Refused as refused:
            self.refused.append(refused.code)
            return _answer({"Code": refused.code, "Message": refused.message}, refused.status)
        return _answer({"Code": "OK", "Message": "OK"} | told)

    def lie(self) -> web.Response:
        return _answer({"Code": "OK", "Message": "OK"})

    # The gateway: signature, clock, nonce, names of parameters.

    def _check_signature(self, request: web.Request, body: bytes) -> None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.rel_url.raw_query_string, headers, body)
        if wrong := wrong_acs3(asked, self.key_id, self._secret):
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

    # The service.

    async def _send(self, asked: Mapping[str, str]) -> dict[str, Any]:
        template, sign = self._template(asked["TemplateCode"]), asked["SignName"]
        number = self._number(asked["PhoneNumbers"], template)
        values = self._values(_object(asked.get("TemplateParam") or "{}"), template)
        self._check(sign, asked.get("OutId", ""), [(number, template.filled(values))], template)
        biz = self._biz_id()
        out, text = asked.get("OutId", ""), template.filled(values)
        await self.follow(self.take(out, number, asked["PhoneNumbers"], template, sign, text, biz))
        return {"BizId": biz}

    async def _send_batch(self, asked: Mapping[str, str]) -> dict[str, Any]:
        template = self._template(asked["TemplateCode"])
        written, signs = _array(asked["PhoneNumberJson"]), _array(asked["SignNameJson"])
        parameters = _array(asked.get("TemplateParamJson") or json.dumps([{}] * len(written)))
        if len(written) > _MOST_IN_BATCH:
            raise Refused("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
        if not len(written) == len(signs) == len(parameters):
            raise Refused("isv.INVALID_PARAMETERS", "参数异常")
        numbers = [self._number(str(one), template) for one in written]
        texts = [template.filled(self._values(one, template)) for one in parameters]
        for sign in signs:
            self._check(sign, asked.get("OutId", ""), list(zip(numbers, texts, strict=True)), template)
        biz = self._biz_id()
        for number, as_written, sign, text in zip(numbers, written, signs, texts, strict=True):
            await self.follow(self.take(asked.get("OutId", ""), number, as_written, template, sign, text, biz))
        return {"BizId": biz}

    def _query(self, asked: Mapping[str, str]) -> dict[str, Any]:
        number = mobile(asked["PhoneNumber"])
        if number is None or len(asked["PhoneNumber"]) != 11:
            raise Refused("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
        size, page = _number(asked["PageSize"], 50), _number(asked["CurrentPage"], 10_000)
        try:
            day = datetime.strptime(asked["SendDate"], "%Y%m%d").date()
        except ValueError:
            raise Refused("isv.INVALID_PARAMETERS", "SendDate") from None
        if self.clock.now().astimezone(BEIJING).date() - day > timedelta(days=30):
            raise Refused("isv.INVALID_PARAMETERS", "SendDate")
        found = [one for one in self.shown(number) if one.at.astimezone(BEIJING).date() == day]
        if biz := asked.get("BizId"):
            found = [one for one in found if one.provider_id == biz]
        rows = [_row(one) for one in found[(page - 1) * size : page * size]]
        return {"TotalCount": len(found), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}

    def _template(self, code: str) -> Template:
        if code not in self.templates:
            raise Refused("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
        return self.templates[code]

    def _number(self, written: str, template: Template) -> str:
        number = mobile(written)
        if number and template.abroad:
            raise Refused("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "国际/港澳台消息模板不支持发送境内号码")
        if number:
            return number
        if not (template.abroad and written.isdecimal() and 7 <= len(written) <= 15):
            raise Refused("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
        return f"+{written}"

    def _values(self, given: Any, template: Template) -> dict[str, str]:
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise Refused("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
        for name in template.variables:
            value = given.get(name)
            if not value:
                raise Refused("isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量")
            if len(value) > template.longest.get(name, self.longest_variable):
                raise Refused("isv.PARAM_LENGTH_LIMIT", "参数超出长度限制")
            if holds_address(value):
                raise Refused("isv.PARAM_NOT_SUPPORT_URL", "不支持URL")
            if any(word in value for word in self.black_words):
                raise Refused("isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控")
            if holds_emoji(value):
                raise Refused("isv.UNSUPPORTED_CONTENT", "不支持的短信内容")
        return dict(given)

    def _check(self, sign: str, out: str, messages: list[tuple[str, str]], template: Template) -> None:
        if sign not in self.signs:
            raise Refused("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
        if len(out) > 255:
            raise Refused("isv.INVALID_PARAMETERS", "OutId")
        if self.balance is not None and self.balance < self.price * len(messages):
            raise Refused("isv.AMOUNT_NOT_ENOUGH", "账户余额不足")
        if self.this_second() + len(messages) > self.second_most:
            raise Refused("Throttling.User", "Request was denied due to user flow control.", 400)
        for number, _ in messages:
            most = self.number_day_most
            if most is not None and self.within(86_400, number, template=template.id) >= most:
                raise Refused("isv.BUSINESS_LIMIT_CONTROL", f"触发天级流控Permits:{most}")

    def _biz_id(self) -> str:
        return f"{self.next_id():012d}^0"

    # What it tells of its own accord.

    def receipt_body(self, taken: Taken) -> Any:
        success = taken.state == "delivered"
        return [{
            "phone_number": taken.number.removeprefix("+86"), "send_time": _wall(taken.at), "report_time": _wall(taken.told_at),
            "success": success, "err_code": taken.code, "err_msg": "用户接收成功" if success else taken.code,
            "sms_size": str(taken.segments), "biz_id": taken.provider_id, "out_id": taken.delivery_id,
        }]  # fmt: skip

    def reply_body(self, number: str, words: str) -> Any:
        return [{
            "phone_number": number.removeprefix("+86"), "content": words, "send_time": _wall(self.clock.now()),
            "dest_code": "1234", "sequence_id": str(self.next_id()),
        }]  # fmt: skip


_MESSAGES = {"isv.BUSINESS_LIMIT_CONTROL": "触发分钟级流控Permits:1"}


def _answer(told: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.json_response({"RequestId": str(uuid.uuid4()).upper(), **told}, status=status)


def _row(taken: Taken) -> dict[str, Any]:
    told = {"ErrCode": taken.code, "ReceiveDate": _wall(taken.told_at)} if taken.state != "waiting" else {}
    return {
        "PhoneNum": taken.number.removeprefix("+86"), "OutId": taken.delivery_id, "TemplateCode": taken.template,
        "Content": f"【{taken.sign}】{taken.text}", "SendDate": _wall(taken.at), "SendStatus": _STATUS[taken.state],
    } | told  # fmt: skip


def _wall(at: datetime | None) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _number(written: str, most: int) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= most:
        raise Refused("isv.INVALID_PARAMETERS", "参数异常")
    return int(written)


def _object(written: str) -> Any:
    try:
        return json.loads(written)
    except ValueError:
        raise Refused("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值") from None


def _array(written: str) -> list[Any]:
    found = _object(written)
    if not isinstance(found, list):
        raise Refused("isv.INVALID_JSON_PARAM", "JSON参数不合法")
    return found
