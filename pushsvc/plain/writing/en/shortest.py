"""The line of an English document that fits an SMS: what it is about, and by when or how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, dated_deadlines
from pushsvc.plain import catalogue
from pushsvc.plain.writing.brief import SHORT_CHARACTERS
from pushsvc.plain.writing.cutting import cut_title
from pushsvc.plain.writing.en.coming import meetings
from pushsvc.plain.writing.en.contrast import open_deadlines
from pushsvc.plain.writing.en.due import day_short, day_words, deed, is_future
from pushsvc.plain.writing.en.heading import about, with_office
from pushsvc.plain.writing.en.paper import office, only_collection
from pushsvc.plain.writing.figures import amount_words, is_calendar_date, main_amount
from pushsvc.plain.writing.titles import HEADLINE_WORDS, plain_title

_MOST = SHORT_CHARACTERS["en"]
_FEWEST, _MOST_SUMS = 8, 2
_SAME_SENTENCE = 40
#: Sums that say less than the title does.
_LESS = frozenset({None, "threshold", "budget", "limit"})


def short(reading: Reading, facts: tuple[Fact, ...], allowed: Callable[[str], bool], news: str = "") -> str:
    """At most 90 characters; `allowed` asks the verifier. `news` is the sentence that says what the document is."""
    generic = catalogue.phrase("en", "short", "generic")
    lines = _lines(reading, facts, generic, news)
    return next((line for line in lines if line and len(line) <= _MOST and allowed(line)), generic)


def _lines(reading: Reading, facts: tuple[Fact, ...], generic: str, news: str) -> Iterator[str]:
    """The lines that would do, the one that tells most first."""
    said = _told(reading, facts)
    join, separator = catalogue.phrase("en", "short", "join"), catalogue.phrase("en", "short", "separator")
    wanted = ([join.join(said)] if len(said) > 1 else []) + said
    own = list(filter(None, (only_collection(reading), with_office(reading.title, office(reading)).replace(": ", ", "))))
    for each in wanted:
        yield from (f"{subject}{separator}{each}" for subject in own)
        subject = about(reading.title, _MOST - len(separator) - len(each))
        if len(subject) >= _FEWEST:
            yield f"{subject}{separator}{each}"
            # "Boats Committee meeting" may be more than a title says in one place.
            head = re.split(r"[;:](?=\s)|[;:]? meetings?$", subject)[0]
            yield f"{head}{separator}{each}" if _FEWEST <= len(head) < len(subject) else ""
    yield from (f"{generic}{separator}{each}" for each in wanted)
    if not wanted and len(news) <= _MOST - 1 and len(news.split()) <= HEADLINE_WORDS:
        yield news.removesuffix(".")
    yield from own
    yield about(reading.title, _MOST)
    yield cut_title(plain_title(reading.title, "en"), HEADLINE_WORDS, _MOST)


def _told(reading: Reading, facts: tuple[Fact, ...]) -> list[str]:
    """By when, and how much; else when it is, or since when it holds."""
    said: list[str] = []
    dated = dated_deadlines(facts)
    still = open_deadlines(reading, facts)
    amount = main_amount(facts)
    starts = [fact for fact in facts if fact.role == "effective_from" and is_future(reading, fact)]
    # Of a ban it matters more since when it holds than what it costs to break it.
    if amount and amount.role not in _LESS and not (amount.role == "fine" and starts):
        # Many sums of one kind are a table: none of them stands for all.
        same = [fact for fact in facts if fact.kind == "amount" and fact.role == amount.role]
        sums = list(dict.fromkeys(amount_words(fact, "en", "en") for fact in same))
        if len(sums) <= _MOST_SUMS:
            told = catalogue.phrase("en", "told", "or").join(sums)
            said.append(catalogue.phrase("en", "short", str(amount.role), amount=told))
    if still:
        day = day_short(still[0])
        said.append(
            catalogue.phrase("en", "short", "by", act=catalogue.phrase("en", "deeds", deed(reading, still[0])), date=day)
        )
    elif dated:
        said.append(catalogue.phrase("en", "short", "closed", date=day_words(dated[-1])))
    if said:
        return said
    coming = [("event", fact) for _, fact in meetings(reading, facts)]
    coming += [("effective_from", fact) for fact in facts if fact.role == "effective_from" and len(str(fact.value)) >= 10]
    for key, fact in coming:
        if is_calendar_date(fact.value) and is_future(reading, fact):
            end = _end(facts, fact) if key == "effective_from" else None
            key = "period" if end else key
            return [catalogue.phrase("en", "short", key, date=day_short(fact), until=day_short(end) if end else "")]
    return []


def _end(facts: tuple[Fact, ...], start: Fact) -> Fact | None:
    """The day on which ends what begins on another: told in one sentence, "from 4 May and runs until 30 September"."""
    ends = (fact for fact in facts if fact.role == "valid_until" and is_calendar_date(fact.value))
    return next(
        (fact for fact in ends if 0 < fact.start - start.end <= _SAME_SENTENCE and str(fact.value) > str(start.value)), None
    )
