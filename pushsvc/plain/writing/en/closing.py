"""The fixed sentences of an English text: what to do by when, the day of a meeting, how much, since when, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.en.due import day_short, day_words, deed, due, is_closed, is_future, sentence_before
from pushsvc.plain.writing.figures import is_calendar_date

#: Numbers to call for help, not for questions.
_EMERGENCY = frozenset({"999", "911", "112", "111", "101"})
_MOST_DEADLINES, _MOST_EVENTS, _MOST_AMOUNTS, _MOST_PHONES, _MOST_EMAILS = 3, 2, 3, 3, 3
_TOLD_AMOUNTS = ("fee", "subsidy_max", "subsidy", "loan_max", "new_value", "increment", "standard", "fine", "limit", "budget")
_FEW_SUMS = 3
#: Sums of which two or three may be listed: a reader gets one of them.
_PAID_OUT = frozenset({"subsidy", "standard"})
_EVENT = re.compile(r"\b(meeting|hearing|conference|webinar|workshop|session)s?\b", re.IGNORECASE)
_CLOCK = re.compile(
    r",? (?:from |at |beginning at |starting at )?(?P<clock>\d{1,2}(?::\d{2})? ?(?:[ap]\.?m\.?|noon)?(?: ?(?:to|until|-|–) ?"
    r"\d{1,2}(?::\d{2})? ?[ap]\.?m\.?)?)(?=[\s,;.)]|$)",
    re.IGNORECASE,
)
#: A place by its name, just behind the day and the hour.
_PLACE = re.compile(
    r",? (?P<place>(?:at|in) (?:the )?[A-Z][\w’'&-]+(?: (?:[A-Z][\w’'&-]+|of|and|the|for)){0,6})(?=[,;.]\s|\.?$)"
)
_CONDITION = re.compile(r"[^.;\n]{0,60}?\b(?:unless|provided that|subject to|only if)\b")
_IF_AT_ALL = re.compile(r"\W*(?:If|Should|In the event|In case|Unless)\b")
_DUE_LABEL = re.compile(r"(?P<label>[A-Z][\w’'/-]*(?: [\w’'/-]+){1,8}? (?:[Dd]eadline|[Cc]losing|[Dd]ue))(?: [Dd]ates?)?:")
_HAS_HALF = re.compile(r"[ap]\.?m|noon", re.IGNORECASE)
_PER = re.compile(
    r"\s?(?:per|an?|each|every)\s(?:person|household|week|month|year|day|hour|night|application|child|employee|hectare|ha"
    r"|acre|metre|square metre|tonne|home|adult|pupil|place|unit|copy|page|item|tree)\b"
)
_TEXT_PHONE = re.compile(r"\bTTY\b|\bTDD\b|text ?phone|text telephone|relay service|\bdeaf\b", re.IGNORECASE)
#: The end of a form's approval, which is not the end of what the document is about.
_FORM = re.compile(r"expir\w+ (?:date )?$", re.IGNORECASE)
_FAX = re.compile(r"\bfax", re.IGNORECASE)
_PRESS = re.compile(
    r"\bpress\b|\bmedia\b(?! (?:bureau|services?|division|center|production))|journalist|accessible format|screen reader",
    re.IGNORECASE,
)
#: Whom to ask for a paper in another form, which is told only where nobody else is named.
_OTHER_FORM = re.compile(
    r"accessible format|people with disabilities|braille|large print|sign language|screen reader", re.IGNORECASE
)
_TTY_BEHIND = re.compile(r"\s?\((?:tty|tdd)\b", re.IGNORECASE)
_NEAR = 120
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
_ASIDE = re.compile(r"\s?\([^()]{0,60}\)|,? as (?:defined|described|set out) (?:in|by) .*$")
_CASE_WORDS, _MOST_CASES = 14, 2


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
            told[key] = (_labelled(reading, fact) if several else "") or due(reading, fact)
            if is_calendar_date(fact.value) and deed(reading, fact) == "comment" and told[key]:
                comments[key] = day_words(fact)
    if len(comments) > 1:
        # Several last days for comments: each is of a part, and "send your comments" thrice would not say so.
        days = list(comments.values())[:_MOST_DEADLINES]
        told = {key: sentence for key, sentence in told.items() if key not in comments}
        return [catalogue.phrase("en", "due", "comment_days", dates=_all(days)), *_once(told)][:_MOST_DEADLINES]
    return _once(told)[:_MOST_DEADLINES]


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


def days(reading: Reading, facts: Sequence[Fact], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """The meetings to come, since when it holds and how long, where `said` does not say it. `allowed` asks the verifier."""
    told: dict[str, str] = {}
    for what, fact in meetings(reading, facts):
        if not carries(said, fact) and str(fact.value)[:10] not in told:
            lines = _meeting(reading, what, fact)
            told[str(fact.value)[:10]] = next((line for line in lines if allowed(line)), lines[-1])
    found = list(told.values())[:_MOST_EVENTS]
    for kind, future, past in (("effective_date", "effective_from", "took_effect"), ("expiry", "valid_until", "ended")):
        holds = next((one for one in facts if one.kind == kind and one.role and _is_day(one)), None)
        if (
            holds
            and not _hangs_on(reading, holds)
            and not carries(said, holds)
            and not _FORM.search(reading.source_text[max(0, holds.start - 40) : holds.start])
        ):
            key = future if is_future(reading, holds) else past
            found.append(catalogue.phrase("en", "told", key, date=day_words(holds)))
    return found


def _meeting(reading: Reading, what: str, fact: Fact) -> list[str]:
    """The day of a meeting with its hour and its place, the line that tells most first: a day may have no year in print."""
    clock = _CLOCK.match(reading.source_text, fact.end)
    timed = clock is not None and bool(_HAS_HALF.search(clock["clock"]))
    place = _PLACE.match(reading.source_text, clock.end() if clock and timed else fact.end)
    hour = clock["clock"] if clock else ""
    key = "meeting" if not timed else "meeting_timed" if re.search(r"[-–]| to | until ", hour) else "meeting_at"
    lines = []
    for where in ([catalogue.phrase("en", "told", "place", place=place["place"])] if place else []) + [""]:
        for date in dict.fromkeys((day_words(fact), day_short(fact))):
            said = catalogue.phrase("en", "told", key, what=what, date=date, clock=hour, place=where)
            lines.append(said.replace("..", "."))
    return lines


def _hangs_on(reading: Reading, fact: Fact) -> bool:
    """ "It takes effect on 1 July unless comments are received": its own sentence tells it, or nothing does."""
    return bool(_CONDITION.match(reading.source_text, fact.end))


def meetings(reading: Reading, facts: Sequence[Fact]) -> list[tuple[str, Fact]]:
    """What is held ("meeting", "hearing") and on which day to come."""
    found = []
    for fact in facts:
        if fact.role not in ("event", "event_start") or fact.in_passing or not _is_day(fact) or not is_future(reading, fact):
            continue
        if _IF_AT_ALL.match(sentence_before(reading, fact)):
            continue  # "If it must be continued, it will resume on 8 May."
        named = _EVENT.search(reading.source_text[max(0, fact.start - 70) : fact.start]) or _EVENT.search(reading.title)
        if named:
            found.append((named[1].lower(), fact))
    return found


def amounts(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """How much, for each sum with a proved role that `said` does not name; several of one role in one sentence."""
    by_role: dict[str, dict[str, str]] = {}
    for fact in facts:
        if fact.kind == "amount" and fact.role in _TOLD_AMOUNTS and fact.raw not in said:
            per = _PER.match(reading.source_text, fact.end)
            printed = " ".join((fact.raw + (per.group() if per else "")).split())
            by_role.setdefault(fact.role, {}).setdefault(str(fact.value), printed)
    told_of = len({str(fact.value) for fact in facts if fact.kind == "amount"})
    found = []
    for role in _TOLD_AMOUNTS:
        sums = list(by_role.get(role, {}).values())
        if role == "budget" and told_of > _FEW_SUMS:
            continue  # one of the many figures of a report
        # Many sums of one kind are a table: none of them stands for all.
        if len(sums) == 1 or (len(sums) == 2 and role == "fee"):
            found.append(catalogue.phrase("en", "told", role, amount=_any(sums)))
        elif role in _PAID_OUT and 1 < len(sums) <= _FEW_SUMS:
            found.append(catalogue.phrase("en", "told", "sums", amounts=_all(sums)))
    return found[:_MOST_AMOUNTS]


def contacts(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """Whom to call or email, as far as `said` does not carry it; the press office only where there is nobody else."""
    named = [fact for fact in facts if fact.kind in ("phone", "email") and str(fact.value) not in _EMERGENCY]
    others = [fact for fact in named if _OTHER_FORM.search(reading.source_text[max(0, fact.start - 2 * _NEAR) : fact.start])]
    mine = named if len(others) == len(named) else [fact for fact in named if fact not in others]
    ways = _ways(reading, mine, said)
    found = [
        catalogue.phrase("en", "told", key, phone=_any(values), email=_any(values))
        for key, values in (("call", ways["phone"][:_MOST_PHONES]), ("email", ways["email"][:_MOST_EMAILS]))
        if values
    ]
    found += [catalogue.phrase("en", "told", key, phone=value) for key in ("fax", "text_phone") for value in ways[key][:1]]
    found += _for_some(reading, mine, said)
    if mine is not named:
        forms = _ways(reading, others, said)
        either = [*forms["phone"][:1], *forms["email"][:1]]
        found += [catalogue.phrase("en", "told", "other_form", contact=_any(either))] if either else []
        texts = [] if ways["text_phone"] else forms["text_phone"][:1]
        found += [catalogue.phrase("en", "told", "text_phone", phone=value) for value in texts]
    return found


def special_case(reading: Reading, fact: Fact) -> str | None:
    """ "If you wish to submit confidential papers" of a contact that is for that only; empty where it is too long to tell."""
    found = _CASE.match(sentence_before(reading, fact).lstrip())
    if not found or _ANY_QUESTION.search(found["case"]) or _OTHER_FORM.search(found["case"]):
        return None
    case = _ASIDE.sub("", found["case"])
    return case if len(case.split()) <= _CASE_WORDS and not re.search(r"[()\[\],:]", case) else ""


def _for_some(reading: Reading, contacts_named: Sequence[Fact], said: str) -> list[str]:
    """Contacts with what they are for: without it everybody would write to the address for secret papers."""
    found = []
    for fact in contacts_named:
        case = special_case(reading, fact) if fact.raw not in said and str(fact.value) not in said else None
        if case and fact.role != "media" and not _TEXT_PHONE.search(case):
            key = "email_for" if fact.kind == "email" else "call_for"
            value = fact.raw if fact.kind == "email" else str(fact.value)
            found.append(catalogue.phrase("en", "told", key, case=case, contact=value))
    return list(dict.fromkeys(found))[:_MOST_CASES]


def _ways(reading: Reading, contacts_named: Sequence[Fact], said: str) -> dict[str, list[str]]:
    """Numbers and addresses as they are told, by the way they are used, each once."""
    ways: dict[str, list[str]] = {"phone": [], "email": [], "fax": [], "text_phone": []}
    for fact in contacts_named:
        if fact.raw in said or str(fact.value) in said:
            continue
        near = reading.source_text[max(0, fact.start - _NEAR) : fact.start].rpartition("\n\n")[2]
        if fact.role == "media" or _PRESS.search(f"{near[-60:]}{fact.raw}"):
            continue
        if fact.kind == "email":
            key = "email"
        elif fact.role == "apply" and _FAX.search(near[-24:]):
            key = "fax"
        elif _TEXT_PHONE.search(near) or _TTY_BEHIND.match(reading.source_text, fact.end):
            key = "text_phone"
        else:
            key = "phone"
        if key in ("phone", "email") and special_case(reading, fact) is not None:
            continue
        value = fact.raw if key == "email" else str(fact.value)
        ways[key] += [] if value in ways[key] else [value]
    return ways


def carries(said: str, fact: Fact) -> bool:
    """Does the text name the day of a date, in whichever order?"""
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", str(fact.value))
    if not found or fact.raw in said:
        return fact.raw in said
    month, day = ENGLISH_MONTHS[int(found[2]) - 1], found[3]
    if not day:
        return bool(re.search(rf"\b{month[:3]}\w*\.? {found[1]}\b", said))
    return bool(re.search(rf"\b{int(day)}(?:st|nd|rd|th)? {month[:3]}|\b{month[:3]}\w*\.? {int(day)}\b", said))


def _is_day(fact: Fact) -> bool:
    return is_calendar_date(fact.value) and len(str(fact.value)) >= len("2026-03-31")


def _all(values: Sequence[str]) -> str:
    """Two or three of them: "a, b and c"."""
    return ", ".join(values[:-1]) + catalogue.phrase("en", "told", "and") + values[-1]


def _any(values: Sequence[str]) -> str:
    """One, two or three of them: "a, b or c"."""
    if len(values) < 2:
        return "".join(values)
    return ", ".join(values[:-1]) + catalogue.phrase("en", "told", "or") + values[-1]
