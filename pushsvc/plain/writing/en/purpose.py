"""What a number or an address in an English text is for, by the words around it: nobody should write to the wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain.writing.cutting import SENTENCE_WORDS
from pushsvc.plain.writing.en.due import deed, sentence_before
from pushsvc.plain.writing.en.tidying import tidied

__all__ = [
    "is_for_other_forms",
    "is_for_press",
    "is_for_text_phones",
    "is_sent_by_fax",
    "own_sentence",
    "special_case",
    "what_for",
]

_TEXT_PHONE = re.compile(r"\bTTY\b|\bTDD\b|text ?phone|text telephone|relay service|\bdeaf\b", re.IGNORECASE)
_TTY_BEHIND = re.compile(r"\s?\((?:tty|tdd)\b", re.IGNORECASE)
_FAX = re.compile(r"\bfax", re.IGNORECASE)
_PRESS = re.compile(
    r"\bpress\b|\bmedia\b(?! (?:bureau|services?|division|center|production))|journalist|\bnewsdesk\b|out of hours",
    re.IGNORECASE,
)
#: Whom to ask for a paper in another form, which is told only where nobody else is named.
_OTHER_FORM = re.compile(
    r"accessible format|people with disabilities|braille|large print|sign language|screen reader", re.IGNORECASE
)
_NEAR = 120
#: A number to ring before one comes to read papers.
_VISITORS = re.compile(
    r"\b(?:reading room|someone is there to help)\b|^\W*(?:[a-z]\. )?(?:place|location|venue)s?(?: [^:]{2,24})?:", re.IGNORECASE
)
#: For what a contact is, where its sentence begins with that; and what anybody may ask.
_CASE = re.compile(
    r"(?P<case>(?:If you|If your|To|For) [^.;\n]{4,70}(?:[^;\n]{0,90}?[^.;\n])??), "
    r"(?:please |you (?:can|should|must|may) )?(?:also )?"
    r"(?:send|e-?mail|call|contact|phone|ring|write|report|use|submit|get in touch|dial|text)\b[^;\n]{0,70}$"
)
_ANY_QUESTION = re.compile(
    r"(?:\b(?:more|further|additional|general|other|any) |^For )information\b|\b(?:details|questions?|quer(?:y|ies)|enquir\w+"
    r"|inquir\w+|help|advice|assist\w*|support|contact|speak|talk|problems?|know more|find out|learn more|unsure|not sure"
    r"|discuss|comments?|media|copy|copies|apply|register|book|attend|interpreter|adjustments?|accommodations?|interested|join"
    r"|nominate|take part)\b",
    re.IGNORECASE,
)
#: Questions of one thing only, beside which there are others to ask of others.
_OF_ONE_THING = re.compile(r"\babout (?!this\b|the (?:notice|rule|meeting|consultation|programme|scheme)\b|us\b|our\b)\w+")
_ASIDE = re.compile(r"\s?\([^()]{0,60}\)|,? as (?:defined|described|set out) (?:in|by) .*$")
_CASE_WORDS = 14
#: A sentence that says itself what a contact is for, and so short that it is told as it stands.
_OWN = re.compile(
    r"^(?:(?:Please )?(?:[Ee]-?mail|[Cc]all|[Pp]hone|[Tt]ext|[Cc]ontact|[Rr]ing|[Rr]eport|[Ss]end|[Ww]rite|[Gg]et in touch)"
    r"(?! \S+@\S+$)|For |To |If |You (?:can|must|should|may|need)|Anyone|Farmers|Members of the public|Report"
    r"|(?:Applications?|Comments|Responses|Completed \w+|Forms|Registrations?|Requests|Queries|Questions|Bookings?)"
    r" (?:\w+ ){0,6}?"
    r"(?:should|must|can|may|are|to)\b)"
)
_OWN_WORDS, _FEWEST_WORDS = 22, 4
_AFTER = re.compile(r"[.!?](?=\s|$)|\n|$")
#: Deeds for which one writes, the more particular first, by the words before the contact.
_DEEDS = (
    ("nominate", re.compile(r"\bnominat", re.IGNORECASE)),
    ("comment", re.compile(r"\bcomments?\b|\bresponses?\b|\bviews\b|\brespond\b|\bconsultation\b", re.IGNORECASE)),
    ("register", re.compile(r"\b(?:[Tt]o register|register (?:for|to|by|online|in)|[Rr]egistrations?)\b|\bRSVP\b|\bsign up\b")),
    ("apply", re.compile(r"\bappl(?:y|ications?)\b|\bproposals?\b", re.IGNORECASE)),
)
_BACK = 260
_ASKED = re.compile(
    r"\b(?:further information|more information|questions?|quer(?:y|ies)|enquir\w+|information contact|for information)\b",
    re.IGNORECASE,
)


def own_sentence(reading: Reading, fact: Fact) -> str:
    """The source's own sentence about a contact, made plain, where it is short and says what the contact is for."""
    if is_for_text_phones(reading, fact) or is_for_other_forms(reading, fact):
        return ""
    before = sentence_before(reading, fact)
    end = _AFTER.search(reading.source_text, fact.end)
    sentence = f"{before}{reading.source_text[fact.start : end.start() if end else fact.end]}".strip()
    if not sentence or not _OWN.match(sentence) or len(sentence.split()) > SENTENCE_WORDS + _FEWEST_WORDS:
        return ""
    plain = tidied(sentence)
    fits = _FEWEST_WORDS <= len(plain.split()) <= _OWN_WORDS
    return plain if fits and fact.raw in plain and plain.count("@") < 3 and ":" not in plain else ""


