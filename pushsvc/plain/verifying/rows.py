"""A sentence cut into rows that stand in the source as they are, and the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass

from pushsvc.plain.verifying.signs import BAR, COMMA, STOP, is_separator, is_value, is_word
from pushsvc.plain.verifying.words import families

#: Signs in a row that tie a sentence to a place; a word counts as two.
_TIED = 4
#: A row of fewer signs in another place than the rest ties nothing.
_STRAY = 6
#: A sentence of so little is tied by less.
_SHORT = 9


@dataclass(frozen=True)
class Row:
    """A piece of a sentence from `start` to `end`, and where it stands in the source; -1 where it does not."""

    start: int
    end: int
    there: int

    @property
    def is_tied(self) -> bool:
        """Does it stand in the source?"""
        return self.there >= 0


def bare_with_ends(signs: str) -> tuple[str, frozenset[int]]:
    """The signs without separators, and the places where a clause ends; a STOP stays and ends one."""
    kept: list[str] = []
    ends = set()
    for sign in signs:
        if sign == STOP:
            ends |= {len(kept), len(kept) + 1}
            kept.append(sign)
        elif sign in (COMMA, BAR):
            ends.add(len(kept))
        elif not is_separator(sign):
            kept.append(sign)
    return "".join(kept), frozenset(ends)


def bare(signs: str) -> str:
    """The signs without separators."""
    return "".join(sign for sign in signs if not is_separator(sign))


def size(signs: str) -> int:
    """Characters, a word of its own counted as two."""
    return sum(2 if is_word(sign) else 1 for sign in signs)


def _ties(signs: str) -> int:
    """The size without operators: 最高 and 前 stand everywhere."""
    known = families()
    return size("".join(sign for sign in signs if sign not in known))


def rows(said: str, near: str) -> list[Row]:
    """`said` cut into the longest pieces of `near`, each as near behind the last as it stands, and what is between them."""
    found: list[Row] = []
    least = _TIED if content_size(said) > _SHORT else _TIED - 1
    at = gap = behind = 0
    while at < len(said):
        end = at
        while end < len(said) and said[at : end + 1] in near:
            end += 1
        if end == at or _ties(said[at:end]) < least:
            at += 1
            continue
        if gap < at:
            found.append(Row(gap, at, -1))
        there = near.find(said[at:end], behind)
        there = there if there >= 0 else near.find(said[at:end])
        found.append(Row(at, end, there))
        behind = there + end - at
        at = gap = end
    if gap < len(said):
        found.append(Row(gap, len(said), -1))
    return found


def content_size(signs: str) -> int:
    """The size without operators and values: what is told, not how much and how."""
    known = families()
    return size("".join(sign for sign in signs if sign not in known and not is_value(sign) and not is_separator(sign)))


def of_one_place(found: list[Row], near: str) -> list[Row]:
    """The rows without short ones that stand in another unit than most of the sentence: those are no ties, but gaps."""
    share: dict[int, int] = {}
    for row in found:
        if row.is_tied:
            unit = near.count(STOP, 0, row.there)
            share[unit] = share.get(unit, 0) + row.end - row.start
    if len(share) < 2:
        return found
    main = max(share, key=lambda unit: share[unit])
    kept: list[Row] = []
    for row in found:
        strays = row.is_tied and row.end - row.start < _STRAY and near.count(STOP, 0, row.there) != main
        loose = Row(row.start, row.end, -1) if strays else row
        if kept and not loose.is_tied and not kept[-1].is_tied:
            kept[-1] = Row(kept[-1].start, loose.end, -1)
        else:
            kept.append(loose)
    return kept
