"""What a fact stands in: its sentence, the words before and after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from pushsvc.domain.invisible import BLANKED as BLANKED
from pushsvc.domain.invisible import SIGNS, TURNED
from pushsvc.domain.languages import Language
from pushsvc.domain.summaries import Fact
from pushsvc.plain.facts.scanning import counts_in, figures_in, places_of
from pushsvc.plain.facts.table_cells import Cells
from pushsvc.plain.facts.wrapped_lines import unwrapped
from pushsvc.plain.sentences import Span, sentences


@dataclass(frozen=True)
class Surroundings:
    """The sentence of a span, and its parts before and after the span."""

    sentence: str
    before: str
    after: str
    previous: str
    unfinished: str = ""
    """The lines above that break off in the middle of the sentence, as pages print a word in italics on its own line."""


@dataclass(frozen=True)
class Context:
    """A text with its sentences. `published_on` is the day of publication in the site's zone, where known.

    Of a very long document `text` is the head and the tail; `in_source` gives a position's place in the whole.
    """

    text: str
    title: str
    language: Language
    published_on: date | None = None
    doc_number: str | None = None
    spans: tuple[Span, ...] = ()
    _starts: list[int] = field(default_factory=list)
    left_out: int = 0
    """Characters between head and tail that were not looked at."""

    @cached_property
    def low(self) -> str:
        """The text as a pattern sees it that minds no case: to look for words in."""
        return self.text.lower().replace("ſ", "s").replace("ı", "i")

    def words_at(self, words: Iterable[str]) -> Sequence[int]:
        """Where any of the words stand, in whatever case; every place of the few texts that lower case makes longer."""
        return places_of(self.low, words) if len(self.low) == len(self.text) else range(len(self.text))

    @cached_property
    def figures(self) -> tuple[int, ...]:
        """Where figures begin."""
        return figures_in(self.text)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Where figures and Chinese numerals begin."""
        return counts_in(self.text)

    @cached_property
    def cells(self) -> Cells:
        """The cells of the tables in the text, so that a figure is read with its heads."""
        return Cells.of(self.text)

    def in_source(self, position: int) -> int:
        return position + self.left_out if self.left_out and position > HEAD else position

    def source_spans(self) -> list[Span]:
        """The sentences, with their places in the whole source text."""
        if not self.left_out:
            return list(self.spans)
        return [Span(self.in_source(span.start), self.in_source(span.end - 1) + 1, span.text) for span in self.spans]

    def around(self, start: int, end: int) -> Surroundings:
        """Of a span that reaches over a sentence's end, the sentence that it begins in, and the rest of it."""
        at = max(0, bisect_right(self._starts, start) - 1)
        if not self.spans:
            return Surroundings("", "", "", "")
        span = self.spans[at]
        stop = max(span.end, end)
        previous = self.spans[at - 1].text if at else ""
        before = self.text[span.start : start]
        unfinished = self._unfinished(at) if before[:1].islower() and self.language == "en" else ""
        return Surroundings(self.text[span.start : stop], before, self.text[end:stop], previous, unfinished)

    def below(self, end: int) -> str:
        """The sentence that begins behind `end`; empty where none does."""
        at = bisect_right(self._starts, end - 1)
        return self.spans[at].text if at < len(self.spans) else ""

    def heading_over(self, start: int) -> str:
        """The sentence above the list in whose numbered item `start` stands; empty where it stands in no second item of one."""
        at = max(0, bisect_right(self._starts, start) - 1)
        depth = _depth(self.spans[at].text) if self.spans else None
        above = at - 1
        while depth is not None and above >= max(0, at - _MOST_ITEMS) and _depth(self.spans[above].text) == depth:
            above -= 1
        return self.spans[above].text if depth is not None and 0 <= above < at - 1 else ""

    def _unfinished(self, at: int) -> str:
        """What the lines before a sentence say that begins in small letters, up to the first that is finished."""
        lines: list[str] = []
        for span in reversed(self.spans[max(0, at - _MOST_BROKEN) : at]):
            if span.text.rstrip().endswith((".", ":", ";", "!", "?")):
                break
            lines.insert(0, span.text.strip())
        return " ".join(lines)


