from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pushsvc.channels.sms.cmpp.provider import Cmpp
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.settings.providers import ProviderUrl
from tests.contract.sms.stand import Stand
from tests.contract.sms.stands.operators import OperatorStand, heard_by_nobody


class CmppStand(OperatorStand):
    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeCmpp()

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        return Cmpp(url, self.clock, heard_by_nobody, **settings)

    def number_form(self, to: str) -> str:
        return to.removeprefix("+86")


@asynccontextmanager
async def open_stand(**settings: Any) -> AsyncIterator[Stand]:
    stand = CmppStand()
    await stand.fake.start()
    stand.provider = stand.build(stand.url, **settings)
    try:
        yield stand
    finally:
        await stand.provider.close()
        await stand.fake.stop()
