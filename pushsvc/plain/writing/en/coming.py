"""When a meeting is and where, since when a rule holds and until when: what no sentence of an English text says yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pushsvc.domain.languages import ENGLISH_MONTHS
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.en.due import day_short, day_words, is_future, sentence_before
from pushsvc.plain.writing.figures import is_calendar_date

_MOST_EVENTS = 2
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
_PLACE_LINE = re.compile(
    r"^(?:[a-z]\. )?(?P<label>Place|PLACE|Locations?|LOCATION|Venue|Meeting (?:[Pp]lace|[Ll]ocation)|Where)"
    r"(?: [^:\n]{2,24})?:\s*(?P<place>[A-Z\d][^\n]{5,220})",
    re.MULTILINE,
)
_PLACE_WORDS = 22
_CONDITION = re.compile(r"[^.;\n]{0,60}?\b(?:unless|provided that|subject to|only if)\b")
#: What was to be held and will not be has no day.
_CALLED_OFF = re.compile(
    r"\bcancel|\bcalled off\b|\bpostpone|\b(?:will|does) not (?:take place|be held|go ahead)\b", re.IGNORECASE
)
_IF_AT_ALL = re.compile(r"\W*(?:If|Should|In the event|In case|Unless)\b")
_HAS_HALF = re.compile(r"[ap]\.?m|noon", re.IGNORECASE)
#: The end of a form's approval, which is not the end of what the document is about.
_FORM = re.compile(r"expir\w+ (?:date )?$", re.IGNORECASE)


def days(reading: Reading, facts: Sequence[Fact], said: str, allowed: Callable[[str], bool]) -> list[str]:
    """The meetings to come, since when it holds and how long, where `said` does not say it. `allowed` asks the verifier."""
    told: dict[str, str] = {}
    for what, fact in meetings(reading, facts):
        if not carries(said, fact) and str(fact.value)[:10] not in told:
            lines = _meeting(reading, what, fact)
            told[str(fact.value)[:10]] = next((line for line in lines if allowed(line)), lines[-1])
    found = list(told.values())[:_MOST_EVENTS]
    found += _place(reading, " ".join([said, *found]), allowed)
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


def _place(reading: Reading, said: str, allowed: Callable[[str], bool]) -> list[str]:
    """Where a meeting is, from the line that is headed so; empty where `said` tells of no meeting, or tells the place."""
    labelled = _PLACE_LINE.search(reading.source_text) if _EVENT.search(said) else None
    if not labelled:
        return []
    place = " ".join(re.split(r"\.(?=\s+[A-Z][a-z]+ [a-z]|\s*$)|;|,? (?:Phone|Telephone|Tel)\b", labelled["place"])[0].split())
    if not place or len(place.split()) > _PLACE_WORDS or place in said or place.split(",")[0] in said:
        return []
    line = catalogue.phrase("en", "told", "place_is", label=labelled["label"].capitalize(), place=place)
    return [line] if allowed(line) else []


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
        after = re.split(r"\n|\. ", reading.source_text[fact.end : fact.end + 160])[0]
        if _CALLED_OFF.search(f"{reading.title} {sentence_before(reading, fact)} {after}"):
            continue
        named = _EVENT.search(reading.source_text[max(0, fact.start - 70) : fact.start]) or _EVENT.search(reading.title)
        if named:
            found.append((named[1].lower(), fact))
    return found


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
