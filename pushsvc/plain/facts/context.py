"""What a fact stands in: its sentence, the words before and after it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from pushsvc.domain.languages import Language
from pushsvc.plain.sentences import Span, sentences


@dataclass(frozen=True)
class Surroundings:
    """The sentence of a span, and its parts before and after the span."""

    sentence: str
    before: str
    after: str
    previous: str


@dataclass(frozen=True)
class Context:
    """A text with its sentences. `published_on` is the day of publication in the site's zone, where known."""

    text: str
    title: str
    language: Language
    published_on: date | None = None
    doc_number: str | None = None
    spans: tuple[Span, ...] = ()
    _starts: list[int] = field(default_factory=list)

    def around(self, start: int, end: int) -> Surroundings:
        """Of a span that reaches over a sentence's end, the sentence that it begins in, and the rest of it."""
        at = max(0, bisect_right(self._starts, start) - 1)
        if not self.spans:
            return Surroundings("", "", "", "")
        span = self.spans[at]
        stop = max(span.end, end)
        previous = self.spans[at - 1].text if at else ""
        return Surroundings(self.text[span.start : stop], self.text[span.start : start], self.text[end:stop], previous)


def context_of(
    text: str, title: str, language: Language, published_on: date | None = None, doc_number: str | None = None
) -> Context:
    spans = tuple(sentences(text))
    return Context(text, title, language, published_on, doc_number, spans, [span.start for span in spans])
