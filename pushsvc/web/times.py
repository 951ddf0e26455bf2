"""Days and moments as a reader writes them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.web.words import say


def day(on: date, reader: Language) -> str:
    """`2026年3月1日`, `1 March 2026`."""
    return say(reader, "date.day", year=on.year, month=on.month, day=on.day, month_name=say(reader, f"month.{on.month}"))


def moment(at: Instant, zone: ZoneInfo, reader: Language, *, seconds: bool = False) -> str:
    """The day and the time of the clock in `zone`: `2026年3月1日 09:00`."""
    local = at.astimezone(zone)
    return f"{day(local.date(), reader)} {local:{'%H:%M:%S' if seconds else '%H:%M'}}"


def read_moment(written: str) -> Instant:
    """What `domain.time.iso` wrote."""
    return datetime.fromisoformat(written)


def day_of_value(value: object, reader: Language) -> str:
    """A fact's ISO date (or date and time) in words; empty for any other value."""
    written = str(value)
    try:
        if len(written) == len("2026-03-01"):
            return day(date.fromisoformat(written), reader)
        at = datetime.fromisoformat(written)
    except ValueError:
        return ""
    return f"{day(at.date(), reader)} {at:%H:%M}" if "T" in written else ""
