"""For a reader of the other language: facts in their words and the title as it is, never a translation by guess."""

from __future__ import annotations

from collections.abc import Sequence

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Wording
from pushsvc.plain import catalogue
from pushsvc.plain.writing.brief import deadline_of, short, slots
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS, SENTENCE_WORDS, TEXT_CHARACTERS, cut_english, fits
from pushsvc.plain.writing.figures import amounts_words, date_words, is_calendar_date, main_amount

_DATED = (
    ("effective_date", "effective_from", "effective_from"),
    ("expiry", "valid_until", "valid_until"),
    ("event_date", "event", "event"),
)
_MOST_SENTENCES = 7
#: Words under which a cut quotation says nothing.
_SHORTEST_QUOTE = 6


def framed(
    reading: Reading, facts: tuple[Fact, ...], said: Sequence[str], issuer: str | None, kind: str | None, language: Language
) -> Wording:
    """The wording in `language` of a document that is written in the other one; `said` is what is told in its own."""
    named = catalogue.phrase(language, "kinds", kind or "any")
    original = catalogue.phrase(language, "frame", f"language_{reading.language}")
    sentences = [
        catalogue.phrase(language, "frame", "intro"),
        catalogue.phrase(language, "frame", "title", title=_title(reading.title, language)),
        *_fact_sentences(facts, reading.language, language),
    ]
    deadline = deadline_of(facts)
    space = " " if language == "en" else ""
    told = sentences[:_MOST_SENTENCES]
    return Wording(
        headline=catalogue.phrase(language, "frame", "headline", kind=named, language=original),
        text=space.join([*told, *_quoted(told, said, language)]),
        short=short(reading, facts, language, kind),
        action=catalogue.phrase(language, "frame", "action", date=date_words(deadline.value, language)) if deadline else None,
        slots=slots(reading, facts, issuer, language),
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


def _fact_sentences(facts: tuple[Fact, ...], source: Language, language: Language) -> list[str]:
    said: list[str] = []
    deadline, amount = deadline_of(facts), main_amount(facts)
    if deadline:
        said.append(catalogue.phrase(language, "frame", str(deadline.role), date=date_words(deadline.value, language)))
    if amount:
        key = amount.role if amount.role and catalogue.has(language, "frame", amount.role) else "any_amount"
        said.append(catalogue.phrase(language, "frame", key, amount=amounts_words(facts, amount, language, source)))
    for kind, role, key in _DATED:
        fact = next((one for one in facts if one.kind == kind and one.role == role and is_calendar_date(one.value)), None)
        if fact:
            said.append(catalogue.phrase(language, "frame", key, date=date_words(fact.value, language)))
    for kind in ("phone", "email"):
        contact = next((one for one in facts if one.kind == kind), None)
        if contact:
            said.append(catalogue.phrase(language, "frame", kind, value=contact.value))
    return [sentence for sentence in said if fits(sentence, language)]
