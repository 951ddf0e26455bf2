"""Amounts and percentages in English documents, each with the role that the words around it prove."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import Context
from pushsvc.plain.facts.money_roles_en import (
    english_amount_role,
    english_percentage_role,
    joined_role,
    per_words,
    role_between,
    role_of_heading,
)
from pushsvc.plain.facts.numerals import NUMBER, number
from pushsvc.plain.facts.scanning import found_near, places_of

_FOREIGN = re.compile(
    rf"(?P<between>\bbetween\s)?(?P<sign>US\$|\$|£|€)\s?(?P<low>{NUMBER})"
    # "and" makes a range only after "between": £100 and £300 by themselves are two amounts.
    rf"(?:(?:\s?(?P<own>million|billion|thousand|bn|m|k)\b)?\s?(?:-|–|—|(?:up )?to|(?(between)and|to))\s?(?:US\$|\$|£"
    rf"|€)?(?P<high>{NUMBER}))?"
    rf"(?:\s?(?P<scale>trillion"
    rf"|billion|million|thousand|bn|k|m)\b)?",
    re.IGNORECASE,
)
#: "will rise from £400 to £1,000" is no range: it was the one, and will be the other.
_MOVES_EN = re.compile(
    r"\b(?:ris\w+|rais\w+|increas\w+|go(?:es|ing)? (?:up|down)|cut\w*|reduc\w+|fall\w*|drop\w*"
    r"|chang\w+|taking|bringing)\b[^.]{0,24}\bfrom\s(?:(?:a )?(?:maximum|minimum|total) of |about |around )?$",
    re.IGNORECASE,
)
#: "to £25 on 1 October 2026 and to £23 a year later".
_AND_TO = re.compile(r"[^.;£$€]{1,60}? and (?:then )?to ")
_MOVES_BY = re.compile(_MOVES_EN.pattern.replace("from", "by"), re.IGNORECASE)
#: Characters before a sum on a line of a list, and lines up to its heading.
_LABEL_CHARACTERS, _LINES_UP = 60, 12
#: A label before a rate on its line, and how far above it the head of the list may stand.
_LABELLED_RATE = re.compile(r"[^\n:]{3,120}[:\t ]\s?[.…]*\s?")
_LIST_REACH = 600
#: A row of two sums, and the head of the two columns.
_TWO_SUMS = re.compile(rf"[^£$\n]{{3,70}}[ \t|](?P<old>[£$](?:{NUMBER}))[ \t|]+(?P<new>[£$](?:{NUMBER}))[ \t|]*")
_OLD_AND_NEW = re.compile(
    r"\b(?:current|old|present|existing|now|until|before|previous)\b.{0,60}?\b(?:new|from|after|proposed|will be)\b",
    re.IGNORECASE,
)
_ROW_CHARACTERS = 90
_OF_RATES = re.compile(r"\brates?\b", re.IGNORECASE)
_SIGNS = {"us$": "USD", "$": "USD", "£": "GBP", "€": "EUR"}
_PERCENT = re.compile(
    rf"(?P<low>{NUMBER})\s?[%％]?\s?(?:-|—|–|~|～|to)\s?(?P<high>{NUMBER})\s?[%％]"
    rf"|(?P<n>{NUMBER})\s?(?:[%％]|percent\b|per cent\b)",
    re.IGNORECASE,
)


def foreign_amounts(context: Context) -> Iterator[Fact]:
    """Amounts in pounds, dollars and euros, in a document of either language."""
    last: Fact | None = None
    for found in found_near(_FOREIGN, context.text, places_of(context.text, "$£€"), 20, 120):
        lead = context.text[max(0, found.start("sign") - 50) : found.start("sign")] if found["high"] else ""
        if lead and _MOVES_EN.search(lead):
            for last in _moved_from_to(context, found):
                yield last
        elif lead and _MOVES_BY.search(lead):
            yield from _moved_from_to(context, found, "increment")
        else:
            fact = _foreign(context, found)
            if last and fact.role is None and joined_role(context.text[last.end : fact.start], last.role):
                fact = replace(fact, role=last.role, confidence=last.confidence)
            if (
                last
                and fact.role is None
                and last.role == "new_value"
                and _AND_TO.fullmatch(context.text, last.end, fact.start)
            ):
                fact = replace(fact, role="new_value", confidence=1.0)
            last = fact
            yield fact


def percentages_en(context: Context) -> Iterator[Fact]:
    """Percentages of an English document."""
    for found in found_near(_PERCENT, context.text, context.words_at(("%", "％", "percent", "per cent")), 100, 30):
        value: str | int | float = f"{number(found['low'])}-{number(found['high'])}" if found["low"] else number(found["n"])
        where = context.around(found.start(), found.end())
        role = english_percentage_role(where.before[-300:], where.after[:50]) or _rate_in_a_list(context, found.start())
        confidence = 1.0 if role else 0.5
        yield Fact("percentage", value, found.group(), found.start(), found.end(), role, "%", None, confidence)


def _rate_in_a_list(context: Context, start: int) -> str | None:
    """ "The interest rates are:", and below it "Homeowners with credit elsewhere: 5.625 percent." """
    text = context.text
    line = text.rfind("\n", 0, start) + 1
    if not _LABELLED_RATE.fullmatch(text, line, start):
        return None
    head = text.rfind(":\n", max(0, line - _LIST_REACH), line)
    said = text[text.rfind("\n", 0, head) + 1 : head] if head >= 0 else ""
    return "rate" if _OF_RATES.search(said) else None


def _foreign(context: Context, found: re.Match[str]) -> Fact:
    scale = found["scale"]
    # "£5 to £10 million" is told in millions, "£25,000 and £2 million" only its end.
    printed_low = number(found["low"])
    whole = found["high"] and not found["own"] and printed_low >= 1000
    low = printed_low if whole else number(found["low"], found["own"] or scale)
    value: str | int | float = f"{low}-{number(found['high'], scale)}" if found["high"] else low
    start = found.start() if found["high"] else found.start("sign")
    end = found.start() + len(found.group().rstrip())
    where = context.around(start, end)
    large = bool(scale) and scale.lower() not in ("k", "thousand")
    role = (
        _in_two_columns(context, start)
        or english_amount_role(where.before[-110:], where.after[:60], large)
        or _under(context, start)
    )
    if found["between"] and found["high"] and role in (None, "budget"):
        role = role_between(where.before) or role
    unit = "/".join([_SIGNS[found["sign"].lower()], *per_words(where.after)])
    raw = context.text[start:end]
    return Fact("amount", value, raw, start, end, role, unit, None, 1.0 if role else 0.5)


def _in_two_columns(context: Context, start: int) -> str | None:
    """ "Adult swim £4 £5" below "Type, Current price, Price from 1 May": the first was, the second is."""
    text = context.text
    line, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    row = _TWO_SUMS.fullmatch(text, line, len(text) if end < 0 else end) if start - line < _ROW_CHARACTERS else None
    if not row:
        return None
    for above in reversed(text[max(0, line - _LIST_REACH * 2) : line].split("\n")[:-1]):
        if "£" not in above and "$" not in above:
            return ("old_value" if start == row.start("old") else "new_value") if _OLD_AND_NEW.search(above) else None
    return None


def _under(context: Context, start: int) -> str | None:
    """The role of a sum on a short line, by the nearest heading above it: "How much you can get"."""
    text = context.text
    line = text.rfind("\n", 0, start) + 1
    if start - line > _LABEL_CHARACTERS or context.language != "en":
        return None
    for above in reversed(text[max(0, line - 160) : line].split("\n")[-_LINES_UP - 1 : -1]):
        role = role_of_heading(above)
        if role or (above.strip() and "£" not in above and "$" not in above and not above.rstrip().endswith(".")):
            return role
    return None


def _moved_from_to(context: Context, found: re.Match[str], first: str = "old_value") -> Iterator[Fact]:
    unit = _SIGNS[found["sign"].lower()]
    high = found.start("high") - (context.text[found.start("high") - 1] in "$£€")
    for name, start, role in (("low", found.start("sign"), first), ("high", high, "new_value")):
        end = found.end(name) if name == "low" else found.start() + len(found.group().rstrip())
        yield Fact("amount", number(found[name], found["scale"]), context.text[start:end], start, end, role, unit)