def what_for(reading: Reading, fact: Fact, facts: Sequence[Fact]) -> str:
    """The key of what one writes or calls for: a key of the catalogue's section "contact"."""
    if fact.role not in ("apply", "register"):
        return "questions"
    if fact.role == "register":
        return "register"
    before = reading.source_text[max(0, fact.start - _BACK) : fact.start].rpartition("\n\n")[2]
    if _ASKED.search(before[-_NEAR:]):
        return "questions"
    for words in (sentence_before(reading, fact), before):
        found = next((key for key, cue in _DEEDS if cue.search(words)), None)
        if found == "apply" and not _applies(reading, facts):
            continue
        if found:
            return found
    if any(one.role == "comment_deadline" for one in facts):
        return "comment"
    return "apply" if _applies(reading, facts) else "questions"


def _applies(reading: Reading, facts: Sequence[Fact]) -> bool:
    """Is there anything to apply for? An address is called so too where one only registers or writes."""
    deeds = {deed(reading, fact) for fact in facts if fact.role == "application_deadline"}
    return "apply" in deeds if deeds else bool(re.search(r"\bappl", reading.title, re.IGNORECASE))


def special_case(reading: Reading, fact: Fact) -> str | None:
    """ "If you wish to submit confidential papers" of a contact that is for that only; empty where it is too long to tell."""
    found = _CASE.match(sentence_before(reading, fact).lstrip())
    if not found or _OTHER_FORM.search(found["case"]):
        return None
    if _ANY_QUESTION.search(found["case"]) and not _OF_ONE_THING.search(found["case"]):
        return None
    if _TEXT_PHONE.search(found["case"]):
        return None
    case = _ASIDE.sub("", found["case"])
    return case if len(case.split()) <= _CASE_WORDS and not re.search(r"[()\[\],:]", case) else ""


def is_for_other_forms(reading: Reading, fact: Fact) -> bool:
    """Is it only for those who need a paper in large print or the like?"""
    return bool(_OTHER_FORM.search(reading.source_text[max(0, fact.start - 2 * _NEAR) : fact.start]))


def is_for_press(reading: Reading, fact: Fact) -> bool:
    """Is it only for journalists, or for those who come to look at papers?"""
    if _VISITORS.search(sentence_before(reading, fact)):
        return True
    near = _near(reading, fact)
    return fact.role == "media" or bool(_PRESS.search(f"{near[-60:]}{fact.raw}"))


def is_for_text_phones(reading: Reading, fact: Fact) -> bool:
    """Is it a number for those who do not hear?"""
    if fact.kind != "phone":
        return False
    return bool(_TEXT_PHONE.search(_near(reading, fact)) or _TTY_BEHIND.match(reading.source_text, fact.end))


def is_sent_by_fax(reading: Reading, fact: Fact) -> bool:
    """Is it the number of a fax machine?"""
    return fact.kind == "phone" and fact.role == "apply" and bool(_FAX.search(_near(reading, fact)[-24:]))


def _near(reading: Reading, fact: Fact) -> str:
    return reading.source_text[max(0, fact.start - _NEAR) : fact.start].rpartition("\n\n")[2]
