"""What an English document asks for by when: each last day once, the earliest first; and the call that is closed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.en.due import day_words, deed, due, is_closed, sentence_before
from pushsvc.plain.writing.en.listing import all_of
from pushsvc.plain.writing.figures import is_calendar_date

_MOST_DEADLINES = 3
_MOST_WORDS = 20
#: A sentence that says for whom or for what its last day is.
_OF_WHOM = re.compile(
    r"[A-Z][\w’', -]{2,60}: [a-z][\w ]{2,40}$|The (?:deadline|closing date|last day) (?:to|for) [^.;]{4,90}"
    r" (?:is|will be)(?: on)?$"
    r"|(?:Apply|Register|Claim|Book|Bid|Enter|Nominate) [^.;]{3,70} (?:by|before|until|no later than)$"
    r"|[A-Z][\w’' -]{3,60} (?:must|should|can|need to|have to|may) [^.;]{3,80}$"
)
_DUE_LABEL = re.compile(r"(?P<label>[A-Z][\w’'/-]*(?: [\w’'/()-]+){1,8}? (?:[Dd]eadline|[Cc]losing|[Dd]ue))(?: [Dd]ates?)?:")


def deadlines(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """What is to be done by when, the earliest first; that a call is closed where its day was past when it came out."""
    proved = [fact for fact in facts if fact.kind == "deadline" and fact.role]
    several = len({str(fact.value)[:10] for fact in proved}) > 1
    told: dict[str, str] = {}
    comments: dict[str, str] = {}
    for fact in sorted(proved, key=lambda one: (not is_calendar_date(one.value), str(one.value)[:10], one.start)):
        key = str(fact.value)[:10]
        if key in told or (not is_calendar_date(fact.value) and fact.raw in said):
            continue
        if is_closed(reading, fact):
            told[key] = catalogue.phrase("en", "due", "closed", date=day_words(fact))
        else:
            own = of_its_own(reading, proved, fact) if several else ""
            told[key] = "" if own and own.rstrip(".") in said else own or due(reading, fact)
            if is_calendar_date(fact.value) and deed(reading, fact) == "comment" and told[key]:
                comments[key] = day_words(fact)
    if len(comments) > 1:
        # Several last days for comments: each is of a part, and "send your comments" thrice would not say so.
        days = list(comments.values())[:_MOST_DEADLINES]
        told = {key: sentence for key, sentence in told.items() if key not in comments}
        return [catalogue.phrase("en", "due", "comment_days", dates=all_of(days)), *_once(told)][:_MOST_DEADLINES]
    return _once(told)[:_MOST_DEADLINES]


def of_its_own(reading: Reading, facts: Sequence[Fact], fact: Fact) -> str:
    """ "Tenant grants: apply by 1 March." where another last day is for others to do the same; empty for the only one."""
    deeds = [
        deed(reading, one)
        for one in facts
        if one.kind == "deadline" and one.role and is_calendar_date(one.value) and str(one.value)[:10] != str(fact.value)[:10]
    ]
    labelled = _labelled(reading, fact) if deeds else ""
    if labelled or deed(reading, fact) not in deeds or fact.role == "comment_deadline":
        return labelled
    before = sentence_before(reading, fact).strip()
    named = _OF_WHOM.match(before)
    fits = len(before.split()) <= _MOST_WORDS and reading.source_text[fact.end : fact.end + 1] in (".", "", "\n")
    return f"{before} {day_words(fact)}." if named and fits else ""


def _labelled(reading: Reading, fact: Fact) -> str:
    """ "Physical loan application deadline: 12/11/2026." where "Apply by" twice would not say for what."""
    found = _DUE_LABEL.fullmatch(sentence_before(reading, fact).strip())
    if not found or not is_calendar_date(fact.value):
        return ""
    words = [word if word.isupper() else word.lower() for word in found["label"].split()]
    label = " ".join(words)
    return catalogue.phrase("en", "due", "labelled", label=label[:1].upper() + label[1:], date=day_words(fact))


def _once(told: Mapping[str, str]) -> list[str]:
    return [sentence for sentence in dict.fromkeys(told.values()) if sentence]
