"""What can still be done, nearest deadline first: the top of `/me`, and a page of its own at `/me/open`.

For the page that shows it: `items = await still_open(lately, profile, reader, today)`, handed to the template as `open_now`,
then `{% include 'open_now.html' %}` (a card with its own heading; it says so kindly when there is nothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Example, Lately
from pushsvc.domain.subscribers import Profile
from pushsvc.web.times import day
from pushsvc.web.words import say

MOST = 8


@dataclass(frozen=True)
class Open:
    """One thing to do. `left` is the time in words ("3 days left"); `soon`: it should not wait for another week."""

    headline: str
    language: Language
    url: str
    publication_id: str
    deadline: str
    until: str
    """The day in words; "" where the deadline is not known."""
    left: str
    soon: bool
    unsure: bool
    """Whether this person meets its conditions is not known."""
    own_headline: str = ""
    """In the document's own language, `own_language`, where the headline says little more than its kind."""
    own_language: Language | None = None


async def still_open(lately: Lately, profile: Profile, reader: Language, today: date, *, most: int = MOST) -> list[Open]:
    """At most `most` things that answer `profile` and can still be done on `today`, the day where the reader lives."""
    return shown(await lately.still_open(profile, reader, most=most), reader, today)


def shown(found: Sequence[Example], reader: Language, today: date) -> list[Open]:
    return [
        Open(
            each.headline, each.language, each.url, each.publication_id, each.deadline.isoformat() if each.deadline else "",
            day(each.deadline, reader) if each.deadline else "", days_left(each.deadline, today, reader),
            each.deadline is not None and (each.deadline - today).days <= _SOON_DAYS, each.eligibility == "unknown",
            each.own_headline, each.own_language,
        )
        for each in found
    ]  # fmt: skip


def days_left(deadline: date | None, today: date, reader: Language) -> str:
    """`today is the last day`, `1 day left`, `12 days left`; "" for a deadline that is past or not known."""
    if deadline is None or deadline < today:
        return ""
    left = (deadline - today).days
    return say(reader, f"open.left.{left}") if left < _IN_WORDS else say(reader, "open.left.many", days=left)


_SOON_DAYS = 7
#: Today and tomorrow have words of their own.
_IN_WORDS = 2
