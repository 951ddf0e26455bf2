"""A Tencent Cloud SMS 2021-01-11 of our own making: SendSms, the two ways to pull receipts, and its callbacks.

It refuses as Tencent does, with its codes (https://cloud.tencent.com/document/api/382/59177). `echoes_context`: whether
receipts that are pulled hold SessionContext; Tencent switches that on for an account when it is asked to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from pushsvc.clock import Clock
from pushsvc.demo.fakes.sms_receipts import BEIJING, Taken
from pushsvc.demo.fakes.sms_texts import Template, holds_address, mobile
from pushsvc.demo.fakes.tencent_gateway import Refused, TencentGateway, an_answer

_KEPT = timedelta(days=7)


class FakeTencent(TencentGateway):
    """See SmsHouse. By default a number gets the same words at most once in 30 seconds, as Tencent's console has it."""

    longest_variable = 12

    def __init__(
        self, secret_id: str, secret_key: str, *, app: str = "1400006666", sign: str = "成都发布",
        clock: Clock | None = None, receipts_to: str | None = None, price: int = 45_000,
    ) -> None:  # fmt: skip
        super().__init__(clock=clock, receipts_to=receipts_to, price=price)
        self.secret_id, self.secret_key, self.app = secret_id, secret_key, app
        self.signs = {sign}
        self.echoes_context = True
        self.number_hour_most: int | None = 30
        self._unpulled: list[Taken] = []

    @property
    def url(self) -> str:
        """For SMS_URL."""
        sign, key = quote(sorted(self.signs)[0]), quote(self.secret_key, safe="")
        options = f"sign={sign}&app={self.app}&region=ap-guangzhou&insecure=1"
        return f"tencent://{self.secret_id}:{key}@127.0.0.1:{self.port}/?{options}"

    def add(self, template: str, content: str, **longest: int) -> None:
        """Approve a template: `您关注的{1}有新通知`. The longest of each as `_1=20`."""
        self.templates[template] = Template(template, content, {name.strip("_"): most for name, most in longest.items()})

    async def answer(self, action: str, asked: Mapping[str, Any], fault: str | None) -> dict[str, Any]:
        match action:
            case "SendSms":
                return {"SendStatusSet": [await self._send(number, asked, fault) for number in asked["PhoneNumberSet"]]}
            case "PullSmsSendStatus":
                return {"PullSmsSendStatusSet": self._pull(asked["Limit"])}
            case _:
                return {"PullSmsSendStatusSet": self._pull_of(asked)}

    def lie(self) -> web.Response:
        status = _status("+8613900000009", "dlv_of_somebody_else", "Ok", "send success", "9999:0", 1)
        return an_answer({"SendStatusSet": [status]})

    # The service.

    async def _send(self, written: str, asked: Mapping[str, Any], fault: str | None) -> dict[str, Any]:
        context = asked.get("SessionContext", "")
        try:
            if fault:
                raise Refused(fault)
            number, template, text = self._checked(written, asked)
        except Refused as refused:
            self.refused.append(refused.code)
            return _status(written, context, refused.code, refused.message, "", 0)
        own = f"5000:{self.next_id():028d}"
        taken = self.take(context, number, written, template, asked["SignName"], text, own)
        await self.follow(taken)
        return _status(written, context, "Ok", "send success", own, taken.segments)

    def _checked(self, written: str, asked: Mapping[str, Any]) -> tuple[str, Template, str]:
        number = mobile(written)
        if number is None:
            raise Refused("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number")
        if len(asked.get("SessionContext", "").encode()) >= 512:
            raise Refused("InvalidParameter", "SessionContext")
        if asked.get("SignName") not in self.signs:
            raise Refused("FailedOperation.SignatureIncorrectOrUnapproved", "signature is not approved")
        template = self.templates.get(asked["TemplateId"])
        if template is None:
            raise Refused("FailedOperation.TemplateUnapprovedOrNotExist", "template is not approved or does not exist")
        values = asked.get("TemplateParamSet") or []
        if len(values) != len(template.variables) or not all(isinstance(value, str) for value in values):
            raise Refused("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "number of parameters")
        for name, value in zip(template.variables, values, strict=True):
            if len(value) > template.longest.get(name, self.longest_variable):
                raise Refused("InvalidParameterValue.TemplateParameterLengthLimit", "the length of template parameter")
            if holds_address(value):
                raise Refused("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "url")
            if any(word in value for word in self.black_words):
                raise Refused("FailedOperation.ContainSensitiveWord", "sensitive word")
        text = template.filled(dict(zip(template.variables, values, strict=True)))
        self._check_limits(number, text)
        return number, template, text

    def _check_limits(self, number: str, text: str) -> None:
        if self.balance is not None and self.balance < self.price:
            raise Refused("FailedOperation.InsufficientBalanceInSmsPackage", "insufficient balance in SMS package")
        if self.this_second() >= self.second_most:
            raise Refused("RequestLimitExceeded", "frequency limit")
        if self.within(30, number, text=text):
            raise Refused("LimitExceeded.PhoneNumberThirtySecondLimit", "delivery limit of one number in 30 seconds")
        if self.number_hour_most is not None and self.within(3600, number) >= self.number_hour_most:
            raise Refused("LimitExceeded.PhoneNumberOneHourLimit", "delivery limit of one number in an hour")
        if self.number_day_most is not None and self.within(86_400, number) >= self.number_day_most:
            raise Refused("LimitExceeded.PhoneNumberDailyLimit", "delivery limit of one number in a day")

    def _pull(self, limit: int) -> list[dict[str, Any]]:
        """What has not been pulled before. It is not given again."""
        if not 1 <= limit <= 100:
            raise Refused("InvalidParameterValue.LimitVerifyFail")
        now, self._unpulled = self._unpulled[:limit], self._unpulled[limit:]
        return [self._row(taken) for taken in now]

    def _pull_of(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Receipts of one number: only messages of which an operator has said something."""
        number, now = mobile(asked["PhoneNumber"]), self.clock.now()
        begin = datetime.fromtimestamp(asked["BeginTime"], UTC)
        if number is None:
            raise Refused("InvalidParameterValue.IncorrectPhoneNumber")
        if begin < now - _KEPT - timedelta(minutes=1):
            raise Refused("InvalidParameterValue.BeginTimeVerifyFail")
        if asked.get("EndTime", 0) > now.timestamp() + 1:
            raise Refused("InvalidParameterValue.EndTimeVerifyFail")
        if asked["Offset"] != 0:
            raise Refused("InvalidParameterValue.OffsetVerifyFail")
        if not 1 <= asked["Limit"] <= 100:
            raise Refused("InvalidParameterValue.LimitVerifyFail")
        end = datetime.fromtimestamp(asked["EndTime"], UTC) if "EndTime" in asked else now
        found = [one for one in self.shown(number) if one.told_at and begin <= one.at <= end]
        return [self._row(one) for one in found[: asked["Limit"]]]

    def _row(self, taken: Taken) -> dict[str, Any]:
        return {
            "UserReceiveTime": int((taken.told_at or taken.at).timestamp()), "CountryCode": "86",
            "SubscriberNumber": taken.number.removeprefix("+86"), "PhoneNumber": taken.number, "SerialNo": taken.provider_id,
            "ReportStatus": "SUCCESS" if taken.state == "delivered" else "FAIL", "Description": taken.code,
            "SessionContext": taken.delivery_id if self.echoes_context else "",
        }  # fmt: skip

    # What it tells of its own accord.

    def told(self, taken: Taken) -> None:
        if not self.receipts_to:  # a receipt is called back or pulled, not both
            self._unpulled.append(taken)

    def receipt_body(self, taken: Taken) -> Any:
        return [{
            "user_receive_time": _wall(taken.told_at), "nationcode": "86", "mobile": taken.number.removeprefix("+86"),
            "report_status": "SUCCESS" if taken.state == "delivered" else "FAIL", "errmsg": taken.code,
            "description": "用户短信送达成功" if taken.state == "delivered" else "用户短信接收失败", "sid": taken.provider_id,
        }]  # fmt: skip

    def reply_body(self, number: str, words: str) -> Any:
        return {
            "extend": "", "mobile": number.removeprefix("+86"), "nationcode": "86", "sign": sorted(self.signs)[0],
            "text": words, "time": int(self.clock.now().timestamp()),
        }  # fmt: skip


def _status(number: str, context: str, code: str, message: str, own: str, fee: int) -> dict[str, Any]:
    return {
        "SerialNo": own, "PhoneNumber": number, "Fee": fee, "SessionContext": context, "Code": code, "Message": message,
        "IsoCode": "CN",
    }  # fmt: skip


def _wall(at: datetime | None) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at else ""
