"""A deadline as a calendar file (RFC 5545): one event that phones put in their calendar, with an alarm three days before.

An event and not a to-do: iOS and Android open a VEVENT and leave a VTODO alone. A plain date is an event of the whole day,
which no zone can move; a deadline with a time of day is a moment in UTC.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import deadline_instant
from pushsvc.ledger.messages import Told
from pushsvc.web.citizen.opened import Opened
from pushsvc.web.pages import web_address
from pushsvc.web.words import say

CALENDAR = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""Octets of a content line, without its end (RFC 5545, 3.1)."""
#: At nine in the morning three days before a day that begins at midnight; a moment is told at its own time of day.
_BEFORE_A_DAY, _BEFORE_A_MOMENT = "-P2DT15H", "-P3D"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_NOT_IN_AN_ADDRESS = re.compile(r"[^!-~]")
_TURNS = frozenset((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


@dataclass(frozen=True)
class Entry:
    """`when` is a day, or a moment in UTC. `uid` stays when the deadline moves, and `sequence` grows: a calendar then moves
    the event that it has."""

    uid: str
    sequence: int
    when: date | Instant
    headline: str
    action: str
    url: str


def entry_of(opened: Opened, told: Told, zone: ZoneInfo, now: Instant) -> Entry | None:
    """What `told` puts in a calendar: a proven deadline that is still ahead, of a document that stands as it was told."""
    version = opened.versions[told.version_id]
    fact = opened.summaries[told.version_id].deadline(now.astimezone(zone).date().isoformat())
    ends = deadline_instant(fact, zone, version.published_at or now)
    if fact is None or ends is None or ends < now or told.kind == "withdrawal" or opened.state(told) != "current":
        return None
    whole_day = len(str(fact.value)) == len("2026-03-31")
    wording = opened.wording(told)
    return Entry(
        f"{told.publication_id}@pushsvc", told.revision, date.fromisoformat(str(fact.value)) if whole_day else ends,
        wording.headline, wording.action or "", version.url,
    )  # fmt: skip


def calendar_file(entry: Entry, reader: Language, now: Instant) -> bytes:
    """The file, its lines folded and ended by CRLF."""
    whole_day = not isinstance(entry.when, datetime)
    summary = say(reader, "calendar.summary", headline=entry.headline)
    address = _NOT_IN_AN_ADDRESS.sub("", web_address(entry.url))
    told = "\n".join(part for part in (entry.action, say(reader, "calendar.source"), entry.url) if part)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pushsvc//deadline//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "BEGIN:VEVENT", f"UID:{entry.uid}", f"SEQUENCE:{entry.sequence}", f"DTSTAMP:{_utc(now)}", *_times(entry.when),
        f"SUMMARY:{_text(summary)}", f"DESCRIPTION:{_text(told)}", *([f"URL:{address}"] if address else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{_BEFORE_A_DAY if whole_day else _BEFORE_A_MOMENT}",
        f"DESCRIPTION:{_text(summary)}", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) for line in lines)


def _times(when: date | Instant) -> list[str]:
    if isinstance(when, datetime):
        return [f"DTSTART:{_utc(when)}"]
    return [f"DTSTART;VALUE=DATE:{when:%Y%m%d}", f"DTEND;VALUE=DATE:{when + timedelta(days=1):%Y%m%d}"]


def _utc(at: Instant) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    """A TEXT value: no control character of a document ends the line, none turns its direction."""
    plain = "".join(
        sign for sign in said.replace("\r\n", "\n")
        if sign == "\n" or (unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"} and ord(sign) not in _TURNS)
    )  # fmt: skip
    return plain.translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """The line in pieces of at most LONGEST_LINE octets, each but the first behind a blank, and no sign cut in two."""
    pieces, piece = list[bytes](), b""
    for sign in line:
        written = sign.encode()
        if len(piece) + len(written) > LONGEST_LINE:
            pieces.append(piece)
            piece = b" "
        piece += written
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
