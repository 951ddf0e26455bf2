"""The lines above an English notice that describe it as a record does: "Type: Notice", "Date: 2026-03-30"."""

from __future__ import annotations

import re

#: The day on such a line, by itself behind its label.
_DATE = re.compile(
    r"(?:(?P<sure>(?:publication|release|issue|posted|published|posting) date|date (?:published|posted|released|of publication)"
    r"|published(?: on)?|posted(?: on)?|released(?: on)?)|date)[ \t]*:[ \t]*$",
    re.IGNORECASE,
)
#: Labels that stand beside the day on which a record came out.
_RECORD = re.compile(
    r"(?:document (?:number|type|id)|type|agency|agencies|category|categories|citation|source|author|department|publisher"
    r"|issuer|reference|ref|subject|topic|language|status|tags?|docket(?: number)?|rin|url|country|region)[ \t]*:",
    re.IGNORECASE,
)
#: Labels that stand beside the day of a meeting.
_MEETING = re.compile(r"(?:times?|places?|locations?|venue|where|address|agenda|rooms?|who|cost)[ \t]*:", re.IGNORECASE)


def is_record_date(text: str, start: int, end: int) -> bool:
    """Is the day from `start` to `end` the one on which a record came out, and none that anybody comes on?"""
    line_start = text.rfind("\n", 0, start) + 1
    label = _DATE.fullmatch(text, line_start, start)
    if not label:
        return False
    stop = text.find("\n", end)
    if text[end : len(text) if stop < 0 else stop].strip(" \t."):
        return False
    above = text[:line_start].rstrip().rpartition("\n")[2].strip()
    below = text[stop:].lstrip().partition("\n")[0].strip() if stop >= 0 else ""
    if any(_MEETING.match(line) for line in (above, below)):
        return False
    return bool(label["sure"] or _RECORD.match(above) or _RECORD.match(below))
