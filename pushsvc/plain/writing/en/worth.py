"""How much an English sentence tells a reader: what it is, who it is for, what to do or get, how much, by when, where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.context import BLANKED
from pushsvc.plain.writing.en import weights
from pushsvc.plain.writing.en.making import Made
from pushsvc.plain.writing.en.statements import Statement

#: A name such as "THINK!", behind which the sentence goes on.
_SHOUTED = re.compile(r"[A-Z]{2}!$")


_SAYS_WAS = re.compile(r"\b(?:was|were|had been|delay\w*|postpon\w*|instead|moved|no longer|until now)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A statement as it would be told, with what it is worth to a reader."""

    statement: Statement
    made: Made
    worth: float
    hard: float
    """By how many years of school it is harder than a text should be."""
    facts: tuple[Fact, ...]
    again: bool = False
    """Whether a fixed sentence says the most of it in fewer words."""

    @property
    def leads(self) -> bool:
        """Whether it says what the document is: a part that does so, and no list of what a page treats of."""
        says = weights.ASKED if self.statement.part == "description" else weights.TOPICS
        return self.statement.part in ("description", "summary", "opening") and not says.match(self.made.text)

    @property
    def rank(self) -> float:
        """What it is worth, less what it costs to read."""
        return self.worth - 0.45 * self.hard

    @property
    def words(self) -> int:
        return len(self.made.text.split())


def valued(statement: Statement, made: Made, inside: Sequence[Fact], title_words: frozenset[str]) -> Told | None:
    """What a statement is worth; None for one that no reader needs."""
    text = statement.text
    if not made.pieces or not _tells(text, made, title_words):
        return None
    if _tells_what_was(inside, made.text):
        return None
    worth = max(0.0, weights.PARTS.get(statement.part, weights.BODY) - weights.LATER * statement.place)
    carried = tuple(fact for fact in inside if fact.raw in made.text or str(fact.value) in made.text or _is_term(fact))
    for fact in carried[:5]:
        worth += (weights.KINDS.get(fact.kind, 0.0) if fact.role else 0.2) + weights.ROLES.get(fact.role or "", 0.0)
        worth += weights.RELATIVE * (_is_term(fact) and fact.raw in made.text)
    worth += sum(weight for weight, cue in weights.CUES if cue.search(made.text))
    worth -= 2.0 * bool(weights.LEANS.match(made.text) or weights.POINTS.search(made.text)) + 1.5 * bool(
        weights.NARRATIVE.search(text)
    )
    worth -= 2.5 * bool(weights.TOPICS.match(made.text)) + 1.5 * bool(weights.HISTORY.search(made.text))
    # The fixed sentences tell it better.
    again = not weights.OWN_WORDS.search(made.text) and any(
        fact.kind == "deadline" and fact.role and not _is_term(fact) for fact in carried
    )
    worth -= weights.TOLD_ANYWAY * again
    # A day that is only for some is told with its condition.
    worth += weights.CONDITIONAL * (bool(weights.IF.match(made.text)) and any(fact.kind == "deadline" for fact in carried))
    worth += weights.EARLY * (statement.part in ("body", "opening") and statement.place <= weights.FEW_FIRST)
    worth -= 2.0 * bool(weights.WHY_A_RULE.search(made.text))
    worth -= 2.0 * (statement.part == "quote")
    worth -= 1.5 * (": " in made.text) + 0.8 * (not made.whole)
    hard = max(0.0, grade(made.text) - weights.EASY)
    if statement.together:
        # A row of short things is read more easily than a sentence of as many words.
        worth, hard = worth + weights.TOGETHER, weights.OF_A_LIST * hard
    return Told(statement, made, worth, hard, carried, again)


def _tells_what_was(inside: Sequence[Fact], said: str) -> bool:
    """Does it give only the day that was, "The effective date is 10 February", where the news moves that day?"""
    days = [fact.role for fact in inside if fact.kind in ("event_date", "effective_date", "deadline") and fact.raw in said]
    return bool(days) and set(days) == {"old_value"} and not _SAYS_WAS.search(said)


def promising(statement: Statement, inside: Sequence[Fact]) -> float:
    """What a statement may be worth, read from its source words at once: only the best are made plain and weighed."""
    text = statement.text.lower()
    if len(text) < weights.SHORTEST:
        return -1.0
    told = sum(1.0 + weights.ROLES.get(fact.role, 0.0) + weights.RELATIVE * _is_term(fact) for fact in inside if fact.role)
    return (
        max(0.0, weights.PARTS.get(statement.part, weights.BODY) - weights.LATER * statement.place)
        + min(told, 8.0)
        + 1.5 * (statement.together or bool(weights.CUE.search(text)))
    )


def is_boilerplate(statement: Statement) -> bool:
    """Words of the printer, the web page or the registry, which are in every document."""
    first = statement.part in ("summary", "description", "opening") and statement.place <= 1
    return not first and bool(weights.BOILERPLATE.search(statement.text.lower()))


def _is_term(fact: Fact) -> bool:
    return fact.kind == "deadline" and str(fact.value).startswith("P")


def _tells(text: str, made: Made, title_words: frozenset[str]) -> bool:
    if BLANKED in text or " | " in text or text.rstrip().endswith("?") or _SHOUTED.search(text) or not text[:1].isascii():
        return False
    if (
        text[:1] in "'‘“"
        or text.count("“") != text.count("”")
        or made.text.count("(") != made.text.count(")")
        or weights.SEVERAL.match(made.text)
        or weights.CONTACT_LINE.search(made.text)
        or weights.OLD_DUTY.search(made.text)
    ):
        return False
    return len(word_set(made.text) - title_words) >= 2


def word_set(text: str) -> frozenset[str]:
    """The words of a text that say something, in small letters."""
    return frozenset(word for word in re.findall(r"[a-z0-9£$]+", text.lower()) if len(word) > 3 or word.isdigit())


def grade(text: str) -> float:
    """About how many years of school a reader of the text needs, after Flesch and Kincaid (1975)."""
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?](?=\s|$)", text)))
    parts = sum(max(1, len(weights.VOWELS.findall(word.lower())) - word.lower().endswith("e")) for word in words)
    return float(0.39 * len(words) / sentences + 11.8 * parts / len(words) - 15.59)
