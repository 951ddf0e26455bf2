"""What rooms see of each other. Joined in `bootstrap`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol

from pushsvc.domain.notices import Message, SendResult, Suppression
from pushsvc.domain.subscribers import Channel


class Connection(Protocol):
    """One kept connection to a provider: it carries one message at a time."""

    async def send(self, message: Message) -> SendResult:
        """Send one message. Never raises for what a provider or network does: the verdict says it."""
        ...

    async def close(self) -> None: ...


class Carrier(Protocol):
    """A way to carry messages of one channel: an SMTP relay, an SMS gateway, the mailbox viewer."""

    channel: Channel
    name: str
    connections: int
    """How many connections the deliverer may keep open: at most one message a connection is ever in doubt."""

    async def connect(self) -> Connection: ...


class Links(Protocol):
    """Addresses in messages. Tokens are derived from the vault's token key: nothing personal stands in them."""

    def message_page(self, delivery_id: str) -> str:
        """The address of `/m/{token}`."""
        ...

    def unsubscribe(self, delivery_id: str) -> str:
        """The address of `/u/{token}`."""
        ...

    def short(self, delivery_id: str) -> str:
        """The address of `/s/{token}`, token of at most 10 characters, for an SMS."""
        ...

    async def remember_short(self, tx: Any, delivery_ids: Collection[str]) -> None:
        """Keep the short tokens of these deliveries, which do not read back by themselves, before a message leaves."""
        ...


LateReason = Suppression | Literal["wait"]
"""Why a notice may not leave now. `wait`: a newer version or a pause is about to be planned; look again in a moment."""

Fallen = Mapping[str, LateReason]
"""The notices of one delivery that may not leave, with the reason."""


class LateCheck(Protocol):
    """Reads consent, pause and current version once more, just before sending."""

    def __call__(self, connection: Any, delivery_ids: Sequence[str]) -> Mapping[str, Mapping[str, LateReason | None]]:
        """For each delivery the notices that it carries now, each with why it may not leave; None: it may.

        `connection` is SQLAlchemy's plain one: the check is made once a message, in the transaction that writes down the
        message before it, all in one go (storage, `write_at_once`).
        """
        ...


class Contacts(Protocol):
    """The plain addresses of endpoints, read from the vault in one query for a whole batch."""

    async def __call__(self, tx: Any, endpoint_ids: Iterable[int]) -> Mapping[int, str]:
        """An endpoint that is gone (erased) is not in the answer."""
        ...


class Alerts(Protocol):
    """Hears of what needs a person (ALERT_URL)."""

    async def raise_alert(self, kind: str, text: str) -> None: ...
