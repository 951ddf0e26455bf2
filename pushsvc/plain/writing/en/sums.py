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
#: A line of a price list: what it is, and behind it nothing but the price.
_ROW = re.compile(r"(?P<what>[A-Z][\w’'()/, -]{2,50}?)(?::| [-–—])? ")
_MOST_ROWS = 6
_PER = re.compile(
    r"\s?(?:per|an?|each|every)\s(?:person|household|week|month|year|day|hour|night|application|child|employee|hectare|ha"
    r"|acre|metre|square metre|tonne|home|adult|pupil|place|unit|copy|page|item|tree)\b"
)


def _rows(reading: Reading, fees: Sequence[Fact]) -> list[str]:
    """ "Adult swim: £5." of each line of a price list; none where one price stands alone, or they are too many."""
    rows = [
        catalogue.phrase("en", "told", "row", what=" ".join(row["what"].split()), amount=fact.raw)
        for fact in fees
        if (row := _ROW.fullmatch(reading.source_text[reading.source_text.rfind("\n", 0, fact.start) + 1 : fact.start]))
        and reading.source_text[fact.end : fact.end + 1] in ("", "\n")
    ]
    return rows if len(rows) == len(fees) and 1 < len(rows) <= _MOST_ROWS else []


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
    rows = _rows(reading, [fact for fact in facts if fact.role == "fee" and fact.raw not in said])
    for role in _TOLD_AMOUNTS:
        if role == "fee" and rows:
            found.append(" ".join(rows))
            continue
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
