"""Quantities and ages in English documents, where a cue beside them says what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.numerals import any_number

_AGE = re.compile(
    r"\baged? (?P<lo>\d{1,2})(?: to |[-–]| and )(?P<hi>\d{1,3})\b|\b(?:aged|age|over|at least) (?P<min>\d{1,2})(?: or over"
    r"| and over| or older|\+| years)|\b(?:aged )?(?P<under>\d{1,2}) (?:or|and) under\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?P<n>\d[\d,]*(?:\.\d+)?)\s(?P<unit>years?|months?|weeks?|working days|days|hours"
    r"|minutes|people|places|homes|employees|responses|respondents)\b",
    re.IGNORECASE,
)
_ROLES = (
    ("limit", re.compile(r"(?:not (?:to )?exceed(?:ing)?|up to|no more than|maximum of)\s?$", re.IGNORECASE)),
    ("threshold", re.compile(r"(?:at least|more than|less than|minimum of|fewer than|over|under)\s?$", re.IGNORECASE)),
    ("processing_time", re.compile(r"(?:takes?|take up to|within|usually take)\s?$", re.IGNORECASE)),
    ("duration", re.compile(r"(?:valid for|lasts?|term of|for|period of|last up to)\s?(?:a )?$", re.IGNORECASE)),
)


def quantities_en(context: Context) -> Iterator[Fact]:
    """Facts of the kinds quantity and age_range of an English document."""
    for found in _AGE.finditer(context.text):
        yield Fact("age_range", _age(found), found.group(), found.start(), found.end(), "eligibility")
    for found in _COUNTED.finditer(context.text):
        value = any_number(found["n"])
        before = context.text[max(0, found.start() - 30) : found.start()]
        role = next((name for name, cue in _ROLES if cue.search(before)), None)
        if role == "limit" and re.search(r"term (?:of )?not", before):
            role = "duration"
        if value is not None and role:
            yield Fact("quantity", value, found.group(), found.start(), found.end(), role, found["unit"], None, 0.8)


def _age(found: re.Match[str]) -> str:
    if found["lo"]:
        return f"{found['lo']}-{found['hi']}"
    return f"{found['min']}-" if found["min"] else f"-{found['under']}"
