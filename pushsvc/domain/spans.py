"""Finding the sentence of a source text that a span stands in."""

from __future__ import annotations

_ENDS = "。！？!?；;\n"
_MOST_AROUND = 160


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands in the same sentence before and after `text[start:end]`, each cut to what a reader can take in."""
    left = max((text.rfind(mark, 0, start) for mark in (*_ENDS, ". ")), default=-1) + 1
    rights = [at for mark in (*_ENDS, ". ") if (at := text.find(mark, end)) >= 0]
    right = min(rights) + 1 if rights else len(text)
    before, after = text[left:start].lstrip(), text[end:right].rstrip()
    if len(before) > _MOST_AROUND:
        before = "…" + before[-_MOST_AROUND:]
    if len(after) > _MOST_AROUND:
        after = after[:_MOST_AROUND] + "…"
    return before, after
