"""An English title without the words of a registry: "Notice of Meeting" and the like say nothing to a reader."""

from __future__ import annotations

import re

from pushsvc.plain.writing.cutting import cut_english, cut_title
from pushsvc.plain.writing.titles import HEADLINE_WORDS, plain_title

#: What a title begins with that is only the kind of paper; the rest stands by itself.
_WRAPPING = re.compile(
    r"^(?:(?:Notice|Announcement|Notification) (?:of|of the|regarding|concerning)|Sunshine Act (?:Meetings?|Notices?);"
    r"|Agency Information Collection"
    r" Activities[;:](?: (?:Submission|Proposals?|Proposed|Requests?|Information Collection)\b[^;:]{0,70}[;:]"
    r"(?: (?:Comments? Requests?|Request for Comments?)[;:])?)?"
    r"|Proposed (?:Information )?Collections?(?:; Comment Request)?[;:]"
    r"|Submission for (?:OMB|Office of Management and Budget) Review(?:; Comment Request)?[;:]"
    r"|Information Collections? (?=Being)|Combined Notice of|Solicitation of"
    r"|Notice (?=Requesting)"
    r"|Self-Regulatory Organizations;)\s+(?=[A-Z])"
)
#: "X; Notice of Meeting" is the meeting of X.
_OF_MEETING = re.compile(
    r"^(?P<who>[^;:]{6,110})[;:,] (?:Notice of (?:an? )?)?(?:(?:Open|Public|Closed"
    r"|Annual) )?(?P<what>Meetings?|Hearings?)$"
)
_CANCELLED = re.compile(
    r"^(?P<who>[^;:]{6,110})[;:,] (?:Notice of )?(?:Meeting Cancellation"
    r"|Cancellation of (?:the )?Meeting)$"
)
_TAIL = re.compile(
    r"[;:,] (?:Notice of .{3,80}|Correction|Final Rule|Proposed Rule|Draft Guidance for .{3,60}|Availability"
    r"|Extension of Comment Period|Request for (?:Comments?|Information))$"
)
_GOV_UK = re.compile(r"\s*[-|–—]\s*GOV\.UK$")
_DANGLING = re.compile(r"(?:\s(?:and|or|the|a|of|to|in|for|on|by|with|at|from))+$", re.IGNORECASE)


#: From where on a long title tells why.
_REASON = re.compile(r" (?:due to|because|so that|in order to|as a result of|in response to|following)\b| \((?=[A-Z0-9-]+\)$)")


def headline(title: str) -> str:
    """At most 15 words."""
    text = unwrapped(title)
    if len(text.split()) > HEADLINE_WORDS:
        text = _REASON.split(text)[0]
    return cut_title(text, HEADLINE_WORDS) or cut_english(text, HEADLINE_WORDS)


#: Titles that many papers of many offices have.
_BARE = re.compile(
    r"^(?:About us|(?:Our )?\w+|Our \w+ \w+|(?:Combined )?(?:Notice of )?Filings?(?: #\d+)?|Who we are|What we do"
    r"|Sunshine Act Meetings?(?: Notice)?"
    r"|Meeting Notices?|Notices? of (?:\w+ )?Meetings?|(?:Open|Public|Closed)? ?Meetings?|Proposed Collections?"
    r"|Personal information charter"
    r"|Terms of reference|Notices?(?: of \w+)?|Delegations? of Authority"
    r"|Statement of Organization, Functions,? and Delegations of Authority)$",
    re.IGNORECASE,
)


def with_office(title: str, office: str) -> str:
    """ "About us: Patent Office" for a title that says nothing by itself; empty for any other."""
    text = unwrapped(title)
    bare = office and _BARE.match(text) and office.lower() not in title.lower()
    said = f"{text}: {office}" if bare else ""
    return said if len(said.split()) <= HEADLINE_WORDS else ""


def meeting_of(title: str) -> str:
    """ "Boats Committee: meeting", where the two stand apart in the title; empty for a title of another kind."""
    meeting = _OF_MEETING.match(_GOV_UK.sub("", plain_title(title, "en")))
    said = f"{meeting['who']}: {meeting['what'].lower()}" if meeting else ""
    return said if len(said.split()) <= HEADLINE_WORDS else ""


#: Parts of a title that say what kind of paper it is, and not of what.
_KIND = re.compile(
    r"(?:(?:Notices?|Filings?|Requests?|Availability|Draft|Corrections?|Notification|Schedule|Meetings?|Hearings?|Comments?"
    r"|Submission|Proposed|Final|Extension|Withdrawal|Technical|Public|Open|Application|Receipt|Petition|Order|Initiation|Record"
    r"|Establishment|Opportunity|Solicitation|Announcement|Guidance|Revision|Renewal|Termination|Amendments?)\b|\d)"
)
_FEWEST_OF_SUBJECT = 3


def about(title: str, most: int) -> str:
    """What it is about in at most `most` characters; empty when it cannot be said in so few without cutting a name.

    Of "Drawbridge Operation Regulation; Delaware River, Delair, NJ" the part behind says what is new.
    """
    if most < 8:
        return ""
    text = unwrapped(title)
    if len(text) > most:
        parts = re.split(r";\s+", text)
        own = [
            part for part in parts if not _KIND.match(part) and len(part.split()) >= _FEWEST_OF_SUBJECT and len(part) <= most
        ]
        text = own[-1] if own and len(parts) > 1 else re.split(r"[;:](?=\s)", text)[0]
    return _DANGLING.sub("", cut_title(text, HEADLINE_WORDS, most))


def unwrapped(title: str) -> str:
    """The title in the words of what it is about."""
    text = _GOV_UK.sub("", plain_title(title, "en"))
    called_off, meeting = _CANCELLED.match(text), _OF_MEETING.match(text)
    if called_off:
        return f"{called_off['who']} meeting cancelled"
    if meeting:
        return f"{meeting['who']} {meeting['what'].lower()}"
    bare = _WRAPPING.sub("", text)
    bare = bare if len(bare.split()) >= 3 else text
    shorter = _TAIL.sub("", bare)
    return shorter if len(shorter.split()) >= 3 and len(bare.split()) > HEADLINE_WORDS else bare
