"""One character for one word: the private areas of Unicode that the verifier writes a text's words in.

A text in signs is a plain string, so that looking for a run of words is looking for a string. Han characters stay as they are.
"""

from __future__ import annotations

import re

#: Classes of operators and synonyms.
FIRST_CLASS, LAST_CLASS = 0xE000, 0xF8FF
#: Stems of Latin words, numbered as a source has them.
FIRST_STEM, LAST_STEM = 0xF0000, 0xFFFFD
#: Values: dates, amounts and the like, numbered as a source has them.
FIRST_VALUE, LAST_VALUE = 0x100000, 0x10FFFD

#: The end of a sentence, and of a clause, in signs.
STOP, COMMA, LIST, BAR = "。", "，", "、", "|"
#: Between the first and the last of two values.
TO = "\uff5e"
#: What no text may bring with it.
PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
VALUE = re.compile("[\U00100000-\U0010fffd]")
_SEPARATORS = frozenset(STOP + COMMA + LIST + BAR + TO)


def is_value(sign: str) -> bool:
    """Is it a date, an amount, a number …?"""
    return sign >= "\U00100000"


def is_class(sign: str) -> bool:
    """Is it a class of words?"""
    return len(sign) == 1 and "\ue000" <= sign <= "\uf8ff"


def is_separator(sign: str) -> bool:
    """Does a clause or an item end here?"""
    return sign in _SEPARATORS


def is_word(sign: str) -> bool:
    """Is it a word by itself, where a Han character is only a part of one?"""
    return "\ue000" <= sign <= "\uf8ff" or sign >= "\U000f0000"


def features(text: str) -> list[tuple[str, int]]:
    """The words of a text in signs and pairs of Han characters, each with its place; values and separators are none."""
    found = []
    for at, sign in enumerate(text):
        if sign >= "\U00100000" or sign in _SEPARATORS:
            continue
        if "\ue000" <= sign <= "\uf8ff" or sign >= "\U000f0000":
            found.append((sign, at))
        elif "\u3400" <= sign < "\ue000" and at + 1 < len(text) and "\u3400" <= text[at + 1] < "\ue000":
            found.append((text[at : at + 2], at))
    return found
