"""Each fact beside the sentence of the source that says it: a sentence with several facts is shown once, all of them marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pushsvc.domain.languages import Language
from pushsvc.domain.spans import sentence_bounds
from pushsvc.domain.summaries import Fact
from pushsvc.web.pages import web_address
from pushsvc.web.times import day_of_value
from pushsvc.web.words import has_word, say

#: A page is read, not studied: so many facts are shown.
MOST_FACTS = 12
#: So much of a long sentence is shown before the first mark and behind the last.
_AROUND = 120
#: What a reader asks for first. A kind that is not named comes last.
_ORDER = ("deadline", "amount", "percentage", "age_range", "phone", "address", "event_date", "effective_date", "expiry",
          "email", "url", "quantity", "legal_ref", "doc_number")  # fmt: skip
#: Numbers whose part in the document nothing proves: shown after all the others.
_NEED_A_ROLE = ("amount", "percentage", "quantity", "event_date", "deadline")
_GOES_ON = re.compile(r"[A-Za-z0-9/_~%&=#?-]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-–—－]{2,18}[0-9]")


@dataclass(frozen=True)
class Answer:
    """One fact in a reader's words. `link`: `tel:`, `mailto:` or a web address; empty for none."""

    label: str
    value: str
    link: str = ""


@dataclass(frozen=True)
class Piece:
    """A part of the source's sentence; a marked one is a fact."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Evidence:
    answers: tuple[Answer, ...]
    sentence: tuple[Piece, ...]


def evidence(facts: Sequence[Fact], source_text: str, source_language: Language, reader: Language) -> list[Evidence]:
    """The facts with their sentences, what a reader asks for first coming first. Each value is said once."""
    chosen = sorted(_chosen(facts), key=lambda fact: (_bounds(source_text, fact), fact.start))
    shown: list[tuple[int, int, Evidence]] = []
    for (left, right), group in groupby(chosen, key=lambda fact: _bounds(source_text, fact)):
        together = list(group)
        answers = tuple(_answer(fact, source_text, source_language, reader) for fact in sorted(together, key=_rank))
        pieces = tuple(_pieces(source_text, left, right, together))
        shown.append((min(_rank(fact) for fact in together), left, Evidence(answers, pieces)))
    return [each for _, _, each in sorted(shown, key=lambda entry: entry[:2])]


def _chosen(facts: Sequence[Fact]) -> list[Fact]:
    first: dict[tuple[str, str, str | None], Fact] = {}
    # A rule that is only named is no basis: often it is what the document itself sends round.
    told = (fact for fact in facts if fact.kind != "legal_ref" or fact.role == "basis")
    for fact in sorted(told, key=lambda fact: (fact.role is None, fact.start)):
        first.setdefault((fact.kind, str(fact.value), fact.unit), fact)
    return sorted(first.values(), key=lambda fact: (_rank(fact), fact.start))[:MOST_FACTS]


def _rank(fact: Fact) -> int:
    place = _ORDER.index(fact.kind) if fact.kind in _ORDER else len(_ORDER)
    unsaid = (fact.role is None or fact.in_passing) and fact.kind in _NEED_A_ROLE
    return place + (len(_ORDER) if unsaid else 0)


def _bounds(source_text: str, fact: Fact) -> tuple[int, int]:
    return sentence_bounds(source_text, fact.start, fact.end)


def _pieces(source_text: str, left: int, right: int, facts: Sequence[Fact]) -> list[Piece]:
    """The sentence in pieces, each fact marked; a long one is cut outside its marks."""
    first, last = min(fact.start for fact in facts), max(fact.end for fact in facts)
    begin, end = max(left, first - _AROUND), min(right, last + _AROUND)
    pieces = [Piece("…")] if begin > left else []
    at = begin
    for fact in sorted(facts, key=lambda fact: (fact.start, -fact.end)):
        if fact.start < at:  # it lies inside a mark that is there already
            continue
        pieces += [Piece(source_text[at : fact.start]), Piece(source_text[fact.start : fact.end], marked=True)]
        at = fact.end
    pieces += [Piece(source_text[at:end]), Piece("…" if end < right else "")]
    return [piece for piece in pieces if piece.text]


def _answer(fact: Fact, source_text: str, source_language: Language, reader: Language) -> Answer:
    role = f"role.{fact.role}"
    label = say(reader, role if fact.role and has_word(reader, role) else f"fact.{fact.kind}")
    value = (day_of_value(fact.value, reader) if reader != source_language else "") or fact.raw
    return Answer(label, value, _link(fact, source_text))


def _link(fact: Fact, source_text: str) -> str:
    if fact.kind == "url":  # half an address leads somewhere else, so it is no link
        return "" if _GOES_ON.match(source_text, fact.end) else web_address(fact.raw)
    if fact.kind == "email":
        return f"mailto:{fact.raw}"
    found = _PHONE.search(fact.raw) if fact.kind == "phone" else None
    return "tel:" + re.sub(r"[^+0-9]", "", found[0]) if found else ""
