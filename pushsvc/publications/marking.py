"""Where words stand in a text as it was written, whatever its width, case and script, and the text with them marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pushsvc.publications.word_parts import stem
from pushsvc.taxonomy.folding import fold


@dataclass(frozen=True)
class Piece:
    """A part of a text; a marked one is a word that was looked for."""

    text: str
    marked: bool = False


def places_of(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the words (folded, English ones without their plural) stands in `text`: spans in order, none in another."""
    folded, origin = _folded(text)
    found = list[tuple[int, int]]()
    for word in words:
        if word.isascii():
            found += [
                (origin[start], origin[end - 1] + 1) for start, end in _ascii_words(folded) if stem(folded[start:end]) == word
            ]
            continue
        at = folded.find(word)
        while at >= 0 and word:
            found.append((origin[at], origin[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    return _apart(found)


def marked(text: str, words: Sequence[str]) -> Iterator[Piece]:
    """`text` in pieces, the words marked."""
    at = 0
    for start, end in places_of(text, words):
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], marked=True)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, those that touch as one."""
    apart = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


@lru_cache(maxsize=2_000)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text folded character by character, and for each folded character the place that it came from."""
    if (at_once := fold(text)) and len(at_once) == len(text):
        return at_once, range(len(text))
    folded, origin = list[str](), list[int]()
    for at, each in enumerate(text):
        for one in fold(each):
            folded.append(one)
            origin.append(at)
    return "".join(folded), origin


def _ascii_words(folded: str) -> Iterator[tuple[int, int]]:
    start = -1
    for at, each in enumerate(folded):
        if each.isascii() and each.isalnum():
            start = at if start < 0 else start
        elif start >= 0:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(folded)
