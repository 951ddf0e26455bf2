"""What providers say later: of a message that they took, or on behalf of a person who answered it."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Said:
    """One word of a provider about one message: named by the id that the provider gave it, or by ours where it repeats that.

    `segments` and `price` (millionths of a yuan) are what it bills, where it says so. `at` is the provider's own clock.
    """

    state: ReceiptState
    provider_id: str = ""
    delivery_id: str | None = None
    code: str = ""
    segments: int | None = None
    price: int | None = None
    at: Instant | None = None


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
