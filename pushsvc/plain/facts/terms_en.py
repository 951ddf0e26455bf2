"""Limits in English that run from an event or up to one: "within 7 days of the loss", "at least 48 hours before the import"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, Surroundings, fact_of
from pushsvc.plain.facts.numerals import ENGLISH_NUMBERS, english_number
from pushsvc.plain.facts.roles_en import wanted
from pushsvc.plain.facts.scanning import found_at

_I = re.IGNORECASE
_SPAN = (
    rf"(?P<n>\d{{1,3}}|{ENGLISH_NUMBERS})(?: \(\d{{1,3}}\))?[ -](?P<kind>calendar |working |business |full )?"
    r"(?P<unit>hour|day|week|month|year)s?\b"
)
_LIMIT = re.compile(
    rf"\b(?P<how>within(?: the)?(?: next| first)?(?: a period of)?|at least|(?:by )?no(?:t)? later than|no(?:t)? (?:fewer"
    rf"|less) than"
    rf"|up to|(?:you|they|applicants?|claimants?|part(?:y|ies)|employers?|tenants?|landlords?|businesses|companies"
    rf"|customers|people)"
    rf" (?:will |only )?have(?: up to| until)?|(?:is|are|be) due) {_SPAN}"
    r"(?P<anchor>,? (?:of|from|after|following|before|prior to|in advance|ahead of|preceding|to)\b)?",
    _I,
)
_HAVE = (
    *("applicant", "applicants", "claimant", "claimants", "party", "parties", "employer", "employers", "tenant", "tenants"),
    *("landlord", "landlords", "businesses", "companies", "customers", "people"),
)
#: Asked first, for few texts have it.
_HAVE_SO_LONG = re.compile(rf"have (?:up to |until )?(?:\d|{ENGLISH_NUMBERS})", _I)
#: What a limit begins with.
_BEGINS = (
    *("within", "at least", "by no", "no later", "not later", "no fewer", "not fewer", "no less", "not less"),
    *("up to", "you have", "you will have", "you only have", "they have", "is due", "are due", "be due"),
)
_AHEAD = ("before", "prior to", "in advance", "ahead of", "preceding")
#: Who is asked, and what of theirs is awaited; then a word that asks for it.
_READER = (
    r"(?:you|applicants?|persons?|individuals?|part(?:y|ies)|petitioners?|members|owners?|employers?|keepers?|holders?"
    r"|respondents?|anyone|those|people|companies|businesses|licensees?|importers?|operators?|manufacturers?|tenants?"
    r"|landlords?"
    r"|comments?|nominations?|applications?|requests?|submissions?|statements?|forms?|notifications?|questions|proposals?"
    r"|briefs?"
    r"|claims?|payments?|appeals?|objections?|protests?|returns?|responses?|complaints?|documents?|reports?|petitions?"
    r"|motions?)"
)
_ASKED = re.compile(
    rf"\b{_READER}\b[^.;,\n]{{0,120}}?\b(?:must|should|need to|needs to|have to|has to|may|can|are due|is due"
    rf"|shall|if received|are invited)\b(?! (?:have|not|receive"
    r"|hear|expect|get)\b)",
    _I,
)
_MAY_DO = re.compile(
    r"\b(?:appeal|appl|claim|ask|request|return|submi|cancel|complain|regist|respond|repl|sen[dt]\b|object|withdr|file)", _I
)
#: "Comments due within 30 days after publication."
_DUE = re.compile(rf"\b{_READER} (?:are |is )?due $", _I)
_COMMAND = re.compile(
    r"(?:^|\bplease |, )(?:post|send|submit|apply|contact|notify|report|return|register|pay|tell|call|e?mail|write|request|file"
    r"|renew|give|book|complete|appeal|respond|inform|let|make|tell)\b",
    _I,
)
_OFFICE = re.compile(
    r"\b(?:we|they|the [\w ]{2,40}?|staff|[A-Z][\w&]{1,12}|council|department|agency|commission|court|secretary|bank"
    r"|office)\s(?:\w+ly )?"
    r"(?:will|shall|intends?|aims?|expects?|plans?|anticipates?|tr(?:y|ies)|would|normally|usually)\b|\byou (?:will|should"
    r"|can) (?:be|receive|hear|get|expect)\b"
    r"|\bwill be (?:posted|published|made|issued|told|sent|given|mailed|announced|notified|refunded|paid)\b"
)
#: "a certificate issued within 12 months of the birth": how old a paper may be.
_MADE_WITHIN = re.compile(r"\b(?:issued|dated|obtained|signed) $", re.IGNORECASE)
_TOLD_OF_PAST = re.compile(r"\b(?:was|were|had) (?:required|asked|to)\b|\b(?:for example|e\.g\.)", _I)


def english_terms(context: Context) -> Iterator[Fact]:
    """Facts of the kind deadline whose value is a duration, and an office's own limits as quantities."""
    begins = _BEGINS + _HAVE if _HAVE_SO_LONG.search(context.low) else _BEGINS
    for found in found_at(_LIMIT, context.text, context.words_at(begins)):
        where = context.around(found.start(), found.end())
        how, anchor = found["how"].lower(), (found["anchor"] or "").lower().strip(" ,")
        ahead = anchor in _AHEAD
        if not _is_limit(how, anchor, ahead):
            continue
        end = found.end("unit") + (context.text[found.end("unit") : found.end("unit") + 1] == "s")
        if how.startswith("within") and _MADE_WITHIN.search(where.before):
            yield _counted(context, found, end, "requirement")
        elif _is_readers(where, how):
            role = wanted(where.before[-160:]) or wanted(where.after[:60]) or "action_deadline"
            start = found.start("n") if how.endswith("due") else found.start()
            yield fact_of(context, "deadline", _duration(found), start, end, role, 0.8)
        elif how.startswith("up to") and not ahead:
            yield _counted(context, found, end, "limit")
        elif how.startswith("within") or ahead or "later" in how:
            yield _counted(context, found, end, "processing_time")


