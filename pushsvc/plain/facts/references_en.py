"""English telephone numbers, document numbers, laws and postal addresses, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context

PHONE_EN = re.compile(
    r"(?<![\w.\-/])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}|(?:1[-\s.]?)?\(?\d{3}\)?[\s–-]\s?\d{3}[–-]\d{4}"
    r"|1[-–]\d{3}[-–]\d{3}[-–]\d{4}|(?:1\.)?\d{3}\.\d{3}\.\d{4}|\+\d{1,3}(?:[\s-]\(?\d{1,4}\)?){2,5}"
    r"|\+\d{2,3}\s\d{5,8}"
    r"|\(?0(?:\d{2}\)?\s\d{4}\s\d{4}|\d{3}\)?\s\d{3}\s\d{3,4}|\d{4}\)?\s\d{5,6}|\d{4}\)?\s\d{3}\s\d{3}"
    r"|\d{3}\s\d{2}\s\d{2}\s\d{3})"
    r"|0\d{3}-\d{3}-\d{4})(?![\w-]?\d)"
)
_FAX_LINE = re.compile(
    r"\b(?i:fax)(?: at| to|:|\.|,)? {0,2}(?P<n>(?:1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-.]\d{4}"
    r"|0\d{2,4} \d{3,4} \d{3,4})(?!\d)"
)
_FAXED = re.compile(r"\bfaxed\b|\bby fax\b|\bfax (?:your |written )?(?:comments|applications|forms?)\b", re.IGNORECASE)
_NUMBER = r"[A-Z0-9][A-Z0-9]{0,8}(?:[-–][A-Z0-9]{1,10}){1,6}"
_DOCKET = re.compile(
    r"(?P<label>Docket (?:ID )?(?:Nos?\.?|Numbers?|ID)?:?|RTID|OMB(?: [Cc]ontrol)?(?: [Nn]os?\.?| [Nn]umbers?)?:?"
    r"|\bFile (?:No\.|Number))"
    rf"\s?(?P<no>{_NUMBER})"
)
#: Characters in which a document names its own docket; one that is first named later is another matter's.
_HEAD = 1200
_OWN = re.compile(r"(?:refer to|identified (?:by|with)|bear|include|must cite|reference)\b[^.;]{0,60}$", re.IGNORECASE)
#: "[Project No. 12514-074]", "[Notice: (26-029)]" above a title.
_BRACKETED = re.compile(
    r"^\[(?:(?P<project>Project Nos?\. \d{2,6}-\d{2,4})|Notice:? \(?(?P<notice>\d{2}-\d{2,4})\)?)\]", re.MULTILINE
)
#: What the head says of itself in brackets beside its dockets: "[MB Docket No. 24-224; DA 24-1188]", "Order No. 8239".
_NUMBERED = re.compile(
    r"[\[;] ?(?P<no>(?:DA|FCC) \d{2}-\d{1,5}|(?:Order|Release|Notice|Public Notice|Amendment) No\. [\w-]{1,14}"
    r"|FRL[-–][\w-]{4,20})(?=[;\]])"
)
#: The number of a rulemaking in the government's agenda.
_RIN = re.compile(r"\bRIN:? (?P<no>\d{4}[-–][A-Z]{2}\d{2})\b")
#: The number of the call that a grant was made under.
_CALL = re.compile(
    r"\b(?:Funding Opportunity )?(?:Announcement )?\(?FOA\)?(?: [Nn]umber:?| [Nn]o\.?:?|:) "
    r"(?P<no>[A-Z]{2,6}(?:-[A-Z0-9]{2,6}){2,6})\b"
)
_FURTHER = re.compile(rf"(?:,|;| and|, and)\s(?P<no>{_NUMBER})")
_APPROVED = re.compile(r"\bapproved\b[^.;]{0,40}$")
_CONTRACT = re.compile(r"\bunder (?P<no>[A-Z]{2,5}-[A-Z]{2,6}\d{2,5}-\d{2,4})\b")
_REGISTER = re.compile(r"\b(?P<cite>\d{2,3} FR \d{1,6})\b|\bFR Doc\.? (?P<doc>[A-Z]?\d{1,4}-\d{4,6})\b")
_CORRECTS = re.compile(r"\bcorrect(?:ion|s|ing|ed)?\b|\bamend(?:s|ed|ing)?\b|\bwithdraw", re.IGNORECASE)
_ACT = re.compile(r"\bAct\b|\b(?:Regulations|Order|Rules)(?=(?: of)? (?:19|20)\d{2}\b)")
#: The name before the word Act: words with a capital, and small words between them.
_NAME = re.compile(
    r"(?:[Ss]ection \d[\w().]{0,12} of (?:the )?)?(?:[A-Z][A-Za-z'’&-]+|\([A-Z][A-Za-z]*\))"
    r"(?:,? (?:[A-Z][A-Za-z'’&-]+|\([A-Z][A-Za-z]*\)|and|of|the|for|in|to|on|with)){0,10} $"
)
_YEAR_OF_ACT = re.compile(r"(?: \([A-Z]{2,8}\))?(?: of)? (?:19|20)\d{2}\b")
_CODE = re.compile(
    r"\b\d{1,2} CFR (?:[Pp]arts? )?\d{1,4}(?:[.-]\d{1,5})?(?:\([a-z0-9]{1,4}\))*|\b\d{1,2} U\.S\.C\. (?:[Aa]pp\.? ?\d{0,3}"
    r"|\d{1,5}[a-z]?(?:[-–]\d{1,5}[a-z]?)?)"
    r"|\bPub(?:lic|\.) L(?:aw|\.) \d{2,3}-\d{1,4}|\bExecutive Order (?:No\. )?\d{5}|\bE\.O\. \d{5}"
)
_WRITE_IN = re.compile(
    r"\b(?:submit(?:ted)?|send|sent|apply|applications? (?:should|must|may)|e-?mailed|comments? (?:by e-?mail|to)"
    r"|direct all)\b[^.;]{0,220}"
    r"(?:\b(?:to|at|via|email)|[:,])\s?$"
)
#: "Submit comments through the Filing Online system at", "Apply online at"; what is only to be seen there stands nearer.
_DONE_AT = re.compile(
    r"\b(?:apply|submit\w*|register|respond|file|book|sign up)\b(?:(?!\b(?:view|see|read|visit|available|found|posted|obtain"
    r"|information about|details)\w*\b)[^.;]){0,110}(?:\bat|\bvia|\bto|\bon|\bthrough|portal|website|:|online)?:?\s*$",
    re.IGNORECASE,
)
#: "to a@b.gov and to c@b.gov": the second is for what the first is for.
_SECOND_ADDRESS = re.compile(r"(?:(?<=to )|(?<=email ))[\w.+-]{1,64}@[\w.-]{3,80},? (?:and|or|with a copy)(?: to)? $")
#: A street address up to a state and ZIP code.
_AMERICAN = re.compile(
    r"(?<![\w-])(?P<where>(?:\d{1,5}|(?:Room|Suite) [A-Z]?\d{1,6},|[A-Z]{2,6} Headquarters,) (?:[A-Z0-9][\w.'’-]*)"
    r"(?:[ ,]{1,2}(?:[A-Z0-9(#][\w.'’)-]*|of|and|the|floor|room|suite)){0,22},? "
    r"(?:(?!FR)[A-Z]{2}|[A-Z][a-z]{3,11}),? \d{5}(?:-\d{4})?)\b"
)
#: A street without a ZIP code.
_STREET = re.compile(
    r"(?<![\w-])(?P<where>\d{2,5} (?:[A-Z0-9][\w.'’]* ){1,5}(?:Street|Avenue|Boulevard|Road|Drive|Parkway|Highway|Lane"
    r"|Plaza|Blvd\.|Ave\.|Rd\.|Dr\.)"
    r"(?: [NS][EW]\.?)?(?:, (?:Suite|Room|Rm\.|Unit|Floor) [\w-]{1,8})?)(?=[,;.\n])"
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b(?![\w@])")
_ADDRESS_LINE = re.compile(r"(?:The )?[A-Z0-9][\w .,'’&()/-]{1,48}$")
_MOST_LINES = 7
#: A line above an address that only says what follows.
_ADDRESS_HEADING = re.compile(
    r"(?:Contacts?(?: us| details)?|Enquiries|(?:Postal )?[Aa]ddress|By post|Post|Write to(?: us)?|Where to write)$",
    re.IGNORECASE,
)


def english_numbers(context: Context) -> Iterator[Fact]:
    """Facts of the kind doc_number: docket, contract, Federal Register and OMB control numbers."""
    text = context.text
    for found in _CONTRACT.finditer(text):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in _CALL.finditer(text):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "related")
    for found in _BRACKETED.finditer(text[:_HEAD]):
        name = "project" if found["project"] else "notice"
        yield Fact("doc_number", found[name], found[name], *found.span(name), "self")
    for found in _NUMBERED.finditer(text[:_HEAD]):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in _RIN.finditer(text[:_HEAD]):
        yield Fact("doc_number", found["no"], found.group(), *found.span(), "docket")
    own: set[str] = set()
    for found in _DOCKET.finditer(text):
        role = "omb" if found["label"].startswith("OMB") else "docket"
        if role == "omb" and _APPROVED.search(text, max(0, found.start() - 60), found.start()):
            role = "related"  # of another collection of information, which was approved before
        item: re.Match[str] | None = found
        while item:
            number = item["no"].replace("–", "-")
            if role == "docket" and _is_own_docket(context, found, number, own):
                own.add(number)
            named = "related" if role == "docket" and number not in own else role
            yield Fact("doc_number", number, item["no"], *item.span("no"), named)
            item = _FURTHER.match(text, item.end("no"))
    for found in _REGISTER.finditer(text):
        name = "cite" if found["cite"] else "doc"
        if name == "doc" and text[found.end() : found.end() + 6] == " Filed":
            continue  # The printer's own number: nobody is asked to quote it.
        role = "amended" if _CORRECTS.search(context.title) else "related"
        yield Fact("doc_number", found[name], found[name], *found.span(name), role)


def _is_own_docket(context: Context, found: re.Match[str], number: str, own: set[str]) -> bool:
    """Is it the docket of the document itself: one that its head or its title names, or that a reader has to quote?"""
    if found.start() < _HEAD or not own or number in own or number in context.title or found["label"].endswith(":"):
        return True
    return bool(
        _OWN.search(context.text[max(0, context.text.rfind("\n", 0, found.start()) + 1, found.start() - 90) : found.start()])
    )


def english_email_role(before: str) -> str:
    """What an email address is for, read from its sentence before it: to apply or to write in, else for questions."""
    words = _SECOND_ADDRESS.sub("", before[-320:].lower())
    return "apply" if _WRITE_IN.search(words[-260:]) else "consult"


def english_url_role(before: str) -> str:
    """ "apply" where something is done at the address, else "info", by the words before it."""
    return "apply" if _DONE_AT.search(before[-160:]) else "info"


def english_faxes(context: Context) -> Iterator[Fact]:
    """Fax numbers to which a reader is asked to send something; other fax lines are no contacts."""
    for found in _FAX_LINE.finditer(context.text):
        if _FAXED.search(context.around(*found.span("n")).before):
            yield Fact("phone", found["n"], found["n"], *found.span("n"), "apply")


def english_laws(context: Context) -> Iterator[Fact]:
    """Facts of the kind legal_ref: Acts and regulations by name, and places in the codes of law."""
    text = context.text
    for found in _ACT.finditer(text):
        name = _NAME.search(text, max(0, text.rfind("\n", 0, found.start()) + 1, found.start() - 140), found.start())
        if not name:
            continue
        year = _YEAR_OF_ACT.match(text, found.end())
        start = name.start() + (4 if name.group().startswith("The ") else 0)
        end = year.end() if year else found.end()
        if not text[start : found.start()].strip():
            continue
        yield Fact("legal_ref", text[start:end], text[start:end], start, end, "basis")
    for found in _CODE.finditer(text):
        yield Fact("legal_ref", found.group(), found.group(), *found.span(), "basis")


def english_addresses(context: Context) -> Iterator[Fact]:
    """Facts of the kind address: American ones in a line, British ones in a line or a block of lines."""
    text = context.text
    taken = -1
    for found in _AMERICAN.finditer(text):
        taken = found.end()
        yield _address(context, *found.span("where"))
    if taken < 0:
        for found in _STREET.finditer(text):
            yield _address(context, *found.span("where"))
    for found in _POSTCODE.finditer(text):
        start = _block_start(text, found.start())
        if start is not None:
            yield _address(context, start, found.end())


#: "submit comments to a@b.gov, or in hard copy to: Chairman, Committee, " before an address.
_SENT_TO = re.compile(r"\b(?:submit\w*|send|sent|mail\w*|deliver\w*)\b[^;]{0,260}\b(?:to|at):? [^;:]{0,120}$", re.IGNORECASE)


def _block_start(text: str, postcode: int) -> int | None:
    """Where the address that ends in a postcode begins; None when nothing before it looks like one."""
    line = text.rfind("\n", 0, postcode) + 1
    head = text[line:postcode]
    if head.count(",") >= 2:
        comma = max(head.rfind(mark, 0, max(0, len(head) - 12)) for mark in (": ", " to ", " at "))
        place = re.compile(r"[A-Z0-9]").search(head, comma + 1 if comma >= 0 else 0)
        return line + place.start() if place and len(head) - place.start() <= 200 else None
    if head.strip(" ,") and not _ADDRESS_LINE.match(head.strip()):
        return None
    start, lines = line, 0
    while start > 0 and lines < _MOST_LINES:
        above = text.rfind("\n", 0, start - 1) + 1
        said = text[above : start - 1].strip()
        if not _ADDRESS_LINE.match(said) or said.endswith((".", ":")) or _ADDRESS_HEADING.match(said):
            break
        start, lines = above, lines + 1
    return start if lines >= 1 else None


def _address(context: Context, start: int, end: int) -> Fact:
    where = context.around(start, end)
    near = f"{where.previous[-60:]} {where.before[-120:]}"
    goes_on = f"{where.previous} " if where.before[:1].islower() else ""
    role = "apply" if _SENT_TO.search(f"{goes_on}{where.before}"[-400:]) else "consult"
    if re.search(r"\b(?:held|meeting|hearing)\b|\b(?:location|place|where)\b[^.;:]{0,30}:", near, re.IGNORECASE):
        role = "event"
    elif re.search(r"\b(?:submit\w*|send|sent|mail\w*|post|deliver\w*|appl\w+|form)\b", near, re.IGNORECASE):
        role = "apply"
    value = " ".join(context.text[start:end].split())
    return Fact("address", value, context.text[start:end], start, end, role)
