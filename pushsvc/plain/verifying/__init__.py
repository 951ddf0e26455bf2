"""Does every claim of a text stand in its source? Independent of the extractor, on purpose."""

from __future__ import annotations

import re
from functools import lru_cache

from pushsvc.domain.languages import Language
from pushsvc.plain.verifying.checking import Source

__all__ = ["Source", "problems", "sentences_of"]

#: A stop that ends a sentence: none behind an initial, "No." and "a.m.".
_STOP = r"(?:(?<![A-Z])|(?<=[A-Z]{2}))(?<!No)(?<![ap]\.m)\.[”’)\"]*(?=\s+[A-Z“\"(])"
_SENTENCE = {
    "zh": re.compile(r".[^。！？!?；;\n]*(?:[。！？!?；;]+[”’」』）)\"]*|\n|$)", re.DOTALL),
    "en": re.compile(
        rf".[^!?;。！？\n.]*(?:(?!{_STOP})\.[^!?;。！？\n.]*)*(?:[!?;]+[”’)\"]*|{_STOP}|[。！？]|\n|$)", re.DOTALL
    ),
}

_MOST_PROBLEMS = 100
#: A condition may be told so many sentences before what depends on it.
_BEFORE = 3


#: Both wordings of a summary are checked against one source, and a source of megabytes takes many more.
@lru_cache(maxsize=4)
def _source(source_text: str) -> Source:
    return Source(source_text)


def sentences_of(text: str, language: Language) -> list[str]:
    """The sentences of a text that we wrote, with their end marks."""
    return list(_sentences_of(text, language))


#: The texts of a summary, each read by those who choose, close, check and show it.
@lru_cache(maxsize=256)
def _sentences_of(text: str, language: Language) -> tuple[str, ...]:
    return tuple(piece for found in _SENTENCE[language].finditer(text) if (piece := found.group().strip()))


def problems(source_text: str, text: str, language: Language, *, in_place: bool = True) -> list[dict[str, str]]:
    """What of `text` does not stand in `source_text`: `[{"sentence", "reason"}]`, empty when everything does.

    Every number, date, amount, percentage, telephone, email, address on the net, document number and 《title》 is looked
    up by value: 5万元 is supported by 50,000元 and not by 5个. Each must stand beside the words that the sentence puts it
    beside, and be said in the same way: at most, before, not, may. A sentence may not name what the source does not.
    A condition that the source sets must be told, in the sentence or in one of the three before it; with `in_place` false
    the sentences of `text` have no place yet, and that is not asked.
    """
    source = _source(source_text)
    found: list[dict[str, str]] = []
    told = sentences_of(text, language)
    for number, sentence in enumerate(told):
        before = " ".join(told[max(0, number - _BEFORE) : number]) if in_place else None
        found += [{"sentence": sentence, "reason": reason} for reason in source.doubts(sentence, before)]
        if len(found) >= _MOST_PROBLEMS:
            return found[:_MOST_PROBLEMS]
    return found
