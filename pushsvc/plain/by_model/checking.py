"""One line of a model's answer against the document: why it is not told, or None when it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Fact, Summary
from pushsvc.plain.by_model.answer import Sentence
from pushsvc.plain.by_model.asking import Question
from pushsvc.plain.by_model.figures import figures, figures_of
from pushsvc.plain.by_model.following import follows
from pushsvc.plain.by_model.limits import Line, fits
from pushsvc.plain.by_model.signs import EMAIL, foreign, wants
from pushsvc.plain.catalogue import has, phrase
from pushsvc.plain.facts import extract
from pushsvc.plain.verifying import problems, sentences_of

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(r"[，。；：！？;!?]|,\s|:\s|\.(?:\s|$)")
_ENDS = {"zh": "。！？", "en": ".!?"}


class Checker:
    """The checks of one answer. The verifier has the last word; what comes before it is what a citation promises."""

    def __init__(self, reading: Reading, summary: Summary, asked: Question) -> None:
        self.language = reading.language
        self._reading, self._summary, self._asked = reading, summary, asked

    def sentence(self, sentence: Sentence, before: str = "") -> str | None:
        """A sentence of the text must cite, and its figures must be those of what it cites, not of the document at large.

        `before` is the sentence that is told before it.
        """
        if not sentence.cites:
            return "a sentence cites nothing"
        known = (*self._asked.facts, *self._asked.sentences)
        if any(cite not in known for cite in sentence.cites):
            return "a sentence cites what is not there"
        text = sentence.text.strip()
        if foreign(text, self.language):
            return "a sentence is in another language"
        if not text.endswith(tuple(_ENDS[self.language])) or len(sentences_of(text, self.language)) != 1:
            return "a sentence is not one whole sentence"
        doubt = self._doubt("sentence", text, sentence.cites)
        return doubt or (None if self._cut_from_what_is_cited(text, sentence.cites, before) else "words of its own")

    def line(self, line: Line, said: str | None, ruled: str | None, cited: Sequence[str]) -> str | None:
        """Headline, action or short: they may say what the standing sentences cite or the title says, and must tell
        the figures that the rules' own tells (a headline need not)."""
        if said is None or not said.strip():
            return None if ruled is None else "is missing"
        said = said.strip()
        if said == ruled:
            return None
        if line == "action" and (ruled is None or len(sentences_of(said, self.language)) != 1):
            return "is not one sentence" if ruled else "is none by the rules"
        if line != "headline" and ruled and not figures(ruled) <= figures(said):
            return "tells less than the rules' own"
        doubt = self._doubt(line, said, cited, figures(self._reading.title))
        return doubt or (None if self._pieced_together(said, cited) else "words of its own")

    def _doubt(self, line: Line, text: str, cites: Sequence[str], known: frozenset[str] = frozenset()) -> str | None:
        if not fits(line, text, self.language):
            return "too long"
        if foreign(text, self.language):
            return "in another language"
        if not figures(text) <= self._allowed(cites) | known or not self._mails(text, cites):
            return "a figure that is not of what is cited"
        if self._swapped_deadline(text):
            return "a deadline that is not the document's"
        if wants(text, self._asked.source):
            return "asks what the document does not ask"
        if problems(self._asked.source, text, self.language):
            return "the verifier does not find it in the document"
        return None

    def _cut_from_what_is_cited(self, text: str, cites: Sequence[str], before: str) -> bool:
        """Or it is one of the rules' own sentences, which the model was shown."""
        if text in self._drafted and self._drafted[text] in ("", before):
            return True
        return follows(text, self._cited_sentences(cites), self.language)

    def _pieced_together(self, text: str, cited: Sequence[str]) -> bool:
        """Each part between commas is cut from the title or from what is cited, or is a part of the rules' own lines."""
        sources = [self._reading.title, *self._cited_sentences(cited)]
        parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
        return all(part in self._parts or follows(part, sources, self.language) for part in parts)

    def _cited_sentences(self, cites: Sequence[str]) -> list[str]:
        spans = [self._asked.sentences[cite] for cite in cites if cite in self._asked.sentences]
        starts = [self._asked.facts[cite].start for cite in cites if cite in self._asked.facts]
        spans += [span for span in self._asked.sentences.values() if any(span.start <= start < span.end for start in starts)]
        return list(dict.fromkeys(span.text for span in spans))

    @cached_property
    def _drafted(self) -> Mapping[str, str]:
        """The rules' own sentences, each with the one that must stand before it: a line "条件：…" limits the next, which alone
        would hold for everybody. Empty for those that stand alone."""
        wording = self._summary.wording(self.language)
        ruled = sentences_of(wording.text, self.language)
        head = phrase(self.language, "text", "condition").partition("{")[0] if has(self.language, "text", "condition") else ""
        limited = {one: before for before, one in pairwise(ruled) if head and before.startswith(head)}
        return {wording.action or "": "", **dict.fromkeys(ruled, ""), **limited}

    @cached_property
    def _parts(self) -> frozenset[str]:
        wording = self._summary.wording(self.language)
        lines = (wording.headline, wording.short, wording.action or "", *self._drafted)
        return frozenset(part.strip() for line in lines for part in _PARTS.split(line))

    def _allowed(self, cites: Sequence[str]) -> frozenset[str]:
        facts = (self._asked.facts[cite] for cite in cites if cite in self._asked.facts)
        spans = (self._asked.sentences[cite] for cite in cites if cite in self._asked.sentences)
        return frozenset().union(*map(figures_of, facts), *(figures(span.text) for span in spans))

    def _mails(self, text: str, cites: Sequence[str]) -> bool:
        cited = {str(fact.value).lower() for fact in self._facts(cites) if fact.kind == "email"}
        return all(mail.group().lower().rstrip(".") in cited for mail in EMAIL.finditer(text))

    def _facts(self, cites: Sequence[str]) -> list[Fact]:
        """The facts that are cited, by themselves or in their sentence."""
        spans = [self._asked.sentences[cite] for cite in cites if cite in self._asked.sentences]
        inside = [fact for fact in self._summary.facts if any(span.start <= fact.start < span.end for span in spans)]
        return [*inside, *(self._asked.facts[cite] for cite in cites if cite in self._asked.facts)]

    def _swapped_deadline(self, text: str) -> bool:
        """Whether `text`, read as a document of its own, has a deadline on a day on which the document has none."""
        alone = replace(self._reading, source_text=text, title="", meta={}, links=(), attachments=())
        return bool(_deadlines(extract(alone)) - self._days)

    @cached_property
    def _days(self) -> frozenset[str]:
        return _deadlines(self._summary.facts)


def _deadlines(facts: Sequence[Fact]) -> frozenset[str]:
    days = (_DAY.match(str(fact.value)) for fact in facts if fact.kind == "deadline")
    return frozenset(day.group() for day in days if day)
