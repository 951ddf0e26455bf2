"""What the stands of SMPP and CMPP have in common. No stand itself: it has no `open_stand`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from pushsvc.channels.sms.provider import SmsProvider
from pushsvc.clock import FixedClock
from pushsvc.demo.fakes.operators import Fault, Server
from pushsvc.domain.receipts import Heard
from pushsvc.settings.providers import ProviderUrl, provider_urls
from tests.conftest import MONDAY_MORNING
from tests.contract.sms.stand import _NUMBERS, Injury, Stand

FAULTS: dict[Injury, Fault] = {
    "refuse": "refuse", "dead": "no_number", "unknown_code": "own", "throttle": "throttle", "hang": "hang",
    "hang_after": "mute", "reset": "reset", "reset_after": "reset_after", "rubbish": "garbage", "another": "mute",
}  # fmt: skip


async def heard_by_nobody(heard: Heard) -> None:
    """Receipts come by the session: the tests of both protocols look at them."""


class OperatorStand(Stand):
    injuries: ClassVar = frozenset(FAULTS)
    looks_up: ClassVar = False
    absent_after: ClassVar = timedelta(0)
    fake: Server

    def __init__(self) -> None:
        self.clock = FixedClock(MONDAY_MORNING)

    def build(self, url: ProviderUrl, **settings: Any) -> SmsProvider:
        raise NotImplementedError

    @property
    def url(self) -> ProviderUrl:
        return provider_urls(self.fake.url, ("smpp", "cmpp"))[0]  # type: ignore[attr-defined]

    def next(self, *injuries: Injury) -> None:
        self.fake.faults.extend(FAULTS[injury] for injury in injuries)

    def taken(self) -> Sequence[str]:
        """Operators hear no id of ours: each message of the suite has a number of its own."""
        return [f"dlv_{int(taken.to[3:]) - _NUMBERS:032x}" for taken in self.fake.sent]

    def numbers(self) -> Sequence[str]:
        return [taken.as_written for taken in self.fake.sent]

    def nobody(self, **settings: Any) -> SmsProvider:
        """Port 1 of loopback: nobody listens there."""
        return self.build(ProviderUrl(**{**vars(self.url), "port": 1}), **settings)

    async def after_receipts(self) -> None:
        """They come by the session, to nobody."""
