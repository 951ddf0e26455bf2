"""Numbers by which English documents are known: dockets, notices, declarations, calls, and the printer's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.scanning import found_at, places_of

_NUMBER = r"[A-Z0-9][A-Z0-9]{0,8}(?:[-–][A-Z0-9]{1,10}){1,6}"
_DOCKET = re.compile(
    r"(?P<label>[Dd]ocket (?:ID )?(?:Nos?\.?|Numbers?|IDs?)?(?: is)?:?|DOCKET (?:NO\.|NUMBER):?|RTID"
    r"|OMB(?: [Cc]ontrol| [Aa]pproval)?(?: [Nn]os?\.?| [Nn]umbers?| #)?:?"
    r"|\bFile (?:Nos?\.|Numbers?):?|\bidentified (?:by|with|as))"
    rf"\s?(?P<no>{_NUMBER}|(?<=No\. )[A-Z]{{2,5}} \d{{2,5}}\b)"
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
    r"[\[;,] ?(?P<no>(?:DA|FCC|TD|T\.D\.) \d{2,4}(?:-\d{1,5})?|(?:Order|Release|Notice|Public Notice|Amendment|AD) (?:No\. )?"
    r"(?=[A-Z-]*\d)[\w-]{1,14}|[AC]-\d{3}-\d{3}|FRL[-–][\w-]{4,20})(?=[;,\]])"
)
#: A line of the head that is nothing but numbers in brackets, and the numbers on it: "[NPS-WASO-NRNHL-20708; 2200-665]",
#: "[Disaster Declaration #20123 and #20124; GEORGIA Disaster Number GA-20006]".
_LINE_OF_NUMBERS = re.compile(r"^\[(?!FR Doc|\[?Page)[^\[\]\n]{4,200}\]$", re.MULTILINE)
_ON_THE_LINE = re.compile(
    r"(?:(?<=#)\d{4,6}\b"
    r"|(?<=Public Notice )\d{4,6}\b|(?<=Public Notice: )\d{4,6}\b"
    r"|(?<![\w-])(?=[A-Z0-9.]*[-–][A-Z0-9.–-]*\d|[A-Z]*\d[A-Z0-9.]*[-–])(?!\d{1,2}[-–]\d{1,2}[-–]\d{2}\b)"
    r"[A-Z0-9.]{1,14}(?:[-–]{1,2}[A-Z0-9.]{1,14}){1,6}(?:,\d{3})?(?![\w-])"
    r"|(?<=[\[ ])\d{2}[Dd]ay-\d{2}-[\w-]{2,10})"
)
#: A declaration of a disaster: its own number behind a #, that of the State, and that of the President's declaration.
_DECLARED = re.compile(
    r"(?:#|\bDisaster (?:Number|No\.|#) ?)(?P<state>[A-Z]{2}-\d{5})\b|\bDisaster (?:Declaration )?#(?P<no>\d{5})\b"
    r"|(?P<fema>\bFEMA[-–]\d{3,4}[-–](?:DR|EM|FM)(?:-[A-Z]{2})?)\b"
)
#: Bills before Congress; where a law is named by its number, the law is told as a law.
_BILL = re.compile(r"\b(?P<no>(?:H\. ?R\.|H\. ?J\. ?Res\.|S\. ?J\. ?Res\.|H\. ?Con\. ?Res\.|H\. ?Res\.|S\. ?Res\.) ?\d{1,5})\b")
#: The programme's number in the catalogue of federal help.
_PROGRAMME = re.compile(
    r"\b(?:CFDA|ALN|Assistance Listings?(?: Numbers?)?(?: \(ALN\))?|Catalog(?:ue)? of Federal Domestic Assistance)"
    r"(?: [Pp]rogram)?(?: \(CFDA\))?(?: (?:[Nn]umbers?|NUMBERS?|[Nn]os?\.)){0,2}(?:[:,]| #)? ?(?P<no>\d{2}\.?\d{3}[A-Z]?)\b"
)
_FURTHER_PROGRAMME = re.compile(r"(?:,|;| and|, and) (?P<no>\d{2}\.?\d{3}[A-Z]?)\b")
#: British papers: "S.I. 2020/350", "SI 2015 No. 1640", "Cm 9181", "CP 123", "HC 123".
_BRITISH = re.compile(r"\b(?P<no>S\.?I\.? (?:19|20)\d{2}(?:/|,? No\.? ?)\d{1,4}|C(?:m|md|P) \d{3,4})\b")
#: The number that a call, a contract or an alert gives itself, to be quoted by who applies.
_REFERENCE = re.compile(
    r"\b(?:[Cc]all|[Cc]ompetition|[Cc]ontract|[Tt]ender|[Jj]ob|[Oo]ur|[Vv]acancy|[Aa]lert|[Nn]otice|[Qq]uot(?:e|ing)|[Cc]ase"
    r"|[Aa]pplication|[Ll]icence|[Mm]inisterial|[Cc]onsultation) [Rr]ef(?:erence)?"
    r"(?: [Nn]umber| [Nn]o\.?| code)?(?::| is)? ?(?P<no>(?=[A-Za-z/-]{0,12}\d)[A-Z0-9][A-Za-z0-9/-]{4,30})\b"
    r"|\bReference(?: [Nn]umber| [Nn]o\.?| code)?: ?(?P<plain>(?=[A-Za-z/-]{0,12}\d)[A-Z0-9][A-Za-z0-9/-]{4,30})\b"
    r"|\b[Qq]uot(?:e|ing) (?:the )?(?:number |code )?(?P<quoted>(?=[A-Z/-]{1,12}\d)[A-Z0-9][A-Z0-9/-]{4,30})\b"
)
_QUOTED = ("eference", " ref ", " Ref ", " ref:", " Ref:", "quote ", "Quote ", "quoting ")
#: The number of a rulemaking in the government's agenda.
_RIN = re.compile(r"\bRINs?:? (?P<no>\d{3,4}[-–][A-Z]{2}\d{2,3})\b")
_FURTHER_RIN = re.compile(r"(?:,|;| and|, and) (?:RIN )?(?P<no>\d{4}[-–][A-Z]{2}\d{2,3})\b")
#: The number of the call that a grant was made under.
_CALL = re.compile(
    r"\b(?:Funding Opportunity )?(?:Announcement )?\(?FOA\)?(?: [Nn]umber:?| [Nn]o\.?:?|:) "
    r"(?P<no>[A-Z]{2,6}(?:-[A-Z0-9]{2,6}){2,6})\b"
)
_FURTHER = re.compile(rf"(?:,|;| and|, and)\s(?P<no>{_NUMBER})")
_APPROVED = re.compile(r"\bapproved\b[^.;]{0,40}$")
_CONTRACT = re.compile(r"\bunder (?P<no>[A-Z]{2,5}-[A-Z]{2,6}\d{2,5}-\d{2,4})\b")
_REGISTER = re.compile(r"\b(?P<cite>\d{2,3} FR \d{1,6})\b|\bFR Doc\.?(?: No[.:]?)? (?P<doc>[A-Z]?\d{1,4}[-–]\d{4,6})\b")
_CORRECTS = re.compile(r"\bcorrect(?:ion|s|ing|ed)?\b|\bamend(?:s|ed|ing)?\b|\bwithdraw", re.IGNORECASE)


def english_numbers(context: Context) -> Iterator[Fact]:
    """Facts of the kind doc_number: docket, contract, declaration, Federal Register and OMB control numbers, bills."""
    text = context.text
    contracts = [_as_printed(found, "no", "self") for found in found_at(_CONTRACT, text, places_of(text, ("under ",)))]
    yield from contracts
    for found in _CALL.finditer(text) if "FOA" in text else ():
        yield _as_printed(found, "no", "related")
    for found in _RIN.finditer(text[:_HEAD]) if "RIN" in text[:_HEAD] else ():
        yield Fact("doc_number", found["no"].replace("–", "-"), found.group(), *found.span(), "docket")
        more = _FURTHER_RIN.match(text, found.end())
        while more:
            yield Fact("doc_number", more["no"].replace("–", "-"), more["no"], *more.span("no"), "docket")
            more = _FURTHER_RIN.match(text, more.end())
    yield from _told_in_the_head(text[:_HEAD], other_than=bool(contracts))
    for found in _REFERENCE.finditer(text) if any(word in text for word in _QUOTED) else ():
        yield _as_printed(found, found.lastgroup or "no", "self")
    for found in _BILL.finditer(text) if "Res." in text or "H.R." in text or "H. R." in text else ():
        yield _as_printed(found, "no", "related")
    for found in _PROGRAMME.finditer(text) if "ssistance" in text or "CFDA" in text or "ALN" in text else ():
        item: re.Match[str] | None = found
        while item:
            yield _as_printed(item, "no", "related")
            item = _FURTHER_PROGRAMME.match(text, item.end("no"))
    for found in _BRITISH.finditer(text) if any(word in text for word in ("S.I.", "SI ", "Cm ", "Cmd ", "CP ")) else ():
        yield _as_printed(found, "no", "related")
    yield from _dockets(context)
    for found in _REGISTER.finditer(text) if "FR " in text else ():
        name = "cite" if found["cite"] else "doc"
        role = "amended" if _CORRECTS.search(context.title) else "related"
        behind = text[found.end() : found.end() + 6]
        if name == "doc" and (behind == " Filed" or (behind[:1] == "]" and found.end() < _HEAD)):
            if contracts:
                continue  # The printer's own number: the contract's is what the reader quotes.
            role = "self"
        yield Fact("doc_number", found[name].replace("–", "-"), found[name], *found.span(name), role)


def _as_printed(found: re.Match[str], name: str, role: str) -> Fact:
    return Fact("doc_number", found[name], found[name], *found.span(name), role)


def _told_in_the_head(head: str, *, other_than: bool) -> Iterator[Fact]:
    """What the lines above the text call the document by. `other_than`: it has another number, that its readers quote."""
    taken: set[int] = set()
    bracketed = "[" in head
    for pattern in (_BRACKETED, _NUMBERED) if bracketed else ():
        for found in pattern.finditer(head):
            name = found.lastgroup or "no"
            taken.update(range(*found.span(name)))
            yield _as_printed(found, name, "self")
    for found in _DECLARED.finditer(head) if "Disaster" in head or "FEMA" in head or "#" in head else ():
        name = found.lastgroup or "no"
        taken.update(range(*found.span(name)))
        yield _as_printed(found, name, "related" if name == "fema" else "self")
    lines = list(_LINE_OF_NUMBERS.finditer(head)) if bracketed and not other_than else []
    dockets = {place for line in lines for found in _DOCKET.finditer(head, *line.span()) for place in range(*found.span("no"))}
    for line in lines:
        for found in _ON_THE_LINE.finditer(head, *line.span()):
            if found.start() not in taken and found.start() not in dockets:
                yield Fact("doc_number", found.group().replace("–", "-"), found.group(), *found.span(), "self")


def _dockets(context: Context) -> Iterator[Fact]:
    """Dockets, and the control numbers of collections of information."""
    text, own = context.text, set[str]()
    for found in found_at(
        _DOCKET, text, places_of(text, ("Docket ", "docket ", "DOCKET ", "RTID", "OMB", "File N", "identified "))
    ):
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


def _is_own_docket(context: Context, found: re.Match[str], number: str, own: set[str]) -> bool:
    """Is it the docket of the document itself: one that its head or its title names, or that a reader has to quote?"""
    if found.start() < _HEAD or not own or number in own or number in context.title or found["label"].endswith(":"):
        return True
    return bool(
        _OWN.search(context.text[max(0, context.text.rfind("\n", 0, found.start()) + 1, found.start() - 90) : found.start()])
    )
