"""Folding: what makes two ways of typing the same words equal: width, letter case, traditional characters, white space."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

_BLANKS = re.compile(r"\s+")
#: Stands between title and text, so that no phrase spans both.
SEPARATOR = "\x01"


def fold(text: str) -> str:
    """`text` in NFKC (width), without letter case, in simplified characters, each run of white space as one blank.

    Character by character but for NFKC, so that a phrase and the text that it stands in always fold alike.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    simplified = _simplified()
    if not folded.isascii() and not simplified.keys().isdisjoint(map(ord, folded)):
        folded = folded.translate(simplified)
    return _BLANKS.sub(" ", folded)


def fold_phrase(phrase: str) -> str:
    """A phrase folded, without blanks at its ends."""
    return fold(phrase).strip()


def fold_document(title: str, text: str) -> str:
    """Title and text folded apart, with a control character between."""
    return fold(title) + SEPARATOR + fold(text)


@cache
def _simplified() -> dict[int, str]:
    """Traditional to simplified by OpenCC's character table.

    Where one traditional character has several simplified ones (乾), the first stands for all: a phrase and a text need
    not be right, but equal. A simplified form is folded again, so that folding twice changes nothing.
    """
    table = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = dict(line.split("\t") for line in table.splitlines() if "\t" in line)
    first = {traditional: simplified.split(" ")[0] for traditional, simplified in pairs.items()}
    folded = {a: unicodedata.normalize("NFKC", b) for a, b in first.items()}
    return {ord(a): folded.get(b, b) for a, b in folded.items() if a != b}
