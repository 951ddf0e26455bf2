"""For a reader of the other language: facts in their words and the title as it is, never a translation by guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Wording, dated_deadlines
from pushsvc.plain import catalogue
from pushsvc.plain.writing import when, whose
from pushsvc.plain.writing.brief import SHORT_CHARACTERS, slots
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, SENTENCE_WORDS, TEXT_CHARACTERS, cut_english, fits
from pushsvc.plain.writing.en.contrast import open_deadlines
from pushsvc.plain.writing.en.due import is_closed, is_future
from pushsvc.plain.writing.figures import (
    AMOUNT_ORDER,
    OTHERS_AMOUNTS,
    amount_words,
    date_words,
    is_calendar_date,
    listed,
    says_its_unit,
)
from pushsvc.plain.writing.zh import closing

_MOST_SENTENCES = 9
_MOST_DEADLINES, _MOST_AMOUNTS, _MOST_SUMS, _MOST_CONTACTS = 2, 3, 2, 2

#: Words under which a cut quotation says nothing.
_SHORTEST_QUOTE = 6
_TERM = re.compile(r"P\d+[YMWD]")
#: The type of a document that warns of danger.
_DANGER = "emergency"
#: Days that count otherwise than the calendar does: "5 days" would not be true of them.
_WORKING = re.compile(r"工作日|working|business", re.IGNORECASE)


def framed(
    reading: Reading,
    facts: tuple[Fact, ...],
    own: Wording,
    said: Sequence[str],
    issuer: str | None,
    kind: str | None,
    language: Language,
) -> Wording:
    """The wording in `language` of a document that is written in the other one; `own` is that in its own, `said` are its
    sentences, or those of the source that it quotes."""
    named = catalogue.phrase(language, "kinds", kind or "any")
    original = catalogue.phrase(language, "frame", f"language_{reading.language}")
    sentences = [
        catalogue.phrase(language, "frame", "intro", kind=named),
        catalogue.phrase(language, "frame", "title", title=_title(reading.title, language)),
        *_fact_sentences(reading, facts, language),
    ]
    told = sentences[:_MOST_SENTENCES]
    return Wording(
        headline=catalogue.phrase(language, "frame", "headline", kind=named, language=original),
        text=(" " if language == "en" else "").join([*told, *_quoted(told, said, language)]),
        # In danger what to do is shown as the source says it: "An urgent notice" makes nobody move.
        short=own.short if kind == _DANGER and own.short else _short(reading, facts, language, named),
        action=_action(reading, facts, language),
        slots=slots(reading, facts, issuer, language, _open(reading, facts)),
    )


def _quoted(told: Sequence[str], said: Sequence[str], language: Language) -> list[str]:
    """The first sentence of the document's own words that there is room for, in quotation marks and in its own language."""
    if language == "en":
        return [catalogue.phrase("en", "frame", "quoted", said=said[0])] if said else []
    room = TEXT_CHARACTERS - sum(map(len, told)) - len(catalogue.phrase("zh", "frame", "quoted", said="")) - 2
    for sentence in said:
        head = cut_english(sentence, SENTENCE_WORDS, room)
        if len(head.split()) >= _SHORTEST_QUOTE:
            return [catalogue.phrase("zh", "frame", "quoted", said=head if head == sentence else f"{head} …")]
    return []


def _title(title: str, language: Language) -> str:
    """A title that fits a sentence of the reader's language, in whole words."""
    room = SENTENCE_CHARACTERS - len(catalogue.phrase(language, "frame", "title", title="")) - 2
    if language == "en" or len(title) <= room:
        return title
    return cut_english(title, 99, room) + "…"


def _deadlines(reading: Reading, facts: Sequence[Fact]) -> list[Fact]:
    """The proved deadlines with a day, the earliest first, each day once; of a Chinese document only its reader's own."""
    mine = when.reader_deadlines(reading, facts) if reading.language == "zh" else dated_deadlines(facts)
    dated = {str(fact.value)[:10]: fact for fact in reversed(mine)}
    return [dated[day] for day in sorted(dated)]


def _open(reading: Reading, facts: Sequence[Fact]) -> list[Fact]:
    """The reader's last days that are not over, the first to be told first: where one was moved, the new one."""
    return when.reader_deadlines(reading, facts) if reading.language == "zh" else open_deadlines(reading, facts)


def _action(reading: Reading, facts: Sequence[Fact], language: Language) -> str | None:
    """By when to act, and that the original says how; None where nothing is to be done any more."""
    still = [fact for fact in _open(reading, facts) if not is_closed(reading, fact)]
    if not still:
        return None
    return catalogue.phrase(language, "frame", f"action_{still[0].role}", date=date_words(still[0].value, language))


def _fact_sentences(reading: Reading, facts: tuple[Fact, ...], language: Language) -> list[str]:
    said: list[str] = []
    for fact in _deadlines(reading, facts)[:_MOST_DEADLINES]:
        key = "closed" if is_closed(reading, fact) else str(fact.role)
        said.append(catalogue.phrase(language, "frame", key, date=date_words(fact.value, language)))
    said += _limit(facts, language) if not said else []
    for role, sums in list(_sums(reading, facts, language).items())[:_MOST_AMOUNTS]:
        key = role if catalogue.has(language, "frame", role) else "any_amount"
        amounts = listed(sums, _MOST_SUMS, language)
        said.append(catalogue.phrase(language, "frame", key, amount=amounts))
    said += _days(reading, facts, language)
    for kind in ("phone", "email"):
        values = dict.fromkeys(str(fact.value) for fact in facts if fact.kind == kind and fact.role != "media")
        if values:
            joined = catalogue.phrase(language, "short", "sums").join(list(values)[:_MOST_CONTACTS])
            said.append(catalogue.phrase(language, "frame", kind, value=joined))
    return [sentence for sentence in said if fits(sentence, language)]


