"""How much an English document pays or asks, for each sum that no sentence names yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact
from pushsvc.plain import catalogue
from pushsvc.plain.writing.en.listing import all_of, any_of

_MOST_AMOUNTS = 3
_TOLD_AMOUNTS = ("fee", "subsidy_max", "subsidy", "loan_max", "new_value", "increment", "standard", "fine", "limit", "budget")
_FEW_SUMS = 3
#: Sums of which two or three may be listed: a reader gets one of them.
_PAID_OUT = frozenset({"subsidy", "standard"})
_PER = re.compile(
    r"\s?(?:per|an?|each|every)\s(?:person|household|week|month|year|day|hour|night|application|child|employee|hectare|ha"
    r"|acre|metre|square metre|tonne|home|adult|pupil|place|unit|copy|page|item|tree)\b"
)


def amounts(reading: Reading, facts: Sequence[Fact], said: str) -> list[str]:
    """How much, for each sum with a proved role that `said` does not name; several of one role in one sentence."""
    by_role: dict[str, dict[str, str]] = {}
    for fact in facts:
        if fact.kind == "amount" and fact.role in _TOLD_AMOUNTS and fact.raw not in said:
            per = _PER.match(reading.source_text, fact.end)
            printed = " ".join((fact.raw + (per.group() if per else "")).split())
            by_role.setdefault(fact.role, {}).setdefault(str(fact.value), printed)
    told_of = len({str(fact.value) for fact in facts if fact.kind == "amount"})
    values = {role: len({str(fact.value) for fact in facts if fact.kind == "amount" and fact.role == role}) for role in by_role}
    found = []
    for role in _TOLD_AMOUNTS:
        sums = list(by_role.get(role, {}).values())
        if role == "budget" and told_of > _FEW_SUMS:
            continue  # one of the many figures of a report
        # Many sums of one kind are a table: none of them stands for all.
        if len(sums) == 1 and role in _PAID_OUT and values[role] > 1:
            continue  # "The sum is £326" beside another that is told with its words says of neither what it is
        if len(sums) == 1 or (len(sums) == 2 and role == "fee"):
            found.append(catalogue.phrase("en", "told", role, amount=any_of(sums)))
        elif role in _PAID_OUT and 1 < len(sums) <= _FEW_SUMS:
            found.append(catalogue.phrase("en", "told", "sums", amounts=all_of(sums)))
    return found[:_MOST_AMOUNTS]
