"""Texts that were broken into lines of one width, as the Federal Register's plain files are: their lines are joined again.

A break becomes one blank, character for character, so that spans stay true.
"""

from __future__ import annotations

import re
from itertools import pairwise

#: Lines of such a text are no longer than this, and there are at least so many of them.
_WIDEST, _FEWEST = 110, 8
#: Share of the breaks that stand in the middle of a sentence, of lines that may be longer (an address on the net), and of
#: lines that are nearly full; a list of short items has some of the first, but few of the last.
_SHARE_BROKEN, _SHARE_LONG, _SHARE_FULL = 0.1, 0.05, 0.4
#: Behind such an end a break may well be one that was meant.
_ENDS = (".", ":", ";", "!", "?", "]", "---", "===")
#: A heading or a label begins a line of its own.
_OWN_LINE = re.compile(r"(?:[A-Z][A-Z ’'-]{4,60}:|\[|[-=]{3,}|[•*–—-] |\(?\d{1,2}[.)] |\([a-z]\) )")
_HEADING = re.compile(r"[^a-z]{3,}$")


def unwrapped(text: str) -> str:
    """The text with each break that only its width made as a blank; the text itself where it was not broken so."""
    if text.count("\n") < _FEWEST:
        return text
    lines = text.split("\n")
    printed = [line for line in lines if line.strip()]
    if sum(len(line) > _WIDEST for line in printed) > _SHARE_LONG * len(printed) or len(printed) < _FEWEST:
        return text
    pairs = list(pairwise(lines))
    broken = sum(_in_a_sentence(line, after) for line, after in pairs)
    lengths = sorted(len(line.rstrip()) for line in printed)
    width, widest = lengths[len(printed) * 3 // 4], lengths[len(printed) * 9 // 10]
    full = sum(length >= 0.7 * widest for length in lengths)
    if broken < max(4, _SHARE_BROKEN * len(printed)) or full < _SHARE_FULL * len(printed):
        return text
    joined = [lines[0]]
    for line, after in pairs:
        joined += [" " if _joins(line, after, width) else "\n", after]
    return "".join(joined)


def _in_a_sentence(line: str, after: str) -> bool:
    return after[:1].islower() and len(line) > 20 and not line.rstrip().endswith(_ENDS)


def _joins(line: str, after: str, width: int) -> bool:
    """Does a line go on in the next? What begins in small letters does; else a full line whose sentence has not ended."""
    said, then = line.rstrip(), after.lstrip()
    if not said or not then or _OWN_LINE.match(then) or _HEADING.fullmatch(said):
        return False
    if then[0].islower():
        return not said.endswith((":", ";"))
    return len(said) >= width * 0.6 and (not said.endswith(_ENDS) or _abbreviated(said, width))


def _abbreviated(said: str, width: int) -> bool:
    """A full line in the middle of a paragraph may end in a full stop: nothing tells it from the last one but its width."""
    return said.endswith(".") and len(said) >= width * 0.9
