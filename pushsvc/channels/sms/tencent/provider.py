"""Tencent Cloud as an SmsProvider: `tencent://SECRETID:SECRETKEY@sms.tencentcloudapi.com/?sign=…&app=…&region=…`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pushsvc.channels.http_calls import CALL_SECONDS
from pushsvc.channels.sms.clouds import (
    PLAIN,
    NotAsked,
    an_id,
    at_once_of,
    is_number,
    no_number,
    no_template,
    options_of,
    seconds_of,
    signature_of,
)  # fmt: skip
from pushsvc.channels.sms.provider import Filled, InDoubt, Sms
from pushsvc.channels.sms.tencent import callbacks, codes, pulling
from pushsvc.channels.sms.tencent.api import Api
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Heard, Said
from pushsvc.settings.providers import ProviderUrl

FORM = "tencent://SECRETID:SECRETKEY@HOST[:PORT]/?sign=SIGNATURE&app=SDKAPPID&region=ap-guangzhou"
REGION = "ap-guangzhou"
#: A message without a receipt does not show. Operators try a phone that is off for up to 72 hours: before that, nobody can say
#: that Tencent never took it.
ABSENT_AFTER = timedelta(hours=72)
_OK = "Ok"


class Tencent:
    """Sends approved templates. Options: `sign` (the approved signature), `app` (SmsSdkAppId), `region`, `at_once`,
    `absent_after` (seconds)."""

    takes: Literal["templates", "text"] = "templates"
    repeats = False  # the same SessionContext again is another message

    def __init__(
        self, url: ProviderUrl, clock: Clock, *, callback_key: str, name: str = "tencent", call_seconds: float = CALL_SECONDS
    ) -> None:
        """ValueError names the option that is missing or makes no sense. `callback_key`: what must stand behind `?key=` in the
        address that Tencent calls. `name`: of a second one of a kind, `tencent-2`."""
        if not callback_key:
            raise ValueError("a callback key is needed, or anybody could say that messages arrived")
        needed = {"sign": "the approved signature", "app": "the SdkAppId of the application"}
        options = options_of(url, FORM, needed, ("region", "absent_after"))
        if not options["app"].isdecimal():
            raise ValueError("app= is the SdkAppId, a number such as 1400006666")
        self.name, self._clock, self._callback_key = name, clock, callback_key
        self.at_once, self._sign, self._app = at_once_of(options), signature_of(options), options["app"]
        self._absent_after = seconds_of(options, "absent_after", ABSENT_AFTER)
        region = options.get("region") or REGION
        if not PLAIN.fullmatch(region):
            raise ValueError(f"region= is the name of a region, such as {REGION}")
        self._api = Api(name, url, region, clock, at_once=self.at_once, call_seconds=call_seconds)

    async def send(self, sms: Sms) -> SendResult:
        """SendSms, https://cloud.tencent.com/document/api/382/55981. See SmsProvider."""
        if sms.filled is None:
            return no_template(self.name)
        if not is_number(sms.to):
            return no_number(self.name)
        places = _by_place(sms.filled)
        if places is None:
            why = f"{self.name}: order and variables of template {sms.filled.template} do not name the same"
            return SendResult("try_later", "order", why, provider=self.name, stops="template")
        told = await self._api.call("SendSms", {
            "PhoneNumberSet": [sms.to], "SmsSdkAppId": self._app, "SignName": self._sign, "TemplateId": sms.filled.template,
            "TemplateParamSet": places, "SessionContext": sms.delivery_id,
        })  # fmt: skip
        return told if isinstance(told, SendResult) else self._judge(told.fields.get("SendStatusSet"), sms)

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        """See SmsProvider. Tencent shows receipts of 7 days; of an older message nothing can be told any more: later."""
        now = self._clock.now()
        if not is_number(doubt.to) or now - doubt.since > pulling.KEPT:
            return "later"
        try:
            found = await pulling.find(self._api, self._app, doubt, now)
        except NotAsked:
            return "later"
        return found or ("absent" if now - doubt.sent_last >= self._absent_after else "later")

    async def poll(self) -> Sequence[Said]:
        """PullSmsSendStatus: what it gives once it does not give again, so the caller makes it durable before it polls on.
        Empty where Tencent has not switched it on for the account, and where callbacks bring everything."""
        return await pulling.pull(self._api, self._app)

    def read_callback(self, callback: Callback) -> Heard:
        """Receipts and replies, at one address. Forged without the key; see `callbacks.read`."""
        return callbacks.read(callback, self._callback_key)

    async def close(self) -> None:
        await self._api.close()

    def _judge(self, statuses: object, sms: Sms) -> SendResult:
        """What the answer says of our one message. An answer that speaks of another one says nothing of ours."""
        status = statuses[0] if isinstance(statuses, list) and len(statuses) == 1 else None
        ours = {"PhoneNumber": sms.to, "SessionContext": sms.delivery_id}
        if not isinstance(status, dict) or any(status.get(name) != value for name, value in ours.items()):
            return SendResult("unknown", "another", f"{self.name}: the answer is not about this message", provider=self.name)
        code, serial, fee = status.get("Code"), an_id(status.get("SerialNo")), status.get("Fee")
        if not isinstance(code, str) or not code or (code == _OK and not serial):
            return SendResult("unknown", "no_id", f"{self.name}: the answer holds no SerialNo", provider=self.name)
        if code != _OK:
            return codes.meaning(code).result(self.name, code, str(status.get("Message") or ""))
        segments = fee if isinstance(fee, int) and not isinstance(fee, bool) and 0 < fee < 1000 else None
        return SendResult("accepted", _OK, provider=self.name, provider_id=serial, segments=segments)


def _by_place(filled: Filled) -> list[str] | None:
    """The values in the order of the template; None when order and variables do not name the same."""
    order = filled.order or (tuple(filled.variables) if len(filled.variables) < 2 else ())
    if set(order) != set(filled.variables):
        return None
    return [filled.variables[name] for name in order]
