"""English telephone numbers, document numbers and laws, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_at, places_of

PHONE_EN = re.compile(
    r"(?<![\w.\-/])(?:\+44\s?(?:\(0\)\s?)?\d{2,4}[\s-]?\d{3,4}[\s-]?\d{3,4}|(?:1[-\s.]?)?\(?\d{3}\)?[\s–-]\s?\d{3}[–-]\d{4}"
    r"|1[-–]\d{3}[-–]\d{3}[-–]\d{4}|(?:1\.)?\d{3}\.\d{3}\.\d{4}|\+\d{1,3}(?:[\s-]\(?\d{1,4}\)?){2,5}"
    r"|\+\d{2,3}\s\d{5,8}"
    r"|\(?0(?:\d{2}\)?\s\d{4}\s\d{4}|\d{3}\)?\s\d{3}\s?\d{3,4}|\d{4}\)?\s\d{5,6}|\d{4}\)?\s\d{3}\s\d{3}"
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
    r"|[AC]-\d{3}-\d{3}|FRL[-–][\w-]{4,20})(?=[;\]])"
)
#: The number that a call or a contract gives itself, to be quoted by who applies.
_REFERENCE = re.compile(
    r"\b(?:[Cc]all|[Cc]ompetition|[Cc]ontract|[Tt]ender|[Jj]ob|[Oo]ur|[Vv]acancy|quot(?:e|ing)) [Rr]ef(?:erence)?"
    r"(?: [Nn]umber| [Nn]o\.?)?:? "
    r"(?P<no>(?=[A-Z/-]*\d)[A-Z0-9][A-Z0-9/-]{4,20})\b"
)
_CALLED = (
    "Call ",
    "call ",
    "Competition ",
    "competition ",
    "Contract ",
    "contract ",
    "Tender ",
    "tender ",
    "Job ",
    "job ",
    "Our ",
    "our ",
    "Vacancy ",
    "vacancy ",
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


def english_numbers(context: Context) -> Iterator[Fact]:
    """Facts of the kind doc_number: docket, contract, Federal Register and OMB control numbers."""
    text = context.text
    for found in found_at(_CONTRACT, text, places_of(text, ("under ",))):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in _CALL.finditer(text) if "FOA" in text else ():
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "related")
    for found in _BRACKETED.finditer(text[:_HEAD]):
        name = "project" if found["project"] else "notice"
        yield Fact("doc_number", found[name], found[name], *found.span(name), "self")
    for found in _NUMBERED.finditer(text[:_HEAD]):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in found_at(_REFERENCE, text, places_of(text, _CALLED)):
        yield Fact("doc_number", found["no"], found["no"], *found.span("no"), "self")
    for found in _RIN.finditer(text[:_HEAD]):
        yield Fact("doc_number", found["no"], found.group(), *found.span(), "docket")
    own: set[str] = set()
    for found in found_at(_DOCKET, text, places_of(text, ("Docket ", "RTID", "OMB", "File N"))):
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
    for found in _REGISTER.finditer(text) if "FR " in text else ():
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


def english_faxes(context: Context) -> Iterator[Fact]:
    """Fax numbers to which a reader is asked to send something; other fax lines are no contacts."""
    for found in found_at(_FAX_LINE, context.text, context.words_at(("fax",))):
        if _FAXED.search(context.around(*found.span("n")).before):
            yield Fact("phone", found["n"], found["n"], *found.span("n"), "apply")


def english_laws(context: Context) -> Iterator[Fact]:
    """Facts of the kind legal_ref: Acts and regulations by name, and places in the codes of law."""
    text = context.text
    for found in found_at(_ACT, text, places_of(text, ("Act", "Regulations", "Order", "Rules"))):
        name = _NAME.search(text, max(0, text.rfind("\n", 0, found.start()) + 1, found.start() - 140), found.start())
        if not name:
            continue
        year = _YEAR_OF_ACT.match(text, found.end())
        start = name.start() + (4 if name.group().startswith("The ") else 0)
        end = year.end() if year else found.end()
        if not text[start : found.start()].strip():
            continue
        yield Fact("legal_ref", text[start:end], text[start:end], start, end, "basis")
    for found in found_at(_CODE, text, sorted({*context.figures, *places_of(text, ("Pub", "Executive Order ", "E.O. "))})):
        yield Fact("legal_ref", found.group(), found.group(), *found.span(), "basis")
