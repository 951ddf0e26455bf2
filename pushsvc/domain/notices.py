"""A notice is the decision to tell one subscriber one thing, once; a delivery is the message that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant

NoticeKind = Literal["new", "correction", "withdrawal", "reminder"]
NoticeState = Literal["planned", "suppressed", "cancelled", "replaced"]
DeliveryKind = Literal["new", "correction", "withdrawal", "reminder", "digest"]
DeliveryState = Literal["planned", "claimed", "accepted", "delivered", "failed", "unknown", "cancelled", "suppressed"]
Held = Literal[
    "", "digest", "quiet_hours", "over_limit", "paused", "release", "site", "undo", "budget", "template", "approval",
]  # fmt: skip
#: Not gone yet: a change of the publication can still take it back.
WAITING_STATES: tuple[DeliveryState, ...] = ("planned", "claimed")
#: The states in which the message has left, or may have.
TOLD_STATES: tuple[DeliveryState, ...] = ("accepted", "delivered", "unknown")
Suppression = Literal[
    "no_consent", "no_endpoint", "paused", "too_late", "shared_address", "not_wanted", "told_before", "withdrawn",
    "replaced", "erased",
]  # fmt: skip
#: The suppression, and the code of a delivery whose endpoint was closed after it was planned.
NO_ENDPOINT: Suppression = "no_endpoint"


def notice_id(subscriber_no: int, work_id: str, kind: NoticeKind, reason: str) -> str:
    """`reason` is empty for `new`, the change_id for a correction or withdrawal, the deadline for a reminder."""
    return derived_id("ntc", subscriber_no, work_id, kind, reason)


def delivery_id(endpoint_id: int, *named_after: str) -> str:
    """One message on one endpoint: named after its notice and the event that planned it, so that a notice which did not
    leave and is planned again by a newer version gets a message of its own. A digest is named after its moment."""
    return derived_id("dlv", endpoint_id, *named_after)


@dataclass(frozen=True)
class Message:
    """A rendered message for one endpoint. Email uses all fields; SMS and WeChat `text` (of WeChat its shown form) and `slots`,
    with which approved templates are filled.

    `in_doubt_since`: it was sent then, and nobody knows whether it left; `in_doubt_last`: the last time that this came of it.
    Who can ask the provider asks before it is sent again: that of `in_doubt_at`, or where this is empty all of them.
    `offered_to`: the provider that the ledger names for this sending by now; any other is written down first, and only while
    the message is under `claim`.
    `about` is the kind of a service message, `site` the site whose publication a notice tells (of a digest: the first).
    """

    delivery_id: str
    channel: Channel
    to: str
    language: Language
    kind: DeliveryKind | Literal["service"]
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    publication_id: str | None = None
    in_doubt_since: Instant | None = None
    in_doubt_at: str = ""
    in_doubt_last: Instant | None = None
    offered_to: str = ""
    claim: str = ""
    about: str = ""
    site: str = ""


Verdict = Literal["accepted", "refused", "suppress", "try_later", "slow_down", "unknown", "not_sent", "hold"]
Stops = Literal["", "template", "provider"]
#: The code of an `unknown` that nobody will ever settle by asking: it is not asked about again.
NEVER_KNOWN = "never_known"


@dataclass(frozen=True)
class SendResult:
    """What came of one attempt, in one vocabulary for every provider.

    accepted: the provider has it. refused: this message will never be taken (the endpoint is fine). suppress: the endpoint
    is dead. try_later: a passing fault. slow_down: a rate limit, never a reason to suppress. unknown: the connection broke
    after the message may have been taken. not_sent: the connection broke before anything of it left. hold: this one message
    waits (`held` says for what, `retry_after_seconds` until when we look again) and was not tried.

    `stops`: what must not be used any more until a person has mended it: the message's template, or the provider.
    `segments` and `price` (millionths of a yuan) are what the provider says that it bills, where it says so.
    """

    verdict: Verdict
    code: str = ""
    why: str = ""
    provider_id: str | None = None
    provider: str = ""
    retry_after_seconds: float | None = None
    held: Held = ""
    stops: Stops = ""
    segments: int | None = None
    price: int | None = None


@dataclass(frozen=True)
class Due:
    """One claimed delivery, in the order of its claim."""

    delivery_id: str
    subscriber_no: int
    endpoint_id: int
    channel: Channel
    kind: DeliveryKind
    language: Language
    segment: str
    tries: int
    leased_until: Instant
    notices: tuple[str, ...]
    claim: str = ""
    """The claim that took it: an outcome counts only while the row is still under this claim."""
    in_doubt: bool = False
    """An earlier sending of it is in doubt: this is its repeat."""