def _limit(facts: Sequence[Fact], language: Language) -> list[str]:
    """A limit that runs from an event: the number of its days, or where they are working days, as the source prints it."""
    limit = next((fact for fact in facts if fact.kind == "deadline" and fact.role and _TERM.fullmatch(str(fact.value))), None)
    if limit is None:
        return []
    term = f"“{limit.raw}”" if _WORKING.search(limit.raw) else date_words(limit.value, language)
    return [catalogue.phrase(language, "frame", "time_limit", term=term)]


def _sums(reading: Reading, facts: Sequence[Fact], language: Language) -> dict[str, list[str]]:
    """The different sums of each role, in words, the roles in the order in which a reader wants to know them."""
    found: dict[str, list[str]] = {}
    source = reading.language
    amounts = [fact for fact in facts if fact.kind == "amount" and fact.role != "old_value" and says_its_unit(fact)]
    if source == "zh":
        amounts = [fact for fact in amounts if not whose.is_others(reading, fact)]
    for fact in sorted(
        amounts, key=lambda one: AMOUNT_ORDER.index(one.role) if one.role in AMOUNT_ORDER else len(AMOUNT_ORDER)
    ):
        sums = found.setdefault(fact.role or "", [])
        words = amount_words(fact, language, source)
        if words not in sums:
            sums.append(words)
    mine = {role: sums for role, sums in found.items() if role and role not in OTHERS_AMOUNTS}
    return mine or found


def _days(reading: Reading, facts: Sequence[Fact], language: Language) -> list[str]:
    """Since when, how long, and when it takes place."""
    said = []
    start, end = _in_force(reading, facts), next((fact for fact in facts if fact.role == "valid_until"), None)
    if reading.language == "zh":
        end = closing.end_of(reading, facts)
    held = [fact for fact in facts if fact.role in ("event", "event_start") and not fact.in_passing]
    event = next((fact for fact in held if is_future(reading, fact)), None)
    if start:
        said.append(catalogue.phrase(language, "frame", "effective_from", date=date_words(start.value, language)))
    if end and is_calendar_date(end.value):
        said.append(catalogue.phrase(language, "frame", "valid_until", date=date_words(end.value, language)))
    elif end and _TERM.fullmatch(str(end.value)):
        said.append(catalogue.phrase(language, "frame", "valid_for", term=date_words(end.value, language)))
    if event and is_calendar_date(event.value):
        said.append(catalogue.phrase(language, "frame", "event", date=date_words(event.value, language)))
    return said


def _one_sum(reading: Reading, facts: tuple[Fact, ...], language: Language) -> tuple[str, str]:
    """The role and the words of the one sum that a line may tell; empty where there is none or more."""
    if reading.language == "zh":
        mine = whose.reader_sum(reading, facts)
        if mine is None or mine.group or mine.beside or mine.role is None:
            return "", ""
        role = "subsidy_max" if mine.highest and mine.role == "subsidy" else mine.role
        return role, amount_words(mine.fact, language, "zh")
    role, sums = next(iter(_sums(reading, facts, language).items()), ("", []))
    return (role, sums[0]) if role and len(sums) == 1 else ("", "")


def _in_force(reading: Reading, facts: Sequence[Fact]) -> Fact | None:
    """The day since which the document holds; of a Chinese one never that of one of its measures."""
    if reading.language == "zh":
        return closing.start_of(reading, facts)
    return next((fact for fact in facts if fact.role == "effective_from" and is_calendar_date(fact.value)), None)


def _short(reading: Reading, facts: tuple[Fact, ...], language: Language, named: str) -> str:
    """One line: what kind of document, and by when or how much; as much as fits an SMS."""
    said: list[str] = []
    role, sum_ = _one_sum(reading, facts, language)
    if sum_ and role not in OTHERS_AMOUNTS and catalogue.has(language, "short", role):
        said.append(catalogue.phrase(language, "short", role, amount=sum_))
    dated = _deadlines(reading, facts)
    still = [fact for fact in dated if not is_closed(reading, fact)]
    if dated:
        key, fact = (str(still[0].role), still[0]) if still else ("closed", dated[-1])
        said.append(catalogue.phrase(language, "short", key, date=date_words(fact.value, language, year=not still)))
    starts = _in_force(reading, facts)
    if not said and starts and is_future(reading, starts):
        said.append(catalogue.phrase(language, "short", "effective_from", date=date_words(starts.value, language)))
    separator, join = catalogue.phrase(language, "short", "separator"), catalogue.phrase(language, "short", "join")
    lines = [f"{named}{separator}{join.join(said)}", *(f"{named}{separator}{each}" for each in reversed(said)), named]
    return next(line for line in lines if len(line) <= SHORT_CHARACTERS[language] and not line.endswith(separator))
