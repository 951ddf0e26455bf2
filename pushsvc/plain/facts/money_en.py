"""Amounts and percentages in English documents, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.numerals import NUMBER, number

_FOREIGN = re.compile(
    rf"(?P<between>\bbetween\s)?(?P<sign>US\$|\$|£|€)\s?(?P<low>{NUMBER})"
    # "and" makes a range only after "between": £100 and £300 by themselves are two amounts.
    rf"(?:\s?(?:-|–|—|to|(?(between)and|to))\s?(?:US\$|\$|£|€)?(?P<high>{NUMBER}))?(?:\s?(?P<scale>trillion"
    rf"|billion|million|thousand|bn|k|m)\b)?",
    re.IGNORECASE,
)
#: "will rise from £400 to £1,000" is no range: it was the one, and will be the other.
_MOVES_EN = re.compile(
    r"\b(?:ris\w+|rais\w+|increas\w+|go(?:es|ing)? (?:up|down)|cut\w*|reduc\w+|fall\w*|drop\w*|chang\w+)\b[^.]{0,24}\bfrom\s$",
    re.IGNORECASE,
)
_SIGNS = {"us$": "USD", "$": "USD", "£": "GBP", "€": "EUR"}
_PERCENT = re.compile(
    rf"(?P<low>{NUMBER})\s?[%％]?\s?(?:-|—|–|~|～|to)\s?(?P<high>{NUMBER})\s?[%％]"
    rf"|(?P<n>{NUMBER})\s?(?:[%％]|percent\b|per cent\b)",
    re.IGNORECASE,
)


def foreign_amounts(context: Context) -> Iterator[Fact]:
    """Amounts in pounds, dollars and euros, in a document of either language."""
    for found in _FOREIGN.finditer(context.text):
        if found["high"] and _MOVES_EN.search(context.text[max(0, found.start("sign") - 50) : found.start("sign")]):
            yield from _moved_from_to(context, found)
        else:
            yield _foreign(context, found)


def percentages_en(context: Context) -> Iterator[Fact]:
    """Percentages of an English document."""
    for found in _PERCENT.finditer(context.text):
        value: str | int | float = f"{number(found['low'])}-{number(found['high'])}" if found["low"] else number(found["n"])
        where = context.around(found.start(), found.end())
        role = english_percentage_role(where.before[-60:], where.after[:50])
        confidence = 1.0 if role else 0.5
        yield Fact("percentage", value, found.group(), found.start(), found.end(), role, "%", None, confidence)


def _foreign(context: Context, found: re.Match[str]) -> Fact:
    low, scale = number(found["low"], found["scale"]), found["scale"]
    value: str | int | float = f"{low}-{number(found['high'], scale)}" if found["high"] else low
    start = found.start() if found["high"] else found.start("sign")
    end = found.start() + len(found.group().rstrip())
    where = context.around(start, end)
    role = english_amount_role(where.before[-90:], where.after[:60])
    return Fact(
        "amount",
        value,
        context.text[start:end],
        start,
        end,
        role,
        _SIGNS[found["sign"].lower()],
        None,
        1.0 if role else 0.5,
    )


def _moved_from_to(context: Context, found: re.Match[str]) -> Iterator[Fact]:
    unit = _SIGNS[found["sign"].lower()]
    high = found.start("high") - (context.text[found.start("high") - 1] in "$£€")
    for name, start, role in (("low", found.start("sign"), "old_value"), ("high", high, "new_value")):
        end = found.end(name) if name == "low" else found.start() + len(found.group().rstrip())
        yield Fact("amount", number(found[name], found["scale"]), context.text[start:end], start, end, role, unit)


def english_amount_role(before: str, after: str) -> str | None:
    """The role of an amount in an English text, or None."""
    near, head = before.lower(), after.lower()
    if re.search(r"\b(?:penalt(?:y|ies)|fines?|fined)\b", near[-60:] + head[:30]):
        return "fine"
    if re.search(r"\bburden\b", near[-40:]):
        return None
    if re.search(r"\b(?:costs?|fees?|pay|price|charged?)\b[^.]{0,40}$", near) or re.match(
        r"^\s?(?:fee|per application|to (?:renew|apply|register))", head
    ):
        return "fee"
    if re.search(
        r"\b(?:grants?|payments?|awards?|allowance|benefit|you (?:can|could|may|will) (?:get"
        r"|receive|claim)|scheme)\b[^.]{0,40}(?:up to|maximum of)\s?$",
        near,
    ):
        return "subsidy_max"
    if re.search(
        r"\b(?:you (?:can|could|may|will|'ll) (?:get|receive|claim)|entitled to|grants? of"
        r"|payments? of|awards? of|prize of)\s?[^.]{0,12}$",
        near,
    ):
        return "subsidy"
    if re.search(r"\b(?:more than|less than|over|under|at least|exceed(?:s|ing)?|below|above|threshold of)\s?$", near):
        return "threshold"
    if re.search(
        r"\b(?:budget|fund(?:ing|s|ed)?|invest(?:ment|ing|ed)?|annual (?:cost )?burden|total (?:annual )?cost"
        r"|programme|program)\b[^.]{0,50}$",
        near,
    ) or re.match(r"^\s?(?:of )?(?:funding|investment|fund\b|budget|programme)", head):
        return "budget"
    return None


def english_percentage_role(before: str, after: str) -> str | None:
    """The role of a percentage in an English text, or None."""
    near, head = before.lower(), after.lower()
    if re.search(r"\b(?:increas\w+|ris\w+|grow\w+|fell|reduc\w+|decreas\w+)\b[^.]{0,12}(?:by|of)\s?$", near):
        return "increment"
    if re.search(r"\b(?:at least|more than|less than|minimum of|over|below|exceed\w*)\s?$", near):
        return "threshold"
    if re.match(r"^\s?(?:discount|of (?:the|your|eligible) costs?|grant)", head):
        return "subsidy_rate"
    if re.search(r"\b(?:rate|margin|margins|tax)\b[^.]{0,24}$", near):
        return "rate"
    return None
