"""What rooms see of each other. Joined in `bootstrap`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from pushsvc.domain.languages import Language
from pushsvc.domain.matches import Eligibility
from pushsvc.domain.notices import Message, SendResult, Suppression
from pushsvc.domain.subscribers import Channel, Profile
from pushsvc.domain.time import Instant


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

    def check_code(self, delivery_id: str) -> str:
        """The letters by which a reader can ask whether the message is ours. See `domain/check_codes.py`."""
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


@dataclass(frozen=True)
class Example:
    """A publication as a list shows it. `deadline`: the day until which something can be done, where it is known."""

    publication_id: str
    version_id: str
    headline: str
    language: Language
    site: str
    url: str
    published_at: Instant | None
    deadline: date | None = None
    eligibility: Eligibility = "yes"
    reasons: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """By the position of the interest that it answers."""
    own_headline: str = ""
    """Where `headline` only says in the reader's language what kind of document it is: the headline in its own."""
    own_language: Language | None = None


@dataclass(frozen=True)
class Foretaste:
    """What somebody would have been told in the last `days` days: works, each counted once, however many sites have it."""

    days: int
    total: int
    by_interest: Mapping[int, int]
    examples: tuple[Example, ...]
    """The newest first, a few."""


class Lately(Protocol):
    """What was published lately, asked the other way round: not whom a publication concerns, but what concerns one person."""

    async def foretaste(self, profile: Profile, reader: Language, *, examples: int = 3) -> Foretaste:
        """Whatever `saved_at` the interests have."""
        ...

    async def still_open(self, profile: Profile, reader: Language, *, most: int = 20) -> Sequence[Example]:
        """What answers the profile and can still be done: the nearest deadline first."""
        ...


class Contacts(Protocol):
    """The plain addresses of endpoints, read from the vault in one query for a whole batch."""

    async def __call__(self, tx: Any, endpoint_ids: Iterable[int]) -> Mapping[int, str]:
        """An endpoint that is gone (erased) is not in the answer."""
        ...


class Alerts(Protocol):
    """Hears of what needs a person (ALERT_URL)."""

    async def raise_alert(self, kind: str, text: str) -> None: ...


@dataclass(frozen=True)
class Slowness:
    """How slowly a channel goes, over all processes, because its provider asked for it."""

    gap_seconds: float = 0.0
    """Between one message and the next; 0 when nobody was asked to slow down."""
    pause_seconds: float = 0.0
    """Until the next message may go at all."""


class Shared(Protocol):
    """What the processes of one service know together, for a while: rates, throttles, codes, and how providers fare.

    None of it is worth a message: where it is lost or cannot be asked, the service goes on, slower. Names (of buckets,
    subjects, keys) are hashed with the service's secret before they leave the process.
    """

    async def take(self, bucket: str, a_second: float, burst: float, count: int = 1) -> float:
        """Take `count` tokens: 0 when they were taken, else the seconds until they can be, and none was taken.

        In all processes together at most `a_second` in the long run and `burst` at once; ValueError for a count over it.
        """
        ...

    async def attempt(self, key: str, most: int, within_seconds: float) -> float:
        """Count one attempt: 0 when it may be made, else the seconds to wait, and it was not counted.

        In any span of `within_seconds` at most `most` are let through.
        """
        ...

    async def issue(self, purpose: str, subject: str, code: str, seconds: float, guesses: int = 5) -> None:
        """Let `code` be redeemed once within `seconds`, by at most `guesses` tries. An earlier one of the same purpose and
        subject is void. TryLater when it cannot be kept now."""
        ...

    async def redeem(self, purpose: str, subject: str, code: str) -> bool:
        """Whether this is the code that was issued; it is used up by it. TryLater when that cannot be checked now."""
        ...

    async def note(self, provider: str, ok: bool) -> None:
        """A provider was reached, or it was not. After some failures in a row, in any process, its breaker opens."""
        ...

    async def rest(self, provider: str) -> float:
        """0 when the provider may be tried, else the seconds until it is worth asking again.

        While the breaker is open nobody tries; after that one process at a time does, until it notes what came of it.
        """
        ...

    async def slow_down(self, channel: str, pause_seconds: float) -> Slowness:
        """The provider has had enough: everybody pauses, then goes on with twice the gap. Words that are heard during a
        pause are the same word: they may lengthen it, and leave the gap."""
        ...

    async def ease(self, channel: str, messages: int) -> Slowness:
        """So many messages were taken since: the gap shrinks with each. 0 only asks."""
        ...

    def state(self) -> str:
        """ "ok", or what is wrong and how to mend it, for `/readyz`: as it was a moment ago."""
        ...

    async def look(self) -> str:
        """The state as it is now."""
        ...

    async def close(self) -> None: ...
