"""Patterns that search fast: the same matches, in a form of which `re` sees the first characters.

`re` runs over a text to the next character that a match can begin with, but only where every alternative begins with a plain
character. A look behind, `\\b`, `^`, a class or a group in front of one of them, and it enters its machine at each character
instead, for 60 to 200 ns: a third of the time that a summary took. So `quickly` writes (?<!申)请|[补奖]贴
as 请(?<!申请)|补贴|奖贴. Patterns are written for their readers; this is for those of which a profile says that they cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

#: Of a class of more characters no alternatives are made.
_MOST = 40
_SPECIAL = frozenset(".^$*+?{}[]\\|()")


def quickly(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile(pattern)` with each alternative written so that it begins with one plain character.

    ValueError where an alternative begins with something else: a class of too many characters, a group that is captured, or
    what may be repeated.
    """
    return re.compile(grouped(pattern), flags)


def grouped(pattern: str, buckets: int = 1) -> str:
    """The pattern with its alternatives in groups by the one plain character that each of them begins with.

    The same matches as a part of another pattern too: of two that begin with the same character the first still comes first.
    Of a hundred first characters that are met often, ten `buckets` are looked at before what is in one of them.
    ValueError as of `quickly`.
    """
    ways = [way for alternative in _alternatives(pattern) for way in _ways_of(alternative, "")]
    if buckets == 1:
        return _by_first(ways)
    firsts = sorted({first for _, first, _ in ways})
    size = -(-len(firsts) // buckets)
    parts = [firsts[at : at + size] for at in range(0, len(firsts), size)]
    return "|".join(f"(?=[{''.join(part)}])(?:{_by_first(way for way in ways if way[1] in part)})" for part in parts)


def first_characters(pattern: str) -> frozenset[str]:
    """The characters that what the pattern finds may begin with. ValueError as of `quickly`."""
    return frozenset(first for alternative in _alternatives(pattern) for _, first, _ in _ways_of(alternative, ""))


class Anywhere:
    """Whether a pattern stands anywhere in a text, and no more: each alternative is looked for in the way that is best for it.

    With `ignore_case` the pattern is in small letters, and the text is searched in small letters.
    """

    def __init__(self, pattern: str, *, ignore_case: bool = False) -> None:
        first: list[str] = []
        others: list[str] = []
        plain: list[tuple[str, str, str]] = []
        for alternative in _apart(pattern):
            if alternative.startswith("^"):
                first.append(alternative)
                continue
            try:
                plain += _ways_of(alternative, "")
            except ValueError:
                others.append(alternative)
        self._ignore_case = ignore_case
        self._first = re.compile("|".join(first)).match if first else None
        self._plain = re.compile(_by_first(plain)).search if plain else None
        self._others = [re.compile(each).search for each in others]

    def search(self, text: str) -> bool:
        if self._ignore_case:
            text = text.lower()
        if (self._plain and self._plain(text)) or (self._first and self._first(text)):
            return True
        return any(search(text) for search in self._others) if self._others else False


def _apart(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern, of (?:^|，)既 two: ^既 and ，既."""
    for alternative in _alternatives(pattern):
        if alternative.startswith("(?:^|"):
            end = _end_of_atom(alternative)
            yield from (first + alternative[end:] for first in _alternatives(alternative[3 : end - 1]))
        else:
            yield alternative


def _by_first(ways: Iterable[tuple[str, str, str]]) -> str:
    """a(?:b|c)|x for ab|x|ac: `re` looks at each first character once, and passes over those that none begins with."""
    rests: dict[str, list[tuple[str, list[str]]]] = {}
    for before, first, rest in ways:
        looks = rests.setdefault(first, [])
        if not looks or looks[-1][0] != before:
            looks.append((before, []))
        looks[-1][1].append(rest)
    return "|".join(
        first + _any_of([(f"(?<={before}{first})" if before else "") + _any_of(behind) for before, behind in looks])
        for first, looks in rests.items()
    )


def _any_of(patterns: Sequence[str]) -> str:
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def _ways_of(alternative: str, before: str) -> Iterator[tuple[str, str, str]]:
    if not alternative:
        raise ValueError("a pattern that may match nothing begins with no character")
    end = _end_of_atom(alternative)
    atom, rest = alternative[:end], alternative[end:]
    if atom in ("^", "\\b") or atom.startswith(("(?<!", "(?<=", "(?!", "(?=")):
        yield from _ways_of(rest, before + atom)
        return
    optional = rest[:1] == "?"
    if rest[:1] in ("*", "{") or (rest[:1] == "+" and atom[:1] == "(") or (optional and rest[1:2] in ("?", "+")):
        raise ValueError(f"{alternative[:40]}: a match begins with what may be repeated")
    if optional:
        rest = rest[1:]
    if rest[:1] == "+":
        rest = f"{atom}*{rest[1:]}"
    for first in _firsts(atom):
        yield from (_ways_of(first + rest, before) if atom[0] == "(" else [(before, first, rest)])
    if optional:
        yield from _ways_of(rest, before)


def _firsts(atom: str) -> list[str]:
    """The characters that a class or a single character stands for; the alternatives of a group."""
    if atom.startswith("(?:"):
        return list(_alternatives(atom[3:-1]))
    if atom[0] == "[":
        inner = atom[1:-1].replace(r"\n", "\n")
        plain = not any(sign in inner[1:-1] for sign in "\\-") and inner[0] not in "^\\"
        if not plain or len(inner) > _MOST:
            raise ValueError(f"{atom}: a class that is no short list of characters")
        return [re.escape(character) for character in inner]
    if atom[0] == "\\" and (atom[1] in "un" or not atom[1].isalnum()):
        return [atom]
    if len(atom) == 1 and atom not in _SPECIAL:
        return [atom]
    raise ValueError(f"{atom[:40]}: no plain character")


def _alternatives(pattern: str) -> Iterator[str]:
    """The alternatives at the top of a pattern."""
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield pattern[start:at]
            start = at = at + 1
        else:
            at += _end_of_atom(pattern[at:])
    yield pattern[start:]


def _end_of_atom(pattern: str) -> int:
    """How long the first atom of a pattern is: a character, an escape, a class or a group."""
    if pattern[0] == "\\":
        return 6 if pattern[1] == "u" else 2
    if pattern[0] == "[":
        return _end_of_class(pattern)
    if pattern[0] != "(":
        return 1
    at, depth = 1, 1
    while depth:
        if pattern[at] == "[":
            at += _end_of_class(pattern[at:])
            continue
        depth += {"(": 1, ")": -1}.get(pattern[at], 0)
        at += 2 if pattern[at] == "\\" else 1
    return at


def _end_of_class(pattern: str) -> int:
    at = 2 if pattern[1] != "^" else 3
    while pattern[at] != "]" or pattern[at - 1] == "\\":
        at += 1
    return at + 1