#: How the items of a list are numbered, one depth each.
_DEPTHS = tuple(re.compile(rf"\s*(?:{way})") for way in (r"[（(﹙]\d{1,2}[）)﹚]", r"\d{1,2}[.、．](?!\d)", r"[①-⑳]"))
#: Items above one in which its heading is looked for.
_MOST_ITEMS = 6


def _depth(line: str) -> int | None:
    return next((depth for depth, way in enumerate(_DEPTHS) if way.match(line)), None)


#: Lines into which a sentence may be broken.
_MOST_BROKEN = 3
#: Characters of a very long document that are looked at: its head, and its end, where it says since when it holds.
HEAD, TAIL = 50_000, 10_000
#: What no person wrote as one word, and so many blanks in a row.
_IN_A_WORD, _LONG_WORD = "[A-Za-z0-9._%+@/:,-]", 400
_HAS_LONG_WORD = re.compile(f"{_IN_A_WORD}{_IN_A_WORD}{{{_LONG_WORD - 1}}}")
_MANY_BLANKS = 80
_NUMERALS, _FIGURES = "[零〇一二两三四五六七八九十百千万]", "[0-9０-９]"


@cache
def _noise(*, long_words: bool, blanks: bool) -> re.Pattern[str]:
    """Runs of one kind, of words and blanks only where there may be such.

    Each begins with a character of one class and looks back at it: so the search skips all others.
    """
    also = (r"\s" if blanks else "") + ("A-Za-z_%+@/:,-" if long_words else "")
    return re.compile(
        rf"[\u202e\d零〇一二两三四五六七八九十百千万（(《.{SIGNS}{also}](?:"
        rf"(?<=\u202e){TURNED[1:]}|"
        rf"(?<=\d)\d{{24,}}|"
        + (f"(?<={_IN_A_WORD}){_IN_A_WORD}{{{_LONG_WORD - 1},}}|" if long_words else "")
        + (rf"(?<=\s)\s{{{_MANY_BLANKS - 1},}}|" if blanks else "")
        + rf"(?<={_NUMERALS}){_NUMERALS}{{24,}}"
        r"|(?<=（)（{39,}|(?<=\()\({39,}|(?<=《)《{39,}|(?<=\.)\.{39,}"
        # A number with an invisible sign in it: what is before the sign, or behind it, is another number.
        rf"|(?<={_FIGURES})[0-9０-９.,:\-]*[{SIGNS}][0-9０-９.,:\-{SIGNS}]*|(?<=[{SIGNS}])[{SIGNS}]*{_FIGURES}[0-9０-９.,:\-]*)"
    )


def without_noise(text: str) -> str:
    """The text with runs that no person wrote blanked out, character for character, so that spans stay true."""
    lengths = [len(word) for word in text.split()]
    # As many blanks as there are, less one for each place between two words: no run of them is longer.
    blanks = len(text) - sum(lengths) - max(0, len(lengths) - 2) >= _MANY_BLANKS
    long_words = max(lengths, default=0) >= _LONG_WORD and _HAS_LONG_WORD.search(text) is not None
    return _noise(long_words=long_words, blanks=blanks).sub(lambda found: BLANKED * len(found.group()), text)


def context_of(
    text: str, title: str, language: Language, published_on: date | None = None, doc_number: str | None = None
) -> Context:
    left_out = max(0, len(text) - HEAD - TAIL - 1)
    text = without_noise(f"{text[:HEAD]}\n{text[-TAIL:]}" if left_out else text)
    if language == "en":
        text = unwrapped(text)
    spans = tuple(sentences(text))
    return Context(text, title, language, published_on, doc_number, spans, [span.start for span in spans], left_out)


def fact_of(
    context: Context,
    kind: str,
    value: str | int | float,
    start: int,
    end: int,
    role: str | None,
    confidence: float = 1.0,
    unit: str | None = None,
    condition: str | None = None,
) -> Fact:
    """A fact whose `raw` is what stands at its span."""
    return Fact(kind, value, context.text[start:end], start, end, role, unit, condition, confidence)
