"""How much of a sentence is the source's own wording, letter for letter: a quotation is read strictly, a paraphrase is not."""

from __future__ import annotations

import re
from collections.abc import Callable

from pushsvc.plain.verifying.wording import CLAUSE, SENTENCE, wording_of

_ENDS = re.compile(f"[{CLAUSE}{SENTENCE}]")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Letters of a piece that two writers do not write alike by chance: Chinese, Latin.
_PIECE_HAN, _PIECE_LATIN = 5, 18
#: A sentence is a quotation with this share of it in pieces; or with less, when a long piece or a whole clause is in it.
_QUOTATION, _WITH_A_PIECE, _WITH_A_CLAUSE = 0.62, 0.4, 0.33
_LONG_HAN, _LONG_LATIN = 11, 40
_CLAUSE_HAN, _CLAUSE_LATIN = 7, 24
#: A short sentence is one with less.
_SHORT_HAN, _SHORT_LATIN, _SHORT_QUOTATION = 14, 45, 0.5
#: The share in pieces with which other words are no paraphrase; or less, when so much stands in order in one sentence.
_CLOSE, _CLOSE_ALIGNED = 0.75, 0.6
#: The share that stands in the source before and behind the one word that was put in.
_ALL_BUT_A_WORD = 0.7
#: Characters of a label of ours before a colon.
_LABEL = 6
#: A quotation with one clause put before or behind it is one too.
_ALL_BUT_ONE, _MOST_HAN, _MOST_LATIN = 0.75, 9, 30


def is_quotation(sentence: str, source_letters: str) -> bool:
    """Is the sentence made of pieces of the source, so that every other word in it was put there by somebody?"""
    parts = [part for part in _clauses(sentence) if part]
    said = "".join(parts)
    han = bool(_HAN.search(said))
    share, longest = _in_pieces(said, source_letters, _PIECE_HAN if han else _PIECE_LATIN)
    enough = _QUOTATION if len(said) > (_SHORT_HAN if han else _SHORT_LATIN) else _SHORT_QUOTATION
    if share >= enough or (share >= _WITH_A_PIECE and longest >= (_LONG_HAN if han else _LONG_LATIN)):
        return True
    if share >= _WITH_A_CLAUSE and any(
        len(part) >= (_CLAUSE_HAN if han else _CLAUSE_LATIN) and part in source_letters for part in parts
    ):
        return True
    return any(
        len(rest) >= (_MOST_HAN if han else _MOST_LATIN)
        and _in_pieces(rest, source_letters, _PIECE_HAN if han else _PIECE_LATIN)[0] >= _ALL_BUT_ONE
        for rest in ("".join(parts[:-1]), "".join(parts[1:]))
    )


def quoted_share(sentence: str, source_letters: str) -> float:
    """The share of a sentence that stands in the source in pieces of some length."""
    said = "".join(_clauses(sentence))
    return _in_pieces(said, source_letters, _PIECE_HAN if _HAN.search(said) else _PIECE_LATIN)[0]


def is_close(sentence: str, source_letters: str, share: float) -> bool:
    """Is the sentence so near to its own of the source that every other word in it was put there?

    `share` of its words stand there in order, 0 where no sentence of the source is its own. What is further away is a
    paraphrase: other words are free, and what they say is judged.
    """
    label, colon, rest = sentence.partition("：")
    said = "".join(_clauses(rest if colon and len(label) <= _LABEL and rest else sentence))
    quoted = _in_pieces(said, source_letters, _PIECE_HAN if _HAN.search(said) else _PIECE_LATIN)[0]
    if quoted >= _CLOSE or (share >= _CLOSE and quoted >= _CLOSE_ALIGNED):
        return True
    first = _longest(len(said), lambda size: said[:size] in source_letters)
    last = _longest(len(said) - first, lambda size: said[len(said) - size :] in source_letters)
    return first + last >= _ALL_BUT_A_WORD * len(said)


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest size up to `most` that holds; every smaller one does then."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _in_pieces(said: str, source_letters: str, piece: int) -> tuple[float, int]:
    """The share of a text that stands in the source in pieces, and the length of the longest."""
    in_pieces = longest = at = 0
    while at + piece <= len(said):
        end = at + piece
        if said[at:end] not in source_letters:
            at += 1
            continue
        while end < len(said) and said[at : end + 1] in source_letters:
            end += 1
        in_pieces += end - at
        longest = max(longest, end - at)
        at = end
    return in_pieces / max(1, len(said)), longest


def _clauses(sentence: str) -> list[str]:
    return [clause.replace(" ", "").replace("'", "") for clause in _ENDS.split(wording_of(sentence).marked)]
