"""The fixed sentences of a text: a day that no sentence carries, how long it holds, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.cutting import SENTENCE_CHARACTERS
from pushsvc.plain.writing.figures import date_words, is_calendar_date
from pushsvc.plain.writing.zh import doing

#: Numbers to call for help, not for questions.
EMERGENCY = frozenset({"110", "119", "120", "122", "999"})
_MOST_PHONES, _MOST_EMAILS = 3, 2
_MOST_DAYS = 2
_DURATION = re.compile(r"P(\d+)([YMWD])")


def deadlines(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """请在8月22日前申请。 for each proved deadline with a day that `said` does not carry; the earliest first."""
    told: dict[str, str] = {}
    for fact in sorted(facts, key=lambda one: str(one.value)):
        if fact.kind != "deadline" or not fact.role or not is_calendar_date(fact.value):
            continue
        if _carried(fact, said):
            continue
        day = str(fact.value)[:10]
        if day not in told and len(told) == _MOST_DAYS:
            break
        told[day] = told.get(day) or doing.by(reading, fact)
    return list(told.values())


def validity(facts: Sequence[Fact], said: str) -> list[str]:
    """Since when and until when it holds, where `said` does not say it."""
    sentences = []
    start = next((fact for fact in facts if fact.kind == "effective_date" and is_calendar_date(fact.value)), None)
    end = next((fact for fact in facts if fact.kind == "expiry" and fact.role), None)
    if start and not _carried(start, said):
        sentences.append(catalogue.phrase("zh", "text", "effective", date=date_words(start.value, "zh")))
    if end and not _carried(end, said):
        known = is_calendar_date(end.value) or _DURATION.fullmatch(str(end.value))
        key = "valid_until" if is_calendar_date(end.value) else "valid_for"
        sentences += [catalogue.phrase("zh", "text", key, date=date_words(end.value, "zh"))] if known else []
    return sentences


def contacts(facts: Sequence[Fact], said: str) -> list[str]:
    """咨询电话：…、…。邮箱：…。: up to three numbers and two mailboxes that `said` does not carry."""
    sentences = []
    for kind, most in (("phone", _MOST_PHONES), ("email", _MOST_EMAILS)):
        values = dict.fromkeys(
            str(fact.value) for fact in facts if fact.kind == kind and fact.role != "media" and str(fact.value) not in EMERGENCY
        )
        missing = [value for value in values if value not in said][:most]
        while missing:
            joined = catalogue.phrase("zh", "short", "sums").join(missing)
            sentence = catalogue.phrase("zh", "text", kind, value=joined)
            if len(sentence) <= SENTENCE_CHARACTERS or len(missing) == 1:
                sentences.append(sentence)
                break
            missing.pop()
    return [sentence for sentence in sentences if len(sentence) <= SENTENCE_CHARACTERS]


def _carried(fact: Fact, said: str) -> bool:
    if is_calendar_date(fact.value):
        return date_words(fact.value, "zh", year=False) in said or "".join(fact.raw.split()) in said
    return "".join(fact.raw.split()) in said
