"""Where sentences begin and end in a text, as spans into it."""

from __future__ import annotations

import re
from typing import NamedTuple

_END = re.compile(
    # One class first, and a look back at it: so the search skips all other characters.
    r"[。！？!?；;\n.](?:(?<=[。！？!?；;])[。！？!?；;]*[”’」』）)\"]*|(?<=\n)\n*"
    r"|(?<=\.)(?<!\bNo\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bMrs\.)(?<!\bInc\.)(?<!\bLtd\.)(?<!\bet al\.)"
    r"(?<!\bU\.S\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b[A-Z]\.)(?<![ap]\.m\.)[\"”’)]*(?=\s+[A-Z“\"(]|\s*$))"
)
#: A "sentence" longer than this is cut: a text without full stops must not make one of a megabyte.
_LONGEST = 1200


class Span(NamedTuple):
    """`text == source_text[start:end]`, without the blanks around it."""

    start: int
    end: int
    text: str


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order. A line end and a semicolon end a sentence, as in lists of conditions."""
    spans: list[Span] = []
    start = 0
    for found in _END.finditer(text):
        _add(spans, text, start, found.end())
        start = found.end()
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > _LONGEST:
        cut = max(text.rfind(mark, start, start + _LONGEST) for mark in "，,、 ")
        cut = cut + 1 if cut > start else start + _LONGEST
        _add_one(spans, text, start, cut)
        start = cut
    _add_one(spans, text, start, end)


def _add_one(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        lead = len(piece) - len(piece.lstrip())
        spans.append(Span(start + lead, start + lead + len(stripped), stripped))
