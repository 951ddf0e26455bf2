"""The port that every SMS provider stands behind. `docs/how-to/add-an-sms-provider.md` says how to add one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pushsvc.domain.notices import SendResult
from pushsvc.domain.receipts import Callback, Heard, Said
from pushsvc.domain.time import Instant


@dataclass(frozen=True)
class Filled:
    """An approved template with its variables: `template` is the id that this provider gave it."""

    template: str
    variables: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    """The names in the order of the template: Tencent takes variables by their place."""


@dataclass(frozen=True)
class Sms:
    """One message for one phone. `to` is E.164 (`+8613800138000`); `text` is whole, with the signature in front.

    `filled` is what a provider of templates sends; None for a provider of free text.
    """

    delivery_id: str
    to: str
    text: str
    signature: str
    filled: Filled | None = None


@dataclass(frozen=True)
class InDoubt:
    """A message of which nobody knows whether it left. `since` is a moment before its first sending began, `last` when its
    last one was noted as in doubt: what that one left may not show yet."""

    delivery_id: str
    to: str
    since: Instant
    provider_id: str | None = None
    last: Instant | None = None

    @property
    def sent_last(self) -> Instant:
        return self.last or self.since


class SmsProvider(Protocol):
    """One provider. None of its methods raises for what the provider or the network does: the answer says it."""

    name: str
    takes: Literal["templates", "text"]
    at_once: int
    """Messages that may be on their way at once: each may be in doubt after a crash."""

    async def send(self, sms: Sms) -> SendResult:
        """Send one message, within 15 s. A provider that takes the same id once (`repeats`) may be given it again."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether the same delivery id again is the same message to this provider: then a doubt needs no question."""
        ...

    async def look_up(self, doubt: InDoubt) -> Said | Literal["absent", "later"]:
        """Whether the provider has the message. absent: it never took it. later: it cannot be told yet, or not be asked."""
        ...

    async def poll(self) -> Sequence[Said]:
        """What was said since the last poll, where callbacks are lost. Empty where the provider has no such call."""
        ...

    def read_callback(self, callback: Callback) -> Heard:
        """What a callback says. Forged or Unreadable (domain/receipts.py)."""
        ...

    async def close(self) -> None: ...
