from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from pushsvc.channels.sms.aliyun import Aliyun
from pushsvc.channels.sms.aliyun.provider import ABSENT_AFTER
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.settings.providers import ProviderUrl
from tests.contract.sms.stand import TEMPLATE, Stand
from tests.contract.sms.stands.clouds import KEY, OWN_WAYS, CloudStand


class AliyunStand(CloudStand):
    codes: ClassVar = {
        "refuse": "isv.BLACK_KEY_CONTROL_LIMIT", "dead": "isv.MOBILE_NUMBER_ILLEGAL",
        "template": "isv.TEMPLATE_MISSING_PARAMETERS", "money": "isv.AMOUNT_NOT_ENOUGH", "secret": "SignatureDoesNotMatch",
        "unknown_code": "isv.SOMETHING_NEW", "throttle": "Throttling.User", "number_limit": "isv.BUSINESS_LIMIT_CONTROL",
    }  # fmt: skip
    injuries: ClassVar = frozenset(codes) | frozenset(OWN_WAYS)
    failed_code, dead_code = "MOBILE_NOT_ON_SERVICE", "MK:0001"
    absent_after: ClassVar = ABSENT_AFTER

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeAliyun("LTAItests", "a+secret/of=tests", clock=self.clock)
        self.fake.add(TEMPLATE, "您关注的${matter}有新通知，请于${deadline}前办理。")

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        return Aliyun(url, self.clock, callback_key=KEY, **settings)

    def number_form(self, to: str) -> str:
        return to.removeprefix("+86")


@asynccontextmanager
async def open_stand(**settings: Any) -> AsyncIterator[Stand]:
    stand = AliyunStand()
    await stand.fake.start()
    stand.provider = stand.build(stand.url, **settings)
    try:
        yield stand
    finally:
        await stand.provider.close()
        await stand.fake.stop()
