"""What providers say later: of a message that they took, or on behalf of a person who answered it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pushsvc.domain.time import Instant
from pushsvc.errors import PushsvcError

ReceiptState = Literal["sent", "delivered", "undelivered", "dead"]
"""sent: on its way. The others are final, and what a provider says after one of them changes nothing. dead: undelivered, and
nothing sent to this number ever will be."""


class Forged(PushsvcError):
    """A callback whose signature is missing, wrong or too old: nothing of it is believed."""


class Unreadable(PushsvcError):
    """A callback that is signed as it should be and cannot be understood."""


def reference(delivery_id: str, parts: int) -> int:
    """Sixteen bits of ours that an operator may repeat in its receipts: twelve of the delivery, and how many parts it has.
    Derived, so that another process knows it too."""
    return (zlib.crc32(delivery_id.encode()) & 0xFFF) << 4 | (parts - 1)


@dataclass(frozen=True)
class Trace:
    """What a receipt says of its message beside an id that nobody knows (yet): the phone, our `reference` where the operator
    repeats it, else when the operator took the message, by its own clock and to the minute."""

    phone: str
    reference: int | None = None
    taken_at: Instant | None = None


@dataclass(frozen=True)
class Said:
    """One word of a provider about one message: named by the id that the provider gave it, or by ours where it repeats that.

    `segments` and `price` (millionths of a yuan) are what it bills, where it says so. `at` is the provider's own clock.
    `trace`: by what else its message may be found, where the process that hears it does not know the id.
    """

    state: ReceiptState
    provider_id: str = ""
    delivery_id: str | None = None
    code: str = ""
    segments: int | None = None
    price: int | None = None
    at: Instant | None = None
    trace: Trace | None = None


@dataclass(frozen=True)
class Incoming:
    """A message that a person sent us. `said_id` is the provider's own id of it, so that a repeat is seen as one."""

    address: str
    words: str
    said_id: str


@dataclass(frozen=True)
class Event:
    """What a person did in WeChat: `kind` is `subscribed`, `left`, `scanned`, `agreed`, `refused` or `template_result`."""

    kind: str
    address: str
    said_id: str
    scene: str = ""
    template: str = ""
    many: int = 1


@dataclass(frozen=True)
class Callback:
    """One request of a provider: header names in small letters, the body as it came (at most 1 MiB)."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Heard:
    """What one callback says, and what the provider wants to hear back once it is durable."""

    said: tuple[Said, ...] = ()
    incoming: tuple[Incoming, ...] = ()
    events: tuple[Event, ...] = ()
    answer: str = ""
    media_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
