"""What the stands of Aliyun and Tencent Cloud have in common. No stand itself: it has no `open_stand`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.sms_house import SmsHouse
from pushsvc.demo.fakes.sms_receipts import Taken
from pushsvc.domain.receipts import Callback, ReceiptState
from pushsvc.settings.providers import ProviderUrl, provider_urls
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stand import Injury, Stand

KEY = "the-key-of-the-callbacks"
OWN_WAYS = ("hang", "hang_after", "reset", "reset_after", "rubbish", "html", "another", "500")


class CloudStand(Stand):
    codes: ClassVar[dict[str, str]]
    """An injury as the provider's own code."""
    failed_code: ClassVar[str]
    dead_code: ClassVar[str]
    fake: SmsHouse

    def __init__(self) -> None:
        self.clock = FixedClock(MONDAY_MORNING)

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        raise NotImplementedError

    @property
    def url(self) -> ProviderUrl:
        return read_url(self.fake.url)  # type: ignore[attr-defined]

    def next(self, *injuries: Injury) -> None:
        self.fake.faults.extend(injury if injury in OWN_WAYS else self.codes[injury] for injury in injuries)

    def taken(self) -> Sequence[str]:
        return [taken.delivery_id for taken in self.fake.sent]

    def numbers(self) -> Sequence[str]:
        return [taken.as_written for taken in self.fake.sent]

    def nobody(self, **settings: Any) -> SmsProvider:
        """Port 1 of loopback: nobody listens there."""
        return self.build(ProviderUrl(**{**vars(self.url), "port": 1}), **settings)

    async def after_receipts(self) -> None:
        await self.fake.settled()

    def hide(self) -> None:
        self.fake.shows_after_seconds = 3600

    def receipt(self, delivery_id: str, state: ReceiptState) -> Callback | None:
        taken = next(taken for taken in self.fake.sent if taken.delivery_id == delivery_id)
        return self.as_callback(self.fake.receipt_body(self._told(taken, state)), key=KEY)

    def reply(self, number: str, words: str) -> Callback | None:
        return self.as_callback(self.fake.reply_body(number, words), key=KEY)

    def forged(self, callback: Callback) -> Sequence[Callback]:
        others: tuple[dict[str, str], ...] = ({}, {"KEY": KEY}, *({"key": key} for key in ("", KEY[:-1], f"{KEY} ", "键")))
        return [Callback("POST", query, callback.headers, callback.body) for query in others]

    def _told(self, taken: Taken, state: ReceiptState) -> Taken:
        taken.code = {"delivered": self.fake.success_code, "dead": self.dead_code}.get(state, self.failed_code)
        taken.state = "delivered" if state == "delivered" else "failed"
        taken.told_at = self.clock.now()
        return taken


def read_url(written: str) -> ProviderUrl:
    return provider_urls(written, ("aliyun", "tencent"))[0]
