"""Facts with exact spans: what a document says that can be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.calendar_facts import calendar_facts
from pushsvc.plain.facts.context import Context, context_of
from pushsvc.plain.facts.money import money_facts
from pushsvc.plain.facts.quantities import quantity_facts
from pushsvc.plain.facts.references import reference_facts

__all__ = ["extract", "reading_context"]

#: The zone in which a day of publication is meant, by the document's language.
_ZONES = {"zh": ZoneInfo("Asia/Shanghai"), "en": ZoneInfo("UTC")}


def reading_context(reading: Reading) -> Context:
    """What the extractors look at: the text with its sentences, and the day of publication where it is known."""
    published = reading.published_at.astimezone(_ZONES[reading.language]).date() if reading.published_at else None
    return context_of(reading.source_text, reading.title, reading.language, published, reading.doc_number)


def extract(reading: Reading, context: Context | None = None) -> tuple[Fact, ...]:
    """The facts of a document in the order of their spans; `raw == source_text[start:end]` for each.

    A fact carries a role only where a cue in the text proves it. Dates without a proved role are of kind `event_date`.
    """
    context = context or reading_context(reading)
    calendar = list(calendar_facts(context))
    found = [
        *calendar,
        *money_facts(context),
        *_not_told_twice(quantity_facts(context), calendar, reading.language),
        *reference_facts(context),
    ]
    if context.left_out:
        found = [replace(fact, start=context.in_source(fact.start), end=context.in_source(fact.end - 1) + 1) for fact in found]
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.end, fact.kind)))


def _not_told_twice(counted: Iterable[Fact], calendar: Iterable[Fact], language: Language) -> Iterator[Fact]:
    """A Chinese time limit is read once: what the calendar takes for a limit of the reader or an office is no other count."""
    taken = {place for fact in calendar for place in range(fact.start, fact.end)} if language == "zh" else set()
    for fact in counted:
        if fact.kind != "quantity" or not (fact.start in taken or fact.end - 1 in taken):
            yield fact
