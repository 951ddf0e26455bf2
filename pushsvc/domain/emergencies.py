"""An emergency may pass quiet hours, and only with the approval of two people (DESIGN, promise 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pushsvc.domain.approvals import Answer, Word, word_of
from pushsvc.domain.time import Instant

#: The declared urgency.
EMERGENCY = "emergency"
#: So long what two have approved may ring at night. The night after is another decision: what is an emergency at two in the
#: morning wakes nobody a day later.
APPROVAL_HOLDS = timedelta(hours=12)
#: `overtaken`: a newer version, or a withdrawal, has taken its place.
EmergencyAnswer = Answer | Literal["overtaken"]


@dataclass(frozen=True)
class Emergency:
    """An event that was declared an emergency, and what was said of those whom quiet hours hold.

    `people`: how many they were when it was asked, at `asked_at`; most of them wake at `ends_at`. None: nobody is held (yet).
    The names are those of accounts.
    """

    event_id: str
    publication_id: str
    revision: int
    seen_at: Instant
    people: int = 0
    asked_at: Instant | None = None
    ends_at: Instant | None = None
    first_by: str | None = None
    first_at: Instant | None = None
    second_by: str | None = None
    second_at: Instant | None = None
    refused_by: str | None = None
    refused_at: Instant | None = None

    @property
    def word(self) -> Word:
        return word_of(self)

    def passes(self, now: Instant) -> bool:
        """Whether quiet hours do not hold it now."""
        return self.word == "approved" and self.second_at is not None and now < self.second_at + APPROVAL_HOLDS
