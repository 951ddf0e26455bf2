"""Aliyun as an SmsProvider: `aliyun://KEYID:SECRET@dysmsapi.aliyuncs.com/?sign=…`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pushsvc.channels.http_calls import CALL_SECONDS
from pushsvc.channels.sms.aliyun import batches, callbacks, looking_up
from pushsvc.channels.sms.aliyun.api import Api
from pushsvc.channels.sms.clouds import (
    Nonce,
    NotAsked,
    an_id,
    at_once_of,
    fresh_nonce,
    is_number,
    no_number,
    no_template,
    options_of,
    seconds_of,
    signature_of,
)  # fmt: skip
from pushsvc.channels.sms.provider import InDoubt, Sms
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Heard, Said
from pushsvc.settings.providers import ProviderUrl

FORM = "aliyun://KEYID:SECRET@HOST[:PORT]/?sign=SIGNATURE"
#: A message shows in QuerySendDetails some seconds after it was taken; what does not show by then was not taken.
ABSENT_AFTER = timedelta(seconds=60)


class Aliyun:
    """Sends approved templates. Options: `sign` (the approved signature), `at_once`, `absent_after` (seconds)."""

    takes: Literal["templates", "text"] = "templates"
    repeats = False  # "不支持幂等": the same OutId again is another message

    def __init__(
        self, url: ProviderUrl, clock: Clock, *, callback_key: str, name: str = "aliyun", call_seconds: float = CALL_SECONDS,
        nonce: Nonce = fresh_nonce,
    ) -> None:  # fmt: skip
        """ValueError names the option that is missing or makes no sense. `callback_key`: what must stand behind `?key=` in the
        address that Aliyun calls. `name`: of a second one of a kind, `aliyun-2`."""
        if not callback_key:
            raise ValueError("a callback key is needed, or anybody could say that messages arrived")
        options = options_of(url, FORM, {"sign": "the approved signature"}, ("absent_after",))
        self.name, self._clock, self._callback_key = name, clock, callback_key
        self.at_once, self._sign = at_once_of(options), signature_of(options)
        self._absent_after = seconds_of(options, "absent_after", ABSENT_AFTER)
        self._api = Api(name, url, clock, nonce, at_once=self.at_once, call_seconds=call_seconds)

    async def send(self, sms: Sms) -> SendResult:
        """SendSms, https://help.aliyun.com/document_detail/419273.html. See SmsProvider."""
        if sms.filled is None:
            return no_template(self.name)
        if not is_number(sms.to):
            return no_number(self.name)
        told = await self._api.call("SendSms", {
            "PhoneNumbers": _number(sms.to), "SignName": self._sign, "TemplateCode": sms.filled.template,
            "TemplateParam": batches.as_json(dict(sms.filled.variables)), "OutId": sms.delivery_id,
        })  # fmt: skip
        if isinstance(told, SendResult):
            return told
        return self._taken(an_id(told.fields.get("BizId")))

    async def send_batch(self, messages: Sequence[Sms]) -> list[SendResult]:
        """SendBatchSms: what came of each, in the order given. Any number of messages: they are sent in requests of one
        template with at most `batches.MOST` numbers, one request after the other, each within the time of one send."""
        results = [no_template(self.name) if sms.filled is None else no_number(self.name) for sms in messages]
        sendable = [(at, sms) for at, sms in enumerate(messages) if sms.filled and is_number(sms.to)]
        for group in batches.grouped(sendable):
            for (place, _), result in zip(group, await self._batch([sms for _, sms in group]), strict=True):
                results[place] = result
        return results

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        """See SmsProvider. Aliyun keeps messages for 30 days; of an older one nothing can be told any more: later."""
        now = self._clock.now()
        if not is_number(doubt.to) or now - doubt.since > looking_up.KEPT:
            return "later"
        try:
            found = await looking_up.find(self._api, _number(doubt.to), doubt, now)
        except NotAsked:
            return "later"
        return found or ("absent" if now - doubt.sent_last >= self._absent_after else "later")

    async def poll(self) -> Sequence[Said]:
        """Nothing: what callbacks lose, a query finds."""
        return ()

    def read_callback(self, callback: Callback) -> Heard:
        """SmsReport and SmsUp, at one address. Forged without the key; see `callbacks.read`."""
        return callbacks.read(callback, self._callback_key)

    async def close(self) -> None:
        await self._api.close()

    async def _batch(self, group: Sequence[Sms]) -> list[SendResult]:
        """One request. When Aliyun refuses it for the sake of one message, it does not say which: each goes by itself."""
        if len(group) == 1:
            return [await self.send(group[0])]
        filled = [sms.filled for sms in group if sms.filled]
        told = await self._api.call(
            "SendBatchSms",
            {"TemplateCode": filled[0].template, "OutId": batches.out_id([sms.delivery_id for sms in group])},
            batches.form([_number(sms.to) for sms in group], self._sign, filled),
        )
        if not isinstance(told, SendResult):
            biz = an_id(told.fields.get("BizId"))
            return [self._taken(biz and batches.provider_id(biz, sms.to, self._callback_key)) for sms in group]
        if told.stops or told.verdict not in ("refused", "suppress", "try_later"):
            return [told] * len(group)
        singly: list[SendResult] = []
        for at in range(0, len(group), self.at_once):
            singly += await asyncio.gather(*(self.send(sms) for sms in group[at : at + self.at_once]))
        return singly

    def _taken(self, provider_id: str) -> SendResult:
        if not provider_id:
            return SendResult("unknown", "no_id", f"{self.name}: it says OK and gives no BizId", provider=self.name)
        return SendResult("accepted", "OK", provider=self.name, provider_id=provider_id)


def _number(to: str) -> str:
    """11 digits in China, elsewhere country code and number without +."""
    return to.removeprefix("+86") if to.startswith("+86") else to.removeprefix("+")
