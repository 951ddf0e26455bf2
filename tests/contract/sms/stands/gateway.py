from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from pushsvc.channels.sms.gateway import Gateway
from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.gateway import FakeGateway, Fault
from pushsvc.domain.receipts import Callback, ReceiptState
from pushsvc.domain.signatures import sign
from pushsvc.settings.providers import ProviderUrl, provider_urls
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stand import Injury, Stand

SECRET = base64.b64encode(b"a secret of the gateway").decode()
FAULTS: dict[Injury, Fault] = {
    "refuse": "refuse", "secret": "deaf", "unknown_code": "own", "throttle": "throttle", "hang": "hang",
    "hang_after": "hang_after", "reset": "reset", "reset_after": "reset_after", "rubbish": "rubbish", "html": "html",
    "500": "500",
}  # fmt: skip


class GatewayStand(Stand):
    injuries: ClassVar = frozenset(FAULTS)
    looks_up: ClassVar = False
    absent_after: ClassVar = timedelta(0)

    def __init__(self) -> None:
        self.clock = FixedClock(MONDAY_MORNING)
        self.fake = FakeGateway(SECRET)

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        return Gateway(url, self.clock, **settings)

    @property
    def url(self) -> ProviderUrl:
        return provider_urls(self.fake.url, ("http",))[0]

    def next(self, *injuries: Injury) -> None:
        self.fake.faults.extend(FAULTS[injury] for injury in injuries)

    def taken(self) -> Sequence[str]:
        return list(self.fake.sent)

    def numbers(self) -> Sequence[str]:
        return [message["to"] for message in self.fake.sent.values()]

    def number_form(self, to: str) -> str:
        return to

    def nobody(self, **settings: Any) -> SmsProvider:
        """Port 1 of loopback: nobody listens there."""
        return self.build(replace(self.url, port=1), **settings)

    async def after_receipts(self) -> None:
        """They come when the test sends them."""

    def receipt(self, delivery_id: str, state: ReceiptState) -> Callback | None:
        return self._signed({"id": self.fake.sent[delivery_id]["own"], "state": state, "code": "X1"})

    def reply(self, number: str, words: str) -> Callback | None:
        return self._signed({"id": "in-1", "from": number, "text": words})

    def forged(self, callback: Callback) -> Sequence[Callback]:
        wrong = ({}, {**callback.headers, "webhook-signature": "v1,AAAA"}, {**callback.headers, "webhook-timestamp": "1"})
        return [replace(callback, headers=headers) for headers in wrong]

    def dressed(self, callback: Callback, body: bytes) -> Callback:
        return Callback("POST", {}, sign(base64.b64decode(SECRET), "hook-1", self.clock.now(), body), body)

    def _signed(self, told: Any) -> Callback:
        return self.dressed(Callback("POST", {}, {}, b""), json.dumps(told, ensure_ascii=False).encode())


@asynccontextmanager
async def open_stand(**settings: Any) -> AsyncIterator[Stand]:
    stand = GatewayStand()
    await stand.fake.start()
    stand.provider = stand.build(stand.url, **settings)
    try:
        yield stand
    finally:
        await stand.provider.close()
        await stand.fake.stop()