def _counted(context: Context, found: re.Match[str], end: int, role: str) -> Fact:
    """A limit that is nobody's deadline, as a quantity."""
    unit = f"{found['kind'] or ''}{found['unit']}s".lower()
    return fact_of(context, "quantity", english_number(found["n"]), found.start(), end, role, 0.8, unit)


def is_term(text: str, start: int) -> bool:
    """Whether the number at `start` belongs to a limit that is told as a term here."""
    found = _LIMIT.search(text, max(0, start - 40), start + 60)
    if not found or not found.start("n") <= start < found.end("n") + 1:
        return False
    anchor = (found["anchor"] or "").lower().strip(" ,")
    return _is_limit(found["how"].lower(), anchor, anchor in _AHEAD)


def _is_limit(how: str, anchor: str, ahead: bool) -> bool:
    if _has(how):
        return anchor in ("to", "from", "after")
    if how.startswith("within"):
        return not ahead
    if how.startswith("up to"):
        return ahead or anchor in ("after", "following")
    if how.endswith("due"):
        return anchor in ("after", "from", "following")
    if "later" in how:
        return bool(anchor) and anchor not in ("of", "to")
    return ahead


def _has(how: str) -> bool:
    """ "You have 28 days from the decision", "applicants have 30 days to …": somebody's own limit."""
    return " have" in how


def _is_readers(where: Surroundings, how: str) -> bool:
    """Is it the reader who must keep the limit? An office's own limit, an example and what is past are not."""
    before = where.before[-300:]
    if _TOLD_OF_PAST.search(where.sentence[:300]):
        return False
    if how.startswith("up to") and not _MAY_DO.search(before[-40:]):
        return False  # "you can stay up to 30 days after the course"
    if _has(how) or how.endswith("due") or _DUE.search(before):
        return True
    asked = max((found.end() for found in _ASKED.finditer(before)), default=-1)
    asked = max(asked, max((found.end() for found in _COMMAND.finditer(before)), default=-1))
    office = max((found.end() for found in _OFFICE.finditer(before)), default=-1)
    return asked > office


def _duration(found: re.Match[str]) -> str:
    """An ISO duration; of hours that make whole days, the days."""
    number, unit = english_number(found["n"]), found["unit"][0].upper()
    if unit == "H":
        return f"P{number // 24}D" if number % 24 == 0 else f"PT{number}H"
    return f"P{number}{unit}"
