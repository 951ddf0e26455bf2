"""Finding the sentence of a source text that a span stands in."""

from __future__ import annotations

_ENDS = "。！？!?；;\n"


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around `text[start:end]` begins and ends, white space at its edges left out."""
    left = max((text.rfind(mark, 0, start) for mark in (*_ENDS, ". ")), default=-1) + 1
    rights = [at for mark in (*_ENDS, ". ") if (at := text.find(mark, end)) >= 0]
    right = min(rights) + 1 if rights else len(text)
    left += len(text[left:start]) - len(text[left:start].lstrip())
    return left, end + len(text[end:right].rstrip())
