"""A stand: one provider, its fake, and the ways to make it suffer.

To put a provider under the suite, add `stands/<provider>.py` with a class that is a Stand and a function

    @asynccontextmanager
    async def open_stand(**settings) -> AsyncIterator[Stand]: ...

which starts the fake and closes both. `settings` are passed to the provider (`call_seconds`). Nothing else lists it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pushsvc.channels.sms.provider import Filled, InDoubt, Sms, SmsProvider
from pushsvc.clock import FixedClock
from pushsvc.domain.receipts import Callback, ReceiptState

Injury = Literal[
    "refuse", "dead", "template", "money", "secret", "unknown_code", "throttle", "number_limit",
    "hang", "hang_after", "reset", "reset_after", "rubbish", "html", "another", "500",
]  # fmt: skip
"""What the fake does with the next send.

refuse: this message, for its words. dead: the number is none. template, money, secret: nothing goes until a person has mended
it. unknown_code: a code in no table. throttle: too many requests. number_limit: too many to this number. hang, reset: before
the message is taken; hang_after, reset_after: after. rubbish, html, another, 500: the message is taken (but for 500), and the
answer says something else.
"""

TEMPLATE = "SMS_1000"
_NUMBERS = 13_800_138_000


class Stand:
    """What the suite needs to know of one provider. A list that lacks an injury leaves its tests out."""

    injuries: ClassVar[frozenset[str]]
    """The injuries that this fake knows."""
    looks_up: ClassVar[bool] = True
    """Whether a message in doubt can be asked about by our id alone."""
    absent_after: ClassVar[timedelta]
    """How long after its sending began a message that does not show counts as never taken."""
    provider: SmsProvider
    clock: FixedClock

    def sms(self, n: int = 1, **changes: Any) -> Sms:
        """The n-th message, to a number of its own."""
        made = Sms(
            f"dlv_{n:032x}", f"+86{_NUMBERS + n}", "【成都发布】居家适老化改造补贴，4月30日前申请", "成都发布",
            Filled(TEMPLATE, {"matter": "适老化改造补贴", "deadline": "4月30日"}, ("matter", "deadline")),
        )  # fmt: skip
        if self.provider.takes == "text":
            made = replace(made, filled=None)
        return replace(made, **changes)

    def doubt(self, sms: Sms, provider_id: str | None = None) -> InDoubt:
        return InDoubt(sms.delivery_id, sms.to, self.clock.now(), provider_id)

    def next(self, *injuries: Injury) -> None:
        """What becomes of the next sends, one each."""
        raise NotImplementedError

    def taken(self) -> Sequence[str]:
        """The delivery ids that the fake has taken, in order; each time that it took one."""
        raise NotImplementedError

    def numbers(self) -> Sequence[str]:
        """The numbers of what it has taken, as they were written."""
        raise NotImplementedError

    def number_form(self, to: str) -> str:
        """How this provider wants a number written."""
        raise NotImplementedError

    def nobody(self, **settings: Any) -> SmsProvider:
        """A provider of the kind whose host answers to nobody."""
        raise NotImplementedError

    async def after_receipts(self) -> None:
        """Until the fake has said what became of all that it took."""
        raise NotImplementedError

    def hide(self) -> None:
        """What is taken from now on does not show in a query yet."""
        raise NotImplementedError

    def receipt(self, delivery_id: str, state: ReceiptState) -> Callback | None:
        """What the provider calls back of a message that it took; None where receipts do not come by HTTP."""
        return None

    def reply(self, number: str, words: str) -> Callback | None:
        """What the provider calls back when a person answers."""
        return None

    def forged(self, callback: Callback) -> Sequence[Callback]:
        """The same without what proves that the provider sent it, in all its ways."""
        return ()

    def dressed(self, callback: Callback, body: bytes) -> Callback:
        """The same callback with another body, proved as the provider would prove it."""
        return replace(callback, body=body)

    def as_callback(self, told: Any, **query: str) -> Callback:
        return Callback("POST", query, {"content-type": "application/json"}, json.dumps(told, ensure_ascii=False).encode())
