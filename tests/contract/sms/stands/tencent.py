from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.channels.sms.tencent import Tencent
from pushsvc.channels.sms.tencent.provider import ABSENT_AFTER
from pushsvc.demo.fakes.tencent import FakeTencent
from pushsvc.settings.providers import ProviderUrl
from tests.contract.sms.stand import TEMPLATE, Stand
from tests.contract.sms.stands.clouds import KEY, OWN_WAYS, CloudStand


class TencentStand(CloudStand):
    codes: ClassVar = {
        "refuse": "FailedOperation.ContainSensitiveWord", "dead": "InvalidParameterValue.IncorrectPhoneNumber",
        "template": "FailedOperation.TemplateUnapprovedOrNotExist", "money": "FailedOperation.InsufficientBalanceInSmsPackage",
        "secret": "AuthFailure.SignatureFailure", "unknown_code": "SomethingNew.NeverHeardOf",
        "throttle": "RequestLimitExceeded.UinLimitExceeded", "number_limit": "LimitExceeded.PhoneNumberDailyLimit",
    }  # fmt: skip
    injuries: ClassVar = frozenset(codes) | frozenset(OWN_WAYS)
    failed_code, dead_code = "MK:0012", "MK:0001"
    absent_after: ClassVar = ABSENT_AFTER

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeTencent("AKIDtests", "a+secret/of=tests", clock=self.clock)
        self.fake.add(TEMPLATE, "您关注的{1}有新通知，请于{2}前办理。")

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        return Tencent(url, self.clock, callback_key=KEY, **settings)

    def number_form(self, to: str) -> str:
        return to


@asynccontextmanager
async def open_stand(**settings: Any) -> AsyncIterator[Stand]:
    stand = TencentStand()
    await stand.fake.start()
    stand.provider = stand.build(stand.url, **settings)
    try:
        yield stand
    finally:
        await stand.provider.close()
        await stand.fake.stop()
