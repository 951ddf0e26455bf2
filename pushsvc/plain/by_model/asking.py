"""The question: the system's words from `templates/plain/model/`, and the document as numbered facts and sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pushsvc import resources
from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Summary, Wording
from pushsvc.plain.facts import reading_context
from pushsvc.plain.sentences import Span

#: Characters of the document that the model is shown, from its head, and how many sentences and facts at most.
MOST_CHARACTERS = 6_000
_MOST_SENTENCES, _MOST_FACTS, _MOST_TITLE = 150, 60, 300
#: Which facts are shown first where a document has more than fit.
_ORDER = (
    "deadline", "amount", "phone", "email", "event_date", "effective_date", "expiry", "age_range", "percentage", "address",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One document as the model sees it. `facts` ("f1") and `sentences` ("s1") are what it may cite.

    `source` is what every claim is looked up in: the title and the whole text, not only what the model is shown.
    """

    messages: tuple[Mapping[str, str], ...]
    facts: Mapping[str, Fact]
    sentences: Mapping[str, Span]
    source: str


def question(reading: Reading, summary: Summary) -> Question:
    """What is asked of `reading`, whose summary by the rules is `summary`.

    The document goes as one JSON object: whatever stands in it, it cannot end the object, nor begin a message of its own.
    """
    context = reading_context(reading)
    spans = context.source_spans()
    told = sorted(summary.facts, key=lambda fact: (_rank(fact), fact.start))[:_MOST_FACTS]
    facts = {f"f{number}": fact for number, fact in enumerate(told, 1)}
    sentences = {f"s{number}": span for number, span in enumerate(_shown(spans, told), 1)}
    document = {
        "title": reading.title[:_MOST_TITLE],
        "facts": [_fact(name, fact) for name, fact in facts.items()],
        "sentences": [{"id": name, "text": span.text} for name, span in sentences.items()],
        "draft": _draft(summary.wording(reading.language)),
    }
    messages = (
        {"role": "system", "content": resources.text(f"plain/model/{reading.language}.txt").strip()},
        {"role": "user", "content": json.dumps(document, ensure_ascii=False)},
    )
    return Question(messages, facts, sentences, f"{reading.title[:_MOST_TITLE]}\n{context.text}")


def _draft(ruled: Wording) -> dict[str, str | None]:
    return {"headline": ruled.headline, "text": ruled.text, "action": ruled.action, "short": ruled.short}


def _rank(fact: Fact) -> int:
    known = _ORDER.index(fact.kind) if fact.kind in _ORDER else len(_ORDER)
    return known if fact.role or fact.kind in ("phone", "email") else known + len(_ORDER)


def _shown(spans: Sequence[Span], told: Sequence[Fact]) -> list[Span]:
    """The head of the document; of the rest the sentences with facts that matter, as long as there is room."""
    shown: list[Span] = []
    room = MOST_CHARACTERS
    for span in spans:
        if len(span.text) > room or len(shown) == _MOST_SENTENCES:
            break
        shown.append(span)
        room -= len(span.text)
    starts = sorted(fact.start for fact in told if _rank(fact) < len(_ORDER))
    for span in spans[len(shown) :]:
        if room <= 0 or len(shown) >= _MOST_SENTENCES:
            break
        if len(span.text) <= room and any(span.start <= start < span.end for start in starts):
            shown.append(span)
            room -= len(span.text)
    return shown


def _fact(name: str, fact: Fact) -> dict[str, object]:
    said = {"id": name, "kind": fact.kind, "role": fact.role, "value": fact.value, "unit": fact.unit, "raw": fact.raw}
    return {key: value for key, value in said.items() if value is not None}
