"""What kind of paper a document is and whose, and whether it still asks anything: a withdrawn page and an "About us" do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.quick_patterns import Anywhere, quickly

#: Characters in which a notice of the Federal Register says who wrote it and what it is, and a page that it is over.
_HEAD = 1500
_AGENCY = re.compile(r"^AGENCY:[ \t]*\n?(?P<said>[^\n]{4,200})$", re.MULTILINE)
_ACTION = re.compile(r"^ACTION:[ \t]*\n?(?P<said>[^\n]{4,300})$", re.MULTILINE)
_OFFICE = re.compile(
    r"\b(?:Department|Agency|Administration|Commission|Service|Board|Bureau|Office|Corporation|Guard|Committee)\b"
)
#: An office whose name is a list: "Office of Career, Technical, and Adult Education".
_LISTED = re.compile(
    r"\b(?:Office|Bureau|Center|Administration|Division|Department|Agency) (?:of|for|on) (?:[A-Z]\w+(?: [A-Z]\w+)*, )+and"
    r"(?: [A-Z]\w+)+"
)
#: Offices that every department has.
_NAMELESS = frozenset({"Office of the Secretary", "Office of the Under Secretary", "Office of Administration"})
#: A notice under the Paperwork Reduction Act.
_ASKS_LEAVE = re.compile(r"information collection|collections? of information|paperwork", re.IGNORECASE)
_SMALL = frozenset({"of", "and", "the", "for", "on", "in", "to"})
#: What turns a paper into its contrary is told by the paper's own words.
_TURNED = Anywhere(r"withdraw|correct|delay|cancel|rescission|removal", ignore_case=True)
#: Titles of pages on which an office tells of itself.
_ABOUT = re.compile(
    r"^(?:About(?: us| the| our)?\b.{0,60}|Our (?:governance|people|energy use|management|purpose|history|structure|vision"
    r"|priorities|work|team|values|organisation)\b.{0,20}|(?:Our )?[Mm]embership|(?:Our )?[Gg]overnance|Who we are|What we do"
    r"|(?:Research|Statistics|Equality and diversity) at .{2,60}|[Pp]ersonal information charter|Social media use"
    r"|Terms of reference|Publication scheme|Equality and diversity|Modern slavery statement)$"
)
_SUBJECT = re.compile(
    r"^(?:The )?(?P<name>[A-Z][\w’'-]+(?: (?:[A-Z][\w’'&-]+|of|and|for|the|on|in)){1,9}) (?:\([A-Z][A-Za-z]{1,9}\) )?"
    r"(?:is|are|was|works?)\b",
    re.MULTILINE,
)
_THING = (
    r"(?:guidance|page|publication|service|scheme|fund|consultation|call for evidence|competition|programme|document|notice"
    r"|form|grant|collection|policy|survey|vacancy|offer)"
)
WITHDRAWN = quickly(
    rf"\b[Tt]his {_THING}(?: (?:has|was|is))?(?: now)?(?: been)? (?:withdrawn|cancelled|archived|out of date)\b"
    rf"|\b[Tt]his {_THING} is no longer (?:current|in use|valid|in force)\b|^\[?Withdrawn\]?\b",
    re.MULTILINE,
)
OVER = quickly(
    r"\b[Tt]h(?:is|e) (?:(?!(?:first|last|previous|second|third|round|window|phase|stage|consultation)\b)[\w’'()-]+ ){0,7}"
    rf"(?i:{_THING}) (?:has (?:now )?(?:closed|ended|been (?:closed|scrapped))|is (?:now )?closed|closed on"
    r"|is no longer (?:open|available|running|accepting))\b"
    r"|\b[Aa]pplications (?:are|have) (?:now )?closed\b|\b(?:closed|no longer open) to (?:new )?(?:applications|applicants)\b"
    r"|\b[Ww]e are no longer (?:accepting|taking)\b"
)


def office(reading: Reading) -> str:
    """The office that wrote a notice, or that an "About us" is of; empty where the head does not say it."""
    head = reading.source_text[:_HEAD]
    named = _AGENCY.search(head)
    if named:
        listed = _LISTED.search(named["said"])
        if listed:
            return listed.group()
        parts = [part.strip(" .") for part in re.sub(r"\s?\([^)]*\)", "", named["said"]).split(",")]
        own = next((part for part in parts if _OFFICE.search(part) and part not in _NAMELESS), "")
        if own or parts[0] not in _NAMELESS:
            return own or parts[0]
    lines = [line.strip() for line in head.split("\n")[:2]]
    if lines[0].isupper() and _OFFICE.search(lines[0].title()):
        below = lines[1] if len(lines) > 1 else ""
        own = (
            below
            if _OFFICE.search(below) and below not in _NAMELESS and not below.isupper() and len(below.split()) <= 8
            else ""
        )
        return own or _titled(lines[0])
    about = _SUBJECT.search(head) if _ABOUT.match(reading.title) else None
    return about["name"] if about else ""


def _titled(capitals: str) -> str:
    """ "SECURITIES AND EXCHANGE COMMISSION" as a name is written."""
    words = capitals.lower().split()
    return " ".join(word if word in _SMALL else word[:1].upper() + word[1:] for word in words)


def paper(reading: Reading, said: str) -> str:
    """ "This is a proposed rule of the Postal Service."; empty where `said` names the office or the head has no kind."""
    action, name = _ACTION.search(reading.source_text[:_HEAD]), office(reading)
    if not name or _names(said, name) or (action and _TURNED.search(action["said"])):
        return ""
    kinds = catalogue.words("en")["papers"]
    kind = action["said"].lower() if action else "notice"
    key = next((known for known in sorted(kinds, key=len, reverse=True) if kind.startswith(known)), "")
    return catalogue.phrase("en", "told", "paper", kind=kinds[key], office=name) if key and not is_about(reading) else ""


def _names(said: str, name: str) -> bool:
    """Is the office named in `said`, in full or by its initials?"""
    initials = "".join(word[0] for word in name.split() if word[:1].isupper())
    return name in said or bool(len(initials) > 1 and re.search(rf"\b{re.escape(initials)}\b", said))


def is_about(reading: Reading) -> bool:
    """Is it only a page on which an office tells of itself?"""
    return bool(_ABOUT.match(reading.title.strip()))


def is_over(reading: Reading) -> bool:
    """Does the document itself say in its head that it is withdrawn or closed?"""
    head = reading.source_text[:_HEAD]
    return bool(WITHDRAWN.match(reading.title) or WITHDRAWN.search(head) or _closed(head))


_OF_A_PART = re.compile(r"\b(?:round|window|phase|stage|part|half|strand)s? (?:\d |one |two )?(?:of|for|to) $")
_AGAIN = re.compile(
    r"\b(?:(?:will |has |have )?(?:re-?open(?:s|ed)?|open again)|(?:second|next|new|third|final) (?:round|window|phase)"
    r" (?:\w+ )?(?:will )?open(?:s|ed)?)\b"
)
#: What a page that is over still says of its old rules, as if one could act on them.
_OFFERS = re.compile(
    r"(?:\b(?:[Yy]ou|[Ee]mployers|[Bb]usinesses|[Pp]eople|[Aa]pplicants) (?:can|could|may|must|should|need|will|have to|do not"
    r"|don[’']t)\b|(?:To |If you )?(?:[Aa]pply|[Cc]laim|[Rr]egister|[Cc]ontact|[Uu]se|[Cc]heck)\b)"
)


def offers(said: str) -> bool:
    """Does a sentence tell a reader what to do or get, which is false of what is over?"""
    return bool(_OFFERS.match(said) or re.search(r"\byou (?:can|must|need to|should|will)\b", said))


def shortly_over(reading: Reading, subject: str) -> str:
    """ "Boiler grants: now closed" for one line; empty for what still holds."""
    if not is_over(reading):
        return ""
    head = reading.source_text[:_HEAD]
    gone = WITHDRAWN.match(reading.title) or WITHDRAWN.search(head)
    said = catalogue.phrase("en", "short", "gone" if gone else "over")
    return f"{subject}{catalogue.phrase('en', 'short', 'separator')}{said}"


def _closed(head: str) -> bool:
    """Is it over as a whole? Not where only a round of it is, or it opens again."""
    return any(not _OF_A_PART.search(head[: found.start()][-40:]) for found in OVER.finditer(head)) and not _AGAIN.search(head)


def standing(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """That it is withdrawn, closed, or only about an office, where `said` does not say it."""
    head = reading.source_text[:_HEAD]
    if WITHDRAWN.match(reading.title) or WITHDRAWN.search(head):
        return [] if WITHDRAWN.search(said) else [catalogue.phrase("en", "told", "withdrawn")]
    if _closed(head):
        return (
            []
            if OVER.search(said) or any(fact.kind == "deadline" for fact in facts)
            else [catalogue.phrase("en", "told", "over")]
        )
    if is_about(reading) and not any(fact.kind == "deadline" for fact in facts):
        name = office(reading)
        return [catalogue.phrase("en", "told", "about_office" if name else "about", office=name)]
    return []


#: The name of what a notice asks about, where it asks about "the following information collection".
_COLLECTION = re.compile(
    r"^(?:\(?\d\)?\.? )?(?:Title|TITLE)(?: of (?:the )?(?:Information )?Collection| and Form Number)?:[ \t]*\n?"
    r"(?P<title>[^\n]{8,160})",
    re.MULTILINE,
)
_TITLE_WORDS = 20


def collection(reading: Reading, said: str) -> str:
    """ "It is about “Boat Survey”." of the first collection of information that a notice names; empty where `said` does."""
    title = next(iter(_collections(reading)), "")
    known = not title or title.lower() in f"{said} {reading.title}".lower() or len(title.split()) > _TITLE_WORDS
    return "" if known else catalogue.phrase("en", "told", "collection", title=title)


def only_collection(reading: Reading) -> str:
    """The name of the one collection of information that a notice asks about; empty where it names none, or several."""
    named = list(dict.fromkeys(_collections(reading)))
    return named[0] if len(named) == 1 else ""


def _collections(reading: Reading) -> list[str]:
    if not _ASKS_LEAVE.search(reading.source_text[:_HEAD]):
        return []
    bare = (re.sub(r"\s*[(\[][^()\[\]]*[)\]]", "", found["title"]) for found in _COLLECTION.finditer(reading.source_text))
    return [title for said in bare if (title := said.strip(" .;").replace("“", "").replace("”", "").strip(" .—"))]
