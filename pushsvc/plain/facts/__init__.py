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
    found = [
        *_told_once(list(calendar_facts(context)), list(quantity_facts(context)), reading.language),
        *money_facts(context),
        *reference_facts(context),
    ]
    if context.left_out:
        found = [replace(fact, start=context.in_source(fact.start), end=context.in_source(fact.end - 1) + 1) for fact in found]
    if context.language == "en" and "\n" in reading.source_text:  # Of broken lines, `raw` is what the source prints.
        found = [replace(fact, raw=reading.source_text[fact.start : fact.end]) for fact in found]
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.end, fact.kind)))


def _told_once(calendar: list[Fact], counted: list[Fact], language: Language) -> Iterator[Fact]:
    """A Chinese time limit is read once: as the calendar reads it, whose limit it is, or as a range ("1至5个工作日")."""
    if language != "zh":
        yield from [*calendar, *counted]
        return
    ranges = _places(fact for fact in counted if fact.kind == "quantity" and isinstance(fact.value, str))
    read = [fact for fact in calendar if fact.kind != "quantity" or fact.start not in ranges]
    taken = _places(read)
    yield from read
    yield from (fact for fact in counted if fact.kind != "quantity" or not {fact.start, fact.end - 1} & taken)


def _places(facts: Iterable[Fact]) -> set[int]:
    return {place for fact in facts for place in range(fact.start, fact.end)}
