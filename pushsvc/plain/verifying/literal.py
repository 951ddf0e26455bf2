"""How much of a sentence is the source's own wording, letter for letter: a quotation is read strictly, a paraphrase is not."""

from __future__ import annotations

import re

from pushsvc.plain.verifying.values import normal

_NOT_LETTERS = re.compile(r"[\s\W_]+")
_CLAUSES = re.compile(r"[,，。；;:：.!?！？…\n]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: Letters of a piece that two writers do not write alike by chance: Chinese, Latin.
_PIECE_HAN, _PIECE_LATIN = 5, 18
#: A sentence is a quotation with this share of it in pieces; or with less, when a long piece or a whole clause is in it.
_QUOTATION, _WITH_A_PIECE, _WITH_A_CLAUSE = 0.62, 0.4, 0.33
_LONG_HAN, _LONG_LATIN = 11, 40
_CLAUSE_HAN, _CLAUSE_LATIN = 7, 24


def letters(text: str) -> str:
    """The letters and digits of a text in one row, in small letters."""
    return _NOT_LETTERS.sub("", normal(text)).lower()


def is_quotation(sentence: str, source_letters: str) -> bool:
    """Is the sentence made of pieces of the source, so that every other word in it was put there by somebody?"""
    said = letters(sentence)
    han = bool(_HAN.search(said))
    piece, long = (_PIECE_HAN, _LONG_HAN) if han else (_PIECE_LATIN, _LONG_LATIN)
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
    share = in_pieces / max(1, len(said))
    if share >= _QUOTATION or (share >= _WITH_A_PIECE and longest >= long):
        return True
    return share >= _WITH_A_CLAUSE and _has_a_clause(sentence, source_letters, _CLAUSE_HAN if han else _CLAUSE_LATIN)


def _has_a_clause(sentence: str, source_letters: str, least: int) -> bool:
    """Does a whole clause of some length stand in the source as it is?"""
    return any(len(clause) >= least and clause in source_letters for clause in map(letters, _CLAUSES.split(sentence)))
