"""Whom to ask and where to send it: each number and address of an English document with what it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.en.listing import any_of
from pushsvc.plain.writing.en.purpose import (
    is_for_other_forms,
    is_for_press,
    is_for_text_phones,
    is_sent_by_fax,
    own_sentence,
    special_case,
    what_for,
)

__all__ = ["by_post", "contacts", "online"]

#: Numbers to call for help, not for questions.
_EMERGENCY = frozenset({"999", "911", "112", "111", "101"})
_LOCAL = re.compile(r"\d{3}[ -]\d{4}")
_MOST_PHONES, _MOST_EMAILS, _MOST_CASES = 3, 3, 2
#: Longer sentences name the numbers and the addresses apart.
_MOST_WORDS = 18
_PORTAL = re.compile(r"^(?:https?://)?(?:www\.)?regulations\.gov", re.IGNORECASE)
_DOCKET_HEAD = 2500


def contacts(reading: Reading, facts: Sequence[Fact], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """Whom to call or write to and for what, as far as `said` does not carry it; the press office is for nobody else."""
    named = [fact for fact in facts if fact.kind in ("phone", "email") and str(fact.value) not in _EMERGENCY]
    # A number without its area code reaches nobody from elsewhere: it is told where there is no other way.
    named = [fact for fact in named if not _LOCAL.fullmatch(str(fact.value))] or named
    others = [fact for fact in named if is_for_other_forms(reading, fact)]
    mine = [fact for fact in named if fact not in others]
    found: list[str] = []
    told = said
    left: list[Fact] = []
    for fact in (one for one in mine if not is_for_press(reading, one)):
        own = "" if _carries(told, fact) or special_case(reading, fact) else own_sentence(reading, fact)
        if own and allowed(own):
            found.append(own)
            told = f"{told} {own}"
        else:
            left.append(fact)
    found = found[:_MOST_EMAILS] + _by_purpose(reading, left, facts, told) + _for_some(reading, left, told)
    if others:
        found += _in_other_forms(reading, others, " ".join([told, *found]))
    return found


def online(facts: Sequence[Fact], said: str) -> list[str]:
    """Where comments may be left on the web, with the number under which they are kept."""
    if not any(fact.role == "comment_deadline" for fact in facts):
        return []
    if not any(fact.kind == "url" and fact.role == "apply" and _PORTAL.match(fact.raw) for fact in facts):
        return []
    docket = next((fact for fact in facts if fact.role == "docket" and fact.start < _DOCKET_HEAD), None)
    if docket is None or docket.raw in said:
        return [] if "regulations.gov" in said else [catalogue.phrase("en", "contact", "portal")]
    return [catalogue.phrase("en", "contact", "portal_docket", number=str(docket.value))]


def by_post(facts: Sequence[Fact], said: str) -> list[str]:
    """Where comments are posted to, where there is no way on the web and no address for email."""
    ways = [fact for fact in facts if fact.role == "apply" and fact.kind in ("email", "url", "address")]
    if not ways or any(fact.kind != "address" for fact in ways) or not any(one.role == "comment_deadline" for one in facts):
        return []
    printed = " ".join(str(ways[0].value).split())
    if printed in said or len(printed.split()) > _MOST_WORDS:
        return []
    return [catalogue.phrase("en", "contact", "post", address=printed)]


def _by_purpose(reading: Reading, named: Sequence[Fact], facts: Sequence[Fact], said: str) -> list[str]:
    """One sentence for each purpose: "For questions, call 0300 1 or email a@b"."""
    ways: dict[str, dict[str, list[str]]] = {}
    for fact in named:
        case = special_case(reading, fact)
        if _carries(said, fact) or case:
            continue
        if is_sent_by_fax(reading, fact):
            purpose, way = what_for(reading, fact, facts), "fax"
        elif is_for_text_phones(reading, fact):
            purpose, way = "text_phone", "phone"
        else:
            purpose, way = what_for(reading, fact, facts), fact.kind
        values = ways.setdefault(purpose, {}).setdefault(way, [])
        value = _printed(fact)
        values += [] if value in values else [value]
    for later, earlier in ((one, other) for at, one in enumerate(_ORDER) for other in _ORDER[:at]):
        for way, values in ways.get(later, {}).items():
            known = ways.get(earlier, {}).get(way, [])
            values[:] = [value for value in values if value not in known]
    return [sentence for purpose in sorted(ways, key=_ORDER.index) for sentence in _sentences(purpose, ways[purpose])]


#: What a reader is to do comes before whom to ask.
_ORDER = ("comment", "nominate", "register", "apply", "report", "order", "questions", "text_phone")


def _sentences(purpose: str, ways: dict[str, list[str]]) -> list[str]:
    if purpose == "text_phone":
        return [catalogue.phrase("en", "told", "text_phone", phone=number) for number in ways["phone"][:1]]
    phones, emails = any_of(ways.get("phone", [])[:_MOST_PHONES]), any_of(ways.get("email", [])[:_MOST_EMAILS])
    deed = catalogue.phrase("en", "contact", purpose)
    said = [catalogue.phrase("en", "contact", "both", deed=deed, phone=phones, email=emails)] if phones and emails else []
    if not said or len(said[0].split()) > _MOST_WORDS:
        said = [catalogue.phrase("en", "contact", "phone", deed=deed, phone=phones)] if phones else []
        key = "also" if said else "email"
        said += [catalogue.phrase("en", "contact", key, deed=deed, email=emails)] if emails else []
    return said + [catalogue.phrase("en", "contact", "fax", deed=deed, phone=number) for number in ways.get("fax", [])[:1]]


def _for_some(reading: Reading, named: Sequence[Fact], said: str) -> list[str]:
    """Contacts with what they are for: without it everybody would write to the address for secret papers."""
    found = []
    for fact in named:
        case = special_case(reading, fact) if not _carries(said, fact) else None
        if case:
            key = "email_for" if fact.kind == "email" else "call_for"
            found.append(catalogue.phrase("en", "told", key, case=case, contact=_printed(fact)))
    return list(dict.fromkeys(found))[:_MOST_CASES]


def _in_other_forms(reading: Reading, named: Sequence[Fact], said: str) -> list[str]:
    """Whom to ask for a paper in large print, and the number for those who do not hear."""
    new = [fact for fact in named if not _carries(said, fact) and not is_for_press(reading, fact)]
    texts = [fact for fact in new if is_for_text_phones(reading, fact)]
    plain = sorted((fact for fact in new if fact not in texts), key=lambda fact: fact.kind != "phone")
    either = list(dict.fromkeys(_printed(fact) for fact in plain))[:2]
    found = [catalogue.phrase("en", "told", "other_form", contact=any_of(either))] if either else []
    if texts and catalogue.phrase("en", "told", "text_phone", phone="")[:20] not in said:
        found.append(catalogue.phrase("en", "told", "text_phone", phone=_printed(texts[0])))
    return found


def _carries(said: str, fact: Fact) -> bool:
    return fact.raw in said or str(fact.value) in said


def _printed(fact: Fact) -> str:
    return fact.raw if fact.kind == "email" else str(fact.value)
