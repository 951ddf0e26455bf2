"""A sentence in the source's own words, laid word by word beside the sentence of the source that it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from pushsvc.plain.verifying.wording import VALUE, Wording

_WORDS = re.compile(r"[a-z0-9']+|[^\s，。a-z0-9']")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Letters of a piece that two writers do not write alike by chance: Chinese, Latin.
_PIECE_HAN, _PIECE_LATIN = 4, 10
#: With this share of its words in order in one sentence of the source a sentence comes from it.
_ALIKE = 0.7
_MOST_WORDS = 200
#: One common word alone between two gaps is no tie.
_FEWEST = 2


@dataclass(frozen=True)
class Gap:
    """Where a sentence leaves its source: the words `here`, the words of the source `there`, and those just beside them.

    `wide` is `here` with a word of the sentence on each side.
    """

    here: str
    there: str
    beside: str
    wide: str
    #: The values in `here` and in `there`.
    values: tuple[tuple[str, ...], tuple[str, ...]]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Alignment:
    """A sentence beside its own in the source: what stands there before, in and behind it, and the gaps between both."""

    before: str
    said: str
    behind: str
    gaps: tuple[Gap, ...]
    #: The share of the sentence's words that stand there in this order.
    share: float


def same_words(said: Wording, source: Wording) -> Iterator[tuple[int, int]]:
    """Where the source says the same letter for letter, whatever the values are: the first and the last letter."""
    size = len(said.letters)
    return ((at, at + size) for at in source.places(said.letters))


def aligned(said: Wording, source: Wording, licensed: frozenset[str]) -> Alignment | None:
    """The sentence beside the one of the source that holds most of it; None when none does.

    `licensed` words at its beginning are a frame of ours: Send your comments.
    """
    windows = _windows(said, source)
    if not windows:
        return None
    ours = list(_words(said.marked, said.values))[:_MOST_WORDS]
    wanted = {word for word, _, _ in ours}
    best = max(windows, key=lambda window: len(wanted & {word for word, _, _ in window[1]}))
    text, theirs = best
    theirs = theirs[:_MOST_WORDS]
    blocks = _blocks([word for word, _, _ in ours], [word for word, _, _ in theirs])
    lead = [word for word, _, _ in ours[: blocks[0][0]]] if blocks else []
    frame = len(lead) if all(word in licensed for word in lead) else 0
    share = sum(size for _, _, size in blocks) / max(1, len(ours) - frame)
    if share < _ALIKE:
        return None
    first, last = theirs[blocks[0][1]][1], theirs[blocks[-1][1] + blocks[-1][2] - 1][2]
    return Alignment(text[:first], text[first:last], text[last:], tuple(_gaps(said.marked, text, ours, theirs, blocks)), share)


_Word = tuple[str, int, int]


def _words(marked: str, values: tuple[tuple[object, ...], ...]) -> Iterator[_Word]:
    left = iter(values)
    for item in _WORDS.finditer(marked):
        word = item.group()
        yield (repr(next(left, "")) if word == VALUE else word, item.start(), item.end())


def _windows(said: Wording, source: Wording) -> list[tuple[str, list[_Word]]]:
    """The sentences of the source that hold the longest piece of `said`."""
    piece = _PIECE_HAN if _HAN.search(said.marked) else _PIECE_LATIN
    letters, longest, at = said.letters, "", 0
    while at + piece <= len(letters):
        end = at + piece
        if letters[at:end] not in source.letters:
            at += 1
            continue
        while end < len(letters) and letters[at : end + 1] in source.letters:
            end += 1
        longest = max(longest, letters[at:end], key=len)
        at = end
    found = {}
    for start in source.places(longest)[:8]:
        before, middle, behind = source.around(start, start + len(longest))
        text = before + middle + behind
        count = before.count(VALUE)
        values_before = source.values_at(0, start)
        inside = source.values_at(start, start + len(longest))
        after = source.values_at(start + len(longest), start + len(longest) + len(behind))
        values = (*(values_before[len(values_before) - count :] if count else ()), *inside, *after)
        found[text] = list(_words(text, values))
    return list(found.items())


def _blocks(ours: list[str], theirs: list[str]) -> list[tuple[int, int, int]]:
    found = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()[:-1]
    kept = [block for block in found if block.size >= _FEWEST or len(ours[block.a]) > 3]
    return [(block.a, block.b, block.size) for block in kept]


def _gaps(said: str, text: str, ours: list[_Word], theirs: list[_Word], blocks: list[tuple[int, int, int]]) -> Iterator[Gap]:
    ends = [(0, blocks[0][1], 0), *blocks, (len(ours), blocks[-1][1] + blocks[-1][2], 0)]
    for number, ((one, other, size), (next_one, next_other, _)) in enumerate(pairwise(ends)):
        here, there = ours[one + size : next_one], theirs[other + size : next_other]
        if here or there:
            beside = theirs[max(0, other + size - 4) : next_other + 4]
            wide = ours[max(0, one + size - 1) : next_one + 1]
            texts = _text(said, here), _text(text, there), _text(text, beside), _text(said, wide)
            values = tuple(word for word, _, _ in here if word[0] == "("), tuple(word for word, _, _ in there if word[0] == "(")
            yield Gap(*texts, values, number == 0, number == len(ends) - 2)


def _text(whole: str, words: list[_Word]) -> str:
    return whole[words[0][1] : words[-1][2]] if words else ""
