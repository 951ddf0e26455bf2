"""A Dysmsapi 2017-05-25 of our own making: SendSms, SendBatchSms, QuerySendDetails, SmsReport and SmsUp.

It refuses as Aliyun does, with its codes (https://help.aliyun.com/document_detail/101346.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from pushsvc.clock import Clock
from pushsvc.demo.fakes.aliyun_gateway import AliyunGateway, Refused, an_answer
from pushsvc.demo.fakes.sms_receipts import BEIJING, Taken
from pushsvc.demo.fakes.sms_texts import Template, holds_address, holds_emoji, mobile

_MOST_IN_BATCH = 100
_STATUS = {"waiting": 1, "failed": 2, "delivered": 3}


class FakeAliyun(AliyunGateway):
    """See SmsHouse. `key_id` and `secret` are the account's; `longest_variable` is what each variable of a notice may hold."""

    success_code = "DELIVERED"
    longest_variable = 35

    def __init__(
        self, key_id: str, secret: str, *, sign: str = "成都发布", clock: Clock | None = None,
        receipts_to: str | None = None, price: int = 45_000,
    ) -> None:  # fmt: skip
        super().__init__(clock=clock, receipts_to=receipts_to, price=price)
        self.key_id, self.secret = key_id, secret
        self.signs, self.second_most = {sign}, 5000

    @property
    def url(self) -> str:
        """For SMS_URL."""
        sign = quote(sorted(self.signs)[0])
        return f"aliyun://{self.key_id}:{quote(self.secret, safe='')}@127.0.0.1:{self.port}/?sign={sign}&insecure=1"

    def add(self, template: str, content: str, **longest: int) -> None:
        """Approve a template: `您关注的${matter}有新通知`."""
        self.templates[template] = Template(template, content, longest)

    async def answer(self, action: str, asked: Mapping[str, str]) -> dict[str, Any]:
        match action:
            case "SendSms":
                return await self._send(asked)
            case "SendBatchSms":
                return await self._send_batch(asked)
            case _:
                return self._query(asked)

    def lie(self) -> web.Response:
        return an_answer({"Code": "OK", "Message": "OK"})

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
