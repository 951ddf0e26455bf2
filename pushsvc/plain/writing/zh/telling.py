"""How the chosen rules are told: in the order of the document, each in as few words as stand, for whom and when once."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pushsvc.domain.summaries import Quote
from pushsvc.plain.writing.checking import stands
from pushsvc.plain.writing.zh.saying import in_short_sentences
from pushsvc.plain.writing.zh.sparing import easier
from pushsvc.plain.writing.zh.worth import Told

#: 时间：… and 实施时间：…: a label and a period, and nothing else.
_ONLY_A_PERIOD = re.compile(r"[^，。：]{0,8}时间[:：为]\s?(?P<said>[^，。：]*\d日)。$")


def shortened(told: Told, source: str, before: Told | None = None, as_it_is: bool = False) -> tuple[str, ...]:
    """Its sentences, each as the shorter ones that it holds where those stand in the source by themselves too.

    Behind another rule of the same case, without for whom and when.
    """
    parts: list[str] = []
    goes_on = told.made.goes_on(before.made if before else None)
    if as_it_is:
        return told.made.alone if goes_on else told.made.sentences
    for sentence in told.made.alone if goes_on else told.made.sentences:
        easy = easier(sentence)
        easy = easy if easy == sentence or stands(source, easy, "zh") else sentence
        shorter = in_short_sentences(easy)
        parts += shorter if len(shorter) == 1 or stands(source, "".join(shorter), "zh") else [easy]
    return tuple(parts)


def sentences_told(chosen: Sequence[Told], source: str, as_it_is: Collection[int]) -> tuple[list[str], list[Quote]]:
    """The sentences in order. For whom and when is said once for the rules that follow it directly, else with each."""
    sentences: list[str] = []
    quotes: list[Quote] = []
    said_label, framed = "", ()  # type: str, tuple[str, ...]
    before: Told | None = None
    for told in chosen:
        label = f"{told.made.statement.label}："
        short, goes_on = (
            [*shortened(told, source, before, id(told) in as_it_is)],
            told.made.goes_on(before.made if before else None),
        )
        before = told
        labelled = len(label) > 1 and short[0].startswith(label)
        if labelled and label == said_label:
            short[0] = short[0].removeprefix(label)
        said_label = label if labelled else ""
        if goes_on:
            new = [sentence for sentence in short if sentence not in sentences]
        elif told.made.frame:
            new = _without_what_holds_on(short, short[: len(told.made.frame)], framed)
        else:
            new = [sentence for sentence in short if sentence not in sentences]
        framed = () if goes_on else tuple(short[: len(told.made.frame)])
        new = [sentence for sentence in new if not _period_holds_on(sentence, sentences)]
        sentences += new
        span = told.made.statement.span
        if quotes and quotes[-1].start == span.start:
            quotes[-1] = Quote(quotes[-1].text + "".join(new), span.start, span.end)
        elif new:
            quotes.append(Quote("".join(new), span.start, span.end))
    return sentences, quotes


def _without_what_holds_on(sentences: Sequence[str], frame: Sequence[str], framed: Sequence[str]) -> list[str]:
    """The sentences without those of for whom and when that were told right before; all of them where the case is wider now."""
    if set(frame) < set(framed):
        return [*sentences]
    return [sentence for sentence in sentences if sentence not in frame or sentence not in framed]


def _period_holds_on(sentence: str, before: Sequence[str]) -> bool:
    """Is it 时间：…。 with the period that was told last? A period is said once, and holds until another is told."""
    only = _ONLY_A_PERIOD.match(sentence)
    periods = [found["said"] for found in map(_ONLY_A_PERIOD.match, before) if found]
    return only is not None and periods[-1:] == [only["said"]]
