"""Two people approve what would reach very many by SMS: an SMS costs money, rings in a pocket, and cannot be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from pushsvc.domain.subscribers import Channel, Recipient
from pushsvc.domain.time import Instant

#: Where messages are asked about at all.
ASKED_CHANNEL: Channel = "sms"
#: Of an event: nobody was asked (yet); two approvals are waited for; two have approved; somebody refused.
Word = Literal["", "waiting", "approved", "refused"]
#: What an approval by somebody comes to: the first of two, the one that lets it go; or why it is none.
Answer = Literal["first", "second", "same_person", "author", "already"]


class Answered(Protocol):
    """Something that two people approve, or one refuses. The names are those of accounts."""

    @property
    def first_by(self) -> str | None: ...
    @property
    def second_by(self) -> str | None: ...
    @property
    def refused_by(self) -> str | None: ...


@dataclass(frozen=True)
class Approval:
    """What was asked about the messages of one event on one channel, and what was answered. `people`: how many they were
    when it was asked. The names are those of accounts."""

    event_id: str
    people: int
    asked_at: Instant
    channel: Channel = ASKED_CHANNEL
    first_by: str | None = None
    first_at: Instant | None = None
    second_by: str | None = None
    second_at: Instant | None = None
    refused_by: str | None = None
    refused_at: Instant | None = None

    @property
    def word(self) -> Word:
        return word_of(self)


def word_of(asked: Answered) -> Word:
    if asked.refused_by is not None:
        return "refused"
    return "waiting" if asked.second_by is None else "approved"


def answer_of(asked: Answered, who: str, author: str | None) -> Answer:
    """What it comes to when `who` approves now. `author` published it by hand, and so has looked at it already: four eyes
    are those of two others."""
    if word_of(asked) != "waiting":
        return "already"
    if who == author:
        return "author"
    if asked.first_by is None:
        return "first"
    return "same_person" if who == asked.first_by else "second"


def without_sms(person: Recipient) -> Recipient:
    """The person as one who is not written to by SMS."""
    return replace(person, endpoints=tuple(one for one in person.endpoints if one.channel != ASKED_CHANNEL))


def needs_approval(people: int, most: int | None) -> bool:
    """Whether an event that tells `people` by SMS waits for two approvals. `most`: the setting; None: none ever does."""
    return most is not None and people > most
