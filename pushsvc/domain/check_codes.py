"""A check code: ten letters on a message, by which its reader asks us "did you really send this?".

Nothing is written down for it. A code is the beginning of the delivery's id, by which the ledger's own key finds the few rows
that may be meant, and a keyed hash of the whole id, which nobody outside can make: 24 bits and some 19 bits in one number,
written in 20 letters. With three million messages one guess in three million is right; guesses are throttled.

There are no digits, so that every number of a message still stands in its document; no vowels, so that it makes no word;
and no L, which looks like a one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LETTERS = "BCDFGHJKMNPQRSTVWXYZ"
LENGTH = 10
CHECKED_AS = "check code"
"""The use of the vault's keyed hash."""
_ID_BEGINS = len("dlv_")
_HEX = 6
_ROOM = len(LETTERS) ** LENGTH // 16**_HEX
"""How many different proofs a code has room for."""
_MOST_TYPED = 60


@dataclass(frozen=True)
class CheckCode:
    """`beginning` of the delivery's id, and the `proof` that only the service can make of the whole of it."""

    beginning: str
    proof: int

    def __str__(self) -> str:
        number = int(self.beginning[_ID_BEGINS:], 16) * _ROOM + self.proof
        signs = ""
        for _ in range(LENGTH):
            number, rest = divmod(number, len(LETTERS))
            signs = LETTERS[rest] + signs
        return f"{signs[: LENGTH // 2]}-{signs[LENGTH // 2 :]}"


def check_code(delivery_id: str, keyed_hash: bytes) -> CheckCode:
    """The code of a delivery; `keyed_hash` is the vault's, of its id, at least 8 bytes."""
    return CheckCode(delivery_id[: _ID_BEGINS + _HEX], int.from_bytes(keyed_hash[:8], "big") % _ROOM)


def read_check_code(typed: str) -> CheckCode | None:
    """What somebody typed, in capitals or not, with blanks and dashes or not; None where it can be no code."""
    if len(typed) > _MOST_TYPED:
        return None
    signs = [sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum()]
    if len(signs) != LENGTH or any(sign not in LETTERS for sign in signs):
        return None
    number = 0
    for sign in signs:
        number = number * len(LETTERS) + LETTERS.index(sign)
    beginning, proof = divmod(number, _ROOM)
    return CheckCode(f"dlv_{beginning:0{_HEX}x}", proof) if beginning < 16**_HEX else None
