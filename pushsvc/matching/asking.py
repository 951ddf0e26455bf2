"""The event's side of a match: a question with its lines walked and its text folded, once for all interests."""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.domain.matches import Question
from pushsvc.taxonomy.folding import fold_document
from pushsvc.taxonomy.lines import NATION, industry_line, region_line, topic_line

#: A value of the event, and itself with all that lies above it.
Line = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready: `phrases` are those phrases of the index that stand in its title or text."""

    question: Question
    regions: tuple[Line, ...]
    topics: tuple[Line, ...]
    industries: tuple[Line, ...]
    phrases: frozenset[str]


def folded_text(question: Question) -> str:
    return fold_document(question.title, question.text)


def asked(question: Question, phrases: frozenset[str]) -> Asked:
    """The question, with the lines of its codes."""
    places = dict.fromkeys(NATION if code == "000000" else code for code in question.regions)
    return Asked(
        question,
        tuple((code, frozenset(region_line(code))) for code in places),
        tuple((topic, frozenset(topic_line(topic))) for topic in dict.fromkeys(question.topics)),
        tuple((code, frozenset(industry_line(code))) for code in dict.fromkeys(question.industries)),
        phrases,
    )
