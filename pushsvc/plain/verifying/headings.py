"""A label that is the heading above what a sentence tells: 二、复核时间 over 12月1日至15日 is told as 复核时间：…."""

from __future__ import annotations

import re

_NUMBERING = re.compile(
    r"^[\s#*（(]*(?:(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、.．]|第[一二三四五六七八九十百\d]+[条章节款])?\s*"
)
#: Characters by which what is told is found again, and of a heading at most.
_BEGINS, _LONGEST = 12, 24
#: Places of the same words, lines above one, and characters above it that are looked at.
_MOST_PLACES, _MOST_LINES, _LOOKED_AT = 6, 4, 400


def without_heading(sentence: str, source_text: str) -> str:
    """What the sentence tells behind a label, when that label is the heading above it in the source; else the sentence."""
    label, colon, rest = sentence.partition("：")
    if not colon or not 2 <= len(label) <= _LONGEST or len(rest) < _BEGINS // 2:
        return sentence
    at = source_text.find(rest[:_BEGINS])
    for _ in range(_MOST_PLACES):
        if at < 0:
            return sentence
        if label in _heading_above(source_text, at):
            return rest
        at = source_text.find(rest[:_BEGINS], at + 1)
    return sentence


def _heading_above(text: str, at: int) -> str:
    """The nearest short line without a stop above the line that begins at `at`; empty when that is no line's beginning."""
    *above, begun = text[max(0, at - _LOOKED_AT) : at].split("\n")
    if _NUMBERING.sub("", begun).strip():
        return ""
    for line in above[: -_MOST_LINES - 1 : -1]:
        bare = _NUMBERING.sub("", line).strip(" ：:\u3000")
        if bare and len(bare) <= _LONGEST and not re.search(r"[。；;，]", bare):
            return bare
    return ""
