"""An emergency may pass quiet hours, and only with the approval of two people (DESIGN, promise 6)."""

from __future__ import annotations

from collections.abc import Mapping
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


Stands = Literal["waits_for_two", "waits_for_one", "approved", "refused"]
#: How a funnel and a trace say it. No account is named there.
SAYS: Mapping[Stands, str] = {
    "waits_for_two": "held: quiet hours, waits for two approvals",
    "waits_for_one": "held: quiet hours, waits for a second approval",
    "approved": "passed quiet hours: approved by 2",
    "refused": "held: quiet hours, an approval was refused",
}
#: What a site is answered; the pages say the same in their reader's language (`without_note`).
NOTE = "urgency: an emergency travels as urgent; people in quiet hours hear at once only after two approvals"


def without_note(notes: str) -> str:
    """The notes of an event for a page, which tells of emergencies in its own words."""
    return "\n".join(line for line in notes.splitlines() if line != NOTE)


def stands(one: Emergency, *, held: bool) -> Stands | None:
    """What there is to say of it; `held`: somebody is in quiet hours now. None: nobody was, or nobody answered in time."""
    if one.word == "approved":
        return "approved"
    if not held:
        return None
    if one.word == "refused":
        return "refused"
    return "waits_for_two" if one.first_by is None else "waits_for_one"
