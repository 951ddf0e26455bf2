"""Limits in English that run from an event: "within 30 days of the decision"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context, fact_of

_WITHIN_EN = re.compile(
    r"\bwithin (?:the )?(?:next |first )?(?P<n>\d{1,3}|one|two|three|four|five|six|seven"
    r"|ten|fourteen|thirty|sixty|ninety)\s?(?:\(\d+\) )?"
    r"(?P<unit>(?:calendar |working |business )?(?:days?|weeks?|months?|years?))\b",
    re.IGNORECASE,
)
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "fourteen": 14,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}


def english_terms(context: Context) -> Iterator[Fact]:
    """Facts of the kind deadline whose value is a duration."""
    for found in _WITHIN_EN.finditer(context.text):
        where = context.around(found.start(), found.end())
        words = where.sentence[:400]
        if re.search(
            r"\b(?:you|applicants?|persons?|part(?:y|ies)|petitioners?) (?:must|should|need to|may)\b", words, re.IGNORECASE
        ):
            number = found["n"].lower()
            count = _WORDS.get(number) or int(number)
            unit = found["unit"].lower().split()[-1][0].upper()
            yield fact_of(context, "deadline", f"P{count}{unit}", found.start(), found.end(), "action_deadline", 0.7)
