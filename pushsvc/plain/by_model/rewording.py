"""From an answer to the words that readers get: what fails is left out, and what then says less than the rules is not used.

A model's sentence that fails is dropped, the others stand, as with the rules' own sentences: each stood on its own. But the
whole answer is given up, and the rules' words stay, when

- its first sentence fails, because the others lean on it;
- anything in it shows that somebody steers the model (a link, markup, hidden signs, words to or of a machine): then the
  sentences that look harmless are not to be trusted either;
- a deadline, sum, telephone or mail address that the rules' text tells is missing: better words may not tell less.

Headline, action line and short give way to the rules' own, each for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pushsvc.domain.publications import Reading
from pushsvc.domain.summaries import Quote, Summary, Wording
from pushsvc.plain.by_model.answer import Answer, Sentence, answer_of
from pushsvc.plain.by_model.asking import Question
from pushsvc.plain.by_model.checking import Checker
from pushsvc.plain.by_model.figures import says
from pushsvc.plain.by_model.limits import Line, fits_text
from pushsvc.plain.by_model.signs import steered
from pushsvc.plain.verifying import problems

Outcome = Literal[
    "used",  # every word of the model's
    "partly",  # without a sentence of it, or with a line of the rules' own; in all that follow the rules' words stay
    "nonsense",  # an answer that is none, or not of the form asked for
    "steered",  # somebody else speaks through it
    "unsupported",  # its first sentence does not stand up to the checks
    "says_less",  # a deadline, sum, telephone or mail address is missing
    "too_late",  # no whole answer in time
    "unreachable",  # no connection, or a broken one
    "refused",  # any status but 200
    "resting",  # it failed too often of late, or asked to be left alone
    "no_time",  # the batch could not wait for its turn
    "fault",  # a fault of our own
]
"""What came of asking a model about one document."""

_MUST_STAY = ("deadline", "amount", "phone", "email")


@dataclass(frozen=True)
class Reworded:
    """The summary that is told, what came of the answer, and why; `why` never quotes the document or the answer."""

    summary: Summary
    outcome: Outcome
    why: str = ""


def reworded(reading: Reading, summary: Summary, asked: Question, content: str) -> Reworded:
    """`summary` in the words of the answer `content` to `asked`, as far as they stand up to the checks.

    Only the wording of the document's own language and its quotes change. Facts, classes, slots, the other language stay.
    """
    answer = answer_of(content)
    if answer is None:
        return Reworded(summary, "nonsense", "the answer is not of the form asked for")
    said = [answer.headline, answer.short, answer.action or "", *(sentence.text for sentence in answer.sentences)]
    for text in said:
        if reason := steered(text.strip()):
            return Reworded(summary, "steered", reason)
    checker = Checker(reading, summary, asked)
    kept, doubts = _kept(answer, checker)
    if not kept or kept[0] is not answer.sentences[0]:
        return Reworded(summary, "unsupported", doubts[0])
    wording, replaced = _wording(answer, kept, checker, summary)
    if missing := _missing(summary, wording.text):
        return Reworded(summary, "says_less", f"without the {missing} that the rules tell")
    if problems(asked.source, wording.text, reading.language):
        return Reworded(summary, "unsupported", "the sentences together say what each alone does not")
    doubts += replaced
    told = replace(
        summary,
        wordings={**summary.wordings, reading.language: wording},
        quotes=_quotes(kept, asked) or summary.quotes,
    )
    return Reworded(told, "partly" if doubts else "used", "; ".join(dict.fromkeys(doubts)))


def _kept(answer: Answer, checker: Checker) -> tuple[list[Sentence], list[str]]:
    """The sentences that stand and fit into a text, and why the others do not."""
    language = checker.language
    kept: list[Sentence] = []
    doubts: list[str] = []
    for sentence in answer.sentences:
        doubt = checker.sentence(sentence, kept[-1].text.strip() if kept else "")
        if doubt is None and not fits_text([*(one.text for one in kept), sentence.text], language):
            doubt = "the text is too long"
        if doubt is None:
            kept.append(sentence)
        else:
            doubts.append(doubt)
    return kept, doubts


def _wording(answer: Answer, kept: list[Sentence], checker: Checker, summary: Summary) -> tuple[Wording, list[str]]:
    """The new wording, and why lines in it are the rules' own."""
    own = summary.wording(checker.language)
    cited = [cite for sentence in kept for cite in sentence.cites]
    replaced: list[str] = []

    def line(name: Line, said: str | None, ruled: str | None) -> str | None:
        doubt = checker.line(name, said, ruled, cited)
        if doubt is None:
            return said.strip() if said else None
        replaced.append(f"{name}: {doubt}")
        return ruled

    return replace(
        own,
        headline=line("headline", answer.headline, own.headline) or own.headline,
        text=(" " if checker.language == "en" else "").join(sentence.text.strip() for sentence in kept),
        action=line("action", answer.action, own.action),
        short=line("short", answer.short, own.short) or own.short,
        by_model=True,
        ruled_action=own.action,
        verified=True,
    ), replaced


def _missing(summary: Summary, text: str) -> str | None:
    """The kind of a fact that the rules' text tells and `text` does not."""
    ruled = summary.wording(summary.language).text
    for fact in summary.facts:
        if fact.kind in _MUST_STAY and says(ruled, fact) and not says(text, fact):
            return fact.kind
    return None


def _quotes(kept: list[Sentence], asked: Question) -> tuple[Quote, ...]:
    """Each sentence beside the first sentence of the source that it cites, or that holds the first fact that it cites."""
    quotes = []
    for sentence in kept:
        span = next((asked.sentences[cite] for cite in sentence.cites if cite in asked.sentences), None)
        if span is None:
            start = next(asked.facts[cite].start for cite in sentence.cites if cite in asked.facts)
            span = next((one for one in asked.sentences.values() if one.start <= start < one.end), None)
        if span is not None:
            quotes.append(Quote(sentence.text.strip(), span.start, span.end))
    return tuple(quotes)
