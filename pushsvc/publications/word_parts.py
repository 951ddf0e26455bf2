"""Texts in the parts by which they are found: Chinese in pairs of neighbouring characters, the rest in words.

No dictionary is needed for that, and a word that no dictionary has is found as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pushsvc.taxonomy.folding import fold

#: Scripts that are written without blanks: Han with its extensions, kana.
_WITHOUT_BLANKS = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
#: What Python takes for letters and the tokenizer of SQLite for marks: some vowels of New Tai Lue, two Vedic signs.
_NOT_FOR_ALL = "\u19b0-\u19c9\u1cf2\u1cf3"
_RUN = re.compile(rf"(?P<han>[{_WITHOUT_BLANKS}]+)|(?P<word>[^\W_{_WITHOUT_BLANKS}{_NOT_FOR_ALL}]+)")
_LONGEST_WORD = 40
#: A letter in front of a part that says where it stands; no text of ours is written with these.
TITLE, REGION = "τ", "ρ"
FIRST = "πfirst"


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """The folded text in runs: whether it is one without blanks, and the run."""
    for found in _RUN.finditer(fold(text)):
        yield found["han"] is not None, found[0]


def parts_of_run(run: str) -> list[str]:
    """`养老金` -> 养老, 老金; a lone character has none."""
    return [pair for at in range(len(run) - 1) if (pair := run[at : at + 2]).isalnum()]


def stem(word: str) -> str:
    """An English word without the end of its plural: subsidies and subsidy are one part."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return "".join(each for each in word[:_LONGEST_WORD] if each.isalnum())


def parts(text: str) -> dict[str, None]:
    """The parts of a text, each once, in their order."""
    found = dict[str, None]()
    for without_blanks, run in runs(text):
        if without_blanks:
            found.update(dict.fromkeys(parts_of_run(run)))
        elif part := stem(run):
            found[part] = None
    return found


def region_part(code: str) -> str:
    return REGION + "".join(each for each in code.lower() if each.isalnum())
